import type { Algorithm, Registration } from "../target.ts";

/** Where a target lives, and what it must know. */
export interface Place {
	readonly algorithm: Algorithm;
	readonly port: number;
	/** A folder of its own for its data. */
	readonly folder: string;
	readonly registration: Registration;
}
