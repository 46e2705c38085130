import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/*
 * `npm run check`, here: the SDK's edition for Expo is type checked against the real modules, and the app is bundled for Android as it would be
 * for a store (Hermes bytecode). Expo is too large for everybody's `npm ci`; whoever touches `packages/sdk/src/mobile` runs this once.
 */
const here = import.meta.dirname;
const run = (...words: readonly string[]) =>
	execFileSync(process.execPath, words, {
		cwd: here,
		stdio: "inherit",
		env: { ...process.env, CI: "1", EXPO_OFFLINE: "1", EXPO_NO_TELEMETRY: "1" },
	});

// The sources beside Expo's modules, without what stands for them in the SDK's own build.
const copy = join(here, "src", "sdk");
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy);
const sdk = join(here, "../../packages/sdk/src");
const needed = (path: string) => !/\.test\.ts$|modules\.d\.ts$|capacitor$/.test(path);
for (const room of ["core", "client", "mobile"]) cpSync(join(sdk, room), join(copy, room), { recursive: true, filter: needed });
try {
	run("node_modules/typescript/bin/tsc", "-p", ".");
} finally {
	rmSync(copy, { recursive: true });
}
console.log("✔ the edition for Expo fits Expo's own types");

// What npm has copied may be of yesterday: the SDK as it is built now.
for (const part of ["dist", "package.json"])
	cpSync(join(here, "../../packages/sdk", part), join(here, "node_modules/@gatehouse/sdk", part), { recursive: true });
rmSync(join(here, "dist"), { recursive: true, force: true });
run("node_modules/expo/bin/cli", "export", "--platform", "android", "--output-dir", "dist", "--clear");
const bundles = join(here, "dist/_expo/static/js/android");
const [bundle = ""] = readdirSync(bundles);
// Hermes bytecode begins with these eight bytes.
const bytes = readFileSync(join(bundles, bundle));
const magic = bytes.subarray(0, 8).toString("hex");
if (magic !== "c61fbc03c103191f") throw new Error(`${bundle} is no bytecode of Hermes (${magic}).`);
if (!bytes.includes("end_session")) throw new Error("The SDK is not in the bundle.");
console.log(`✔ the app is exported: ${bundle}`);
