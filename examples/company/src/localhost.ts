import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

/**
 * Browsers send every `*.localhost` name to their own machine (RFC 6761 §6.3); Node asks the system's resolver, which mostly knows
 * none of them. Importing this file teaches the process. Real hosts have real names: nothing but this demo needs it.
 */
const ask = dns.lookup as (...parameters: unknown[]) => void;

function lookup(hostname: string, ...others: unknown[]): void {
	ask(hostname.endsWith(".localhost") ? "127.0.0.1" : hostname, ...others);
}

Object.assign(dns, { lookup });
syncBuiltinESMExports();
