import { existsSync } from "node:fs";
import { join } from "node:path";

const usualNames = ["gatehouse.yaml", "gatehouse.yml", "gatehouse.json", "gatehouse.ts"];

/** The configuration that lies in a folder under a usual name. It is never read by itself: no file means the defaults. */
export function fileHere(folder: string): string | undefined {
	return usualNames.find((name) => existsSync(join(folder, name)));
}
