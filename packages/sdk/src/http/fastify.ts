import type { Handler } from "./handler.ts";
import { answerOf, fetchRequest, type NodeRequest, type NodeResponse, nodeTarget, writeResponse } from "./node.ts";
import { isForNetworks, noStore, varyByCookie } from "./private-answer.ts";

/** The parts of Fastify that are used, so that Fastify itself is no dependency. */
export interface FastifyRequest {
	readonly raw: NodeRequest;
}

export interface FastifyReply {
	readonly raw: NodeResponse;
	header(name: string, value: string): unknown;
	getHeader(name: string): unknown;
	removeHeader(name: string): unknown;
	getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
	hijack(): unknown;
}

export type FastifyPreHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface FastifyInstance {
	hasRequestDecorator(name: string): boolean;
	decorateRequest(name: string, value: null): unknown;
	addHook(name: "onRequest", hook: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown;
	addHook(name: "onSend", hook: (request: FastifyRequest, reply: FastifyReply, payload: unknown) => Promise<unknown>): unknown;
}

export type FastifyPlugin = (instance: FastifyInstance, options: unknown, done: (error?: Error) => void) => void;

/** A handler as plugin, for the whole instance and not for a child of its own. It answers before the body is parsed, and needs no parser. */
export function fastifyPlugin(name: string, handler: Handler, origin: string): FastifyPlugin {
	const plugin: FastifyPlugin = (instance, _options, done) => {
		// A request without the property would change its shape at every guarded request.
		if (!instance.hasRequestDecorator("auth")) instance.decorateRequest("auth", null);
		instance.addHook("onRequest", async (request, reply) => {
			if (!handler.owns(nodeTarget(request.raw))) return undefined;
			return sendFastify(request, reply, await answerOf(handler, request.raw, reply.raw, origin));
		});
		instance.addHook("onSend", async (request, reply, payload) => {
			if (privateAnswers.has(request.raw)) keepPrivate(reply);
			return payload;
		});
		done();
	};
	return Object.assign(plugin, { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: name });
}

export const fastifyFetchRequest = (request: FastifyRequest, reply: FastifyReply, origin: string) =>
	fetchRequest(request.raw, reply.raw, origin);

/** Writes an answer past Fastify, which would hold its headers back until its body begins; what hooks have put there goes along. */
export async function sendFastify(request: FastifyRequest, reply: FastifyReply, from: Response): Promise<FastifyReply> {
	reply.hijack();
	for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
	await writeResponse(from, request.raw, reply.raw);
	return reply;
}

const privateAnswers = new WeakSet<NodeRequest>();

/** Whatever answers this request, no cache keeps it (RP-03). */
export const keepFastifyPrivate = (request: FastifyRequest): void => void privateAnswers.add(request.raw);

function keepPrivate(reply: FastifyReply): void {
	reply.header("cache-control", noStore(reply.getHeader("cache-control")));
	reply.header("vary", varyByCookie(reply.getHeader("vary")));
	for (const name of Object.keys(reply.getHeaders()).filter(isForNetworks)) reply.removeHeader(name);
}
