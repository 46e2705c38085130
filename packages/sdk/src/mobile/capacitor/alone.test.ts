import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { alone } from "./alone.ts";

/** Web Locks of one name, as browsers have them: one holder, a line, and one who may take it from the holder. */
class Locks {
	#holder: { readonly lost: (error: Error) => void } | undefined;
	readonly #line: (() => void)[] = [];

	readonly request = async <T>(_name: string, { steal = false, signal }: LockOptions, work: () => Promise<T>): Promise<T> => {
		if (steal) this.#holder?.lost(new DOMException("stolen", "AbortError"));
		else if (this.#holder)
			await new Promise<void>((resolve, reject) => {
				this.#line.push(resolve);
				signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
			});
		const lost = Promise.withResolvers<never>();
		const mine = { lost: lost.reject };
		this.#holder = mine;
		try {
			return await Promise.race([work(), lost.promise]);
		} finally {
			if (this.#holder === mine) {
				this.#holder = undefined;
				this.#line.shift()?.();
			}
		}
	};
}

beforeEach(() => vi.stubGlobal("navigator", { locks: new Locks() }));
afterEach(() => vi.unstubAllGlobals());

const never = () => new Promise<never>(() => undefined);

describe("alone", () => {
	test("one works after another", async () => {
		const order: string[] = [];
		const work = (name: string) => async () => {
			order.push(`${name} begins`);
			await new Promise(setImmediate);
			order.push(`${name} ends`);
			return name;
		};
		expect(await Promise.all([alone("x", work("a")), alone("x", work("b"))])).toEqual(["a", "b"]);
		expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
	});

	test("who sleeps with the lock loses it, and is told so; the next goes on", async () => {
		const asleep = alone("x", never).catch((error: { readonly code: string }) => error.code);
		expect(await alone("x", async () => "awake", 1)).toBe("awake");
		expect(await asleep).toBe("temporarily_unavailable");
	});

	test("a failure is its asker's", async () => {
		await expect(alone("x", () => Promise.reject(new TypeError("mine")))).rejects.toThrow("mine");
		expect(await alone("x", async () => "next")).toBe("next");
	});

	test("without locks there is one web view, and it works", async () => {
		vi.stubGlobal("navigator", {});
		expect(await alone("x", async () => "done")).toBe("done");
	});
});
