import { signingAlgorithms } from "@gatehouse/protocol";
import type { ResourceScope } from "../model/index.ts";
import { optional, required } from "./row.ts";
import { at, choice, duration, fault, flag, isObject, list, object, type Shape, text, wrong } from "./shape.ts";

/** A group of people, as resources and people name it. */
export const group = text("the name of a group", { max: 100 });

const sentence = text("a sentence for the consent page", { max: 200 });

const detailedScope = object(
	{
		description: required("A sentence for the consent page.", sentence),
		groups: optional("Whose members may have it.", list(group)),
	},
	"a scope",
);

const scopes: Shape<Readonly<Record<string, string | ResourceScope>>> = {
	words: "an object of scopes: a sentence for the consent page, or an object with `description` and `groups`",
	read(written, reading) {
		if (!isObject(written)) return wrong(reading, written, scopes.words);
		return Object.fromEntries(
			Object.entries(written).flatMap(([name, value]) => {
				const place = at(reading, name);
				if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(name))
					fault(place, 'has a name that is no scope: no blanks, `"` or `\\` (RFC 6749 §3.3)');
				const scope = typeof value === "string" ? sentence.read(value, place) : detailedScope.read(value, place);
				return scope === undefined ? [] : [[name, scope]];
			}),
		);
	},
};

/** RFC 8707 §2: an absolute URI without a fragment. */
const identifier = text("an absolute URI", {
	max: 1000,
	why(written) {
		if (!URL.canParse(written) || !/^[\x21-\x7e]+$/.test(written)) return "must be an absolute URI, such as https://crm.company.com";
		return written.includes("#") ? "has a fragment: take away the `#` and what follows it (RFC 8707 §2)" : undefined;
	},
});

/** An API that tokens are for. */
export const resource = object(
	{
		identifier: required("What clients send as `resource`, and its tokens carry as `aud`.", identifier),
		name: optional("The name people see.", text("text", { max: 100 })),
		scopes: required("What it lets clients do.", scopes),
		accessTokenLifetime: optional("How long its access tokens live; ten minutes unless said.", duration("1m", "60m")),
		signingAlg: optional("The algorithm of its access tokens.", choice(signingAlgorithms)),
		introspection_clients: optional("The clients that may introspect its tokens.", list(text("a client_id"))),
		enabled: optional("False switches it off.", flag),
	},
	"a resource",
	{ scope: "is not known here; did you mean `scopes`?" },
);
