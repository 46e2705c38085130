import { createHash } from "node:crypto";

export const issuer = "https://auth.acme.test";
export const orders = "https://orders.acme.test";
export const crm = "https://crm.acme.test";

const tokenEndpoint = `${issuer}/token`;

type Handler = (form: URLSearchParams, url: string) => Response | Promise<Response>;

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

/** What an ID token may not be signed with, it is not: the page reads it from the token endpoint itself. */
export function jwt(claims: Record<string, unknown>, header: Record<string, unknown> = { alg: "RS256" }): string {
	return [header, claims, "signature"].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

export function atHash(accessToken: string): string {
	return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}

/** An issuer of a few lines, behind a `fetch`. What it answers may be changed while it runs; it writes down what it was asked. */
export class FakeIssuer {
	/** Its clock, in milliseconds since 1970. */
	now = Date.parse("2026-11-20T12:00:00Z");
	signedIn: string | undefined = "alice";
	generation = 0;
	readonly asked: { readonly url: string; readonly form: URLSearchParams; readonly cache: RequestCache | undefined }[] = [];
	metadata: Record<string, unknown> = {
		issuer,
		authorization_endpoint: `${issuer}/authorize`,
		token_endpoint: tokenEndpoint,
		revocation_endpoint: `${issuer}/revoke`,
		end_session_endpoint: `${issuer}/end-session`,
	};
	idTokenClaims: (claims: Record<string, unknown>) => Record<string, unknown> = (claims) => claims;
	/** Takes the place of the honest token endpoint. */
	atToken: Handler = (form) => this.honestToken(form);
	/** Where nobody reaches it. */
	down = false;
	readonly #codes = new Map<string, URLSearchParams>();
	#tokens = 0;

	readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
		const form = init.body instanceof URLSearchParams ? init.body : new URLSearchParams();
		this.asked.push({ url: String(url), form, cache: init.cache });
		if (this.down) throw new TypeError("fetch failed");
		if (String(url).endsWith("/.well-known/openid-configuration")) return Response.json(this.metadata);
		if (url === tokenEndpoint) return this.atToken(form, url);
		return new Response(null, { status: String(url) === `${issuer}/revoke` ? 200 : 404 });
	};

	/** The forms that came to the token endpoint. */
	get tokenForms(): readonly URLSearchParams[] {
		return this.asked.filter(({ url }) => url === tokenEndpoint).map(({ form }) => form);
	}

	/** What the browser is sent back to from an authorization URL. */
	authorize(href: string, change: Record<string, string | undefined> = {}): string {
		const asked = new URL(href).searchParams;
		const code = `code-${++this.#tokens}`;
		this.#codes.set(code, asked);
		const back = new URL(asked.get("redirect_uri")!);
		const refused = asked.get("prompt") === "none" && this.signedIn === undefined;
		const answer = { ...(refused ? { error: "login_required" } : { code }), state: asked.get("state")!, iss: issuer, ...change };
		for (const [name, value] of Object.entries(answer)) if (value !== undefined) back.searchParams.set(name, value);
		return back.href;
	}

	honestToken(form: URLSearchParams): Response {
		const headers = { date: new Date(this.now).toUTCString() };
		const refuse = (error: string) => Response.json({ error, trace_id: "trace-1" }, { status: 400, headers });
		let nonce: string | undefined;
		if (form.get("grant_type") === "authorization_code") {
			const asked = this.#codes.get(form.get("code") ?? "");
			this.#codes.delete(form.get("code") ?? "");
			if (!asked || asked.get("code_challenge") !== sha256(form.get("code_verifier") ?? "")) return refuse("invalid_grant");
			this.generation = 0;
			nonce = asked.get("nonce")!;
		} else if (form.get("refresh_token") !== `refresh-${this.generation}`) return refuse("invalid_grant");
		const accessToken = `access-${++this.#tokens}`;
		const seconds = Math.floor(this.now / 1000);
		const times = { iat: seconds, exp: seconds + 3600, auth_time: seconds - 60 };
		const about = { name: "Alice Example", email: "alice@acme.test", email_verified: true, secret: "not for the page" };
		const claims = { iss: issuer, aud: "shop", sub: this.signedIn, ...times, nonce, at_hash: atHash(accessToken), ...about };
		return Response.json(
			{
				access_token: accessToken,
				token_type: "Bearer",
				expires_in: 600,
				scope: "orders.read",
				refresh_token: `refresh-${++this.generation}`,
				id_token: jwt(this.idTokenClaims(claims)),
			},
			{ headers },
		);
	}
}
