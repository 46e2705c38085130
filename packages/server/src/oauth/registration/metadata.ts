import { OAuthError } from "@gatehouse/protocol";
import { type ClientFault, clientFaults, hasSecret, resolveClient, selfGrantedScope } from "../../model/index.ts";
import { clientAuthMethods } from "../client-auth/index.ts";
import { grantTypes } from "../grants/index.ts";
import { type AskedMetadata, isObject, Malformed, members } from "./members.ts";

/** As much of one client is kept, as JSON: thousands of them lie in the memory of each replica. */
const longest = 8_192;

/** As many faults are told at once. */
const mostFaults = 5;

/** What a registration is judged against. */
export interface MetadataGround {
	/** Why an address may not be called on a client's word. */
	readonly whyNotCalled: (url: string) => string | undefined;
}

/**
 * Reads what a client says of itself (RFC 7591 §2): all of it is sound, or nothing is. Members that are not understood are
 * ignored, and so are those that only an operator decides (DR-05). A scope that nobody may give themselves is left out:
 * the answer says what was registered (RFC 7591 §3.2.1).
 *
 * @throws OAuthError `invalid_redirect_uri`, `invalid_client_metadata`, `unapproved_software_statement`; the description names the member
 * @example readMetadata({ redirect_uris: ["https://rp.example/cb"] }, ground).redirect_uris;
 */
export function readMetadata(body: unknown, ground: MetadataGround): AskedMetadata {
	if (!isObject(body)) throw new OAuthError("invalid_client_metadata", "the body must be a JSON object");
	if (sent(body, "software_statement"))
		throw new OAuthError("unapproved_software_statement", "software_statement is trusted from nobody here: send the members themselves");
	const { metadata, faults } = formOf(body);
	const all = faults.length > 0 ? faults : meaningFaults(metadata, ground);
	if (all.length > 0) throw refusalOf(all);
	return metadata;
}

/** Null is as if it was not sent (RFC 7592 §2.2). */
export function sent(body: Readonly<Record<string, unknown>>, name: string): boolean {
	return Object.hasOwn(body, name) && body[name] !== null;
}

function formOf(body: Readonly<Record<string, unknown>>): { readonly metadata: AskedMetadata; readonly faults: readonly ClientFault[] } {
	const faults: ClientFault[] = [];
	const read = Object.entries(members).flatMap(([name, reader]): readonly (readonly [string, unknown])[] => {
		if (!sent(body, name)) return [];
		try {
			return [[name, reader(body[name])]];
		} catch (error) {
			if (!(error instanceof Malformed)) throw error;
			faults.push({ field: `${name}${error.within}`, text: error.message });
			return [];
		}
	});
	const { scope, ...metadata }: AskedMetadata = Object.fromEntries(read);
	const granted = scope === undefined ? "" : selfGrantedScope(scope, metadata.grant_types);
	return { metadata: { ...metadata, ...(granted === "" ? {} : { scope: granted }) }, faults };
}

function meaningFaults(metadata: AskedMetadata, { whyNotCalled }: MetadataGround): readonly ClientFault[] {
	const around = {
		grantTypes: grantTypes.map(({ name }) => name),
		authMethods: clientAuthMethods.map(({ name }) => name),
		apiScopes: new Set<string>(),
		// One is made for whoever needs one.
		secrets: hasSecret(metadata) ? 1 : 0,
		whyNotCalled,
	};
	return [...clientFaults(metadata, around), ...responseTypeFaults(metadata), ...lengthFaults(metadata)];
}

/** RFC 7591 §2.1: `code` and `authorization_code` come together or not at all. */
function responseTypeFaults({ response_types, grant_types = ["authorization_code"] }: AskedMetadata): readonly ClientFault[] {
	if (response_types === undefined) return [];
	const code = response_types.includes("code");
	if (code === grant_types.includes("authorization_code")) return [];
	return [
		{
			field: "response_types",
			text: `${code ? "has" : "lacks"} code, and grant_types ${code ? "lacks" : "has"} authorization_code (RFC 7591 §2.1)`,
		},
	];
}

function lengthFaults(metadata: AskedMetadata): readonly ClientFault[] {
	const lengths = Object.entries(metadata).map(([field, value]) => ({ field, length: JSON.stringify(value).length }));
	const sum = lengths.reduce((total, { length }) => total + length, 0);
	const [most] = lengths.toSorted((a, b) => b.length - a.length);
	return sum <= longest || !most ? [] : [{ field: most.field, text: `is too long: all members together may have ${longest} characters` }];
}

function refusalOf(faults: readonly ClientFault[]): OAuthError {
	const code = faults[0]?.field.startsWith("redirect_uris") ? "invalid_redirect_uri" : "invalid_client_metadata";
	const said = faults.slice(0, mostFaults).map(({ field, text }) => `${field} ${text}`);
	const more = faults.length > mostFaults ? [`and ${faults.length - mostFaults} more`] : [];
	return new OAuthError(code, ascii([...said, ...more].join("; ")));
}

/** RFC 7591 §3.2.2 has ASCII, RFC 6749 §5.2 none of these two. */
function ascii(text: string): string {
	return text
		.replaceAll("§", "section ")
		.replaceAll('"', "'")
		.replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, "?");
}

/**
 * What is registered of a client, defaults said (RFC 7591 §3.2.1).
 *
 * @example registered(row.metadata).grant_types; // ["authorization_code"]
 */
export function registered(row: Parameters<typeof resolveClient>[0]): AskedMetadata {
	const { authMethod, grantTypes: granted, scope, idTokenSigningAlg } = resolveClient(row);
	const own = Object.fromEntries(Object.entries(row.metadata).filter(([name]) => Object.hasOwn(members, name)));
	return {
		application_type: "web",
		subject_type: "public",
		response_types: granted.has("authorization_code") ? ["code"] : [],
		id_token_signed_response_alg: idTokenSigningAlg,
		...own,
		token_endpoint_auth_method: authMethod,
		grant_types: [...granted],
		scope: [...scope].join(" "),
	};
}
