import { type ClientMetadata, OAuthError } from "@gatehouse/protocol";
import { type ClientRow, type Event, hasSecret } from "../../model/index.ts";
import type { Outbound } from "../../outbound/index.ts";
import type { RegistrationStore } from "../../store/store.ts";
import type { Secrets } from "../../tokens/tokens.ts";
import { type AccessGround, admit, overToken } from "./access.ts";
import { type BudgetGround, spend } from "./budget.ts";
import type { AskedMetadata } from "./members.ts";
import { readMetadata, registered } from "./metadata.ts";
import { joinSector } from "./sector.ts";

/** As many clients that registered themselves are kept: each lies in the memory of every replica. */
export const mostRegistrations = 10_000;

/** What registration takes of the ground. */
export interface RegistrationGround extends AccessGround, BudgetGround {
	readonly issuer: string;
	/** Whether confidential ones must use PKCE. */
	readonly requirePkce: boolean;
	/** Whether they may name our token endpoint as the audience of their assertions (D6). */
	readonly legacyAssertionAudience: boolean;
	readonly registrations: RegistrationStore;
	readonly secrets: Pick<Secrets, "generate" | "store" | "matches">;
	readonly outbound: Pick<Outbound, "get" | "whyNot">;
	readonly newClientId: (now: number) => string;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
	/** Makes this process know a client as it was written just now, or that it is gone: the others follow in their turn. */
	readonly learn: (id: string, row: ClientRow | undefined) => void;
}

/** What arrives at a door of registration. */
export interface RegistrationRequest {
	/** The bearer token, if there is one. */
	readonly token: string | undefined;
	/** Reads the body; not before it is known whether somebody may. @throws OAuthError */
	readonly body: () => unknown;
	/** The /24 or /64 that it comes from. */
	readonly network: string;
	readonly traceId: string;
}

/** A client as it is told of itself (RFC 7591 §3.2.1, RFC 7592 §3). */
export interface ClientInformation extends AskedMetadata {
	readonly client_id: string;
	/** Seconds. */
	readonly client_id_issued_at: number;
	/** Shown when it is made, and never again. */
	readonly client_secret?: string;
	/** 0: never. Beside a secret alone. */
	readonly client_secret_expires_at?: 0;
	readonly registration_client_uri: string;
	readonly registration_access_token: string;
}

/**
 * Registers a client that describes itself (RFC 7591 §3, OpenID Connect Registration §3). It is a third party that nobody
 * has reviewed, works at once, and gets a secret where it proves itself by one.
 *
 * @throws OAuthError `invalid_token`, `invalid_redirect_uri`, `invalid_client_metadata`, `unapproved_software_statement`,
 *   `too_many_requests`, `temporarily_unavailable`: nothing was stored
 * @example const answer = await register({ token: undefined, body: () => ({ redirect_uris: ["https://rp.example/cb"] }), network, traceId }, ground, now);
 */
export async function register(request: RegistrationRequest, ground: RegistrationGround, now: number): Promise<ClientInformation> {
	const registrationTokenId = await admit(request.token, ground, now);
	const asked = readMetadata(request.body(), { whyNotCalled: ground.outbound.whyNot });
	await spend(request.network, ground, now);
	await joinSector(asked, ground.outbound);

	const id = ground.newClientId(now);
	const metadata = { client_id: id, ...asked, ...ownWords(asked, ground) };
	const secret = hasSecret(metadata) ? ground.secrets.generate() : undefined;
	const secrets = secret === undefined ? [] : [ground.secrets.store(secret)];
	const client: ClientRow = { id, metadata, secrets, managedBy: "store", held: false, createdAt: now, updatedAt: now };
	const { token, hash } = ground.registrationTokens.create();
	const by = registrationTokenId === undefined ? {} : { registrationTokenId };
	const result = await ground.registrations.register(
		client,
		{ clientId: id, tokenHash: hash, registeredAt: now, lastUsedAt: now, ...by },
		{ limit: mostRegistrations, now },
		[ground.newEvent(now, { type: "client.registered", clientId: id, traceId: request.traceId, ...(registrationTokenId && { data: by }) })],
	);
	if (result === "refused") throw overToken();
	if (result === "full")
		throw new OAuthError("temporarily_unavailable", "too many clients have registered themselves: try again later", { retryAfter: 3_600 });
	ground.learn(id, { ...client, registration: { registeredAt: now, lastUsedAt: now } });
	return information(client, token, ground, secret);
}

/** What the settings say of every client that registers itself; it is in no answer. */
export function ownWords(
	asked: AskedMetadata,
	{ requirePkce, legacyAssertionAudience }: Pick<RegistrationGround, "requirePkce" | "legacyAssertionAudience">,
): Pick<ClientMetadata, "require_pkce" | "legacy_assertion_audience"> {
	const confidential = asked.token_endpoint_auth_method !== "none";
	return {
		...(confidential && !requirePkce ? { require_pkce: false } : {}),
		...(legacyAssertionAudience ? { legacy_assertion_audience: true } : {}),
	};
}

/** @param secret one that was made just now */
export function information(
	client: ClientRow,
	token: string,
	{ issuer }: Pick<RegistrationGround, "issuer">,
	secret: string | undefined,
): ClientInformation {
	return {
		client_id: client.id,
		client_id_issued_at: Math.floor(client.createdAt / 1000),
		...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
		registration_client_uri: `${issuer}/register/${client.id}`,
		registration_access_token: token,
		...registered(client),
	};
}
