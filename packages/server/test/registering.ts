import type { LightMyRequestResponse } from "fastify";
import { createRegistrationToken } from "../src/management/registration-tokens.ts";
import { managing } from "../src/managing.ts";
import { type House, openHouse } from "./house.ts";
import { storeState } from "./outcome.ts";

/** A client as it describes itself, and nothing more than it must. */
export const aClient = { client_name: "Gadget Maker", redirect_uris: ["https://maker.test/cb"] };

/** A house at whose door clients may register themselves. */
export function openRegistration(registration: object = { dynamic: "open" }): Promise<House> {
	return openHouse({ file: { registration } });
}

/** Registers: the body as JSON, or as it is where it is text. */
export function register(house: House, body: unknown = aClient, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
	return house.request({
		method: "POST",
		url: "/register",
		headers: { "content-type": "application/json", ...headers },
		payload: typeof body === "string" ? body : JSON.stringify(body),
	});
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What a client that has registered knows of itself. */
export interface Registered {
	readonly client_id: string;
	readonly client_secret: string;
	readonly registration_access_token: string;
	readonly registration_client_uri: string;
	readonly redirect_uris: readonly string[];
	readonly [member: string]: unknown;
}

export async function registered(house: House, body: unknown = aClient, headers: Record<string, string> = {}): Promise<Registered> {
	const answer = await register(house, body, headers);
	if (answer.statusCode !== 201) throw new Error(`not registered: ${answer.statusCode} ${answer.body}`);
	return answer.json();
}

/** Manages a client, with its own token unless said. */
export function manage(
	house: House,
	method: "GET" | "PUT" | "DELETE",
	client: Registered,
	body?: unknown,
	token = client.registration_access_token,
): Promise<LightMyRequestResponse> {
	const { pathname } = new URL(client.registration_client_uri);
	const sent = body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) };
	const type = body === undefined ? {} : { "content-type": "application/json" };
	return house.request({ method, url: pathname, headers: { ...type, ...(token === "" ? {} : bearer(token)) }, ...sent });
}

/** An initial access token as an operator makes it. */
export async function initialToken(
	house: House,
	uses = 1,
	lifetime = 86_400_000,
): Promise<{ readonly id: string; readonly token: string }> {
	const { ground } = house.gatehouse;
	const { made, token } = await createRegistrationToken(managing(ground, "operator"), { uses, lifetime }, house.now());
	return { id: made.id, token };
}

/** Everything that registration might have written. */
export async function registrationState(house: House): Promise<unknown> {
	const { registrations, clients } = house.gatehouse.ground.store;
	return {
		store: await storeState(house),
		rows: await clients.all(),
		count: await registrations.count(),
		tokens: await registrations.tokens(),
	};
}
