import { join } from "node:path";
import type { ClientMetadata } from "@gatehouse/protocol";
import { pageAt } from "../manual/blocks.ts";
import { following } from "../manual/following.ts";
import { startServer } from "../process.ts";

/** Who signs in. */
export const alice = { username: "alice", password: "teapot-under-the-oak", name: "Alice Example", email: "alice@company.example" };

/** A running Gatehouse that knows the clients of `docs/other-clients.md` as the page registers them. */
export interface House extends AsyncDisposable {
	readonly issuer: string;
	/** Where the page has each client. */
	readonly app: string;
	/** Where the page has an app that Apache stands in front of. */
	readonly behind: string;
	/** What the page reads from the environment. */
	readonly secrets: Readonly<Record<"SSO_SECRET" | "SESSION_KEY", string>>;
	/** Below the repository, so that what is written there finds its packages. */
	readonly folder: string;
	/** Writes a file and answers its path. */
	readonly put: (file: string, content: string) => string;
	/** Writes a file of the page, with the ports and the folder that are used, and answers its path; `which`, where the page shows it again. */
	readonly write: (file: string, which?: number) => string;
}

const page = pageAt("docs/other-clients.md");
const secrets = { SSO_SECRET: "a-secret-of-forty-characters-or-so-it-is", SESSION_KEY: "a-key-of-forty-characters-or-so-this-one" };

/** @param withKeys they prove themselves as the page's last section has it */
export async function openHouse({ withKeys = false } = {}): Promise<House> {
	const { folder, here, origin, write, [Symbol.asyncDispose]: end } = await following();
	const [issuer, app] = [origin(4000), origin(5173)];
	const put = (file: string, content: string) => {
		write(file, content);
		return join(folder, file);
	};
	const written = page.blocks.filter(({ language }) => language === "json").map(({ code }) => JSON.parse(here(code)));
	/** What a client proves itself with; the page says of Apache by itself what is new. */
	const proof = ({
		token_endpoint_auth_method: method,
		redirect_uris: [callback],
	}: ClientMetadata & { readonly redirect_uris: readonly string[] }) => {
		if (method === "none") return {};
		if (!withKeys) return { client_secret: secrets.SSO_SECRET };
		const changes = written.filter(({ client_id }) => client_id === undefined);
		return changes.find(({ jwks_uri }) => jwks_uri.startsWith(callback)) ?? changes[0];
	};
	const clients = written.filter(({ client_id }) => client_id !== undefined).map((client) => ({ ...client, ...proof(client) }));
	const port = Number(new URL(issuer).port);
	const config = {
		issuer,
		listen: { port },
		store: { url: "sqlite::memory:" },
		clients,
		users: [{ ...alice, email_verified: true }],
	};
	const server = await startServer(put("gatehouse.json", JSON.stringify(config)), port);
	return {
		issuer,
		app,
		behind: origin(3000),
		secrets,
		folder,
		put,
		write(file, which = 0) {
			const block = page.blocks.filter((one) => one.file === file)[which];
			if (block === undefined) throw new Error(`${page.path} has no ${file}`);
			return put(file, here(block.code).replaceAll("/etc/apache2", folder));
		},
		async [Symbol.asyncDispose]() {
			await server.kill();
			await end();
		},
	};
}
