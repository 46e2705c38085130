import { OAuthError, type Parameters, signingAlgorithms } from "@gatehouse/protocol";
import type { Client } from "../model/index.ts";
import { type Outbound, OutboundFailure } from "../outbound/outbound.ts";
import type { ClientJws } from "../tokens/tokens.ts";
import { checkLength } from "./authorization-request.ts";
import { type ClientJwtGround, signatureFault, timeFault } from "./client-jwt.ts";

/** What unpacking takes of the ground. */
export interface RequestObjectGround extends ClientJwtGround {
	readonly outbound: Pick<Outbound, "get">;
}

/** What is asked for, once and for all: from here on nobody looks at a request object. */
export interface Unpacked {
	readonly parameters: Parameters;
	/** The parameters came in an object that the client signed. */
	readonly signed: boolean;
	/** Why the request goes no further: `parameters` are those beside the object then, which say where to tell it. */
	readonly refusal?: OAuthError;
}

/** Members of a JWT that are about itself (RFC 7519 §4.1). */
const aboutItself = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

const types = [undefined, "jwt", "oauth-authz-req+jwt"];

/** D7: no object is longer, the line break at its end aside. */
const fetching = { accept: "application/oauth-authz-req+jwt, application/jwt", maxBytes: 8_196 };

/**
 * The parameters of a request, whether they were sent as they are, in a signed object (`request`), or as the address of one
 * (`request_uri`): OpenID Connect Core §6, RFC 9101.
 *
 * What stands in the object wins over what stands beside it, and what stands only beside it counts as well (Core §6.1); of a
 * client with `require_signed_request_object` nothing counts but what it signed (RFC 9101 §6.3). `response_type` need not
 * stand beside it (RFC 9101 §5), but if it does, both are the same.
 *
 * @param signed it comes back from a page, with what was unpacked before
 * @returns at once for a request without an object
 */
export function unpacked(
	parameters: Parameters,
	signed: boolean,
	client: Client,
	ground: RequestObjectGround,
	now: number,
): Unpacked | Promise<Unpacked> {
	// One that is malformed by itself is refused for that, and has nothing fetched (AZ-10).
	if (parameters.repeated.size > 0) return { parameters, signed };
	if (parameters.values.has("request") || parameters.values.has("request_uri")) return unpack(parameters, client, ground, now);
	if (signed || !client.requireSignedRequestObject) return { parameters, signed };
	const refusal = new OAuthError(
		"invalid_request",
		"this client sends its parameters in a signed request object: `request`, or `request_uri`",
	);
	return { parameters, signed, refusal };
}

async function unpack(parameters: Parameters, client: Client, ground: RequestObjectGround, now: number): Promise<Unpacked> {
	try {
		checkLength(parameters);
		const { request, carrier } = await objectOf(parameters, client, ground);
		const { claims } = request;
		const text =
			whatItIs(request) ?? whoItIsFor(claims, client, ground.issuer) ?? timeFault(claims, now) ?? contradiction(claims, parameters);
		if (text !== undefined) throw new OAuthError("invalid_request_object", `\`${carrier}\` ${text}`);
		const fault = await signatureFault(request, client, client.requestObjectSigningAlg, ground, now);
		if (fault) throw new OAuthError("invalid_request_object", `\`${carrier}\` ${fault.text}`, { cause: fault.cause });
		return { parameters: merged(claims, parameters, client), signed: true };
	} catch (refusal) {
		if (!(refusal instanceof OAuthError)) throw refusal;
		return { parameters, signed: false, refusal };
	}
}

