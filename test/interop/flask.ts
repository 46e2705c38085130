import { basename, join } from "node:path";
import { unpackDebian } from "../debian.ts";
import { startForeign } from "./foreign-program.ts";
import type { House } from "./house.ts";

/** The page's app with Authlib and Flask, on a Python of its own; the last of its files is the one that is started. */
export async function startFlask(house: House, ...files: readonly string[]): Promise<AsyncDisposable> {
	const home = await unpackDebian({
		packages: ["python3-authlib", "python3-flask", "python3-requests"],
		programs: ["usr/bin/python3"],
		along: /^(?:lib|python3)/,
	});
	const { port } = new URL(house.app);
	for (const file of files) house.write(file);
	return startForeign({
		program: join(home, "python3"),
		words: ["-m", "flask", "--app", basename(files.at(-1) ?? "", ".py"), "run", "--port", port],
		folder: house.folder,
		environment: house.secrets,
		port: Number(port),
	});
}
