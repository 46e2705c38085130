import { parseClaimsRequest, parseParameters, parseScope } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { table } from "../src/command/table.ts";
import { cookieValues } from "../src/http/cookies.ts";
import { chooseLanguage } from "../src/http/language.ts";
import { clientAddress, networkOf } from "../src/http/network.ts";
import { plainText, spelledOut } from "../src/http/pages/plain-text.ts";
import { placeOf, safeUrl } from "../src/http/pages/safe-url.ts";
import { isForm } from "../src/http/parse.ts";
import { readUserAgent } from "../src/model/browser.ts";
import { matchesRegistered, whyNotRegistrable } from "../src/model/redirect-uri.ts";
import { clientSecretBasic } from "../src/oauth/client-auth/client-secret-basic.ts";
import { privateKeyJwt } from "../src/oauth/client-auth/private-key-jwt.ts";
import { createClientSignatures, readClientJws } from "../src/tokens/client-jws.ts";
import { readJws } from "../src/tokens/jws.ts";
import { parsePhc } from "../src/tokens/phc.ts";
import { asserted, compact } from "./client-key.ts";
import { requestOf } from "./flow.ts";
import { encode, type Fields } from "./form.ts";
import { growth, strangeTexts } from "./growth.ts";
import { basic, clients, type House, issuer, ledgerKey, openHouse } from "./house.ts";

/*
 * PG-13: texts that made the patterns of others go round in circles. Ten times the text may cost at most twelve times the
 * CPU, of each function that reads texts of strangers, and of each place of a request that carries them.
 */

const most = 12;

const clientSignatures = createClientSignatures();
const asParameters = (fields: Fields) => parseParameters(encode(fields));

type Reader = readonly [name: string, read: (text: string) => unknown, size?: number];

/** The functions that read such texts, with the size of the smaller one where they refuse long ones unread. */
const functions: readonly Reader[] = [
	["parseParameters", (text) => attempt(() => parseParameters(text))],
	["parseScope", parseScope],
	["parseClaimsRequest", parseClaimsRequest],
	["matchesRegistered", (text) => matchesRegistered(text, ["http://127.0.0.1/cb", "https://rp.example/"], true)],
	["whyNotRegistrable", (text) => whyNotRegistrable(text, true), 200],
	["plainText", plainText],
	["spelledOut", spelledOut],
	["safeUrl", safeUrl],
	["placeOf", placeOf],
	["cookieValues", (text) => cookieValues(text, "a")],
	["chooseLanguage", (text) => chooseLanguage({ uiLocales: text, acceptLanguage: text }, ["en", "de"])],
	["isForm", (text) => isForm(`application/x-www-form-urlencoded${text}`)],
	[
		"client_secret_basic",
		(text) => clientSecretBasic.claims({ parameters: parseParameters(""), authorization: `Basic ${text}` }, { clientSignatures }),
	],
	["clientAddress", (text) => clientAddress(behindProxy(text), ["10.0.0.1"])],
	["networkOf", networkOf],
	["readUserAgent", readUserAgent, 250],
	[
		"private_key_jwt",
		(text) => privateKeyJwt.claims({ parameters: asParameters(asserted(text)), authorization: undefined }, { clientSignatures }),
		250,
	],
	[
		"what a client signed, its claims",
		(text) => readClientJws(compact({ alg: "ES256" }, { iss: text, claims: { [text]: text } }, () => Buffer.of(1))),
		250,
	],
	["readJws", (text) => readJws(`${text}.${text}.${text}`), 250],
	["parsePhc", parsePhc],
	["table", (text) => table(["a"], [[text]], "")],
];

function attempt(work: () => unknown): void {
	try {
		work();
	} catch {
		// Refused: what counts is what that costs.
	}
}

function behindProxy(forwarded: string): FastifyRequest {
	return { raw: { socket: { remoteAddress: "10.0.0.1" } }, headers: { "x-forwarded-for": forwarded } } as unknown as FastifyRequest;
}

test("PG-13 the yardstick finds what grows faster than its input", async () => {
	const square = (size: number) => {
		const text = `${"a".repeat(size)}!`;
		return () => /a+$/.test(text);
	};
	expect(await growth(square, 300)).toBeGreaterThan(2 * most);
});

test.each(functions.map(([name, read, size = 1_000]) => ({ name, read, size })))(
	"PG-13 $name grows no faster than its input",
	async ({ read, size }) => {
		for (const [what, made] of Object.entries(strangeTexts)) {
			const workOn = (length: number) => {
				const text = made(length);
				return () => read(text);
			};
			expect(await growth(workOn, size), what).toBeLessThanOrEqual(most);
		}
	},
);

