import "../../examples/company/src/localhost.ts";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Company, startCompany } from "../../examples/company/src/company.ts";
import { people } from "../../examples/company/src/people.ts";
import { freeBase } from "../../examples/company/src/ports.ts";
import { Browser } from "../browser.ts";
import { type Folder, scratchFolder } from "../process.ts";
import { AppProcess, makeDevice } from "./device.ts";

const root = resolve(import.meta.dirname, "../..");
const [alice] = people;
const printed: string[] = [];
let company: Company;
let scratch: Folder;
let base: number;

beforeAll(async () => {
	scratch = scratchFolder();
	base = await freeBase();
	const data = join(scratch.path, "company");
	company = await startCompany({ base, data, members: ["auth", "crm", "orders"], say: (who, line) => printed.push(`${who} ${line}`) });
}, 60_000);
afterAll(async () => {
	await company.stop();
	scratch[Symbol.dispose]();
}, 60_000);

/** A device of the company's, with its app installed. */
function device(name: string, redirect = "com.larkfield.app:/callback"): string {
	const folder = join(scratch.path, name);
	mkdirSync(folder);
	const { auth, crm, orders } = company.parties;
	makeDevice(folder, { issuer: auth.origin, crm: crm.origin, orders: orders.origin, redirect });
	return folder;
}

/** What the company's operator finds of a kind. */
async function events(type: string): Promise<readonly unknown[]> {
	const config = ["--config", join(root, "examples/company/gatehouse.config.ts")];
	const env = { ...process.env, COMPANY_PORT: String(base), COMPANY_DATA: join(scratch.path, "company") };
	const gatehouse = join(root, "packages/server/bin/gatehouse.js");
	const { stdout } = await promisify(execFile)(process.execPath, [gatehouse, "event", "list", "--type", type, "--json", ...config], {
		env,
	});
	return [JSON.parse(stdout)].flat();
}

test("J2: killed while the browser is open, resumed by the link, handed it twice: Alice is signed in once, and sees customers, then orders", {
	timeout: 90_000,
}, async () => {
	const folder = device("phone");
	const first = new AppProcess(folder);
	const { url } = await first.when("browser");
	await first.kill();

	const browser = new Browser(company.parties.auth.origin);
	const { url: link } = await browser.go(String(url), alice);
	expect(link.href.split("?")[0]).toBe("com.larkfield.app:/callback");
	expect(link.searchParams.get("iss")).toBe(company.parties.auth.origin);

	await using second = new AppProcess(folder, link.href);
	second.link(link.href);
	expect(await second.when("done")).toMatchObject({ status: "signed-in" });
	second.link(link.href);
	expect(second.told.map(({ event }) => event)).toEqual([
		"started",
		"signed-in",
		"ready",
		"shown",
		"customers",
		"orders",
		"refreshed",
		"done",
	]);
	expect(await second.when("customers")).toMatchObject({ number: 4 });
	expect(await second.when("orders")).toMatchObject({ number: 3 });
	expect(await second.when("refreshed")).toMatchObject({ fresh: true });
	await second.kill();

	// The next start needs no browser; and the link that once started the app, told again, is nothing.
	await using third = new AppProcess(folder, link.href);
	await third.when("done");
	expect(third.told.map(({ event }) => event)).not.toContain("browser");
	expect(await third.when("shown")).toMatchObject({ name: alice.name });
	await third.kill();

	expect(await events("code.redeemed")).toHaveLength(1);
	expect(await events("code.replayed")).toEqual([]);
	expect(await events("refresh.replayed")).toEqual([]);
	expect(printed.filter((line) => line.startsWith("crm GET /customers 200, larkfield-app for "))).toHaveLength(2);

	// What the link had is of no use to whoever reads it later, and no log of the company has it.
	const code = link.searchParams.get("code")!;
	expect(printed.join("\n")).not.toContain(code);
	const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
	for (const secret of [code, link.searchParams.get("state")!]) expect(kept.join("\n").replace(/"url":"[^"]*"/g, "")).not.toContain(secret);
});
