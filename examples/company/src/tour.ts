import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { file, privateKey } from "@gatehouse/sdk/machine";
import { askedToEnd } from "./asked-to-end.ts";
import { startCompany } from "./company.ts";
import { freeBase } from "./ports.ts";
import { keyFile, secretOf } from "./secrets.ts";
import { asking } from "./tour/asking.ts";
import { backChannel } from "./tour/back-channel.ts";
import { bff } from "./tour/bff.ts";
import { Browser, userAgents } from "./tour/browser.ts";
import { chosenIn } from "./tour/chosen.ts";
import { codeFlow } from "./tour/code-flow.ts";
import { devices } from "./tour/devices.ts";
import { discovery } from "./tour/discovery.ts";
import { machine } from "./tour/machine.ts";
import { phone as phoneApp } from "./tour/phone.ts";
import { refreshing } from "./tour/refreshing.ts";
import { revoking } from "./tour/revoking.ts";
import { shop } from "./tour/shop.ts";
import { signingOut } from "./tour/signing-out.ts";
import { singleSignOn } from "./tour/single-sign-on.ts";
import { takingBack } from "./tour/taking-back.ts";
import { terminalApp } from "./tour/terminal-app.ts";
import type { Tour } from "./tour/tour.ts";
import { twoApis } from "./tour/two-apis.ts";
import { Walk } from "./tour/walk.ts";
import { webApp } from "./tour/web-app.ts";

/*
 * `npm run tour`: opens a company of its own on free ports and an empty folder, walks through it without a browser, and shows what is
 * sent, what is checked, and why. Ends with 1 when anything is not as it must be. `npm run tour -- 4` shows chapter 4 alone.
 */
const walk = new Walk(wanted());
const data = mkdtempSync(join(tmpdir(), "gatehouse-tour-"));
const printed: string[] = [];
const asked = askedToEnd();
try {
	const company = await startCompany({
		base: await freeBase(),
		data,
		members: ["auth", "crm", "orders", "portal", "shop-bff"],
		say: (who, line) => printed.push(`${who}: ${line}`),
	});
	try {
		const walked = walkThrough({
			walk,
			parties: company.parties,
			nightJobKey: privateKey(file(keyFile(data))),
			clients: {
				portal: { id: "portal", secret: secretOf("portal", data) },
				shop: { id: "shop" },
				analytics: { id: "analytics", secret: secretOf("analytics", data) },
				terminal: { id: "terminal" },
				nightJob: { id: "night-job" },
				crmApi: { id: "crm-api", secret: secretOf("crm-api", data) },
			},
		});
		const interrupted = asked.then(() => Promise.reject(new Error("It was interrupted.")));
		await Promise.race([walked, interrupted]);
	} finally {
		await company.stop();
	}
} catch (error) {
	walk.stumble(error);
	console.log(["", "What the programs said last:", ...printed.slice(-10)].join("\n   "));
} finally {
	rmSync(data, { recursive: true, force: true });
}
process.exitCode = walk.conclude() ? 0 : 1;

function wanted(): ReadonlySet<number> {
	try {
		return chosenIn(process.argv.slice(2));
	} catch (error) {
		console.error((error as Error).message);
		process.exit(1);
	}
}

async function walkThrough(tour: Tour): Promise<void> {
	const provider = await discovery(tour);
	const laptop = new Browser(walk, provider.issuer, userAgents.laptop);
	const phone = new Browser(walk, provider.issuer, userAgents.phone);
	const portal = await codeFlow(tour, provider, laptop);
	const apis = await twoApis(tour, provider, portal);
	await asking(tour, provider, portal, apis);
	const onPhone = await shop(tour, provider, phone);
	await singleSignOn(tour, provider, laptop, phone, portal);
	await webApp(tour, provider);
	await bff(tour, provider);
	await backChannel(tour, provider);
	await phoneApp(tour, provider, phone);
	const terminal = await terminalApp(tour, provider, laptop);
	await refreshing(tour, provider);
	await machine(tour, provider);
	const analytics = await takingBack(tour, provider, laptop);
	await devices(tour, provider, laptop, phone, onPhone);
	const newest = { ...portal, refreshToken: apis.forOrders.refreshToken };
	const last = await signingOut(tour, provider, laptop, { portal: newest, terminal, analytics });
	await revoking(tour, provider, last);
}
