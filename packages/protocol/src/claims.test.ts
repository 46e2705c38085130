import fc from "fast-check";
import { expect, test } from "vitest";
import { parseClaimsRequest } from "./claims.ts";

const plain = (text: string) => JSON.parse(JSON.stringify(parseClaimsRequest(text)));

test("wishes for userinfo and ID token, each null or an object (OpenID Connect Core §5.5.1)", () => {
	expect(
		plain(
			'{"userinfo":{"given_name":{"essential":true},"nickname":null},"id_token":{"auth_time":{"essential":true},"acr":{"values":["a"]}}}',
		),
	).toEqual({
		userinfo: { given_name: { essential: true }, nickname: null },
		id_token: { auth_time: { essential: true }, acr: { values: ["a"] } },
	});
});

test("what is not there asks for nothing; members that are not understood are ignored (§5.5)", () => {
	for (const text of ["{}", '{"userinfo":null}', '{"id_token":{},"verified_claims":{"x":1}}', '{"x":[1,2]}'])
		expect(plain(text)).toEqual({ userinfo: {}, id_token: {} });
	expect(plain('{"userinfo":{"x":{"future":1}}}')).toEqual({ userinfo: { x: { future: 1 } }, id_token: {} });
});

test.each([
	"",
	"null",
	"1",
	"true",
	'"x"',
	"[]",
	"{",
	'{"userinfo":[]}',
	'{"userinfo":1}',
	'{"id_token":"x"}',
	'{"id_token":{"x":1}}',
	'{"id_token":{"x":[]}}',
	'{"id_token":{"x":""}}',
])("%j is no such object", (text) => {
	expect(parseClaimsRequest(text)).toBeUndefined();
});

test("AZ-18 JSON is at most 32 deep", () => {
	const deep = (levels: number) => `${'{"userinfo":{"x":'}${'{"value":'.repeat(levels - 2)}1${"}".repeat(levels)}`;
	expect(parseClaimsRequest(deep(32))).toBeDefined();
	expect(parseClaimsRequest(deep(33))).toBeUndefined();
	expect(parseClaimsRequest(deep(100_000))).toBeUndefined();
	expect(parseClaimsRequest(`{"userinfo":{"x":{"values":${"[".repeat(40)}${"]".repeat(40)}}}}`)).toBeUndefined();
	expect(parseClaimsRequest("[".repeat(1_000_000))).toBeUndefined();
});

test("AZ-18 names that every object has are names like any other, and pollute nothing", () => {
	const asked = parseClaimsRequest('{"__proto__":{"userinfo":{"x":null}},"userinfo":{"__proto__":{"polluted":true},"constructor":null}}');
	expect(Object.keys(asked?.userinfo ?? {}).sort()).toEqual(["__proto__", "constructor"]);
	expect(asked?.userinfo["polluted"]).toBeUndefined();
	expect(asked?.id_token["toString"]).toBeUndefined();
	expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("whatever the text, it is understood or refused, and written again it is understood alike (I19)", () => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
			const asked = parseClaimsRequest(text);
			if (asked) expect(plain(JSON.stringify(asked))).toEqual(JSON.parse(JSON.stringify(asked)));
		}),
	);
});
