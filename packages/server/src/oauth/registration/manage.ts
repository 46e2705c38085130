import { OAuthError } from "@gatehouse/protocol";
import { type Client, type ClientRow, hasSecret, isPublic, resolveClient } from "../../model/index.ts";
import { managedBy } from "./access.ts";
import { spend } from "./budget.ts";
import { isObject } from "./members.ts";
import { readMetadata, sent } from "./metadata.ts";
import { type ClientInformation, information, ownWords, type RegistrationGround, type RegistrationRequest } from "./register.ts";
import { joinSector } from "./sector.ts";

/** A request about one client that registered itself. */
export interface ManagementRequest extends RegistrationRequest {
	readonly clientId: string;
}

/**
 * What is registered now (RFC 7592 §2.1). A secret that was told once is not told again: only its seal is kept.
 *
 * @throws OAuthError `invalid_token`
 */
export async function readRegistration(
	request: Pick<ManagementRequest, "token" | "clientId">,
	ground: RegistrationGround,
): Promise<ClientInformation> {
	const { client, token } = await managedBy(request.token, request.clientId, ground);
	return information(client, token, ground, undefined);
}

/**
 * Replaces what is registered (RFC 7592 §2.2): judged as if it were new, and what is not sent is taken away. A client that
 * begins to prove itself by a secret gets one; one that ceases to loses it. Where it is not what people allowed any more,
 * they are asked anew.
 *
 * @throws OAuthError `invalid_token`, and what registration throws: nothing was changed
 */
export async function updateRegistration(request: ManagementRequest, ground: RegistrationGround, now: number): Promise<ClientInformation> {
	const { client, token } = await managedBy(request.token, request.clientId, ground);
	const body = request.body();
	const asked = readMetadata(body, { whyNotCalled: ground.outbound.whyNot });
	if (isObject(body)) checkIdentity(body, client, ground, now);
	await spend(request.network, ground, now);
	await joinSector(asked, ground.outbound);

	const metadata = { client_id: client.id, ...asked, ...ownWords(asked, ground) };
	const made = hasSecret(metadata) && client.secrets.length === 0 ? ground.secrets.generate() : undefined;
	const kept = hasSecret(metadata) ? client.secrets : [];
	const row: ClientRow = { ...client, metadata, secrets: made === undefined ? kept : [ground.secrets.store(made)], updatedAt: now };
	const askAnew = isAnother(resolveClient(client), resolveClient(row));
	const { traceId } = request;
	const result = await ground.registrations.update(row, client, { askAnew }, [
		ground.newEvent(now, { type: "client.changed", clientId: client.id, traceId }),
	]);
	if (result !== "updated")
		throw new OAuthError("temporarily_unavailable", "the client was changed meanwhile: read it and try again", { retryAfter: 1 });
	ground.learn(row.id, row);
	return information(row, token, ground, made);
}

/**
 * What people allowed does not hold for it: the page that they answered named another place; or it would see by what name
 * another sector knows them; or what was issued to whoever proves itself would be good for whoever has it (I7).
 */
function isAnother(before: Client, after: Client): boolean {
	const elsewhere = after.redirectUris.some((uri) => !before.redirectUris.includes(uri));
	return elsewhere || before.sector !== after.sector || (isPublic(after) && !isPublic(before));
}

/** RFC 7592 §2.2: a client names itself, and may repeat its secret but not choose one. */
function checkIdentity(body: Readonly<Record<string, unknown>>, client: ClientRow, ground: RegistrationGround, now: number): void {
	const { client_id: id, client_secret: secret } = body;
	if (id !== client.id) throw new OAuthError("invalid_client_metadata", "client_id must be sent, and be that of the client");
	if (!sent(body, "client_secret")) return;
	if (typeof secret !== "string" || !ground.secrets.matches(secret, client.secrets, now))
		throw new OAuthError("invalid_client_metadata", "client_secret is not the one that was issued: leave it out");
}

/**
 * Takes a client away, with what people allowed it (RFC 7592 §2.3).
 *
 * @throws OAuthError `invalid_token`
 */
export async function removeRegistration(
	request: Pick<ManagementRequest, "token" | "clientId" | "traceId">,
	ground: RegistrationGround,
	now: number,
): Promise<void> {
	const { client } = await managedBy(request.token, request.clientId, ground);
	const { traceId } = request;
	await ground.registrations.remove(client.id, [ground.newEvent(now, { type: "client.removed", clientId: client.id, traceId })]);
	ground.learn(client.id, undefined);
}
