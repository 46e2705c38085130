import { parseJsonObject } from "@gatehouse/protocol";
import { client as clientShape } from "../config/client.ts";
import { type ClientSurroundings, clientFaults, hasSecret, resolveResource } from "../model/index.ts";
import { createGuard } from "../outbound/index.ts";
import { askSome, askText, askWhether, askWhich, type Choice } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { configurationOf, hasStore, onStore } from "./on-store.ts";
import { readForm } from "./read-form.ts";
import type { Input } from "./verb.ts";

/** What kinds of app there are, and what is settled by that (RFC 7591 §2, RFC 8252, RFC 9700). */
const kinds = {
	web: {
		label: "A web app with a server",
		hint: "it keeps a secret, or a key",
		metadata: { grant_types: ["authorization_code", "refresh_token"] },
		scope: "openid profile email offline_access",
		example: "https://app.company.com/callback",
	},
	spa: {
		label: "A single-page app",
		hint: "it runs in the browser and can keep no secret",
		metadata: { token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"] },
		scope: "openid profile email",
		example: "https://app.company.com/callback",
	},
	native: {
		label: "A mobile, desktop or command-line app",
		hint: "it can keep no secret",
		metadata: { application_type: "native", token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"] },
		scope: "openid profile email offline_access",
		example: "com.company.app:/callback",
	},
	service: {
		label: "A service",
		hint: "a program that works with nobody present",
		metadata: { grant_types: ["client_credentials"] },
		scope: undefined,
		example: undefined,
	},
	api: {
		label: "An API",
		hint: "it only asks whether a token is alive",
		metadata: { grant_types: [] },
		scope: undefined,
		example: undefined,
	},
} as const;

/**
 * A client, asked for question by question on a terminal; whatever else there is to say about one, a file says.
 *
 * @returns its metadata, as a file would have it
 */
export async function askNewClient(input: Input, context: CommandContext): Promise<object> {
	const around = await surroundings(input, context);
	const choices = Object.entries(kinds).map(([value, { label, hint }]) => ({ value, label, hint }));
	const kind = kinds[(await askWhich(context, "What is it?", choices)) as keyof typeof kinds];
	const why = (written: object) => whyNot({ ...kind.metadata, ...written }, around, context);
	const client_name = await askText(context, "Its name, as people read it", {
		validate: (typed) => (typed === "" ? "It needs a name" : why({ client_name: typed })),
	});
	const client_id = await askText(context, "Its client_id", {
		initialValue: idFrom(client_name),
		validate: (typed) => (around.taken.has(typed) ? "There is such a client already" : why({ client_id: typed })),
	});
	const proof = "token_endpoint_auth_method" in kind.metadata ? {} : await askProof(context, why);
	const begun = { client_id, client_name, ...kind.metadata, ...proof };
	if (kind.example === undefined)
		return { ...begun, ...(kind === kinds.service && scopeOf([...(await askScopes(context, around, "What may it do?"))])) };
	const redirects = await askText(context, "Its redirect URIs, with blanks between them", {
		placeholder: kind.example,
		validate: (typed) => why({ redirect_uris: listed(typed) }),
	});
	const scopes = await askScopes(context, around, "Which APIs may it call for people?");
	const first_party = await askWhether(context, "Is it your own, so that people are not asked whether it may?");
	return {
		...begun,
		redirect_uris: listed(redirects),
		...(scopes.length > 0 && scopeOf([kind.scope, ...scopes])),
		...(first_party && { first_party }),
	};
}

/** How a client that can keep something proves itself: by a secret that it is given, or by what it signs (RFC 7523 §2.2). */
async function askProof(context: CommandContext, why: (written: object) => string | undefined): Promise<object> {
	const method = await askWhich(context, "How does it prove itself?", [
		{ value: "client_secret_basic", label: "By a secret", hint: "one is made, and shown once" },
		{ value: "private_key_jwt", label: "By what it signs", hint: "its private key never leaves it" },
	]);
	if (method !== "private_key_jwt") return {};
	const keys = await askText(context, "Its public keys: the JWK set itself, or the address where it publishes them", {
		placeholder: "https://app.company.com/jwks.json",
		validate: (typed) => {
			const read = publicKeys(typed);
			return read ? why({ token_endpoint_auth_method: method, ...read }) : "This is neither a JWK set nor an address";
		},
	});
	return { token_endpoint_auth_method: method, ...publicKeys(keys) };
}

/** A JWK set as it was pasted, one key alone too; else an address. */
function publicKeys(typed: string): { readonly jwks: object } | { readonly jwks_uri: string } | undefined {
	if (!typed.startsWith("{")) return typed === "" ? undefined : { jwks_uri: typed };
	const read = parseJsonObject(typed);
	return read && { jwks: "kty" in read ? { keys: [read] } : read };
}

interface Surroundings extends ClientSurroundings {
	readonly scopes: readonly Choice[];
	/** The ids there are. */
	readonly taken: ReadonlySet<string>;
}

async function surroundings(input: Input, context: CommandContext): Promise<Surroundings> {
	const { grantTypes, authMethods } = context.supported;
	const { loopback, outbound } = await configurationOf(input, context);
	const whyNotCalled = createGuard({ loopback, allow: outbound.allow }).whyNot;
	const none = { grantTypes, authMethods, secrets: 1, scopes: [], apiScopes: new Set<string>(), taken: new Set<string>(), whyNotCalled };
	if (!(await hasStore(input, context))) return none;
	return onStore(input, context, async ({ resources, clients }) => {
		const scopes = (await resources.all())
			.map(resolveResource)
			.flatMap((resource) =>
				[...resource.scopes].map(([value, { description }]) => ({ value, label: `${value}: ${description} (${resource.name})` })),
			);
		return {
			...none,
			scopes,
			apiScopes: new Set(scopes.map(({ value }) => value)),
			taken: new Set((await clients.all()).map(({ id }) => id)),
		};
	});
}

/** The first thing that is wrong with what was typed so far: its form, or what it contradicts. */
function whyNot(written: Record<string, unknown>, around: Surroundings, context: CommandContext): string | undefined {
	const asked = Object.keys(written);
	try {
		const metadata = readForm(clientShape, { client_id: "new", ...written }, context);
		const secrets = hasSecret(metadata) ? 1 : 0;
		const fault = clientFaults(metadata, { ...around, secrets }).find(({ field }) => asked.includes(field.replace(/\[.*/, "")));
		return fault && `${fault.field} ${fault.text}`;
	} catch (error) {
		return (error as Error).message;
	}
}

async function askScopes(context: CommandContext, { scopes }: Surroundings, message: string): Promise<readonly string[]> {
	return scopes.length === 0 ? [] : askSome(context, message, scopes);
}

const scopeOf = (names: readonly string[]) => (names.length === 0 ? {} : { scope: names.join(" ") });
const listed = (typed: string) => typed.split(/[\s,]+/).filter(Boolean);
const idFrom = (name: string) =>
	name
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, "-")
		.replaceAll(/^-|-$/g, "");
