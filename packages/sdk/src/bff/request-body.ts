import { Refusal } from "./refusal.ts";

/** Bytes that are held, so that they can be sent once more; what is longer, or does not say how long it is, passes through. */
const mostHeld = 65_536;
/** Bytes of the largest request. */
const mostSent = 64 * 1024 * 1024;

/** The body of a request on its way through. */
export interface Passing {
	readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
	/** Whether it can be sent twice. */
	readonly replayable: boolean;
	/** Resolves when the last byte has gone. Never rejects. */
	readonly sent: Promise<void>;
	/** What was wrong with it, once that is known. */
	readonly fault: () => Refusal | undefined;
}

/**
 * What is ambiguous about where a request ends (RFC 9112 §6.3), or nothing. Node's own parser refuses most of it, but others may stand in
 * front of this.
 */
export function framingFault({ method, headers }: Request): string | undefined {
	const [length, coding] = [headers.get("content-length"), headers.get("transfer-encoding")];
	if (length !== null && coding !== null) return "It says in two ways how long it is.";
	if (length !== null && !/^\d{1,15}$/.test(length)) return "Its Content-Length is no number.";
	if (coding !== null && coding.toLowerCase() !== "chunked") return "Its Transfer-Encoding is not chunked.";
	if ((method === "GET" || method === "HEAD") && (Number(length) > 0 || coding !== null)) return `It is a ${method} with a body.`;
	return undefined;
}

export async function passBody({ body, headers }: Request): Promise<Passing> {
	const whole = { replayable: true, sent: Promise.resolve(), fault: () => undefined };
	if (body === null) return { ...whole, body: undefined };
	const length = Number(headers.get("content-length") ?? Number.NaN);
	if (length > mostSent) throw tooLarge();
	return length <= mostHeld ? { ...whole, body: await readAll(body, length) } : pass(body);
}

async function readAll(body: ReadableStream<Uint8Array>, length: number): Promise<Uint8Array<ArrayBuffer>> {
	const whole = new Uint8Array(length);
	let at = 0;
	for await (const chunk of body) {
		if (at + chunk.byteLength > length) throw new Refusal(400, "invalid_request", "The request is longer than it says.");
		whole.set(chunk, at);
		at += chunk.byteLength;
	}
	if (at < length) throw new Refusal(400, "invalid_request", "The request is shorter than it says.");
	return whole;
}

/** Chunk by chunk, no faster than the other side takes it. */
function pass(from: ReadableStream<Uint8Array>): Passing {
	const { promise: sent, resolve } = Promise.withResolvers<void>();
	let fault: Refusal | undefined;
	let passed = 0;
	const body = from.pipeThrough(
		new TransformStream<Uint8Array, Uint8Array>({
			transform(chunk, controller) {
				passed += chunk.byteLength;
				if (passed > mostSent) {
					fault = tooLarge();
					controller.error(fault);
				} else controller.enqueue(chunk);
			},
			flush: () => resolve(),
		}),
	);
	return { body, replayable: false, sent, fault: () => fault };
}

const tooLarge = () => new Refusal(413, "invalid_request", `A request has at most ${mostSent / 1024 / 1024} MiB.`);
