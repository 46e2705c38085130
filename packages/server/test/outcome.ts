import { expect } from "vitest";
import type { Shown } from "./browser.ts";
import type { Request } from "./flow.ts";
import { type House, issuer } from "./house.ts";

/** ERRPAGE: a page on our own host, with its headers, and nowhere to go. */
export function expectErrorPage(shown: Shown, code = "invalid_request", status = 400): void {
	expect({ status: shown.status, page: shown.page, code: shown.text("error-code") }).toEqual({ status, page: "error", code });
	expect(shown.url.origin).toBe(issuer);
	expect(shown.headers).not.toHaveProperty("location");
	expect(shown.headers["content-type"]).toBe("text/html; charset=utf-8");
	expect(shown.headers["cache-control"]).toBe("no-store");
	expect(shown.headers["content-security-policy"]).toContain("default-src 'none'");
	expect(shown.text("trace-id")).toBe(shown.headers["x-trace-id"]);
}

/** The parameters of an answer that went to the client's redirect URI, which begins it byte for byte. */
function answerTo(shown: Shown, request: Request): Readonly<Record<string, string>> {
	const uri = String(request.fields["redirect_uri"]);
	expect(shown.status, shown.text("error-text") ?? shown.page).toBe(303);
	const { location } = shown.headers;
	expect(location).toSatisfy((to: string) => to.startsWith(`${uri}${uri.includes("?") ? "&" : "?"}`));
	const query = new URLSearchParams(String(location).slice(uri.length + 1));
	const answer = Object.fromEntries(query);
	expect([...query.keys()].length, "no parameter comes twice").toBe(Object.keys(answer).length);
	return answer;
}

/** RED(x): 303 to the exact redirect URI, with the error, the state as it was sent and the issuer (RFC 6749 §4.1.2.1, RFC 9207 §2). */
export function expectRefusal(shown: Shown, request: Request, error: string): void {
	const { state } = request.fields;
	const answer = answerTo(shown, request);
	expect(answer).toEqual({
		error,
		error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
		...(state === undefined ? {} : { state }),
		iss: issuer,
	});
}

/** A code, the state as it was sent, the issuer, and nothing else. @returns the code */
export function expectCode(shown: Shown, request: Request): string {
	const { state } = request.fields;
	const answer = answerTo(shown, request);
	expect(answer).toEqual({
		code: expect.stringMatching(/^[\w-]{100,4096}$/),
		...(state === undefined ? {} : { state }),
		iss: issuer,
	});
	return answer["code"] ?? "";
}

/** What the store tells of itself: equal before and after where nothing may have happened (NOEFF). */
export async function storeState(house: House): Promise<unknown> {
	const { store } = house.gatehouse.ground;
	const people = await store.people.list(100);
	return {
		events: (await store.events.list({ limit: 10_000 })).map(({ id, type }) => `${id} ${type}`),
		sessions: await store.sessions.list({ limit: 1_000, now: house.now() }),
		allowed: await Promise.all(people.map(({ id }) => store.consents.list(id, house.now()))),
		clients: (await store.clients.all()).map(({ id, updatedAt }) => `${id} ${updatedAt}`),
	};
}
