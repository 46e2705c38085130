import { execFile } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/*
 * Makes the projects for Android Studio and Xcode out of Capacitor's own templates, and writes into them what a sign-in needs: which links lead to
 * the app, which browsers it sees, what no backup may have. An app that changes its projects by hand would keep them under version control and
 * do this once; here they are made anew, so that they are always those of the Capacitor that is installed.
 */
const capacitor = join(dirname(createRequire(import.meta.url).resolve("@capacitor/cli/package.json")), "bin/capacitor");
const here = (...names: readonly string[]) => join(import.meta.dirname, ...names);
const text = (...names: readonly string[]) => readFileSync(here(...names), "utf8");

/** Makes or refreshes both projects of the app in `folder`, whose web build is in `dist`. Nothing is fetched. */
export async function makeNative(folder: string): Promise<void> {
	for (const system of ["android", "ios"]) {
		const verb = existsSync(join(folder, system)) ? "sync" : "add";
		await promisify(execFile)(process.execPath, [capacitor, verb, system], { cwd: folder });
	}
	android(join(folder, "android/app/src/main"));
	ios(join(folder, "ios/App"));
}

function android(main: string): void {
	change(join(main, "AndroidManifest.xml"), [
		[
			'android:allowBackup="true"',
			'android:allowBackup="false"\n        android:dataExtractionRules="@xml/data_extraction_rules"\n        android:fullBackupContent="@xml/backup_rules"',
		],
		["        </activity>\n", `${text("android", "intent-filters.xml")}        </activity>\n`],
		["    <!-- Permissions -->\n", `${text("android", "queries.xml")}\n    <!-- Permissions -->\n`],
	]);
	for (const rules of ["backup_rules.xml", "data_extraction_rules.xml"]) copyFileSync(here("android", rules), join(main, "res/xml", rules));
}

function ios(app: string): void {
	change(join(app, "App/Info.plist"), [
		["\t<key>LSRequiresIPhoneOS</key>\n", `${text("ios", "url-types.plist")}\t<key>LSRequiresIPhoneOS</key>\n`],
	]);
	const plist = "INFOPLIST_FILE = App/Info.plist;";
	change(join(app, "App.xcodeproj/project.pbxproj"), [[plist, `CODE_SIGN_ENTITLEMENTS = App/App.entitlements;\n\t\t\t\t${plist}`]]);
	copyFileSync(here("ios", "App.entitlements"), join(app, "App/App.entitlements"));
}

/** Puts new text in the place of old, once. A template that has become another stops here, and no half of it is written. */
function change(file: string, changes: readonly (readonly [old: string, new_: string])[]): void {
	let content = readFileSync(file, "utf8");
	for (const [before, after] of changes) {
		if (content.includes(after)) continue;
		if (!content.includes(before)) throw new Error(`${file} has no ${before.trim()}: the template of Capacitor has changed.`);
		content = content.replaceAll(before, after);
	}
	writeFileSync(file, content);
}

if (import.meta.main) await makeNative(here(".."));
