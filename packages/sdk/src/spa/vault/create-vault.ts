import { idTokenClaims, refreshedIdTokenFault } from "../../core/id-token.ts";
import { sessionOf } from "../../core/session.ts";
import type { AuthErrorCode } from "../auth-error.ts";
import type { Asks, Issuer, Vault } from "./messages.ts";
import { type Form, postForm, type Said, textOf } from "./post-form.ts";
import { Refused } from "./refused.ts";
import type { World } from "./world.ts";

/** A token family: at most one refresh token of it is current. */
interface Family {
	readonly issuer: Issuer;
	readonly sub: unknown;
	refreshToken: string | undefined;
	idToken: string | undefined;
}

interface Kept {
	readonly accessToken: string;
	readonly scope: readonly string[];
	/** When it ends, on both clocks. */
	readonly steady: number;
	readonly wall: number;
}

type GivenToken = Asks["token"]["value"];
type Ask<A extends keyof Asks> = (request: Asks[A]["request"]) => Promise<Asks[A]["value"]>;

/** Milliseconds before each further try of a refresh whose answer was lost; altogether well within the window in which that is repaired. */
const pauses = [0, 500];
/** Seconds that a call may be held back because the issuer asked to wait. Longer, and it is refused. */
const longestWait = 5;

/** Seconds that an access token is used for when nobody says how long it lives (RFC 6749 §5.1). An API that refuses it sooner says so. */
const usualLifetime = 3600;

/** What the token endpoint's refusals are called here; `invalid_grant` is judged where it is known what was presented. */
const wireCodes: readonly string[] = ["invalid_request", "invalid_client", "unauthorized_client", "invalid_scope", "invalid_target"];

/**
 * Holds the tokens of one session, and gives out access tokens alone. It runs in a worker of its own, whose memory no script of the page
 * can read, or in a closure where the page allows no such worker.
 */
