import { parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isTriedOnce, readReceipt, type ToldApp } from "../management/receipt.ts";
import { isWithin } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { personView } from "./interaction.ts";
import { pagesFor } from "./language.ts";
import { queryOf } from "./parse.ts";
import { sendPage } from "./render.ts";
import { type Browser, browserOf } from "./waiting.ts";

/** How long a browser may look at a receipt, in milliseconds. */
const receiptLifetime = 15 * 60_000;

/** The page is held back for at most so many pauses of so many milliseconds: apps that are there have answered by then. */
const patience = { pauses: 6, each: 250 };

const states = { confirmed: "told", waiting: "trying", failed: "failed", untold: "untold" } as const;

/** `GET /signed-out`: says what is so, also to somebody who chose to stay; and whom it was told, in the browser that signed out. */
export async function getSignedOut(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const browser = await browserOf(request, ground, now);
	const asked = parseParameters(queryOf(request)).values;
	const receipt = asked.get("receipt");
	const sessionId = receipt === undefined ? undefined : sessionOf(receipt, browser, ground, now);
	const here = sessionId === undefined ? "" : `receipt=${receipt}`;
	const pages = pagesFor(request, asked.get("ui_locales"), ground, here);
	if (browser.session) return sendPage(reply, pages.signedOutPage({ accountUrl: "/account", stayed: personView(browser.session) }));
	if (sessionId === undefined) return sendPage(reply, pages.signedOutPage({ accountUrl: "/account" }));
	const apps = (await receiptOf(sessionId, ground)).map(({ clientId, client, state }) => ({
		id: clientId,
		app: { name: client?.name ?? clientId },
		state: states[state],
	}));
	return sendPage(reply, pages.signedOutPage({ accountUrl: "/account", receipt: { apps, againUrl: request.url } }));
}

function sessionOf(receipt: string, browser: Browser, ground: DoorGround, now: number): string | undefined {
	const opened = ground.seals.open("receipt", receipt, now);
	if (!opened || !isWithin(receiptLifetime, opened.sealedAt, now) || opened.value.browser !== browser.mark) return undefined;
	return opened.value.sessionId;
}

/** The receipt as soon as everybody was told once: this process hears of its own attempts, and looks for those of others. */
async function receiptOf(sessionId: string, ground: DoorGround): Promise<readonly ToldApp[]> {
	for (let pauses = 0; ; pauses++) {
		const over = ground.sleep(patience.each).then(() => true);
		for (let isOver = false; !isOver; ) {
			const news = ground.logoutNews().then(() => false);
			const apps = await readReceipt(sessionId, ground.receipt);
			if (isTriedOnce(apps) || pauses === patience.pauses) return apps;
			isOver = await Promise.race([over, news]);
		}
	}
}
