import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { parseSync, Visitor } from "oxc-parser";
import { expect, test } from "vitest";
import english from "./catalogues/en.json" with { type: "json" };
import { readLanguages, wordsOf } from "./words.ts";

const folder = join(import.meta.dirname, "catalogues");
const catalogues = readdirSync(folder).map((file) => ({
	lang: file.replace(".json", ""),
	texts: new Map(flat(JSON.parse(readFileSync(join(folder, file), "utf8")))),
}));
const inEnglish = new Map(flat(english));

/** Every text of a catalogue by its path, in order. */
function flat(texts: object, path: readonly string[] = []): readonly (readonly [key: string, text: unknown])[] {
	return Object.entries(texts).flatMap(([key, text]) =>
		typeof text === "object" ? flat(text, [...path, key]) : [[[...path, key].join("."), text] as const],
	);
}

type Element = ReturnType<IntlMessageFormat["getAst"]>[number];

/** What a message takes: the names of its placeholders, what surrounds its parts, and by what it counts. */
function taken(elements: readonly Element[]): readonly string[] {
	return elements.flatMap((element) => [
		...("value" in element && element.type !== 0 ? [`${element.type} ${element.value}`] : []),
		...("children" in element ? taken(element.children) : []),
		...("options" in element ? Object.values(element.options).flatMap(({ value }) => taken(value)) : []),
	]);
}

const placeholders = (lang: string, text: string) => [...new Set(taken(new IntlMessageFormat(text, lang).getAst()))].sort();

test("every catalogue is a language of the pages, and English is the one that nobody has to ask for", () => {
	expect(
		readLanguages()
			.map(({ lang }) => lang)
			.sort(),
	).toEqual(catalogues.map(({ lang }) => lang).sort());
	expect(readLanguages().map(({ lang, name, dir }) => [lang, name, dir])).toEqual([
		["en", "English", "ltr"],
		["de", "Deutsch", "ltr"],
	]);
	expect(wordsOf("ar", english)).toMatchObject({ lang: "ar", dir: "rtl", name: "العربية" });
});

test.each(catalogues)("the catalogue $lang has every text, no other, in the same order, and none is empty", ({ texts }) => {
	expect([...texts.keys()]).toEqual([...inEnglish.keys()]);
	for (const [key, text] of texts) {
		expect(text, key).toBeTypeOf("string");
		expect(String(text).trim(), key).toBe(text);
		expect(text, key).not.toBe("");
	}
});

test.each(catalogues)(
	"each message of $lang is filled in with the same names as in English, and counts as its language does",
	({ lang, texts }) => {
		for (const [key, text] of texts) {
			expect(placeholders(lang, String(text)), key).toEqual(placeholders("en", String(inEnglish.get(key))));
			for (const element of new IntlMessageFormat(String(text), lang).getAst()) {
				if (!("options" in element) || element.type !== 6) continue;
				expect(Object.keys(element.options).sort(), key).toEqual(new Intl.PluralRules(lang).resolvedOptions().pluralCategories.toSorted());
			}
		}
	},
);

test("the checks see what they are for", () => {
	expect(placeholders("en", "Wait {count, plural, one {# of {app}} other {#}}, <b>{app}</b>")).not.toEqual(
		placeholders("en", "Wait {count}"),
	);
	expect(placeholders("en", "To {app}")).not.toEqual(placeholders("de", "Zu {App}"));
	expect(placeholders("en", "To <link>{app}</link>")).not.toEqual(placeholders("de", "Zu {app}"));
	expect(() => wordsOf("en", { ...english, signedOut: { ...english.signedOut, title: "Who {app" } })).toThrow();
	expect(textsIn("a.tsx", "export const A = () => <p aria-label='Sign in'>Go on {`now {1}`}{'or then'}</p>;")).toEqual([
		"Sign in",
		"Go on",
		"now {1}",
		"or then",
	]);
});

/** Attributes that hold no words. */
const wordless = new Set([
	"class",
	"d",
	"viewBox",
	"content",
	"name",
	"type",
	"method",
	"id",
	"role",
	"rel",
	"href",
	"charset",
	"lang",
	"tag",
]);

/** What would be read by people, were it shown: text between tags, in attributes, and literals with a blank. */
function textsIn(file: string, source: string): readonly string[] {
	const found: string[] = [];
	const skipped = new Set<unknown>();
	const word = /\p{L}{2,}/u;
	new Visitor({
		JSXText: ({ value }) => void (word.test(value) && found.push(value.trim())),
		JSXAttribute({ name, value }) {
			if (value?.type !== "Literal" || value.value === "" || name.type !== "JSXIdentifier") return;
			skipped.add(value);
			if (/^(?:title|alt|label|placeholder|aria-(?!hidden|live|pressed|controls|labelledby|describedby|invalid).*)$/.test(name.name))
				found.push(String(value.value));
			else if (!wordless.has(name.name) && /\s/.test(String(value.value)) && word.test(String(value.value)))
				found.push(String(value.value));
		},
		Literal(node) {
			if (!skipped.has(node) && typeof node.value === "string" && /\p{L}\s|\s\p{L}/u.test(node.value)) found.push(node.value);
		},
		TemplateElement({ value }) {
			if (/\p{L}\s|\s\p{L}/u.test(value.cooked ?? "")) found.push(value.cooked ?? "");
		},
	}).visit(parseSync(file, source).program);
	return found;
}

test("no text stands in the code of a page", () => {
	const sources = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".tsx"));
	expect(sources.length).toBeGreaterThan(8);
	for (const file of sources) {
		const source = readFileSync(join(import.meta.dirname, file), "utf8");
		expect(
			textsIn(file, source).filter((text) => !allowed.has(text)),
			file,
		).toEqual([]);
	}
});

/** Class names, and what opens a document. */
const allowed = new Set([
	"way broken",
	"actions low",
	"note box care",
	"note box done",
	"event alarm",
	"tag good",
	"tag care",
	"<!doctype html>",
]);

test("no text of the catalogue is said nowhere", () => {
	const code = readdirSync(import.meta.dirname)
		.filter((file) => /(?<!\.test)\.tsx?$/.test(file))
		.map((file) => readFileSync(join(import.meta.dirname, file), "utf8"))
		.join("\n");
	const byTheirNames = /^(?:consent\.permissions|signIn\.fields|account)\./;
	for (const key of inEnglish.keys()) {
		if (byTheirNames.test(key)) continue;
		const names = key.startsWith("error.") ? key.split(".").slice(1) : key.split(".");
		for (const name of names) expect(code, key).toMatch(new RegExp(`\\b${name}\\b`));
	}
});
