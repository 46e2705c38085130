import { join } from "node:path";

/** One program of the company. Each has an origin of its own, so that a browser keeps their cookies and pages apart. */
interface Party {
	readonly port: number;
	readonly origin: string;
}

/** Everyone in the company, in the order in which they start: the place in this list is the distance from the first port. */
export const names = ["auth", "crm", "orders", "portal", "analytics", "shop", "shop-bff"] as const;

export type Name = (typeof names)[number];
export type Parties = Readonly<Record<Name, Party>>;

/** Where everyone is when the first port is `base`. */
export function partiesAt(base: number): Parties {
	const entry = (name: Name, index: number) => [name, { port: base + index, origin: `http://${name}.localhost:${base + index}` }];
	return Object.freeze(Object.fromEntries(names.map(entry))) as Parties;
}

const usualBase = 4000;

/** The first port: `COMPANY_PORT`, or 4000. */
export const base = firstPort(process.env.COMPANY_PORT);

/** What goes before a command at the terminal that means this company, and not one at the usual ports. */
export const commandPrefix = base === usualBase ? "" : `COMPANY_PORT=${base} `;

export const parties = partiesAt(base);

/** Where secrets and the database are kept: `COMPANY_DATA`, or one folder for each first port, because the port is part of the issuer. */
export const dataFolder = process.env.COMPANY_DATA ?? join(import.meta.dirname, "..", "data", String(base));

function firstPort(text = String(usualBase)): number {
	const port = Number(text);
	if (Number.isInteger(port) && port >= 1024 && port + names.length <= 65_536) return port;
	console.error(`COMPANY_PORT is ${JSON.stringify(text)}, and must be a port from 1024 to ${65_536 - names.length}.`);
	process.exit(1);
}
