import "../../examples/company/src/localhost.ts";
import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";
import { startCompany } from "../../examples/company/src/company.ts";
import { people } from "../../examples/company/src/people.ts";
import { freeBase } from "../../examples/company/src/ports.ts";
import { scratchFolder } from "../process.ts";
import { AppProcess, makeDevice, program, toldOn } from "./device.ts";

/*
 * `npm run test:os-link`: J2 with a real system between the browser and the app. A desktop browser signs Alice in and is sent to the app's
 * private scheme; it hands the link to xdg-open, which finds the app by its .desktop file and starts it with the link. Everything of the desktop
 * is private to this run: no file of the user's is read or written, and no display is needed.
 */
const found = (name: string) => (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
const missing = ["chromium", "xdg-open", "xdg-mime"].filter((name) => !found(name));
if (missing.length > 0) {
	console.error(
		`${missing.join(" and ")} cannot be found: install the packages chromium and xdg-utils, as in apt-get install chromium xdg-utils.`,
	);
	process.exit(1);
}

const scheme = "com.larkfield.app";
const [alice] = people;
using scratch = scratchFolder();
const folder = (...names: readonly string[]) => {
	const path = join(scratch.path, ...names);
	mkdirSync(path, { recursive: true });
	return path;
};
const step = (sentence: string) => console.log(`✔ ${sentence}`);

const environment: Record<string, string> = {
	...(process.env as Record<string, string>),
	HOME: folder("home"),
	XDG_DATA_HOME: folder("data"),
	XDG_CONFIG_HOME: folder("config"),
	XDG_DATA_DIRS: "/usr/share",
	// Without one xdg-open looks for a browser of the terminal; nobody draws on it.
	DISPLAY: ":99",
};
const phone = folder("phone");

/** What a desktop knows of an app: which program it is, and which links are its own. */
function install(): void {
	// A program without arguments and blanks: xdg-open reads `Exec` by its blanks alone.
	const app = join(folder("bin"), "larkfield");
	writeFileSync(app, `#!/bin/sh\nexec '${process.execPath}' '${program}' '${phone}' "$1"\n`, { mode: 0o700 });
	const entry = ["[Desktop Entry]", "Type=Application", "Name=Larkfield", `Exec=${app} %u`, `MimeType=x-scheme-handler/${scheme};`, ""];
	writeFileSync(join(folder("data", "applications"), "larkfield.desktop"), entry.join("\n"));
	writeFileSync(join(folder("config"), "mimeapps.list"), `[Default Applications]\nx-scheme-handler/${scheme}=larkfield.desktop\n`);
	const handler = execFileSync("xdg-mime", ["query", "default", `x-scheme-handler/${scheme}`], { env: environment, encoding: "utf8" });
	assert.equal(handler.trim(), "larkfield.desktop");
	step(`the system says that ${scheme}: is Larkfield's`);
}

/** A profile of the browser that has been told "always open these links": without a person there is nobody to ask. */
function profile(origin: string): string {
	const path = folder("profile");
	const preferences = { protocol_handler: { allowed_origin_protocol_pairs: { [origin]: { [scheme]: true } } } };
	writeFileSync(join(folder("profile", "Default"), "Preferences"), JSON.stringify(preferences));
	return path;
}

/** Waits until so many processes of the app are done, whoever started them. */
async function untilDone(times: number): Promise<void> {
	for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((done) => setTimeout(done, 100)))
		if (toldOn(phone).filter(({ event }) => event === "done").length >= times) return;
	throw new Error(`The app was not started by the link, or did not finish: ${JSON.stringify(toldOn(phone))}`);
}

/** Whether a process is one of the app on this device; its number may have gone to another. */
function isOurs(pid: number): boolean {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(phone);
	} catch {
		return false;
	}
}

const data = folder("company");
const company = await startCompany({ base: await freeBase(), data, members: ["auth", "crm", "orders"], say: () => undefined });
try {
	const { auth, crm, orders } = company.parties;
	makeDevice(phone, { issuer: auth.origin, crm: crm.origin, orders: orders.origin, redirect: `${scheme}:/callback` });
	install();

	const first = new AppProcess(phone);
	const { url } = await first.when("browser");
	await first.kill();
	step("the app has opened the browser, and was killed by SIGKILL");

	const browser = await chromium.launchPersistentContext(profile(auth.origin), {
		executablePath: execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(),
		args: ["--no-sandbox"],
		env: environment,
	});
	let link: string | undefined;
	try {
		console.log(`  ${execFileSync("chromium", ["--version", "--no-sandbox"], { env: environment, encoding: "utf8" }).trim()}`);
		const page = await browser.newPage();
		page.on("response", (response) => {
			const { location = "" } = response.headers();
			if (location.startsWith(`${scheme}:`)) link = location;
		});
		await page.goto(String(url));
		await page.locator("#username").fill(alice.username);
		await page.locator("#password").fill(alice.password);
		await page.locator("#login-submit").click();
		await untilDone(1);
		step("Alice signed in, the browser went to the scheme, and the system started the app with the link");
	} finally {
		await browser.close();
	}

	const told = toldOn(phone).slice(toldOn(phone).findLastIndex(({ event }) => event === "started"));
	assert.deepEqual(
		told.map(({ event }) => event),
		["started", "signed-in", "ready", "shown", "customers", "orders", "refreshed", "done"],
	);
	assert.deepEqual([told[0]?.["link"], told[4]?.["number"], told[5]?.["number"], told[6]?.["fresh"]], [true, 4, 3, true]);
	step("the new process finished the sign-in, read 4 customers, then 3 orders, and refreshed its token");

	assert.ok(link);
	// It goes on as long as the app that it has started.
	spawn("xdg-open", [link], { env: environment, stdio: "ignore" });
	await untilDone(2);
	const again = toldOn(phone).slice(toldOn(phone).findLastIndex(({ event }) => event === "started"));
	assert.deepEqual(
		again.map(({ event }) => event),
		["started", "signed-in", "ready", "shown", "customers", "orders", "refreshed", "done"],
	);
	// A code that came twice would have ended the family, and the first call with it.
	step("the same link once more, by xdg-open: it is nothing to the app that it starts, and Alice is still signed in");
	console.log("J2 holds with a real link handler.");
} finally {
	for (const { pid } of toldOn(phone)) if (isOurs(Number(pid))) process.kill(Number(pid), "SIGKILL");
	await company.stop();
}
