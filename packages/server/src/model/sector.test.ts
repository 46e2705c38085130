import type { ClientMetadata } from "@gatehouse/protocol";
import { describe, expect, test } from "vitest";
import { resolveClient } from "./client.ts";
import { clientFaults } from "./client-faults.ts";
import { whyNoSector } from "./sector.ts";

const uris = ["https://radio.test/cb", "https://podcast.test/cb?a=b"];

describe("the document of a sector (OpenID Connect Registration §5)", () => {
	test("names every redirect URI of the client, and may name more", () => {
		expect(whyNoSector(uris, [...uris].reverse())).toBeUndefined();
		expect(whyNoSector(uris, [...uris, "https://cinema.test/cb"])).toBeUndefined();
		expect(whyNoSector([], [])).toBeUndefined();
	});

	test.each([
		[["https://example.com/op"], "https://radio.test/cb"],
		[[uris[0]], "https://podcast.test/cb?a=b"],
		[[uris[1]], "https://radio.test/cb"],
		[[`${uris[0]}/`, uris[1]], "https://radio.test/cb"],
		[["https://RADIO.test/cb", uris[1]], "https://radio.test/cb"],
		[[], "https://radio.test/cb"],
	])("%j lacks one, character by character", (list, missing) => {
		expect(whyNoSector(uris, list)).toBe(`leads to a list without the redirect URI ${missing}`);
	});

	test.each([{ uris }, null, "https://radio.test/cb", 1, undefined, [1, ...uris], [uris], [null]])("%j is no such document", (list) => {
		expect(whyNoSector(uris, list)).toBe("leads to something that is no JSON array of redirect URIs");
	});
});

describe("which sector a client is of (OpenID Connect Core §8.1)", () => {
	const sectorOf = (metadata: Partial<ClientMetadata>) =>
		resolveClient({
			id: "app",
			metadata: { client_id: "app", ...metadata },
			secrets: [],
			managedBy: "store",
			held: false,
			createdAt: 0,
			updatedAt: 0,
		}).sector;
	const faults = (metadata: Partial<ClientMetadata>) =>
		clientFaults(
			{ client_id: "app", subject_type: "pairwise", ...metadata },
			{
				grantTypes: ["authorization_code"],
				authMethods: ["client_secret_basic"],
				apiScopes: new Set(),
				secrets: 1,
				whyNotCalled: () => undefined,
			},
		).map(({ field, text }) => `${field} ${text}`);

	test("the host of its redirect URIs, or of its sector_identifier_uri; none where its subjects are public", () => {
		const redirect_uris = ["https://app.radio.test:8443/cb", "https://app.radio.test/other"];
		expect(sectorOf({ redirect_uris })).toBeUndefined();
		expect(sectorOf({ redirect_uris, subject_type: "public", sector_identifier_uri: "https://radio.test/" })).toBeUndefined();
		expect(sectorOf({ redirect_uris, subject_type: "pairwise" })).toBe("app.radio.test");
		expect(sectorOf({ redirect_uris, subject_type: "pairwise", sector_identifier_uri: "https://radio.test/s.json" })).toBe("radio.test");
		expect(faults({ redirect_uris })).toEqual([]);
	});

	test("several hosts, and URIs that have none, need a sector_identifier_uri, which is https", () => {
		const several = ["https://radio.test/cb", "https://podcast.test/cb"];
		const none = ["test.radio.app:/cb", "test.podcast.app:/cb"];
		const sector_identifier_uri = "https://radio.test/sector.json";
		expect(faults({ redirect_uris: several })).toEqual([
			"sector_identifier_uri is missing: the redirect URIs have several hosts, and `sub` is pairwise",
		]);
		expect(faults({ application_type: "native", redirect_uris: none })).toEqual([
			"sector_identifier_uri is missing: the redirect URIs have no host, and `sub` is pairwise",
		]);
		expect(faults({ redirect_uris: several, sector_identifier_uri })).toEqual([]);
		expect(faults({ application_type: "native", redirect_uris: none, sector_identifier_uri })).toEqual([]);
		expect(faults({ redirect_uris: several, sector_identifier_uri: "http://localhost/sector.json" })).toEqual([
			expect.stringMatching(/^sector_identifier_uri must be https/),
		]);
	});
});
