import { hash } from "node:crypto";
import type { Authenticate } from "./clients.ts";
import { open, seal, secret } from "./secrets.ts";
import type { FloorSettings } from "./settings.ts";
import type { Signer } from "./signing.ts";
import type { FloorStore } from "./store.ts";

/** What is sent back. */
export interface Reply {
	readonly status: number;
	readonly json?: string;
	readonly location?: string;
	readonly cookie?: string;
}

/** A code is its grant, sealed: it costs a row only when it is used. */
interface Code {
	readonly client: string;
	readonly subject: string;
	readonly authTime: number;
	readonly expires: number;
	readonly challenge: string;
	readonly nonce: string | undefined;
	readonly scope: string;
	readonly forApi: boolean;
}

/** What a kept token says. */
interface Grant {
	readonly client: string;
	readonly subject: string;
	readonly authTime: number;
	readonly scope: string;
}

const HOUR = 3600;
const FORTNIGHT = 1_209_600;

const json = (value: unknown): Reply => ({ status: 200, json: JSON.stringify(value) });
const refuse = (error: string, status = 400): Reply => ({ status, json: JSON.stringify({ error }) });
const seconds = (): number => Math.floor(Date.now() / 1000);

/** The endpoints over their ground. */
export function makeEndpoints(settings: FloorSettings, store: FloorStore, signer: Signer, authenticate: Authenticate) {
	const { issuer, registration } = settings;
	const everything = `openid profile email offline_access ${registration.apiScope}`;

	const accessToken = (subject: string, client: string, now: number) =>
		signer.accessToken({
			iss: issuer,
			sub: subject,
			aud: registration.api,
			client_id: client,
			scope: registration.apiScope,
			iat: now,
			exp: now + HOUR,
			jti: secret(16),
		});
	const idToken = (grant: Grant, now: number, nonce?: string) =>
		signer.idToken({ iss: issuer, sub: grant.subject, aud: grant.client, nonce, auth_time: grant.authTime, iat: now, exp: now + HOUR });
	const tokens = (access: string, id: string, refresh: string, scope: string): Reply =>
		json({ access_token: access, token_type: "Bearer", expires_in: HOUR, scope, id_token: id, refresh_token: refresh });

	async function redeem(client: string, form: URLSearchParams): Promise<Reply> {
		const now = seconds();
		const code = open<Code>(form.get("code") ?? "");
		const challenge = hash("sha256", form.get("code_verifier") ?? "", "base64url");
		const redirectUri = form.get("redirect_uri");
		if (!code || code.value.client !== client || code.value.expires < now || redirectUri !== registration.redirectUri)
			return refuse("invalid_grant");
		if (code.value.challenge !== challenge) return refuse("invalid_grant");
		const { subject, authTime, scope, nonce, forApi } = code.value;
		const grant: Grant = { client, subject, authTime, scope };
		const data = JSON.stringify(grant);
		const number = store.nextId();
		const refresh = store.newToken("refresh", now, FORTNIGHT, number, data);
		const opaque = forApi ? undefined : store.newToken("opaque access", now, HOUR, number, data);
		const [access, id, won] = await Promise.all([
			opaque?.token ?? accessToken(subject, client, now),
			idToken(grant, now, nonce),
			store.write(() => {
				if (!store.useCode(code.id, code.value.expires)) return false;
				refresh.insert();
				opaque?.insert();
				return true;
			}),
		]);
		return won ? tokens(access, id, refresh.token, scope) : refuse("invalid_grant");
	}

	async function refresh(client: string, form: URLSearchParams): Promise<Reply> {
		const now = seconds();
		const old = store.findToken(form.get("refresh_token") ?? "", "refresh", now);
		if (!old || old.used) return refuse("invalid_grant");
		const grant = JSON.parse(old.data) as Grant;
		if (grant.client !== client) return refuse("invalid_grant");
		const next = store.newToken("refresh", now, FORTNIGHT, old.grant, old.data);
		const [access, id, won] = await Promise.all([
			accessToken(grant.subject, client, now),
			idToken(grant, now),
			store.write(() => {
				if (!store.useToken(old.id)) return false;
				next.insert();
				return true;
			}),
		]);
		return won ? tokens(access, id, next.token, grant.scope) : refuse("invalid_grant");
	}

	return {
		async token(authorization: string | undefined, form: URLSearchParams): Promise<Reply> {
			const client = authenticate(authorization);
			if (client === undefined) return refuse("invalid_client", 401);
			switch (form.get("grant_type")) {
				case "client_credentials": {
					const scope = form.get("scope") ?? "";
					return json({ access_token: await accessToken(client, client, seconds()), token_type: "Bearer", expires_in: HOUR, scope });
				}
				case "authorization_code":
					return redeem(client, form);
				case "refresh_token":
					return refresh(client, form);
				default:
					return refuse("unsupported_grant_type");
			}
		},

		introspect(authorization: string | undefined, form: URLSearchParams): Reply {
			if (authenticate(authorization) === undefined) return refuse("invalid_client", 401);
			const kept = store.findToken(form.get("token") ?? "", "opaque access", seconds());
			if (!kept) return json({ active: false });
			const { subject, client, scope } = JSON.parse(kept.data) as Grant;
			const { expires } = kept;
			return json({
				active: true,
				sub: subject,
				client_id: client,
				scope,
				exp: expires,
				iat: expires - HOUR,
				iss: issuer,
				token_type: "Bearer",
			});
		},

		userinfo(authorization: string | undefined): Reply {
			const kept = store.findToken((authorization ?? "").slice("Bearer ".length), "opaque access", seconds());
			if (!kept) return refuse("invalid_token", 401);
			const { subject } = JSON.parse(kept.data) as Grant;
			return { status: 200, json: `{"sub":${JSON.stringify(subject)},${store.findClaims(subject).slice(1)}` };
		},

		async authorize(cookies: string | undefined, query: URLSearchParams): Promise<Reply> {
			const now = seconds();
			const client = query.get("client_id");
			const challenge = query.get("code_challenge");
			const known = client === registration.clients.web.id && query.get("redirect_uri") === registration.redirectUri;
			const proper = query.get("response_type") === "code" && query.get("code_challenge_method") === "S256" && challenge?.length === 43;
			if (!known || !proper) return refuse("invalid_request");

			const sent = /(?:^|; )sid=(\d+\.[\w-]{43})/.exec(cookies ?? "")?.[1];
			let session = sent === undefined ? undefined : store.findSession(sent, now);
			let cookie: string | undefined;
			if (!session) {
				// The trivial interaction: whoever is named is signed in and allows everything.
				session = { subject: query.get("login_hint") ?? "nobody", authTime: now };
				cookie = `sid=${await store.startSession(session.subject, client, everything, now)}; path=/; httponly; samesite=lax`;
			}
			const granted = store.findConsent(session.subject, client).split(" ");
			const scope = query.get("scope") ?? "";
			if (!scope.split(" ").every((each) => granted.includes(each))) return refuse("consent_required", 403);

			const code: Code = {
				client,
				subject: session.subject,
				authTime: session.authTime,
				expires: now + 60,
				challenge,
				nonce: query.get("nonce") ?? undefined,
				scope,
				forApi: query.get("resource") === registration.api,
			};
			const state = encodeURIComponent(query.get("state") ?? "");
			const location = `${registration.redirectUri}?code=${seal(code)}&state=${state}&iss=${encodeURIComponent(issuer)}`;
			return { status: 302, location, ...(cookie !== undefined && { cookie }) };
		},
	};
}
