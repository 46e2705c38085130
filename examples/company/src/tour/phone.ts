import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { people } from "../people.ts";
import { passPages } from "./authorization.ts";
import type { Browser } from "./browser.ts";
import { decode } from "./jwt.ts";
import type { Start, Told } from "./phone-app.ts";
import type { Provider, Tour } from "./tour.ts";

/** The company's app on Alice's phone, in whose browser she is signed in at the shop: it is killed while that browser is open. */
export async function phone({ walk, parties }: Tour, provider: Provider, browser: Browser): Promise<void> {
	walk.chapter(
		"An app on the phone, killed at the wrong moment",
		"RFC 8252, RFC 7636",
		"The company's app, on @gatehouse/sdk/mobile, runs here as a process of its own. It opens the phone's browser, never a view of its own, and waits for a link. Phones end apps that wait in the background: so whatever it must remember is on the disk before the browser opens.",
	);
	const disk = mkdtempSync(join(tmpdir(), "gatehouse-phone-"));
	const start: Start = { issuer: provider.issuer, crm: parties.crm.origin, orders: parties.orders.origin, disk };
	try {
		walk.step("Alice taps “Sign in”: the app opens the browser");
		const first = new App(start);
		const { url } = await first.next("open");
		const asked = new URL(url);
		walk.sent(`opens ${asked.origin}${asked.pathname}`, asked.searchParams);
		walk.check(
			"it has no secret, so it proves itself by that of this one sign-in",
			"RFC 8252 §8.1",
			asked.searchParams.get("code_challenge_method") === "S256",
		);
		walk.check("what it needs for that is in the device's secure store by now", "RFC 8252 §8.10", read(disk, "keystore.json").length > 100);

		walk.step("The system ends the app, and Alice goes on in the browser");
		await first.kill();
		const { answer, pages } = await passPages(browser, { url: asked }, people[0]);
		walk.check("no password: the browser is the one in which she is signed in", "OpenID Connect Core §3.1.2.3", !pages.includes("login"));
		walk.check("any app may say that a scheme is its own, so she is asked to go on", "RFC 8252 §8.6", pages.join() === "continue");
		walk.check(
			"the answer is a link to the app, with a code",
			"RFC 8252 §7.1",
			answer.href.startsWith("com.larkfield.app:/callback?") && answer.searchParams.has("code"),
		);

		walk.step("The system starts the app with the link, and hands it the same link once more");
		const second = new App({ ...start, link: answer.href });
		second.hand(answer.href);
		const sent = await second.next("sent");
		walk.sent(`POST ${sent.url}`, sent.parameters);
		const { status, name } = await second.next("settled");
		walk.check(
			"a process that never saw the sign-in begin has finished it",
			"RFC 7636 §4.5",
			status === "signed-in" && name === people[0].name,
		);

		walk.step("It calls crm, then orders, with a token for each");
		for (const [api, resource] of [
			["crm", parties.crm.origin],
			["orders", parties.orders.origin],
		] as const) {
			const call = await second.next("called");
			walk.sent(`GET ${call.url}`, [["bearer", call.accessToken]]);
			walk.got(String(call.status));
			const { aud } = decode(call.accessToken)?.claims ?? {};
			walk.check(
				`${api} lets it in, by a token that is for it alone`,
				"RFC 8707 §2",
				call.status === 200 && [aud].flat().join() === resource,
			);
		}
		const codes = second.all("sent").filter(({ parameters }) => parameters.some(([field]) => field === "code"));
		walk.check("the link came twice, the code was sent once", "RFC 6749 §4.1.2", codes.length === 1);
		await second.kill();

		walk.step("The app is ended again, and started by a tap on its picture");
		const third = new App(start);
		const again = await third.next("settled");
		walk.check("she is signed in: the refresh token was in the device's secure store", "RFC 8252 §8.10", again.status === "signed-in");
		const marks = Object.values(JSON.parse(read(disk, "settings.json")) as Record<string, string>);
		walk.check(
			`among its settings, which backups take along, is only the word “${marks.join()}”`,
			"OWASP MASVS-STORAGE-1",
			marks.join() === "signed-in",
		);
		await third.next("called");
		await third.next("called");
		await third.kill();
	} finally {
		rmSync(disk, { recursive: true, force: true });
	}
}

function read(disk: string, name: string): string {
	try {
		return readFileSync(join(disk, name), "utf8");
	} catch {
		return "";
	}
}

type Kind = Told["kind"];
type Of<K extends Kind> = Extract<Told, { readonly kind: K }>;

/** One process of the app, and what it told so far. */
class App {
	readonly #process: ChildProcess;
	readonly #told: Told[] = [];
	readonly #seen = new Map<Kind, number>();
	#news = Promise.withResolvers<void>();

	constructor(start: Start) {
		this.#process = fork(join(import.meta.dirname, "phone-app.ts"), [JSON.stringify(start)], {
			stdio: ["ignore", "ignore", "inherit", "ipc"],
		});
		this.#process.on("message", (told: Told) => this.#hear(told));
		this.#process.once("exit", () => this.#news.reject(new Error("The app on the phone ended by itself.")));
		this.#news.promise.catch(() => undefined);
	}

	#hear(told: Told): void {
		this.#told.push(told);
		const { resolve } = this.#news;
		this.#news = Promise.withResolvers();
		this.#news.promise.catch(() => undefined);
		resolve();
	}

	/** All that it told of a kind so far. */
	all<K extends Kind>(kind: K): readonly Of<K>[] {
		return this.#told.filter((told): told is Of<K> => told.kind === kind);
	}

	/** The next of a kind, as soon as it is told. */
	async next<K extends Kind>(kind: K): Promise<Of<K>> {
		const index = this.#seen.get(kind) ?? 0;
		this.#seen.set(kind, index + 1);
		for (;;) {
			const found = this.all(kind)[index];
			if (found) return found;
			await this.#news.promise;
		}
	}

	/** The system hands it a link while it runs. */
	hand(link: string): void {
		this.#process.send(link);
	}

	/** As a phone does it: at once, and unasked. */
	async kill(): Promise<void> {
		const ended = once(this.#process, "exit");
		this.#process.kill("SIGKILL");
		await ended;
	}
}
