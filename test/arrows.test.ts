import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const server = "packages/server/src";

/** The storey of each room of the server; the files that stand in no room compose, and may name all. */
const storeys: Readonly<Record<string, "doors" | "rules" | "ground" | "model">> = {
	http: "doors",
	command: "doors",
	jobs: "doors",
	oauth: "rules",
	login: "rules",
	management: "rules",
	tokens: "ground",
	store: "ground",
	outbound: "ground",
	model: "model",
};
const order = ["doors", "rules", "ground", "model"];

/** What the packages may import of one another. */
const packages: Readonly<Record<string, readonly string[]>> = {
	protocol: [],
	server: ["@gatehouse/protocol"],
	sdk: [],
	testing: ["@gatehouse/server", "@gatehouse/sdk"],
};

/** What the rooms of the SDK may import of one another: the editions know what they stand on, and no edition another but as said here. */
const rooms: Readonly<Record<string, readonly string[]>> = {
	core: [],
	client: ["core"],
	keys: ["core", "client"],
	http: ["core"],
	sessions: ["core", "client"],
	spa: ["core"],
	machine: ["core", "client"],
	mobile: ["core", "client"],
	web: ["core", "client", "keys", "sessions", "http"],
	bff: ["core", "client", "keys", "sessions", "http", "web"],
	"resource-server": ["core", "keys"],
};

/** What a rule must be handed instead of taking it itself. */
const forbiddenInRules = [
	{ what: "the clock", text: /\bDate\.now\(|new Date\(\)|performance\.now\(|setTimeout\(|setInterval\(/ },
	{ what: "chance", text: /randomBytes|randomUUID|Math\.random|getRandomValues/ },
	{ what: "HTTP", text: /\bfrom "(?:fastify|node:https?|node:net)"|FastifyRequest|FastifyReply|IncomingMessage/ },
	{ what: "SQL", text: /\b(?:select|insert into|delete from|update)\b.+\b(?:from|values|set|where)\b/i },
];

interface Source {
	readonly file: string;
	readonly text: string;
	readonly imports: readonly string[];
}

const sources = filesBelow(join(root, "packages")).map((path): Source => {
	const file = relative(root, path);
	const text = readFileSync(path, "utf8");
	const { staticImports, staticExports } = parseSync(path, text).module;
	const exported = staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? []));
	const imports = [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported];
	return { file, text, imports: imports.map((name) => (name.startsWith(".") ? relative(root, resolve(dirname(path), name)) : name)) };
});
const production = sources.filter(({ file }) => /\/src\//.test(file) && !/\.test\.tsx?$|\/contract\.ts$/.test(file));

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return ["node_modules", "dist", "golden"].includes(entry.name) ? [] : filesBelow(path);
		return /\.tsx?$/.test(entry.name) ? [path] : [];
	});
}

function roomOf(file: string): string | undefined {
	if (!file.startsWith(`${server}/`)) return undefined;
	const room = file.slice(server.length + 1).split("/", 1)[0] ?? "";
	return Object.hasOwn(storeys, room) ? room : undefined;
}

function forbidden(from: string, to: string): string | undefined {
	const [room, other] = [roomOf(from), roomOf(to)];
	if (room === undefined || other === undefined || room === other) return undefined;
	const [above, below] = [storeys[room]!, storeys[other]!];
	if (order.indexOf(above) < order.indexOf(below)) return undefined;
	return `${from} → ${to}: ${above} may not reach ${above === below ? "a room of their own storey" : `up to ${below}`}`;
}

test("the check sees the files it is about", () => {
	expect(production.length).toBeGreaterThan(50);
	expect(forbidden(`${server}/model/grant.ts`, `${server}/store/store.ts`)).toBeDefined();
	expect(forbidden(`${server}/tokens/issue.ts`, `${server}/store/store.ts`)).toBeDefined();
	expect(forbidden(`${server}/oauth/token.ts`, `${server}/login/sign-in.ts`)).toBeDefined();
	expect(forbidden(`${server}/http/token.ts`, `${server}/oauth/token.ts`)).toBeUndefined();
});

