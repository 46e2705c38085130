import { createHash, randomBytes } from "node:crypto";
import { expect } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { type Folder, type Server, scratchFolder, startServer } from "../process.ts";

const password = "correct horse battery staple";
const form = { "content-type": "application/x-www-form-urlencoded" };
const secret = "portal-secret-portal-secret-portal";
const redirect = "https://portal.company.test/cb";

/** The configuration of one client and one person. @param about what the client has beside that */
export function configure(folder: Folder, port: number, about: object = {}): string {
	return folder.write(
		"gatehouse.json",
		JSON.stringify({
			issuer: `http://127.0.0.1:${port}`,
			listen: { port },
			store: { url: "sqlite:./data/gatehouse.db" },
			masterKey: { file: "./master.key" },
			clients: [
				{
					client_id: "portal",
					client_secret: secret,
					redirect_uris: [redirect],
					grant_types: ["authorization_code", "refresh_token"],
					scope: "openid offline_access",
					first_party: true,
					...about,
				},
			],
			users: [{ username: "alice", password }],
		}),
	);
}

/** A cookie jar of one browser at one server. */
export class Jar {
	readonly #cookies = new Map<string, string>();

	async get(url: string, init: RequestInit = {}): Promise<Response> {
		const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		const answer = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
		for (const line of answer.headers.getSetCookie()) {
			const [name = "", value = ""] = (line.split(";", 1)[0] ?? "").split("=");
			this.#cookies.set(name, value);
		}
		return answer;
	}
}

/** A form post to the token endpoint by the client. */
export const exchange = (origin: string, fields: Record<string, string>) =>
	fetch(`${origin}/token`, {
		method: "POST",
		headers: { ...form, authorization: `Basic ${btoa(`portal:${secret}`)}` },
		body: new URLSearchParams(fields),
	});

export async function signIn(origin: string, jar: Jar): Promise<void> {
	const { url } = authorization(origin);
	let answer = await jar.get(url);
	answer = await jar.get(new URL(answer.headers.get("location")!, origin).href);
	const page = await answer.text();
	const hidden = Object.fromEntries(
		[...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]+)"/g)].map(([, name, value]) => [name!, value!]),
	);
	answer = await jar.get(`${origin}/login`, {
		method: "POST",
		headers: form,
		body: new URLSearchParams({ ...hidden, username: "alice", password }),
	});
	expect(answer.status).toBe(303);
}

export function authorization(origin: string): { readonly url: string; readonly verifier: string } {
	const verifier = randomBytes(32).toString("base64url");
	const query = new URLSearchParams({
		response_type: "code",
		client_id: "portal",
		redirect_uri: redirect,
		scope: "openid offline_access",
		code_challenge: createHash("sha256").update(verifier).digest("base64url"),
		code_challenge_method: "S256",
	});
	return { url: `${origin}/authorize?${query}`, verifier };
}

/** How the client redeems the code that an answer brought. */
export function codeFieldsOf(answer: Response, verifier: string): Record<string, string> {
	const code = new URL(answer.headers.get("location")!).searchParams.get("code")!;
	return { grant_type: "authorization_code", code, redirect_uri: redirect, code_verifier: verifier };
}

/** One family, as its client knows it: every answer that arrived, and whether it asked to end it. */
interface Journal {
	readonly codeFields: Record<string, string>;
	readonly answered: string[];
	/** Whether its end was asked for, and whether that was answered: asked for alone, it may be there or not (I15). */
	asked: boolean;
	revoked: boolean;
}

/** Walks families until the server dies under it; what was not answered is simply not known. */
async function load(server: Server, jar: Jar, journals: Journal[]): Promise<void> {
	for (;;) {
		try {
			const { url, verifier } = authorization(server.origin);
			const answer = await jar.get(url);
			const journal: Journal = {
				codeFields: codeFieldsOf(answer, verifier),
				answered: [],
				asked: false,
				revoked: false,
			};
			const first = await exchange(server.origin, journal.codeFields);
			journal.answered.push((await first.json()).refresh_token);
			journals.push(journal);
			for (let step = 0; step < 3; step++) {
				const next = await exchange(server.origin, { grant_type: "refresh_token", refresh_token: journal.answered.at(-1)! });
				journal.answered.push((await next.json()).refresh_token);
			}
			if (journals.length % 5 === 0) {
				journal.asked = true;
				const ended = await fetch(`${server.origin}/revoke`, {
					method: "POST",
					headers: { ...form, authorization: `Basic ${btoa(`portal:${secret}`)}` },
					body: new URLSearchParams({ token: journal.answered.at(-1)! }),
				});
				if (ended.ok) journal.revoked = true;
			}
		} catch {
			return;
		}
	}
}

/**
 * Kills a server under load, again and again, and asks afterwards whether everything that was answered is true: what was
 * issued works, what was revoked does not, what was used is used up, and the session is alive.
 */
export async function killUnderLoad(rounds: number): Promise<void> {
	using folder = scratchFolder();
	const port = await freePort();
	const config = configure(folder, port);
	const jar = new Jar();
	const journals: Journal[] = [];
	for (let round = 0; round < rounds; round++) {
		await using server = await startServer(config, port);
		if (round === 0) await signIn(server.origin, jar);
		const before = journals.length;
		const walking = Array.from({ length: 8 }, () => load(server, jar, journals));
		await new Promise((done) => setTimeout(done, 400 + Math.random() * 400));
		await server.kill();
		await Promise.all(walking);
		expect(journals.length).toBeGreaterThan(before);
	}

	await using server = await startServer(config, port);
	// The session survived every crash: a new flow asks for no password.
	expect((await jar.get(authorization(server.origin).url)).headers.get("location")).toContain("code=");
	let living = 0;
	for (const journal of journals) {
		const answer = await exchange(server.origin, { grant_type: "refresh_token", refresh_token: journal.answered.at(-1)! });
		if (journal.revoked) {
			expect(answer.status, "an acknowledged revocation").toBe(400);
			continue;
		}
		if (journal.asked) continue;
		expect(answer.status, `the newest refresh token that its client holds: ${JSON.stringify(await answer.clone().json())}`).toBe(200);
		living++;
	}
	expect(living).toBeGreaterThan(0);
	// A code that was redeemed before a crash is used up after it, and its second use ends the family (D2).
	const used = journals.find((journal) => !journal.asked)!;
	expect((await (await exchange(server.origin, used.codeFields)).json()).error).toBe("invalid_grant");
	expect((await (await exchange(server.origin, { grant_type: "refresh_token", refresh_token: used.answered.at(-1)! })).json()).error).toBe(
		"invalid_grant",
	);
}