describe("PG-13 through the door", () => {
	let house: House;
	let signIn: { readonly cookie: string; readonly hidden: Record<string, string> };
	beforeAll(async () => {
		house = await openHouse();
		const browser = house.browser();
		const hidden = browser.hidden(await browser.go(requestOf(clients.portal).url));
		signIn = { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; "), hidden };
	});
	afterAll(() => house[Symbol.asyncDispose]());

	/** Each answer is one that is documented, and never a 500. */
	const send = async (options: Parameters<House["request"]>[0]) => {
		const { statusCode } = await house.request(options);
		if (statusCode >= 500 || statusCode < 200) throw new Error(`answered ${statusCode}`);
	};
	const form = "application/x-www-form-urlencoded";
	const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
		send({ method: "POST", url, headers: { "content-type": form, ...headers }, payload: encode(fields) });
	// A header holds no control characters and nothing beyond Latin-1.
	const inHeader = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, "~");

	const headers: readonly (readonly [name: string, make: (text: string) => Record<string, string>])[] = [
		["Cookie", (text) => ({ cookie: `__Host-gatehouse=${text}; __Host-gatehouse-browser=${text}` })],
		["User-Agent, Accept and Accept-Language", (text) => ({ "user-agent": text, "accept-language": text, accept: text })],
		["Authorization: Basic", (text) => ({ authorization: `Basic ${text}` })],
		["Authorization: Bearer", (text) => ({ authorization: `Bearer ${text}` })],
		["Origin", (text) => ({ origin: text })],
		["X-Forwarded-For", (text) => ({ "x-forwarded-for": text, forwarded: text })],
	];
	test.each(headers)("PG-13 %s", async (_name, make) => {
		for (const [what, made] of Object.entries(strangeTexts)) {
			const workOn = (size: number) => {
				const more = make(inHeader(made(size)));
				return async () => {
					await send({ url: requestOf(clients.shop).url.slice(issuer.length), headers: more });
					await send({ url: "/userinfo", headers: more });
					await post("/token", { grant_type: "refresh_token", client_id: "shop", refresh_token: "a" }, more);
				};
			};
			expect(await growth(workOn, 500), what).toBeLessThanOrEqual(most);
		}
	});

	test("PG-13 Content-Type", async () => {
		for (const [what, made] of Object.entries(strangeTexts)) {
			const workOn = (size: number) => {
				const type = `${form}${inHeader(made(size))}`;
				return () => send({ method: "POST", url: "/token", headers: { "content-type": type }, payload: "grant_type=a" });
			};
			expect(await growth(workOn, 1_500), what).toBeLessThanOrEqual(most);
		}
	});

	const bodies: readonly (readonly [name: string, make: (text: string) => () => Promise<void>])[] = [
		[
			"user name and password",
			(text) => () => post("/login", { ...signIn.hidden, username: text, password: text }, { cookie: signIn.cookie }),
		],
		[
			"a code, a verifier and a redirect URI",
			(code) => () =>
				post("/token", { grant_type: "authorization_code", client_id: "shop", code, code_verifier: code, redirect_uri: code }),
		],
		[
			"a refresh token, a scope and a resource",
			(text) => () => post("/token", { grant_type: "refresh_token", client_id: "shop", refresh_token: text, scope: text, resource: text }),
		],
		["a machine's scope", (scope) => () => post("/token", { grant_type: "client_credentials", scope }, basic(clients.night))],
		["a client id and a secret", (text) => () => post("/token", { grant_type: "refresh_token", client_id: text, client_secret: text })],
		["a token", (token) => () => post("/introspect", { token, token_type_hint: token }, basic(clients.crmApi))],
		[
			"a redirect URI and a client id at /authorize",
			(text) => () => post("/authorize", { client_id: "mobile", redirect_uri: text, state: text }),
		],
		[
			"hints, locales and prompts at /authorize",
			(text) => () =>
				post("/authorize", {
					...(requestOf(clients.shop).fields as Record<string, string>),
					login_hint: text,
					ui_locales: text,
					prompt: text,
					id_token_hint: text,
					acr_values: text,
				}),
		],
		["an assertion", (text) => () => post("/token", { grant_type: "refresh_token", ...(asserted(text) as Record<string, string>) })],
		[
			"a request object, good but for what it asks",
			(text) => () => {
				const request = ledgerKey.sign({ iss: "ledger", aud: [issuer], redirect_uri: text, claims: { [text]: [text] } });
				return post("/authorize", { client_id: "ledger", response_type: "code", scope: "openid", request });
			},
		],
		[
			"everything at /end-session",
			(text) => () => post("/end-session", { id_token_hint: text, post_logout_redirect_uri: text, client_id: text, state: text }),
		],
	];
	test.each(bodies)("PG-13 %s", async (_name, make) => {
		for (const [what, made] of Object.entries(strangeTexts)) {
			const workOn = (size: number) => make(made(size));
			expect(await growth(workOn, 300), what).toBeLessThanOrEqual(most);
		}
	});

	// Sorting the marks of one letter takes the square of their number, wherever Unicode is normalised: names and passwords are
	// so short that it stays small beside the rest, and what is longer is refused before it is normalised.
	test("PG-13 a name as long as it may be, of marks that normalising sorts", async () => {
		for (const what of ["marks on a letter", "marks in falling order", "what unfolds", "capitals that change"]) {
			const workOn = (size: number) => {
				const username = strangeTexts[what]!(size).slice(0, 256);
				return () => post("/login", { ...signIn.hidden, username, password: "x" }, { cookie: signIn.cookie });
			};
			expect(await growth(workOn, 25), what).toBeLessThanOrEqual(most);
		}
	});

	test("PG-13 a password as long as it may be, of marks that normalising sorts", async () => {
		for (const what of ["marks on a letter", "marks in falling order"]) {
			let names = 0;
			const workOn = (size: number) => {
				const password = strangeTexts[what]!(size);
				return () => post("/login", { ...signIn.hidden, username: `nobody ${what} ${names++}`, password }, { cookie: signIn.cookie });
			};
			expect(await growth(workOn, 50), what).toBeLessThanOrEqual(most);
		}
	});
});
