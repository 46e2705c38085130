import { ensureKeys, type KeysGround } from "../management/keys.ts";

/**
 * Rotates signing keys by age: the next key signs ten minutes from the run that finds the present one old enough, and the run
 * after that takes the former's private half away. Every replica may run it, whenever it likes: of those that do so at once one
 * changes the keys, and the others find nothing left to do.
 *
 * @param rotateAfter milliseconds: `signing.rotateAfter`
 * @returns the job; each run answers whether anything changed
 */
export function createKeyRotation(ground: KeysGround, rotateAfter: number): (now: number) => Promise<boolean> {
	return async (now) => (await ensureKeys(ground, rotateAfter, now)).length > 0;
}
