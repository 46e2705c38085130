import { AuthError } from "../client/auth-error.ts";
import { createClient } from "../client/client.ts";
import { platform, type World } from "../client/world.ts";
import type { AccessToken, TokenOptions } from "../core/access-token.ts";
import { authorizedFetch } from "../core/authorized-fetch.ts";
import { resourceOf } from "../core/resources.ts";
import type { Machine } from "./machine.ts";
import { checkMachineOptions, checkTokenOptions, type MachineOptions } from "./options.ts";
import { createTokenSource, type TokenSource } from "./token-source.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** Seconds. Time enough for a slow call. */
const usualTtl = 30;
/** Resources and scopes that are remembered. Whoever calls more APIs than that, by addresses of strangers perhaps, asks for some again. */
const most = 1_000;

/**
 * A program that calls APIs in its own name, without a person: client credentials (RFC 6749 §4.4), one token for each resource and scope, in
 * memory alone, and never a refresh token. Nothing is fetched before the first token is needed, no timer keeps the process alive. Throws
 * one `AuthError` (`invalid_option`) that names every wrong option.
 *
 * @example
 * const auth = createMachine({ issuer: "https://auth.acme.test", clientId: "billing-job", clientAuth: env("SSO_SECRET") });
 * const answer = await auth.fetch("https://orders.acme.test/orders");
 */
export function createMachine(options: MachineOptions): Machine {
	checkMachineOptions(options);
	const { fetch = platform.fetch as typeof globalThis.fetch, now = platform.wall } = options;
	return createMachineIn(options, { ...platform, fetch, wall: now });
}

/** The same in a world of the caller's own. */
export function createMachineIn(options: MachineOptions, world: World & { readonly fetch: typeof globalThis.fetch }): Machine {
	const { issuer, clientId, clientAuth, resources = {} } = options;
	const client = createClient({ issuer, clientId, clientAuth, world });
	const sources = new Map<string, TokenSource>();

	function sourceOf(resource: string, scope: string | undefined): TokenSource {
		const name = `${resource} ${scope?.split(" ").toSorted().join(" ") ?? ""}`;
		const known = sources.get(name);
		if (known) return known;
		const [oldest] = sources.keys();
		if (oldest !== undefined && sources.size >= most) sources.delete(oldest);
		const source = createTokenSource(() => client.clientCredentials({ resource, scope }), world);
		sources.set(name, source);
		return source;
	}

	async function token(wanted: TokenOptions, refused?: string): Promise<AccessToken> {
		checkTokenOptions(wanted);
		const { resource, scope = resources[resource]?.scope, minTtl = usualTtl } = wanted;
		return sourceOf(resource, scope)({ minTtl, refused });
	}

	async function tokenFor(url: URL, refused?: string): Promise<AccessToken> {
		const resource = resourceOf(url, resources);
		if (resource === undefined) throw new AuthError("insecure_url", `No token is sent to ${url.origin}: it is not https.`);
		return token({ resource }, refused);
	}

	return Object.freeze({
		token: (wanted: TokenOptions) => token(wanted),
		async fetch(input: string | URL | Request, init?: RequestInit) {
			const target = input instanceof Request ? input : URL.parse(String(input));
			if (target === null) throw new AuthError("invalid_option", "fetch() takes a whole URL: https://orders.acme.test/orders.");
			const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
			signal?.throwIfAborted();
			const call = authorizedFetch((url, refused) => unlessAborted(signal, tokenFor(url, refused)), world.fetch);
			return call(target, init?.body ? { ...init, body: readOnce(init.body) } : init);
		},
	});
}

/** What only Node's fetch takes, a body that is made while it is read, as the stream that it is elsewhere: it cannot be sent again. */
function readOnce(body: BodyInit): BodyInit {
	const isMade = !(body instanceof ReadableStream) && Symbol.asyncIterator in Object(body);
	return isMade ? new Response(body).body! : body;
}
