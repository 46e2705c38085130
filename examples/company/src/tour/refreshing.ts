import { people } from "../people.ts";
import { introspect } from "./asking.ts";
import { refresh, signIn } from "./authorization.ts";
import { Browser, userAgents } from "./browser.ts";
import { decode } from "./jwt.ts";
import { terminalWish } from "./terminal-app.ts";
import { type Provider, type Tour, tokensIn } from "./tour.ts";
import { call } from "./wire.ts";

/** Refresh tokens that are good once: what that means for a lost answer, and for a thief. */
export async function refreshing(tour: Tour, provider: Provider): Promise<void> {
	const { walk, parties, clients } = tour;
	walk.chapter(
		"Refresh, a lost answer, a thief",
		"RFC 6749 §6, RFC 9700 §4.14.2",
		"Bob uses the terminal app, which can keep no secret. Whoever copies its refresh token could go on for weeks. So each one is good once, and one that comes back too late is the sign of a copy. An answer that got lost on the way must not look like that.",
	);
	const { tokens: first } = await signIn(
		tour,
		provider,
		new Browser(walk, provider.issuer, userAgents.laptop),
		terminalWish(tour, "openid crm.read crm.write"),
		people[1],
	);
	walk.check(
		"Bob is not in sales: crm.write was left out, and the answer says so",
		"RFC 6749 §3.3",
		!first.scope.includes("crm.write") && first.scope.includes("crm.read"),
	);
	const denied = await call(walk, `${parties.crm.origin}/customers`, first.accessToken, { name: "Low Mill", town: "Fernhill" });
	walk.check(
		"so crm lets him read and not write",
		"RFC 6750 §3.1",
		denied.status === 403 && (denied.headers.get("www-authenticate") ?? "").includes("insufficient_scope"),
	);

	walk.step("Once: 1 becomes 2, and the answer gets lost on the way");
	const lost = tokensIn((await refresh(tour, provider, clients.terminal, first.refreshToken)).json);
	walk.check("there is a successor", "RFC 9700 §4.14.2", lost.refreshToken !== "" && lost.refreshToken !== first.refreshToken);

	walk.step("The app has only 1, and asks again");
	const second = tokensIn((await refresh(tour, provider, clients.terminal, first.refreshToken)).json);
	walk.check(
		"it gets the same successor: nobody is signed out by a bad network",
		"RFC 9700 §4.14.2",
		second.refreshToken === lost.refreshToken,
	);
	walk.check(
		"and a fresh access token",
		"RFC 6749 §6",
		second.accessToken !== "" && decode(second.accessToken)?.claims.jti !== decode(lost.accessToken)?.claims.jti,
	);

	walk.step("2 becomes 3, and 1 comes once more, at once");
	const third = tokensIn((await refresh(tour, provider, clients.terminal, second.refreshToken)).json);
	const hasty = await refresh(tour, provider, clients.terminal, first.refreshToken);
	walk.check(
		"its successor is used, so it is refused; this soon it may be a tab that was slow",
		"RFC 9700 §4.14.2",
		hasty.json.error === "invalid_grant",
	);
	const fourth = tokensIn((await refresh(tour, provider, clients.terminal, third.refreshToken)).json);
	walk.check(
		"and 3 becomes 4 as if nothing had been",
		"RFC 6749 §6",
		fourth.refreshToken !== "" && fourth.refreshToken !== third.refreshToken,
	);

	walk.step("1 again, which is three behind now: somebody has a copy");
	const thief = await refresh(tour, provider, clients.terminal, first.refreshToken);
	walk.check("it is refused", "RFC 9700 §4.14.2", thief.json.error === "invalid_grant");
	const owner = await refresh(tour, provider, clients.terminal, fourth.refreshToken);
	walk.check(
		"and the newest one with it: neither thief nor owner goes on, Bob signs in again",
		"RFC 9700 §4.14.2",
		owner.json.error === "invalid_grant",
	);
	const active = await introspect(tour, provider, fourth.accessToken);
	walk.check(
		"for whoever asks, the last access token is dead at once; the others wait out its ten minutes",
		"RFC 7662 §2.2",
		active.active === false,
	);
}
