import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeNative } from "./make.ts";

const app = resolve(import.meta.dirname, "..");
const root = resolve(app, "../../..");
let folder: string;

// Within the repository, where the packages are found; without a network.
beforeAll(async () => {
	mkdirSync(join(root, "test-results"), { recursive: true });
	folder = mkdtempSync(join(root, "test-results", "native-"));
	for (const file of ["package.json", "capacitor.config.ts"]) cpSync(join(app, file), join(folder, file));
	mkdirSync(join(folder, "dist"));
	writeFileSync(join(folder, "dist/index.html"), "<!doctype html><title>Larkfield</title>");
	await makeNative(folder);
	// Once more: what is there is refreshed, and nothing stands in it twice.
	await makeNative(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const read = (file: string) => readFileSync(join(folder, file), "utf8");
const count = (text: string, part: string) => text.split(part).length - 1;

describe("Android", () => {
	const main = "android/app/src/main";

	test("the links of a sign-in lead to the app, and start no second one beside it", () => {
		const manifest = read(`${main}/AndroidManifest.xml`);
		const activity = /<activity[\s\S]*<\/activity>/.exec(manifest)?.[0] ?? "";
		expect(activity).toContain('android:launchMode="singleTask"');
		expect(activity).toContain('android:exported="true"');
		const filters = [...activity.matchAll(/<intent-filter[\s\S]*?<\/intent-filter>/g)].map(([filter]) => filter);
		expect(filters).toHaveLength(3);
		const [, scheme = "", link = ""] = filters;
		expect(scheme).toContain('<data android:scheme="com.larkfield.app" />');
		expect(link).toContain('android:autoVerify="true"');
		expect(link).toContain('<data android:scheme="https" android:host="app.larkfield.example" android:path="/callback" />');
		for (const filter of [scheme, link])
			for (const word of ["action.VIEW", "category.DEFAULT", "category.BROWSABLE"]) expect(filter).toContain(word);
	});

	test("the browsers are seen that can sign in", () => {
		const queries = /<queries>[\s\S]*<\/queries>/.exec(read(`${main}/AndroidManifest.xml`))?.[0] ?? "";
		expect(queries).toContain("android.support.customtabs.action.CustomTabsService");
		expect(queries).toContain('<data android:scheme="https" />');
	});

	test("no backup and no new device gets what the Keystore encrypts", () => {
		const manifest = read(`${main}/AndroidManifest.xml`);
		expect(manifest).toMatch(/<application[^>]*android:allowBackup="false"/);
		expect(count(manifest, "allowBackup")).toBe(1);
		expect(manifest).toContain('android:dataExtractionRules="@xml/data_extraction_rules"');
		expect(manifest).toContain('android:fullBackupContent="@xml/backup_rules"');
		// Where the plugin keeps it: as it says itself.
		const plugin = readFileSync(
			join(
				root,
				"node_modules/@aparajita/capacitor-secure-storage/android/src/main/java/com/aparajita/capacitor/securestorage/SecureStorage.java",
			),
			"utf8",
		);
		const [, name = ""] = /SHARED_PREFERENCES =\s*"(\w+)"/.exec(plugin) ?? [];
		expect(name).not.toBe("");
		const excluded = `<exclude domain="sharedpref" path="${name}.xml" />`;
		expect(count(read(`${main}/res/xml/data_extraction_rules.xml`), excluded)).toBe(2);
		expect(count(read(`${main}/res/xml/backup_rules.xml`), excluded)).toBe(1);
	});

	test("the web view serves the app from the origin that may call the issuer", () => {
		expect(JSON.parse(read(`${main}/assets/capacitor.config.json`))).toMatchObject({
			appId: "com.larkfield.app",
			server: { androidScheme: "https" },
		});
		const plugins = JSON.parse(read(`${main}/assets/capacitor.plugins.json`)) as readonly { readonly pkg: string }[];
		expect(plugins.map(({ pkg }) => pkg)).toEqual([
			"@aparajita/capacitor-secure-storage",
			"@capacitor/app",
			"@capacitor/browser",
			"@capacitor/preferences",
		]);
	});
});

describe("iOS", () => {
	test("the private scheme leads to the app, by its delegate", () => {
		const plist = read("ios/App/App/Info.plist");
		expect(count(plist, "CFBundleURLTypes")).toBe(1);
		expect(plist).toMatch(/<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>com\.larkfield\.app<\/string>/);
		const delegates = read("ios/App/App/SceneDelegate.swift") + read("ios/App/App/AppDelegate.swift");
		expect(delegates).toMatch(/openURLContexts|open url: URL/);
		expect(delegates).toContain("continue userActivity");
	});

	test("the claimed link is in the entitlements, and these are in both builds", () => {
		expect(read("ios/App/App/App.entitlements")).toMatch(
			/<key>com\.apple\.developer\.associated-domains<\/key>\s*<array>\s*<string>applinks:app\.larkfield\.example<\/string>/,
		);
		const project = read("ios/App/App.xcodeproj/project.pbxproj");
		expect(count(project, "CODE_SIGN_ENTITLEMENTS = App/App.entitlements;")).toBe(2);
		expect(count(project, "INFOPLIST_FILE = App/Info.plist;")).toBe(2);
	});
});
