import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** What a device knows: where everybody is, and which link leads back to its app. */
export interface Device {
	readonly issuer: string;
	readonly crm: string;
	readonly orders: string;
	readonly redirect: string;
}

/** Something that the app told. */
export type Told = { readonly event: string } & Readonly<Record<string, unknown>>;

export const program = join(import.meta.dirname, "app.ts");

/** Makes a device of a folder. */
export function makeDevice(folder: string, device: Device): void {
	writeFileSync(join(folder, "device.json"), JSON.stringify(device));
}

/** All that its processes told so far. */
export function toldOn(folder: string): readonly Told[] {
	return readFileSync(join(folder, "told"), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
}

/** A process of the app on a device. */
export class AppProcess implements AsyncDisposable {
	readonly told: Told[] = [];
	readonly #child: ChildProcessByStdio<Writable, Readable, null>;
	readonly #ended: Promise<unknown>;
	#heard: () => void = () => undefined;

	constructor(folder: string, link?: string) {
		this.#child = spawn(process.execPath, [program, folder, ...(link === undefined ? [] : [link])], { stdio: ["pipe", "pipe", "inherit"] });
		this.#ended = once(this.#child, "close").then(() => this.#heard());
		createInterface({ input: this.#child.stdout }).on("line", (line) => {
			this.told.push(JSON.parse(line));
			this.#heard();
		});
	}

	/** Hands it a link while it runs. */
	link(url: string): void {
		this.#child.stdin.write(`${url}\n`);
	}

	/** Waits until it tells of an event. */
	async when(event: string): Promise<Told> {
		for (;;) {
			const found = this.told.find((one) => one.event === event);
			if (found) return found;
			if (this.#child.exitCode !== null || this.#child.signalCode !== null)
				throw new Error(`The app ended before ${event}: ${JSON.stringify(this.told)}`);
			await new Promise<void>((heard) => {
				this.#heard = heard;
			});
		}
	}

	/** Ends it at once, wherever it is, as a system does that needs the memory. */
	async kill(): Promise<void> {
		this.#child.kill("SIGKILL");
		await this.#ended;
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.kill();
	}
}
