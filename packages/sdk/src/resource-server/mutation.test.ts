import { KeyObject, sign } from "node:crypto";
import { CompactSign } from "jose";
import { expect, test } from "vitest";
import { type IssuerKey, newIssuer, newKey, verdict } from "../../test/issuer.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const signedBy = (key: IssuerKey, header: unknown, payload: unknown) =>
	new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header as { alg: string }).sign(key.privateKey);

test.each(["RS256", "PS256", "ES256", "EdDSA"])(
	"I18 every flipped bit of a token signed with %s is refused, the token itself passes",
	async (alg) => {
		const auth = await newIssuer(alg);
		const api = auth.api();
		const honest = await auth.token();
		expect(await verdict(api, honest)).toBe("alice");
		for (let place = 0; place < honest.length; place++) {
			const sextet = alphabet.indexOf(honest[place]!);
			// A dot has no bits; it is replaced by each of six letters instead.
			for (let bit = 0; bit < 6; bit++) {
				const changed = honest.slice(0, place) + alphabet[sextet === -1 ? bit : sextet ^ (1 << bit)] + honest.slice(place + 1);
				expect(await verdict(api, changed), changed).toBe("invalid_token");
			}
		}
		expect(await verdict(api, honest)).toBe("alice");
	},
);

test("I18 every other spelling of the same bytes is refused, in each segment", async () => {
	for (const alg of ["RS256", "ES256", "EdDSA"]) {
		const auth = await newIssuer(alg);
		const api = auth.api();
		const honest = await auth.token();
		expect(await verdict(api, honest)).toBe("alice");
		for (const segment of [0, 1, 2])
			for (const [name, respell] of Object.entries(spellings)) {
				const parts = honest.split(".");
				parts[segment] = respell(parts[segment]!);
				// Blanks between the scheme and the token belong to the header, not to the token (RFC 6750 §2.1).
				if (parts.join(".").trimStart() !== honest)
					expect(await verdict(api, parts.join(".")), `${name} in segment ${segment}`).toBe("invalid_token");
			}
		for (const changed of [
			`${honest}.`,
			`.${honest}`,
			`${honest} `,
			`${honest}\n`,
			`${honest}.${honest.split(".")[2]}`,
			honest.toLowerCase(),
			encodeURIComponent(`${honest}~`),
			[...honest].reverse().join(""),
		])
			expect(await verdict(api, changed)).toBe("invalid_token");
	}
});

const spellings: Readonly<Record<string, (segment: string) => string>> = {
	padding: (segment) => segment + "=".repeat((4 - (segment.length % 4)) % 4 || 4),
	"one equals sign": (segment) => `${segment}=`,
	"the other alphabet": (segment) => segment.replaceAll("-", "+").replaceAll("_", "/"),
	"a blank before": (segment) => ` ${segment}`,
	"a blank inside": (segment) => `${segment.slice(0, 5)} ${segment.slice(5)}`,
	"a newline after": (segment) => `${segment}\n`,
	"an exclamation mark inside": (segment) => `${segment.slice(0, 5)}!${segment.slice(5)}`,
	"a letter more": (segment) => `${segment}A`,
	"a letter less": (segment) => segment.slice(0, -1),
	"other spare bits": (segment) => segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1)!) ^ 1],
	hexadecimal: (segment) => Buffer.from(segment, "base64url").toString("hex"),
	nothing: () => "",
};

test("I18 spellings that the issuer itself signs are refused too: each segment has one", async () => {
	const auth = await newIssuer("EdDSA");
	const api = auth.api();
	const signed = (text: string) => `${text}.${sign(null, Buffer.from(text), KeyObject.from(auth.key.privateKey)).toString("base64url")}`;
	const [head, body] = (await auth.token()).split(".") as [string, string];
	expect(await verdict(api, signed(`${head}.${body}`))).toBe("alice");
	for (const text of [
		`${head}=.${body}`,
		`${head}.${body}=`,
		`${head}.${body} `,
		`${head} .${body}`,
		`${head}\n.${body}`,
		`${head}.${body.slice(0, 8)}!${body.slice(8)}`,
	])
		expect(await verdict(api, signed(text)), text).toBe("invalid_token");
});

test("I18 every change of a header member or the key is refused, whoever signs; a claim changed after signing as well", async () => {
	const auth = await newIssuer("ES256");
	const evil = await newKey("ES256", "first");
	const api = auth.api();
	const claims = auth.claims();
	const header = { alg: "ES256", typ: "at+jwt", kid: "first" };
	expect(await verdict(api, await signedBy(auth.key, header, claims))).toBe("alice");
	expect(await verdict(api, await signedBy(evil, header, claims))).toBe("invalid_token");
	for (const change of [{ kid: "other" }, { kid: 1 }, { kid: "" }, { kid: ["first"] }, { kid: null }, { typ: "JWT" }, { jku: "x" }])
		expect(await verdict(api, await signedBy(auth.key, { ...header, ...change }, claims)), JSON.stringify(change)).toBe("invalid_token");
	const [head, body, tail] = (await signedBy(auth.key, header, claims)).split(".") as [string, string, string];
	const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
	for (const change of [
		{ alg: "RS256" },
		{ alg: "EdDSA" },
		{ alg: "none" },
		{ alg: "HS256" },
		{ extra: 1 },
		{ kid: undefined },
		{ typ: "application/at+jwt" },
	])
		expect(await verdict(api, `${encode({ ...header, ...change })}.${body}.${tail}`), JSON.stringify(change)).toBe("invalid_token");
	expect(await verdict(api, `${encode({ typ: "at+jwt", alg: "ES256", kid: "first" })}.${body}.${tail}`)).toBe("invalid_token");
	for (const [name, value] of Object.entries(claims)) {
		const { [name]: _, ...without } = claims;
		expect(await verdict(api, `${head}.${encode(without)}.${tail}`), `without ${name}`).toBe("invalid_token");
		expect(
			await verdict(api, `${head}.${encode({ ...claims, [name]: typeof value === "number" ? value + 1 : `${value}x` })}.${tail}`),
			name,
		).toBe("invalid_token");
	}
	expect(await verdict(api, `${head}.${encode(Object.fromEntries(Object.entries(claims).reverse()))}.${tail}`)).toBe("invalid_token");
});

test("I18 signatures that are empty, zero, too long, DER instead of the raw pair, or another token's are refused without an error", async () => {
	for (const alg of ["RS256", "PS256", "ES256", "EdDSA"]) {
		const auth = await newIssuer(alg);
		const api = auth.api();
		const [head, body, tail] = (await auth.token()).split(".") as [string, string, string];
		const signature = Buffer.from(tail, "base64url");
		const other = (await auth.token({ sub: "bob" })).split(".")[2]!;
		const der = Buffer.concat([
			Buffer.from([0x30, 0x44, 0x02, 0x20]),
			signature.subarray(0, 32),
			Buffer.from([0x02, 0x20]),
			signature.subarray(32, 64),
		]);
		for (const bytes of [
			Buffer.alloc(signature.length),
			Buffer.alloc(signature.length, 255),
			Buffer.alloc(1),
			Buffer.concat([signature, Buffer.alloc(1)]),
			Buffer.concat([Buffer.alloc(1), signature]),
			signature.subarray(1),
			der,
		])
			expect(await verdict(api, `${head}.${body}.${bytes.toString("base64url")}`)).toBe("invalid_token");
		expect(await verdict(api, `${head}.${body}.${other}`)).toBe("invalid_token");
		expect(await verdict(api, `${head}.${body}.${tail}`)).toBe("alice");
	}
});
