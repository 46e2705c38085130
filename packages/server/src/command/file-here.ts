import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearestBeside } from "../config/read-file.ts";

const usualNames = ["gatehouse.yaml", "gatehouse.yml", "gatehouse.json", "gatehouse.ts"];

/** The configuration that lies in a folder under a usual name. It is never read by itself: no file means the defaults. */
export function fileHere(folder: string): string | undefined {
	return usualNames.find((name) => existsSync(join(folder, name)));
}

/** That a file is not there, with the nearest that is; undefined for one that is there. */
export function absent(file: string, folder: string): string | undefined {
	const path = resolve(folder, file);
	return existsSync(path) ? undefined : `there is no file ${file}${nearestBeside(path)}`;
}