/** Reads the object without believing it. Nothing is called but what stands, to the letter, in the client's `request_uris` (AZ-17). */
async function objectOf({ values }: Parameters, client: Client, ground: RequestObjectGround) {
	const [sent, uri] = [values.get("request"), values.get("request_uri")];
	if (sent !== undefined && uri !== undefined)
		throw new OAuthError("invalid_request", "`request` and `request_uri` stand beside each other: send one of them");
	if (uri !== undefined && !client.requestUris.includes(uri))
		throw new OAuthError(
			"request_uri_not_supported",
			"this `request_uri` is none of the client's registered `request_uris`, to the letter",
		);
	const [carrier, unsupported] =
		uri === undefined ? (["request", "request_not_supported"] as const) : (["request_uri", "request_uri_not_supported"] as const);
	if (client.jwks === undefined && client.jwksUri === undefined)
		throw new OAuthError(
			unsupported,
			`\`${carrier}\` is for clients that have registered \`jwks\` or \`jwks_uri\`: send the parameters themselves`,
		);
	const request = ground.clientSignatures.read(sent ?? (await fetched(uri ?? "", client, ground)));
	if (!request)
		throw new OAuthError(
			uri === undefined ? "invalid_request_object" : "invalid_request_uri",
			`\`${carrier}\` holds no signed JWT of at most 8 KB`,
		);
	if (request.alg === "none")
		throw new OAuthError(
			unsupported,
			`\`${carrier}\` is unsigned, which is not supported: sign it with one of ${signingAlgorithms.join(", ")}`,
		);
	return { request, carrier };
}

/** The fragment tells versions of a document apart (Core §6.2); as nothing is kept here, it is compared and not looked at. */
async function fetched(uri: string, { registeredItself: stranger }: Client, { outbound }: RequestObjectGround): Promise<string> {
	try {
		const { status, body } = await outbound.get(uri.split("#", 1)[0] ?? "", { ...fetching, stranger });
		if (status !== 200) throw new OutboundFailure("failed", `answers ${status}`);
		return Buffer.from(body).toString("latin1").trim();
	} catch (cause) {
		if (!(cause instanceof OutboundFailure)) throw cause;
		throw new OAuthError("invalid_request_uri", "the request object cannot be fetched from this `request_uri`", { cause });
	}
}

/** RFC 8725 §3.11, RFC 9101 §10.8: a JWT that was made for something else asks for nothing. */
function whatItIs({ typ, claims }: ClientJws): string | undefined {
	if (!types.includes(typ)) return "says by its `typ` that it is for something else";
	if (claims["request"] !== undefined || claims["request_uri"] !== undefined) return "holds a request object itself";
	return undefined;
}

function whoItIsFor({ iss, sub, aud, client_id }: ClientJws["claims"], client: Client, issuer: string): string | undefined {
	if (iss !== undefined && iss !== client.id) return "has an `iss` that is not the client";
	if (sub === client.id) return "has the client as `sub`: that is an assertion, which proves a client elsewhere";
	if (aud !== undefined && aud !== issuer && !(Array.isArray(aud) && aud.includes(issuer))) return "has an `aud` that is not this issuer";
	if (client.requireSignedRequestObject && client_id === undefined) return "has no `client_id`";
	return undefined;
}

/** OpenID Connect Core §6.1, RFC 9101 §5. */
function contradiction(claims: ClientJws["claims"], { values }: Parameters): string | undefined {
	const name = ["client_id", "response_type"].find(
		(each) => claims[each] !== undefined && values.has(each) && claims[each] !== values.get(each),
	);
	return name === undefined ? undefined : `has another \`${name}\` than stands beside it`;
}

/** One list, as if all of it had been sent the plain way (I19): what `/authorize` and every page of ours go on with. */
function merged(claims: ClientJws["claims"], beside: Parameters, client: Client): Parameters {
	const signedAlone = client.requireSignedRequestObject;
	const values = new Map(signedAlone ? [] : beside.values);
	for (const name of ["request", "request_uri"]) values.delete(name);
	let resources = signedAlone ? [] : beside.resources;
	for (const [name, member] of Object.entries(claims)) {
		// Without a value, it counts as absent (RFC 6749 §3.1).
		if (member === null || member === "" || aboutItself.includes(name)) continue;
		if (name === "resource") resources = [member].flat().map((one) => asText(one, name));
		else values.set(name, asText(member, name));
	}
	values.set("client_id", client.id);
	return { values, repeated: new Set(), lists: new Map([["resource", resources]]), resources };
}

/** Core §6.1: numbers are numbers in the object, and `claims` is an object. */
function asText(member: unknown, name: string): string {
	const text = typeof member === "string" ? member : JSON.stringify(member);
	if (!text.isWellFormed() || !name.isWellFormed())
		throw new OAuthError("invalid_request_object", "the request object holds text that is no Unicode");
	return text;
}
