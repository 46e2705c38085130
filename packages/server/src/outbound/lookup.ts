import { Resolver, lookup as systemLookup } from "node:dns/promises";

/** Resolves a name to every address of every family that it has; the DNS itself is asked where it is not for the system to say. */
export type Lookup = (host: string, how: { readonly system: boolean; readonly signal: AbortSignal }) => Promise<readonly string[]>;

/**
 * Names that the operator named are looked up as everything else on this machine; those of strangers in the DNS alone: the
 * system's way keeps a thread of the process for each name that hangs, and there are few of them.
 *
 * @param servers absent: those of the machine
 * @returns what throws the error of the resolver, with its `code`
 */
export function createLookup(servers?: readonly string[]): Lookup {
	return async (host, { system, signal }) => {
		if (system) return (await systemLookup(host, { all: true })).map(({ address }) => address);
		const resolver = new Resolver({ timeout: 1_500, tries: 3 });
		if (servers) resolver.setServers(servers);
		const cancel = () => resolver.cancel();
		signal.addEventListener("abort", cancel, { once: true });
		const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
		signal.removeEventListener("abort", cancel);
		const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
		if (addresses.length === 0) throw answers.find((answer) => answer.status === "rejected")?.reason;
		return addresses;
	};
}
