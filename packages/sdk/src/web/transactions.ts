import type { HttpRequest } from "../http/http-request.ts";
import { cookiesOf, noTransactionCookie, transactionCookie } from "./cookies.ts";
import type { Ground } from "./ground.ts";

/** What a browser keeps of a sign-in while it is away at the issuer, sealed. */
export interface Transaction {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
	/** A path of this app. */
	readonly returnTo: string;
	readonly maxAge: number | undefined;
	readonly acr: readonly string[] | undefined;
	/** The cookie of the session that this one takes the place of; at the return from another site it is not sent. */
	readonly former: string | undefined;
	/** Milliseconds since 1970. */
	readonly begun: number;
}

/** What is left of one whose answer came: enough to lead whoever comes again with the same answer, by Back or reload, to where it led. */
interface Used extends Pick<Transaction, "state" | "returnTo" | "begun"> {
	/** What the answer brought. */
	readonly used: "session" | "nothing";
}

export interface FoundTransaction {
	readonly returnTo: string;
	/** Absent when its answer has come already. */
	readonly open?: Transaction;
}

/** Seconds. Time enough for a forgotten password; after it a sign-in begins again. */
const lifetime = 3600;
/** More are not kept, nor more bytes: what does not fit drops the oldest, so that no request grows too large to be answered. */
const most = 5;
const mostBytes = 4096;
const purpose = "transaction";

/** One of these cookies, opened. */
interface Kept {
	readonly name: string;
	readonly bytes: number;
	/** Nothing when it is none of ours, or too old. */
	readonly record: Transaction | Used | undefined;
}

/** Letters of the state that its cookie is named by. */
const named = 8;
const nameOf = ({ cookies }: Ground, state: string) => cookies.transaction + state.slice(0, named);
/** Not those of a client whose name only begins as this one's does: `shop` does not clear away what `shop-bff` waits for. */
const isOurs = (name: string, { cookies: { transaction } }: Ground) =>
	name.startsWith(transaction) && name.length === transaction.length + named;

async function kept(request: HttpRequest, ground: Ground): Promise<readonly Kept[]> {
	const own = [...cookiesOf(request)].filter(([name]) => isOurs(name, ground)).slice(0, 2 * most);
	const opened = own.map(async ([name, value]) => {
		const record = (await ground.sessions.open(purpose, value)) as Transaction | Used | undefined;
		const fresh = record !== undefined && ground.world.wall() < record.begun + lifetime * 1000;
		return { name, bytes: name.length + value.length, record: fresh ? record : undefined };
	});
	return Promise.all(opened);
}

/** Notes a sign-in that begins. @returns the `Set-Cookie`s: its own, and those of the ones that make room for it */
export async function beginTransaction(request: HttpRequest, transaction: Transaction, ground: Ground): Promise<readonly string[]> {
	const value = await ground.sessions.seal(purpose, transaction);
	const before = [...(await kept(request, ground))].sort((a, b) => (b.record?.begun ?? 0) - (a.record?.begun ?? 0));
	let room = mostBytes - value.length;
	const dropped = before.filter(({ bytes, record }, index) => {
		room -= bytes;
		return record === undefined || index >= most - 1 || room < 0;
	});
	return [transactionCookie(nameOf(ground, transaction.state), value, lifetime), ...dropped.map(({ name }) => noTransactionCookie(name))];
}

/** The sign-in that an answer is to; nothing when this browser did not begin it, or too long ago. It stays open: `claim` uses it up. */
export async function findTransaction(request: HttpRequest, state: string, ground: Ground): Promise<FoundTransaction | undefined> {
	const record = (await kept(request, ground)).find(({ record }) => record?.state === state)?.record;
	if (record === undefined) return undefined;
	return { returnTo: record.returnTo, ...(!("used" in record) && { open: record }) };
}

/** True for the first, on whichever replica: an answer is taken once, so that no code is sent twice. */
export const claimTransaction = ({ state }: Transaction, { sessions }: Ground) => sessions.claim(`state ${state}`, lifetime * 1000);

/** The `Set-Cookie` of one whose answer has come. */
export async function usedTransaction({ state, returnTo }: Transaction, used: Used["used"], ground: Ground): Promise<string> {
	const record: Used = { state, returnTo, begun: ground.world.wall(), used };
	return transactionCookie(nameOf(ground, state), await ground.sessions.seal(purpose, record), lifetime);
}

/** How many sessions were begun in this browser within the last minute. */
export async function recentSessions(request: HttpRequest, ground: Ground): Promise<number> {
	const since = ground.world.wall() - 60_000;
	const recent = (record: Kept["record"]) => record !== undefined && "used" in record && record.used === "session" && record.begun > since;
	return (await kept(request, ground)).filter(({ record }) => recent(record)).length;
}

/** The `Set-Cookie`s that forget them all. */
export function noTransactions(request: HttpRequest, ground: Ground): readonly string[] {
	return [...cookiesOf(request).keys()].filter((name) => isOurs(name, ground)).map(noTransactionCookie);
}
