import { createHash, randomBytes } from "node:crypto";
import type { Arrival, Browser } from "./browser.ts";
import { type Provider, type Tokens, type Tour, tokensIn } from "./tour.ts";
import { type Answer, type ClientIdentity, post } from "./wire.ts";

export interface Wish {
	readonly client: ClientIdentity;
	readonly redirectUri: string;
	readonly scope: string;
	readonly resources: readonly string[];
	readonly prompt?: string;
}

/** An authorization request, and what its client must remember until the answer. */
export interface Request extends Wish {
	readonly url: URL;
	readonly codeVerifier: string;
	readonly state: string;
	readonly nonce: string;
}

const random = () => randomBytes(32).toString("base64url");

/** Makes the address to which a client sends the browser (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1). */
export function authorizationRequest(provider: Provider, wish: Wish): Request {
	const [codeVerifier, state, nonce] = [random(), random(), random()];
	const url = new URL(provider.authorizationEndpoint);
	url.search = new URLSearchParams({
		response_type: "code",
		client_id: wish.client.id,
		redirect_uri: wish.redirectUri,
		scope: wish.scope,
		state,
		nonce,
		code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
		code_challenge_method: "S256",
		...(wish.prompt !== undefined && { prompt: wish.prompt }),
	}).toString();
	for (const resource of wish.resources) url.searchParams.append("resource", resource);
	return { ...wish, url, codeVerifier, state, nonce };
}

/** Goes through whatever pages stand between the request and its answer. Returns the answer, and the names of the pages. */
export async function passPages(
	browser: Browser,
	request: Pick<Request, "url">,
	person: { readonly username: string; readonly password: string },
) {
	const pages: string[] = [];
	let at: Arrival = await browser.open(request.url);
	while (at.page) {
		const { kind } = at.page;
		pages.push(kind);
		if (pages.length > 5) throw new Error(`There is no end to the pages: ${pages.join(", ")}.`);
		if (kind === "login") {
			at = await browser.submit(at.page, "login-submit", { username: person.username, password: person.password });
		} else if (kind === "continue") at = await browser.submit(at.page, "continue-submit");
		else if (kind === "consent") at = await browser.submit(at.page, "consent-allow");
		else throw new Error(`The page “${kind}” was not expected here.`);
	}
	return { answer: at.left, pages };
}

/** Checks the answer as a client must before it uses the code, and returns the code. */
export function codeIn({ walk }: Tour, provider: Provider, request: Request, answer: URL): string {
	const { origin, pathname, searchParams } = answer;
	walk.check(
		"the answer came to the registered address, character by character",
		"RFC 9700 §2.1",
		origin + pathname === request.redirectUri,
	);
	walk.check("state is the one this browser was sent with", "RFC 6749 §10.12", searchParams.get("state") === request.state);
	walk.check(
		"iss names the provider that was asked, so no other can slip in its answer",
		"RFC 9207 §2.4",
		searchParams.get("iss") === provider.issuer,
	);
	const code = searchParams.get("code") ?? "";
	walk.check("there is a code, and no token, in the address", "RFC 9700 §2.1.2", code !== "" && !searchParams.has("access_token"));
	return code;
}

/** Redeems a code (RFC 6749 §4.1.3); `resource` says which API the token is for (RFC 8707 §2.2). */
export function redeem({ walk }: Tour, provider: Provider, request: Request, code: string, resource?: string): Promise<Answer> {
	return post(walk, provider.tokenEndpoint, request.client, [
		["grant_type", "authorization_code"],
		["code", code],
		["redirect_uri", request.redirectUri],
		["code_verifier", request.codeVerifier],
		...(resource === undefined ? [] : [["resource", resource] as const]),
	]);
}

/** Refreshes (RFC 6749 §6). */
export function refresh(
	{ walk }: Tour,
	provider: Provider,
	client: ClientIdentity,
	refreshToken: string,
	resource?: string,
): Promise<Answer> {
	return post(walk, provider.tokenEndpoint, client, [
		["grant_type", "refresh_token"],
		["refresh_token", refreshToken],
		...(resource === undefined ? [] : [["resource", resource] as const]),
	]);
}

/** A whole sign-in of which only the tokens matter. */
export async function signIn(
	tour: Tour,
	provider: Provider,
	browser: Browser,
	wish: Wish,
	person: { readonly username: string; readonly password: string },
): Promise<{ readonly tokens: Tokens; readonly pages: readonly string[]; readonly request: Request; readonly code: string }> {
	const request = authorizationRequest(provider, wish);
	const { answer, pages } = await passPages(browser, request, person);
	const code = answer.searchParams.get("code") ?? "";
	const { json } = await redeem(tour, provider, request, code, wish.resources[0]);
	return { tokens: tokensIn(json), pages, request, code };
}