export function createVault(world: World): Vault {
	let family: Family | undefined;
	const tokens = new Map<string, Kept>();
	/** Until when, on the steady clock, the issuer wants to be left alone. */
	let quietUntil = 0;
	/** The family's line: each refresh spends the token that the one before brought. */
	let line: Promise<unknown> = Promise.resolve();

	const asks: { readonly [A in keyof Asks]: Ask<A> } = {
		async redeem({ from, code, redirectUri, transaction }) {
			// A code is not sent twice, whatever becomes of the answer: the second would end what the first began. The resource is the issuer,
			// so that the token that comes with it is for userinfo, and good for no API.
			const { verifier } = transaction;
			const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier, resource: from.issuer };
			const { idToken, refreshToken, accessToken, date, traceId } = granted(await post(from, form), "the code");
			const claims = await idTokenClaims(idToken, { ...transaction, ...from, accessToken, date, digest: world.digest });
			if (typeof claims === "string") throw new Refused("id_token_refused", claims, traceId);
			family = { issuer: from, sub: claims["sub"], refreshToken, idToken };
			tokens.clear();
			return sessionOf(claims);
		},

		async token(request) {
			const of = family;
			if (!of) throw new Refused("not_signed_in", "Nobody is signed in.");
			return (
				kept(request) ??
				inLine(async () => {
					if (family !== of) throw ended();
					return kept(request) ?? given(await refresh(of, request), true);
				})
			);
		},

		async end() {
			const of = family;
			forget();
			if (!of) return undefined;
			await inLine(() => revoke(of)).catch(() => undefined);
			return of.idToken;
		},
	};

	const post = ({ token, clientId }: Issuer, form: Form, url = token) => postForm(url, { ...form, client_id: clientId }, world);

	function forget(): void {
		family = undefined;
		tokens.clear();
	}

	function inLine<T>(work: () => Promise<T>): Promise<T> {
		const mine = line.then(work);
		line = mine.catch(() => undefined);
		return mine;
	}

	/** A token in memory that is good for as long as it is needed, and not the one that was refused. */
	function kept({ resource, scope, minTtl, refused }: Asks["token"]["request"]): GivenToken | undefined {
		const found = tokens.get(nameOf(resource, scope));
		if (!found || found.accessToken === refused) return undefined;
		const answer = given(found, false);
		return answer.expiresIn > minTtl ? answer : undefined;
	}

	/**
	 * The steady clock may stand still while the machine sleeps, the other may be set to anything: the one that leaves less is believed.
	 * When that is wrong, it costs one refresh.
	 */
	function given({ accessToken, scope, steady, wall }: Kept, fresh: boolean): GivenToken {
		const left = Math.min(steady - world.steady(), wall - world.wall());
		return { accessToken, scope, expiresIn: Math.floor(left / 1000), fresh };
	}

	/** RFC 6749 §6. A lost answer is asked for again with the same token, for which the issuer has the same successor (D1). */
	async function refresh(of: Family, { resource, scope }: Asks["token"]["request"]): Promise<Kept> {
		const { issuer, refreshToken } = of;
		if (!refreshToken) throw new Refused("unauthorized_client", "No refresh token came: the client needs the grant type `refresh_token`.");
		const form = { grant_type: "refresh_token", refresh_token: refreshToken, resource, scope };
		const said = await patiently(() => post(issuer, form));
		// Only this family's own end is one: another may have taken its place while the answer was under way.
		if (said.body["error"] === "invalid_grant" && family === of) forget();
		const { accessToken, lifetime, idToken = of.idToken, traceId, ...more } = granted(said, `a token for ${resource}`);
		const fault = idToken && refreshedIdTokenFault(idToken, { ...issuer, sub: of.sub });
		if (fault) throw new Refused("id_token_refused", fault, traceId);
		of.refreshToken = more.refreshToken ?? refreshToken;
		of.idToken = idToken;
		const ends = { steady: world.steady() + lifetime, wall: world.wall() + lifetime };
		const fresh = { accessToken, scope: (more.scope ?? scope ?? "").split(" "), ...ends };
		if (family !== of) throw ended();
		tokens.set(nameOf(resource, scope), fresh);
		return fresh;
	}

	async function patiently(send: () => Promise<Said>): Promise<Said> {
		for (let tries = 0; ; tries++) {
			const quiet = quietUntil - world.steady();
			if (quiet > longestWait * 1000)
				throw new Refused("temporarily_unavailable", `The issuer asks to wait (${Math.ceil(quiet / 1000)} seconds).`);
			if (quiet > 0) await world.sleep(quiet);
			try {
				return await send();
			} catch (error) {
				if (!(error instanceof Refused)) throw error;
				quietUntil = world.steady() + error.retryAfter * 1000;
				const pause = pauses[tries];
				if (pause === undefined || (error.code === "temporarily_unavailable" && error.retryAfter === 0)) throw error;
				await world.sleep(pause);
			}
		}
	}

	async function revoke({ issuer, refreshToken }: Family): Promise<void> {
		const { revocation } = issuer;
		if (revocation && refreshToken) await post(issuer, { token: refreshToken, token_type_hint: "refresh_token" }, revocation);
	}

	return async (ask, request) => {
		try {
			return { value: await asks[ask](request) };
		} catch (error) {
			const { code, message, traceId } = error instanceof Refused ? error : new Refused("issuer_unreachable", String(error));
			return { fault: { code, message, traceId } };
		}
	};
}

const ended = () => new Refused("not_signed_in", "The session ended meanwhile.");

const nameOf = (resource: string, scope = "") => `${resource} ${scope}`;

/** What is in the answer, if it is a token response (RFC 6749 §5.1). */
function granted({ ok, body, date, traceId }: Said, what: string) {
	const accessToken = textOf(body["access_token"]);
	const { expires_in: expiresIn = usualLifetime, error, error_description: description } = body;
	if (ok && accessToken)
		return {
			accessToken,
			lifetime: typeof expiresIn === "number" ? expiresIn * 1000 : 0,
			refreshToken: textOf(body["refresh_token"]),
			idToken: textOf(body["id_token"]),
			scope: textOf(body["scope"]),
			date,
			traceId,
		};
	// A page of some proxy on the way, or of the network's own sign-in, says nothing about the session.
	if (typeof error !== "string") throw new Refused("issuer_unreachable", "What answered is no token endpoint.");
	if (error === "invalid_grant") throw new Refused("session_expired", "The issuer has ended the session.", traceId);
	const code = wireCodes.includes(error) ? (error as AuthErrorCode) : "invalid_request";
	throw new Refused(code, `The issuer refused ${what}: ${textOf(description) ?? error}.`, traceId);
}