test("arrows go downwards: doors, rules, ground, model", () => {
	expect(production.flatMap(({ file, imports }) => imports.flatMap((to) => forbidden(file, to) ?? []))).toEqual([]);
});

test("rooms do not import the files that compose them", () => {
	const composing = /^packages\/server\/src\/(?:main|compose|serve|embedded|index)\.ts$/;
	expect(
		production.flatMap(({ file, imports }) =>
			roomOf(file) ? imports.filter((to) => composing.test(to)).map((to) => `${file} → ${to}`) : [],
		),
	).toEqual([]);
});

test("packages know only what lies below them", () => {
	const found = production.flatMap(({ file, imports }) => {
		const name = file.split("/")[1] ?? "";
		const allowed = packages[name] ?? [];
		return imports
			.filter(
				(to) =>
					(to.startsWith("@gatehouse/") && !allowed.includes(to.split("/", 2).join("/"))) ||
					(to.startsWith("packages/") && !to.startsWith(`packages/${name}/`)),
			)
			.map((to) => `${file} → ${to}`);
	});
	expect(found).toEqual([]);
});

test("the editions of the SDK stand on what they share, and not on each other", () => {
	const below = "packages/sdk/src/";
	const roomIn = (path: string) => (path.startsWith(below) ? path.slice(below.length).split("/", 1)[0]! : undefined);
	const found = production.flatMap(({ file, imports }) => {
		const room = roomIn(file);
		if (room === undefined) return [];
		const allowed = rooms[room];
		if (allowed === undefined) return [`${file} stands in no known room`];
		return imports.filter((to) => ![undefined, room, ...allowed].includes(roomIn(to))).map((to) => `${file} → ${to}`);
	});
	expect(found).toEqual([]);
});

test("what runs in browsers and on devices takes nothing of Node", () => {
	const everywhere = /^packages\/sdk\/src\/(?:core|client|spa|mobile)\//;
	const found = production
		.filter(({ file }) => everywhere.test(file))
		.flatMap(({ file, imports }) => imports.filter((to) => to.startsWith("node:")).map((to) => `${file} → ${to}`));
	expect(found).toEqual([]);
});

test("the protocol is pure: it imports nothing", () => {
	const found = production
		.filter(({ file }) => file.startsWith("packages/protocol/"))
		.flatMap(({ imports }) => imports.filter((to) => !to.startsWith("packages/protocol/")));
	expect(found).toEqual([]);
});

test("rules take no clock, no chance, no HTTP and no SQL of their own", () => {
	const rules = production.filter(({ file }) => storeys[roomOf(file) ?? ""] === "rules");
	const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
	const found = rules.flatMap(({ file, text }) =>
		forbiddenInRules.filter((rule) => rule.text.test(withoutComments(text))).map(({ what }) => `${file} takes ${what}`),
	);
	expect(found).toEqual([]);
});

test("nothing is named for nothing", () => {
	const found = sources.filter(({ file }) => /(?:^|\/)(?:utils?|helpers?|common|misc|manager)(?:\.|\/)/i.test(file));
	expect(found.map(({ file }) => file)).toEqual([]);
});

test("a package as it is installed leads to what was built; sources have a condition of our own, which no bundler and no test runner sets", () => {
	const found = readdirSync(join(root, "packages")).flatMap((name) => {
		const { exports } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as {
			readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
		};
		return Object.entries(exports).flatMap(([path, conditions]) =>
			Object.entries(conditions)
				.filter(([condition, target]) => target.startsWith("./src/") !== (condition === "@gatehouse/source"))
				.map(([condition]) => `${name}: ${path}, ${condition}`),
		);
	});
	expect(found).toEqual([]);
});
