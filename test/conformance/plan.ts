import type { Script } from "./browser.ts";

/** Which clients the provider knows before the suite comes: none, or ours with an address to come back to after signing out. */
type StaticClients = "signed-out-address" | "told-of-sign-out";

/** What a module may end with instead of a pass, said beforehand; an entry that does not come true is a failure itself. */
export type Expectation = { readonly ends: "SKIPPED" } | { readonly fails: readonly string[] };

/** One run of the suite: a plan of its, with everything left open filled in. */
export interface Plan {
	/** As it is typed, and the name of its part of the manual. */
	readonly name: string;
	readonly title: string;
	/** The suite's own name. */
	readonly suitePlan: string;
	/** What the plan leaves open. */
	readonly variant: Readonly<Record<string, string>>;
	/** How many modules the suite must offer: a run that left some out would look the same otherwise. */
	readonly modules: number;
	/** Absent: the suite registers its own. */
	readonly clients?: StaticClients;
	/** How static clients prove themselves. */
	readonly authMethod?: "client_secret_basic" | "private_key_jwt";
	readonly browser?: Script;
	/** Other scripts for single modules. */
	readonly overrides?: Readonly<Record<string, Script>>;
	/** By module. */
	readonly expected?: Readonly<Record<string, Expectation>>;
}
