import { expect, test } from "vitest";
import { type OutboundAnswer, OutboundFailure } from "../../outbound/index.ts";
import { joinSector } from "./sector.ts";

const client = {
	redirect_uris: ["https://one.test/cb", "https://two.test/cb"],
	sector_identifier_uri: "https://sector.test/uris.json",
	subject_type: "pairwise",
} as const;

/** A sector's host that answers like this. */
function sector(answer: Partial<OutboundAnswer> & { readonly text?: string }) {
	const asked: string[] = [];
	const { text = "[]", ...rest } = answer;
	return {
		asked,
		get: async (url: string, { stranger }: { readonly stranger?: boolean }) => {
			asked.push(url);
			expect(stranger, "CA-09: it waits among strangers").toBe(true);
			return { status: 200, mediaType: "application/json", body: Buffer.from(text), ...rest };
		},
	};
}

test("a client whose every redirect URI the sector lists belongs to it; without a sector nothing is asked", async () => {
	const listing = sector({ text: JSON.stringify(["https://two.test/cb", "https://else.test/", "https://one.test/cb"]) });
	await joinSector(client, listing);
	expect(listing.asked).toEqual([client.sector_identifier_uri]);
	await joinSector({ redirect_uris: client.redirect_uris }, listing);
	expect(listing.asked).toHaveLength(1);
});

test.each([
	["lists one alone", { text: '["https://one.test/cb"]' }, /two\.test\/cb/],
	["lists others", { text: '["https://example.com/op"]' }, /one\.test\/cb/],
	["lists nothing", { text: "[]" }, /one\.test\/cb/],
	["writes them otherwise", { text: '["https://one.test/cb/", "https://TWO.test/cb"]' }, /one\.test\/cb/],
	["is one text", { text: '"https://one.test/cb https://two.test/cb"' }, /no JSON array/],
	["is an object", { text: '{"0": "https://one.test/cb"}' }, /no JSON array/],
	["is no JSON", { text: "<html>" }, /no JSON/],
	["is not there", { status: 404 }, /status 404/],
	["is somewhere else", { status: 302 }, /status 302/],
])("a sector whose document %s has no such client", async (_, answer, why) => {
	await expect(joinSector(client, sector(answer))).rejects.toMatchObject({
		code: "invalid_client_metadata",
		message: expect.stringMatching(new RegExp(`^sector_identifier_uri .*${why.source}`)),
	});
});

test("a sector that may not be called, or does not answer, has no such client either", async () => {
	for (const kind of ["refused", "failed"] as const) {
		const failure = new OutboundFailure(kind, "leads to an address of a private network");
		const get = () => Promise.reject(failure);
		// What a name resolves to in here is for the log.
		await expect(joinSector(client, { get })).rejects.toMatchObject({
			code: "invalid_client_metadata",
			message: "sector_identifier_uri cannot be fetched: serve it without a redirect, from an address that everybody reaches",
			cause: failure,
		});
	}
});
