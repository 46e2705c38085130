import { findClient } from "../management/clients.ts";
import { listEvents, type ToldEvent } from "../management/events.ts";
import { didYouMean, eventTypes } from "../model/index.ts";
import { cutOff, limitOf, limitOption } from "./limit.ts";
import { onStore } from "./on-store.ts";
import { moment, table, whole } from "./table.ts";
import { instant } from "./time.ts";
import { optionOf, UsageError, type Verb } from "./verb.ts";

function eventJson(event: ToldEvent) {
	const { id, at, type, personId, username, clientId, sessionId, grantId, traceId, actor, data } = event;
	return {
		id,
		at: instant(at),
		type,
		...(personId !== undefined && { sub: personId }),
		...(username !== undefined && { username }),
		...(clientId !== undefined && { client_id: clientId }),
		...(sessionId !== undefined && { sid: sessionId }),
		...(grantId !== undefined && { grant_id: grantId }),
		...(traceId !== undefined && { trace_id: traceId }),
		...(actor !== undefined && { actor }),
		...(data !== undefined && { data }),
	};
}

function worded(data: ToldEvent["data"] = {}): string {
	return Object.entries(data)
		.map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : value}`)
		.join(" ");
}

function typeOf(written: string | undefined): ToldEvent["type"] | undefined {
	if (written === undefined) return undefined;
	const type = eventTypes.find((one) => one === written);
	if (type === undefined)
		throw new UsageError(`--type ${written} is none that there is${didYouMean(written, eventTypes) || `: ${eventTypes.join(", ")}`}`);
	return type;
}

export const eventList: Verb = {
	name: "event list",
	alsoCalled: ["ls", "show", "tail"],
	does: "show what happened, newest first: sign-ins, consents, revocations, misuse",
	options: [
		limitOption,
		["--user <name>", "about this person alone"],
		["--client <id>", "about this client alone"],
		["--type <type>", "of this type alone, such as session.started"],
	],
	examples: [
		["event list --user alice --limit 20", "what happened to alice of late"],
		["event list --type code.replayed", "codes that came twice"],
	],
	run(input, context) {
		const limit = limitOf(input);
		const filter = { limit, clientId: optionOf(input, "client"), type: typeOf(optionOf(input, "type")) };
		return onStore(input, context, async (ground) => {
			const events = await listEvents(ground, { ...filter, user: optionOf(input, "user") });
			// A client that is gone has a past; one that never was is a slip of the pen.
			if (filter.clientId !== undefined && events.length === 0) await findClient(ground, filter.clientId);
			const cells = events.map((event) => [
				moment(event.at),
				event.type,
				event.username ?? event.personId ?? "",
				event.clientId ?? "",
				event.actor ?? "",
				worded(event.data),
			]);
			return {
				json: events.map(eventJson),
				text: table(["AT", whole("TYPE"), "USER NAME", "CLIENT ID", "BY", "MORE"], cells, "nothing of this kind happened"),
				...cutOff(events.length, limit),
			};
		});
	},
};
