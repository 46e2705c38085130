import { AuthError } from "../client/auth-error.ts";
import type { Client } from "../client/client.ts";
import { type Callback, refusalIn } from "../core/callback.ts";
import { sessionOf } from "../core/session.ts";
import type { SignInOptions, SignInResult } from "./auth.ts";
import { frozen, type Keeping, type Kept, type Transaction } from "./keeping.ts";
import type { Platform } from "./platform.ts";
import { answerIn } from "./redirect.ts";

/** How somebody is signed in: through the browser, and back by a link that any process of this app may receive. */
export interface SigningIn {
	/** Settles however it ends, and never rejects. A newer one always wins. */
	readonly signIn: (how: SignInOptions) => Promise<SignInResult>;
	/**
	 * The one inbox of links, for those that started the app and those that came while it ran. Only the answer to the open sign-in does
	 * anything: another app's link, a second delivery and an answer that comes too late are nothing.
	 */
	readonly receive: (link: string) => Promise<void>;
	/** Resolves when all links that are here have been dealt with. */
	readonly emptied: () => Promise<unknown>;
	/** Nobody waits for an answer any more. */
	readonly abandon: () => Promise<void>;
}

/** What a sign-in leads to, whoever waits for it. */
export interface Outcomes {
	readonly signedIn: (kept: Kept) => Promise<void>;
	readonly failed: (error: AuthError) => void;
}

interface Attempt {
	/** Known once it is written down. */
	state?: string;
	/** The link is here. */
	arrived?: true;
	readonly settle: (result: SignInResult) => void;
}

/** Milliseconds that a link may come later than the news that the browser is gone: both are on their way at the same time. */
const grace = 2500;
const hour = 3_600_000;

export function createSigningIn(
	{ redirect, scope }: { readonly redirect: string; readonly scope?: string | undefined },
	client: Client,
	keeping: Keeping,
	{ world, browser }: Pick<Platform, "world" | "browser">,
	outcomes: Outcomes,
): SigningIn {
	/** The sign-in that was asked for last, as long as somebody waits for it. */
	let latest: Attempt | undefined;
	/** Counts what makes an answer that is under way worthless: a newer sign-in, a sign-out. */
	let era = 0;
	const inbox = new Set<Promise<void>>();

	function settle(attempt: Attempt | undefined, result: SignInResult): void {
		if (latest === attempt) latest = undefined;
		attempt?.settle(result);
	}

	/** Writes the sign-in down, and only then opens the browser: this process may not live to see the answer. */
	async function leave(attempt: Attempt, how: SignInOptions): Promise<void> {
		const secrets = client.newSecrets();
		const url = await client.authorizationUrl({ redirectUri: redirect, scope, ...how }, secrets);
		if (latest !== attempt) return;
		await keeping.begin({ ...secrets, maxAge: how.maxAge, begun: world.wall() }).catch(unavailable);
		if (latest !== attempt) return;
		attempt.state = secrets.state;
		await browser.open(url).catch(noBrowser);
	}

	async function finish({ iss, code, ...callback }: Callback, { verifier, nonce, maxAge, begun }: Transaction): Promise<Kept> {
		if (Math.abs(world.wall() - begun) > hour)
			throw new AuthError("state_unknown", "The answer to a sign-in came more than an hour after it began.");
		if (iss !== client.issuer)
			throw new AuthError("issuer_mismatch", `The answer to a sign-in is not of ${client.issuer}, and was refused.`);
		if (callback.error !== null || code === null) throw new AuthError(...refusalIn(callback));
		const { claims, tokens } = await client.redeem({ code, redirectUri: redirect, verifier, nonce, maxAge });
		return { refreshToken: tokens.refreshToken, session: frozen(sessionOf(claims)) };
	}

	async function receive(link: string): Promise<void> {
		const answer = answerIn(link, redirect);
		if (!answer?.state) return;
		const mine = era;
		const attempt = latest?.state === answer.state ? latest : undefined;
		if (attempt) attempt.arrived = true;
		let kept: Kept | undefined;
		try {
			const transaction = await keeping.take(answer.state).catch(unavailable);
			if (!transaction) return;
			browser.close().catch(() => undefined);
			kept = await finish(answer, transaction);
			if (era !== mine) return giveBack(kept);
			await outcomes.signedIn(kept).catch(unavailable);
			settle(attempt, { status: "signed-in", session: kept.session });
		} catch (error) {
			giveBack(kept);
			if (era !== mine) return;
			outcomes.failed(error as AuthError);
			settle(attempt, { status: "failed", error: error as AuthError });
		}
	}

	/** A session that nobody waits for any more is not left open. */
	function giveBack(kept: Kept | undefined): void {
		const refreshToken = kept?.refreshToken;
		if (refreshToken !== undefined) client.revoke(refreshToken).catch(() => undefined);
	}

	browser.onDismissed(async () => {
		const attempt = latest;
		if (attempt?.state === undefined) return;
		await world.sleep(grace);
		// The sign-in stays open: should its link come all the same, somebody is signed in.
		if (!attempt.arrived) settle(attempt, { status: "cancelled" });
	});

	return {
		signIn(how) {
			era++;
			latest?.settle({ status: "cancelled" });
			return new Promise((resolve) => {
				const attempt: Attempt = { settle: resolve };
				latest = attempt;
				leave(attempt, how).catch((error) => settle(attempt, { status: "failed", error }));
			});
		},
		receive(link) {
			const work = receive(link).finally(() => inbox.delete(work));
			inbox.add(work);
			return work;
		},
		emptied: () => Promise.all(inbox),
		async abandon() {
			era++;
			settle(latest, { status: "cancelled" });
			await keeping.abandon();
		},
	};
}

function unavailable(cause: unknown): never {
	throw new AuthError("storage_unavailable", "The device's secure storage cannot be used, and a session needs it.", { cause });
}

function noBrowser(cause: unknown): never {
	throw new AuthError("browser_unavailable", "The system's browser cannot be opened.", { cause });
}
