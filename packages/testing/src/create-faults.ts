import type { IncomingMessage, ServerResponse } from "node:http";
import { didYouMean } from "@gatehouse/server/embedded";
import { type Endpoint, endpoints } from "./endpoints.ts";
import type { Fault, Faults, Times } from "./faults.ts";
import { checkNames } from "./option-names.ts";
import { TestingError } from "./testing-error.ts";

/** What is to happen to one request: before it is served, and to its answer. */
interface Plan {
	readonly before?: (response: ServerResponse, request: IncomingMessage) => Promise<"served" | "done">;
	readonly after?: () => Promise<"sent" | "cut">;
}

interface Active {
	readonly endpoint: Endpoint;
	left: number;
	struck: number;
	readonly plan: Plan;
	readonly mend: () => void;
}

/** The faults of an issuer, and what they do to a request on its way. */
export function createFaults(): Faults & {
	readonly isOffline: () => boolean;
	readonly handle: (endpoint: Endpoint, request: IncomingMessage, response: ServerResponse, serve: () => void) => Promise<void>;
} {
	const active = new Set<Active>();
	let offline = false;

	function strike(endpoint: Endpoint, plan: Plan, { times = 1 }: Times = {}, onMend: () => void = () => {}): Fault {
		checkEndpoint(endpoint);
		if (times !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(times) && times > 0))
			throw new TestingError(`\`times\` is a number of requests from 1 on, or Infinity, not ${JSON.stringify(times)}`);
		const fault: Active = {
			endpoint,
			left: times,
			struck: 0,
			plan,
			mend() {
				active.delete(fault);
				onMend();
			},
		};
		active.add(fault);
		return {
			get struck() {
				return fault.struck;
			},
			mend: fault.mend,
		};
	}

	/** The oldest fault of the endpoint, with one of its times spent. */
	function take(endpoint: Endpoint): Plan | undefined {
		const fault = [...active].find((one) => one.endpoint === endpoint);
		if (fault === undefined) return undefined;
		fault.struck++;
		fault.left--;
		if (fault.left === 0) active.delete(fault);
		return fault.plan;
	}

	const answer: Faults["answer"] = (endpoint, given, times) =>
		strike(
			endpoint,
			{
				async before(response, request) {
					const isText = typeof given.body === "string";
					const type = isText ? "text/plain; charset=utf-8" : "application/json";
					response.writeHead(given.status ?? 200, {
						"content-type": type,
						"cache-control": "no-store",
						...sharing(request),
						...given.headers,
					});
					response.end(given.body === undefined ? undefined : isText ? given.body : JSON.stringify(given.body));
					return "done";
				},
			},
			times,
		);

	return {
		isOffline: () => offline,
		offline() {
			offline = true;
		},
		online() {
			offline = false;
		},
		answer,
		unavailable: (endpoint, options = {}) => {
			checkNames("unavailable()", options, ["retryAfter", "times"], { retry_after: "retryAfter" });
			const { retryAfter = 1, ...times } = options;
			const body = { error: "temporarily_unavailable" };
			return answer(endpoint, { status: 503, headers: { "retry-after": String(retryAfter) }, body }, times);
		},
		lose: (endpoint, times) => strike(endpoint, { after: async () => "cut" }, times),
		cut: (endpoint, times) =>
			strike(
				endpoint,
				{
					async before(response) {
						response.destroy();
						return "done";
					},
				},
				times,
			),
		hold(endpoint, what = "request") {
			if (what !== "request" && what !== "answer")
				throw new TestingError(`hold() holds the "request" or the "answer", not ${JSON.stringify(what)}`);
			const [arrival, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
			const wait = async () => {
				arrival.resolve();
				await gate.promise;
			};
			const plan: Plan =
				what === "request" ? { before: () => wait().then(() => "served" as const) } : { after: () => wait().then(() => "sent" as const) };
			const fault = strike(endpoint, plan, { times: Number.POSITIVE_INFINITY }, gate.resolve);
			return {
				get struck() {
					return fault.struck;
				},
				arrived: arrival.promise,
				release: fault.mend,
				mend: fault.mend,
			};
		},
		mend() {
			offline = false;
			for (const fault of [...active]) fault.mend();
		},

		async handle(endpoint, request, response, serve) {
			if (offline) return void response.destroy();
			const plan = take(endpoint);
			if ((await plan?.before?.(response, request)) === "done") return;
			if (plan?.after) withhold(response, plan.after);
			serve();
		},
	};
}

/** A page of another origin may read it, as it may read the issuer's own answer: else a browser would tell of no status at all. */
function sharing({ headers: { origin } }: IncomingMessage): Readonly<Record<string, string>> {
	if (origin === undefined || origin === "null") return {};
	return { "access-control-allow-origin": origin, "access-control-expose-headers": "WWW-Authenticate, Date, Retry-After", vary: "Origin" };
}

/** What is written to the response stays here until it is decided what becomes of it. */
function withhold(response: ServerResponse, decide: () => Promise<"sent" | "cut">): void {
	const end = response.end.bind(response) as (...parts: unknown[]) => ServerResponse;
	response.end = ((...parts: unknown[]) => {
		void decide().then((what) => (what === "cut" ? response.destroy() : end(...parts)));
		return response;
	}) as typeof response.end;
}

function checkEndpoint(name: string): void {
	if (!(endpoints as readonly string[]).includes(name))
		throw new TestingError(
			`there is no endpoint ${JSON.stringify(name)}: it is one of ${endpoints.join(", ")}${didYouMean(String(name), endpoints)}`,
		);
}
