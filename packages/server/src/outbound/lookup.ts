import { Resolver, lookup as systemLookup } from "node:dns/promises";

/** Resolves a name to every address of every family that it has. */
export type Lookup = (host: string, how: LookupKind) => Promise<readonly string[]>;

export interface LookupKind {
	/** The way of this machine, with its list of hosts; else the DNS itself is asked. */
	readonly system: boolean;
	readonly signal: AbortSignal;
}

/**
 * Names that the operator named are looked up as everything else on this machine; those of strangers in the DNS alone: the
 * system's way keeps a thread of the process for each name that hangs, and there are few of them.
 *
 * @throws the resolver's error, with its `code`
 */
export const lookUp: Lookup = async (host, { system, signal }) => {
	if (system) return (await systemLookup(host, { all: true })).map(({ address }) => address);
	const resolver = new Resolver({ timeout: 1_500, tries: 3 });
	const cancel = () => resolver.cancel();
	signal.addEventListener("abort", cancel, { once: true });
	const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
	signal.removeEventListener("abort", cancel);
	const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
	if (addresses.length === 0) throw (answers[0] as PromiseRejectedResult).reason;
	return addresses;
};
