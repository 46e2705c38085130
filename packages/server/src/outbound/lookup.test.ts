import { createSocket } from "node:dgram";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createLookup } from "./lookup.ts";

const types = { a: 1, aaaa: 28 };

/** A DNS server (RFC 1035 §4) that knows these names, by the number of the type asked for; it never answers for `hangs.example`. */
async function openNames(known: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>) {
	const socket = createSocket("udp4");
	const asked: string[] = [];
	let hung: () => void = () => {};
	const hangs = new Promise<void>((resolve) => {
		hung = resolve;
	});
	socket.on("message", (query, { port, address }) => {
		const labels: string[] = [];
		let at = 12;
		for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
			labels.push(query.toString("latin1", at + 1, at + 1 + length));
			at += 1 + length;
		}
		const name = labels.join(".").toLowerCase();
		const type = query.readUInt16BE(at + 1);
		asked.push(`${name} ${type}`);
		if (name === "hangs.example") return hung();
		const data = known[name]?.[type];
		const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, known[name] ? 0x80 : 0x83, 0, 1, 0, data ? 1 : 0, 0, 0, 0, 0]);
		const answer = data ? [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data] : [];
		socket.send(Buffer.concat([header, query.subarray(12, at + 5), Buffer.from(answer)]), port, address);
	});
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	return {
		asked,
		hangs,
		lookup: createLookup([`127.0.0.1:${socket.address().port}`]),
		[Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
	};
}

const ipv6 = [0x26, 0x06, 0x47, 0, ...Array<number>(11).fill(0), 1];
const how = { system: false, signal: new AbortController().signal };

test("DR-02 the DNS is asked for every family, and all that it answers is told", async () => {
	await using names = await openNames({
		"both.example": { [types.a]: [192, 0, 2, 1], [types.aaaa]: ipv6 },
		"old.example": { [types.a]: [10, 0, 0, 1] },
		"new.example": { [types.aaaa]: ipv6 },
	});
	expect(await names.lookup("both.example", how)).toEqual(["192.0.2.1", "2606:4700::1"]);
	expect(await names.lookup("old.example", how)).toEqual(["10.0.0.1"]);
	expect(await names.lookup("new.example", how)).toEqual(["2606:4700::1"]);
	expect(names.asked.toSorted()).toEqual(["both", "new", "old"].flatMap((name) => [`${name}.example 1`, `${name}.example 28`]));
});

test("F-44 a name that is not there is told by its code, and one that hangs is given up when the time is over", async () => {
	await using names = await openNames({});
	await expect(names.lookup("nowhere.example", how)).rejects.toMatchObject({ code: "ENOTFOUND" });
	const over = new AbortController();
	const hanging = expect(names.lookup("hangs.example", { system: false, signal: over.signal })).rejects.toMatchObject({
		code: "ECANCELLED",
	});
	await names.hangs;
	over.abort();
	await hanging;
});

test("what the operator named is looked up as the machine does, with its list of hosts", async () => {
	const found = await createLookup([])("localhost", { ...how, system: true });
	expect(found.some((address) => address === "127.0.0.1" || address === "::1")).toBe(true);
});
