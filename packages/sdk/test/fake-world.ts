import { platform, type World } from "../src/client/world.ts";

type Answerer = (url: string, init: RequestInit) => Response | Promise<Response>;

/** Clocks that the test alone moves, sleeps that move them, and a network of one function. It writes down what was asked for. */
export class FakeWorld implements World {
	readonly asked: { readonly url: string; readonly init: RequestInit }[] = [];
	readonly slept: number[] = [];
	now = Date.parse("2026-11-20T12:00:00Z");
	#steady = 1_000_000;
	answer: Answerer = () => new Response("not found", { status: 404 });
	readonly randomBytes = platform.randomBytes;
	readonly digest = platform.digest;
	readonly wall = () => this.now;
	readonly steady = () => this.#steady;

	readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
		this.asked.push({ url, init });
		return await this.answer(url, init);
	};

	readonly sleep = async (ms: number): Promise<void> => {
		this.slept.push(ms);
		this.pass(ms);
	};

	pass(ms: number): void {
		this.now += ms;
		this.#steady += ms;
	}

	/** How often this address was asked. */
	count(url: string): number {
		return this.asked.filter((one) => one.url === url).length;
	}
}
