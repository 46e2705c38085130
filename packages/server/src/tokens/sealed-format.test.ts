import { expect, test } from "vitest";
import type { Code, WaitingRequest } from "../model/index.ts";
import { readSealed, writeSealed } from "./sealed-format.ts";
import type { SealedTypes } from "./tokens.ts";

const code: Required<Code> = {
	grantId: "01a1fe28-2570-70e4-99c6-a2fdd33225e7",
	clientId: "shop",
	redirectUri: "https://shop.example/cb?x=1",
	codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	nonce: "n-0S6_WzA2Mj \ud800",
	personId: "01a1fe28-2570-70e4-99c6-a2fdd33225e8",
	sessionId: "01a1fe28-2570-70e4-99c6-a2fdd33225e9",
	scope: ["openid", "email"],
	requestedScope: ["openid", "email", "crm.read"],
	resourceNamed: true,
	authTime: 1_700_000_000_000,
	amr: ["pwd"],
	claims: '{"id_token":{"email":null}}',
	offline: false,
	needsConsent: true,
	epoch: 1,
	personEpoch: 2,
	consentEpoch: 3,
};
const { codeChallenge: _challenge, nonce: _nonce, claims: _claims, ...plainCode } = code;
const waiting: Required<WaitingRequest> = {
	leadsTo: "/account",
	parameters: "client_id=shop&state=%F0%9F%98%80",
	settled: {
		authenticated: { sessionId: "s", authTime: 1 },
		consent: { sessionId: "s", scope: ["openid"] },
		continued: { sessionId: "s" },
	},
	browser: "mark",
	sessionId: "s",
	restarted: true,
	stale: true,
	signed: true,
};
const samples: { readonly [Purpose in keyof SealedTypes]: readonly SealedTypes[Purpose][] } = {
	code: [code, plainCode],
	request: [waiting, { parameters: "", settled: {} }],
	answered: [waiting, { parameters: "", settled: {} }],
	post: [{ path: "/authorize", parameters: "a=b" }],
	receipt: [{ sessionId: "session", browser: "mark" }],
};

test("every field of every purpose comes back, absent ones absent", () => {
	for (const purpose of Object.keys(samples) as (keyof SealedTypes)[])
		for (const value of samples[purpose]) {
			const read = readSealed(purpose, writeSealed(purpose, value, 1234));
			expect(read).toStrictEqual({ value, sealedAt: 1234 });
		}
});

test("the text begins with the number of its format, and others are not read", () => {
	const text = writeSealed("code", code, 1234);
	expect(text.startsWith("[1,1234,{")).toBe(true);
	expect(readSealed("code", text)).toBeDefined();
	expect(readSealed("code", text.replace("[1,", "[2,"))).toBeUndefined();
});

test("a field that a later build added does no harm", () => {
	const text = writeSealed("post", { path: "/authorize", parameters: "a=b" }, 1);
	expect(readSealed("post", text.replace('"p"', '"new":1,"p"'))?.value).toEqual({ path: "/authorize", parameters: "a=b" });
});

test("format 1 is read as the first release wrote it", () => {
	const text =
		'[1,5,{"g":"G","c":"C","u":"U","h":"H","n":"N","p":"P","i":"I","s":["openid"],"q":["openid"],"r":false,"t":7,"a":["pwd"],"o":true,"k":false,"e":1,"f":2,"d":3}]';
	expect(readSealed("code", text)).toEqual({
		sealedAt: 5,
		value: {
			grantId: "G",
			clientId: "C",
			redirectUri: "U",
			codeChallenge: "H",
			nonce: "N",
			personId: "P",
			sessionId: "I",
			scope: ["openid"],
			requestedScope: ["openid"],
			resourceNamed: false,
			authTime: 7,
			amr: ["pwd"],
			offline: true,
			needsConsent: false,
			epoch: 1,
			personEpoch: 2,
			consentEpoch: 3,
		},
	});
});
