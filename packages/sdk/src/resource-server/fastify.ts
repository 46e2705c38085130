import type { Auth } from "./auth.ts";
import type { Answer } from "./auth-error.ts";

/** The parts of Fastify that are used, so that Fastify itself is no dependency. */
interface FastifyRequest {
	readonly raw: {
		readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
		readonly rawHeaders?: readonly string[];
	};
	auth?: Auth;
}

export interface FastifyReply {
	code(status: number): unknown;
	header(name: string, value: string): unknown;
	send(body?: string): unknown;
}

export type FastifyPreHandler = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

interface FastifyInstance {
	hasRequestDecorator(name: string): boolean;
	decorateRequest(name: string, value: null): unknown;
	get(path: string, handler: (request: unknown, reply: FastifyReply) => unknown): unknown;
}

export type FastifyPlugin = (instance: FastifyInstance, options: unknown, done: (error?: Error) => void) => void;

export function sendFastify(reply: FastifyReply, { status, headers, body }: Answer): void {
	reply.code(status);
	for (const [name, value] of Object.entries(headers)) reply.header(name, value);
	reply.send(body === "" ? undefined : body);
}

/** A plugin that serves the metadata at `path`, and prepares `request.auth` for the whole instance, not for a child of its own. */
export function fastifyPlugin(path: string, answer: () => Answer): FastifyPlugin {
	const plugin: FastifyPlugin = (instance, _options, done) => {
		// A request without the property would change its shape at every guarded request.
		if (!instance.hasRequestDecorator("auth")) instance.decorateRequest("auth", null);
		// The router reads a single colon as the start of a parameter.
		instance.get(path.replaceAll(":", "::"), (_request, reply) => {
			sendFastify(reply, answer());
		});
		done();
	};
	return Object.assign(plugin, { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: "gatehouse-resource-server" });
}
