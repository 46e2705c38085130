import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** One file as it goes out. */
export interface File {
	readonly type: string;
	readonly body: Buffer;
}

/** What a build left behind: the one page, and the files it loads by their paths. */
export interface Site {
	readonly page: File;
	readonly assets: ReadonlyMap<string, File>;
}

const types: Readonly<Record<string, string>> = {
	".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
};

/** Where `index.html` waits for what the server knows and the build does not. */
const place = "<!-- settings -->";

/**
 * Reads a built single-page app into memory: it is small, a path that leads elsewhere finds nothing, and a build under way disturbs nobody.
 *
 * @param settings what the page is told, as JSON in a block that no browser runs
 */
export function readSite(folder: string, settings: Readonly<Record<string, string>>): Site {
	const assets = new Map<string, File>();
	for (const name of namesIn(folder)) {
		const type = types[extname(name)];
		if (type) assets.set(`/assets/${name}`, { type, body: readFileSync(join(folder, "assets", name)) });
	}
	// In a script block nothing but "</" could end it early.
	const json = JSON.stringify(settings).replaceAll("<", "\\u003c");
	const html = readFileSync(join(folder, "index.html"), "utf8");
	const page = html.replace(place, () => `<script type="application/json" id="settings">${json}</script>`);
	return { page: { type: "text/html; charset=utf-8", body: Buffer.from(page) }, assets };
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(join(folder, "assets"));
	} catch {
		console.error("The shop is not built yet: npm run build does it.");
		process.exit(1);
	}
}
