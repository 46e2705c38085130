import { webDigest } from "../../core/digest.ts";
import { idTokenClaims } from "../../core/id-token.ts";
import { claimsIn } from "../../core/json-web-token.ts";
import { sessionOf } from "../../core/session.ts";
import type { AuthErrorCode } from "../auth-error.ts";
import type { Asks, Issuer, Vault } from "./messages.ts";
import { postForm, type Said, textOf } from "./post-form.ts";
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
	/** Milliseconds. */
	readonly lifetime: number;
	/** Both clocks when it came. */
	readonly steady: number;
	readonly wall: number;
}

type GivenToken = Asks["token"]["value"];
type Ask<A extends keyof Asks> = (request: Asks[A]["request"]) => Promise<Asks[A]["value"]>;

/** Milliseconds before each further try of a refresh whose answer was lost; altogether well within the window in which that is repaired. */
const pauses = [0, 500];
/** Seconds that a call may be held back because the issuer asked to wait. Longer, and it is refused. */
const longestWait = 5;

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

	const redeem: Ask<"redeem"> = async ({ from, code, redirectUri, verifier, nonce, maxAge }) => {
		// A code is not sent twice, whatever becomes of the answer: the second would end what the first began. The resource is the issuer,
		// so that the token that comes with it is for userinfo, and good for no API.
		const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier, resource: from.issuer };
		const said = granted(await postForm(from.token, { ...form, client_id: from.clientId }, world), "the code");
		const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken } = said.body;
		const { issuer, clientId } = from;
		const expected = { issuer, clientId, nonce, maxAge, accessToken: String(accessToken), date: said.date, digest: webDigest };
		const claims = await idTokenClaims(idToken, expected);
		if (typeof claims === "string") throw new Refused("id_token_refused", claims, said.traceId);
		family = { issuer: from, sub: claims["sub"], refreshToken: textOf(refreshToken), idToken: textOf(idToken) };
		tokens.clear();
		return sessionOf(claims);
	};

	const token: Ask<"token"> = async (request) => {
		const of = family;
		if (!of) throw new Refused("not_signed_in", "Nobody is signed in.");
		return kept(request) ?? inLine(async () => (family === of ? kept(request) : undefined) ?? given(await refresh(of, request), true));
	};

	const end: Ask<"end"> = async () => {
		const of = family;
		forget();
		if (!of) return undefined;
		await inLine(() => revoke(of)).catch(() => undefined);
		return of.idToken;
	};

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
	 * The steady clock may stand still while the machine sleeps, the other may be set to anything: the one that counts more is believed.
	 * When that is wrong, it costs one refresh.
	 */
	function given({ accessToken, scope, lifetime, steady, wall }: Kept, fresh: boolean): GivenToken {
		const age = Math.max(world.steady() - steady, world.wall() - wall);
		return { accessToken, scope, expiresIn: Math.floor((lifetime - age) / 1000), fresh };
	}

	/** RFC 6749 §6. A lost answer is asked for again with the same token, for which the issuer has the same successor (D1). */
	async function refresh(of: Family, { resource, scope }: Asks["token"]["request"]): Promise<Kept> {
		const { issuer, refreshToken } = of;
		if (family !== of) throw ended();
		if (refreshToken === undefined)
			throw new Refused("unauthorized_client", "No refresh token came: the client needs the grant type `refresh_token`.");
		const form = { grant_type: "refresh_token", refresh_token: refreshToken, resource, scope, client_id: issuer.clientId };
		const said = await patiently(() => postForm(issuer.token, form, world));
		// Only this family's own end is one: another may have taken its place while the answer was under way.
		if (said.body["error"] === "invalid_grant" && family === of) forget();
		const {
			access_token: accessToken,
			expires_in: expiresIn,
			refresh_token: successor,
			id_token: idToken,
			scope: held,
		} = granted(said, `a token for ${resource}`).body;
		// OpenID Connect Core §12.2.
		if (idToken !== undefined && claimsIn(idToken)?.["sub"] !== of.sub)
			throw new Refused("id_token_refused", "The ID token of a refresh names somebody else.");
		of.refreshToken = textOf(successor) ?? refreshToken;
		of.idToken = textOf(idToken) ?? of.idToken;
		const lifetime = (typeof expiresIn === "number" ? expiresIn : 0) * 1000;
		const clocks = { steady: world.steady(), wall: world.wall() };
		const fresh = { accessToken: String(accessToken), scope: (textOf(held) ?? scope ?? "").split(" "), lifetime, ...clocks };
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

	async function revoke({ issuer: { revocation, clientId }, refreshToken }: Family): Promise<void> {
		if (revocation === undefined || refreshToken === undefined) return;
		await postForm(revocation, { token: refreshToken, token_type_hint: "refresh_token", client_id: clientId }, world);
	}

	const asks: { readonly [A in keyof Asks]: Ask<A> } = { redeem, token, end };
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

/** The answer, if it is a token response (RFC 6749 §5.1). */
function granted(said: Said, what: string): Said {
	if (said.ok && textOf(said.body["access_token"]) !== undefined) return said;
	const { error, error_description: description } = said.body;
	// A page of some proxy on the way, or of the network's own sign-in, says nothing about the session.
	if (typeof error !== "string") throw new Refused("issuer_unreachable", "What answered is no token endpoint.");
	if (error === "invalid_grant") throw new Refused("session_expired", "The issuer has ended the session.", said.traceId);
	const code = wireCodes.includes(error) ? (error as AuthErrorCode) : "invalid_request";
	throw new Refused(code, `The issuer refused ${what}: ${textOf(description) ?? error}.`, said.traceId);
}
