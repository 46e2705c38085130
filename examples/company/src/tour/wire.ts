import type { Walk } from "./walk.ts";

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly json: Readonly<Record<string, unknown>>;
}

/** How a client says who it is at an endpoint: by name and secret (RFC 6749 §2.3.1), or by name alone when it cannot keep one. */
export interface ClientIdentity {
	readonly id: string;
	readonly secret?: string;
	/** The secret is not the client's: somebody else tries. */
	readonly wrong?: true;
}

/** Somebody who knows the client by name, and its secret not. */
export function guessing(client: ClientIdentity): ClientIdentity {
	return { ...client, secret: "guess", wrong: true };
}

/** Posts a form as a client, and shows both directions. */
export async function post(
	walk: Walk,
	url: string,
	client: ClientIdentity,
	fields: readonly (readonly [string, string])[],
): Promise<Answer> {
	const body: (readonly [string, string])[] = client.secret === undefined ? [...fields, ["client_id", client.id]] : [...fields];
	const proof =
		client.secret === undefined ? "" : `  as ${client.id}${client.wrong ? ", with a wrong secret" : ""}, by Authorization: Basic •••`;
	walk.sent(`POST ${url}${proof}`, body);
	const credentials = [client.id, client.secret ?? ""].map((text) => encodeURIComponent(text)).join(":");
	const response = await fetch(url, {
		method: "POST",
		headers: client.secret === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
		body: new URLSearchParams(body.map(([name, value]) => [name, value])),
		redirect: "manual",
	});
	return received(walk, response);
}

/** Calls an API or a public document, with a token or without. */
export async function call(walk: Walk, url: string, token?: string, json?: unknown): Promise<Answer> {
	walk.sent(`${json ? "POST" : "GET"} ${url}`, token === undefined ? [] : [["bearer", token]]);
	const response = await fetch(url, {
		method: json ? "POST" : "GET",
		headers: {
			...(token !== undefined && { authorization: `Bearer ${token}` }),
			...(json !== undefined && { "content-type": "application/json" }),
		},
		body: json ? JSON.stringify(json) : null,
		redirect: "manual",
	});
	return received(walk, response, token !== undefined);
}

/** Asks as a browser does before a page of `origin` may post to another origin (Fetch, CORS protocol); what it gets is the origin that may. */
export async function preflight(walk: Walk, url: string, origin: string): Promise<string | null> {
	walk.sent(`OPTIONS ${url}`, [["origin", origin]]);
	const response = await fetch(url, {
		method: "OPTIONS",
		headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
	});
	const allowed = response.headers.get("access-control-allow-origin");
	walk.got(String(response.status), allowed === null ? [] : [["access-control-allow-origin", allowed]]);
	return allowed;
}

/** Reads an answer and shows it. With `brief`, of one that is fine only its beginning. */
export async function received(walk: Walk, response: Response, brief = false): Promise<Answer> {
	const text = await response.text();
	const json = parse(text);
	const challenge = response.headers.get("www-authenticate");
	const facts = brief && response.ok ? [] : Object.entries(json).map(([name, value]) => [name, textOf(value)] as const);
	walk.got(`${response.status}${brief && response.ok ? ` ${text.slice(0, 60)}…` : ""}`, [
		...(challenge === null ? [] : [["challenge", challenge] as const]),
		...facts,
	]);
	return { status: response.status, headers: response.headers, json };
}

function parse(text: string): Readonly<Record<string, unknown>> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		return {};
	}
}

/** Of a key only its name: the numbers say nothing to people. */
function textOf(value: unknown): string {
	if (Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && "kid" in one)) {
		return value.map(({ alg, kid }) => `${alg} ${kid}`).join(", ");
	}
	return typeof value === "string" ? value : JSON.stringify(value);
}
