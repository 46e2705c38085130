import { readFileSync } from "node:fs";
import type { Algorithm, Registration } from "../target.ts";

/** The floor server's one file. */
export interface FloorSettings {
	readonly issuer: string;
	readonly port: number;
	readonly algorithm: Algorithm;
	readonly database: string;
	/** A private JWK with kid, use and alg. */
	readonly privateKey: Readonly<Record<string, unknown>> & { readonly kid: string };
	readonly registration: Registration;
}

/** Reads the file. */
export function readSettings(file: string): FloorSettings {
	return JSON.parse(readFileSync(file, "utf8")) as FloorSettings;
}
