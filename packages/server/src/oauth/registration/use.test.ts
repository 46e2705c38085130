import { expect, test } from "vitest";
import { type Client, resolveClient } from "../../model/index.ts";
import { StoreUnavailable } from "../../store/store.ts";
import { createUseNotes } from "./use.ts";

const day = 24 * 3_600_000;

function client(id: string, registeredItself: boolean): Client {
	const registration = registeredItself ? { registration: { registeredAt: 0, lastUsedAt: 0 } } : {};
	const row = { id, metadata: { client_id: id }, secrets: [], managedBy: "store", held: false, createdAt: 0, updatedAt: 0 } as const;
	return resolveClient({ ...row, ...registration });
}

/** A store that writes down what is noted, and fails when it is told to. */
function notes() {
	const touched: string[] = [];
	const state = { fails: false };
	const touch = async (id: string, now: number) => {
		if (state.fails) throw new StoreUnavailable("locked");
		touched.push(`${id} ${now}`);
	};
	return { touched, state, noteUse: createUseNotes({ touch }) };
}

test("a use is noted once a day for each client that registered itself, and never for others", async () => {
	const { touched, noteUse } = notes();
	const [maker, other, portal] = [client("maker", true), client("other", true), client("portal", false)];
	for (const now of [1, 2, day, day + 1]) for (const one of [maker, portal]) await noteUse(one, now);
	await noteUse(other, 5);
	expect(touched).toEqual(["maker 1", `maker ${day + 1}`, "other 5"]);
});

test("what could not be noted is no fault of the token's, and is noted with the next", async () => {
	const { touched, state, noteUse } = notes();
	state.fails = true;
	await noteUse(client("maker", true), 1);
	state.fails = false;
	await noteUse(client("maker", true), 2);
	expect(touched).toEqual(["maker 2"]);
});
