import { OAuthError } from "@gatehouse/protocol";
import { describe, expect, test } from "vitest";
import {
	type AuthorizationRequest,
	type Client,
	type Consent,
	type Person,
	type Prompt,
	registryOf,
	resolveClient,
	resolveResource,
	type SessionStanding,
	type Settled,
} from "../model/index.ts";
import { allowedTo, decide } from "./decide.ts";

const now = Date.UTC(2026, 10, 21);
const sessionId = "session-of-alice";

const client = (metadata: Partial<Parameters<typeof resolveClient>[0]["metadata"]> = {}): Client =>
	resolveClient({
		id: "app",
		metadata: { client_id: "app", redirect_uris: ["https://app.test/cb"], ...metadata },
		secrets: [],
		managedBy: "file",
		held: false,
		createdAt: now,
		updatedAt: now,
	});
const thirdParty = client();
const firstParty = client({ first_party: true });
const publicThirdParty = client({ token_endpoint_auth_method: "none" });
const onDevice = client({ first_party: true, application_type: "native", token_endpoint_auth_method: "none" });

const crm = resolveResource({
	identifier: "https://crm.test",
	scopes: { "crm.read": "Read", "crm.write": { description: "Write", groups: ["sales"] } },
});
const registry = registryOf(1, [thirdParty], [crm]);
const ground = { registry, subjectOf: (id: string, { sector }: Pick<Client, "sector">) => (sector === undefined ? id : `${id}@${sector}`) };

const alice: Person = {
	id: "alice",
	username: "alice",
	claims: {},
	groups: ["sales"],
	admin: false,
	enabled: true,
	managedBy: "file",
	createdAt: now,
	updatedAt: now,
	epoch: 0,
	passwordVersion: 0,
};
const bob: Person = { ...alice, id: "bob", groups: [] };

function session(person = alice, ago = 0, id = sessionId): SessionStanding {
	const at = now - ago;
	const times = { authTime: at, createdAt: at, lastUsedAt: at, expiresAt: at + 1e9 };
	return {
		session: { id, secretHash: new Uint8Array(32), personId: person.id, amr: ["pwd"], epoch: 0, personEpoch: 0, ...times },
		person,
		epoch: 0,
	};
}

function request(of: Client, fields: Partial<AuthorizationRequest> & { readonly prompts?: readonly Prompt[] } = {}): AuthorizationRequest {
	const { prompts = [], ...others } = fields;
	const scope = fields.scope ?? ["openid"];
	const base = {
		client: of,
		redirectUri: "https://app.test/cb",
		responseMode: "query",
		requestedScope: scope,
		resourceNamed: false,
	} as const;
	return { ...base, scope, claimScope: [], hinted: [], prompt: new Set(prompts), ...others };
}

const consentTo = (...scope: readonly string[]): Consent => ({
	personId: "alice",
	clientId: "app",
	scope: new Set(scope),
	epoch: 0,
	grantedAt: now,
	updatedAt: now,
});

/** What a request comes to, in a word. */
function conclude(
	asked: AuthorizationRequest,
	{
		session: of,
		consent,
		settled = {},
	}: { readonly session?: SessionStanding; readonly consent?: Consent; readonly settled?: Settled } = {},
): string {
	try {
		const decision = decide(asked, of, consent, settled, ground, now);
		return decision.kind === "grant" ? `grant ${decision.scope.join(" ")}` : decision.page;
	} catch (error) {
		if (error instanceof OAuthError) return error.code;
		throw error;
	}
}

const authenticated = { authenticated: { sessionId, authTime: now } };
const account = { account: { sessionId } };
const continued = { continued: { sessionId } };
const allowed = (...scope: readonly string[]) => ({ consent: { sessionId, scope } });
const denied = { consent: { sessionId, denied: true } } as const;

describe("is somebody signed in, freshly enough? (OpenID Connect Core §3.1.2.3)", () => {
	test("nobody: the sign-in page, whatever else is asked", () => {
		for (const prompts of [[], ["login"], ["consent"], ["select_account"], ["login", "consent", "select_account"]] as const)
			expect(conclude(request(firstParty, { prompts }))).toBe("login");
		expect(conclude(request(firstParty, { prompts: ["none"] }))).toBe("login_required");
	});

	test("an answer that was settled without a session, or in another one, counts for nothing", () => {
		const settled = { ...authenticated, ...account, ...continued, ...allowed("openid") };
		expect(conclude(request(firstParty), { settled })).toBe("login");
		const other = session(alice, 0, "another-session");
		expect(conclude(request(firstParty, { prompts: ["login"] }), { session: other, settled })).toBe("login");
		expect(conclude(request(thirdParty), { session: other, settled })).toBe("consent");
		expect(conclude(request(firstParty, { prompts: ["select_account"] }), { session: other, settled })).toBe("select-account");
		expect(conclude(request(thirdParty), { session: other, settled: denied })).toBe("consent");
	});

	test.each([
		[undefined, 1e8, "grant openid"],
		[60, 60_000, "grant openid"],
		[60, 60_001, "login"],
		[1, 999, "grant openid"],
		[0, 0, "login"],
		[0, 1, "login"],
	])("max_age=%s with a sign-in %i ms ago: %s", (maxAge, ago, outcome) => {
		const asked = request(firstParty, maxAge === undefined ? {} : { maxAge });
		expect(conclude(asked, { session: session(alice, ago) })).toBe(outcome);
		expect(conclude({ ...asked, prompt: new Set(["none"]) }, { session: session(alice, ago) })).toBe(
			outcome === "login" ? "login_required" : outcome,
		);
		expect(conclude(asked, { session: session(alice, ago), settled: authenticated })).toBe("grant openid");
	});

	test("prompt=login asks once", () => {
		const asked = request(firstParty, { prompts: ["login"] });
		expect(conclude(asked, { session: session() })).toBe("login");
		expect(conclude(asked, { session: session(), settled: authenticated })).toBe("grant openid");
	});
});

describe("is it the account they mean? (OpenID Connect Core §3.1.2.1)", () => {
	test("another person than the hint names signs in anew, once; then it is over", () => {
		const asked = request(firstParty, { hinted: [{ subjects: ["bob"], client: firstParty }] });
		expect(conclude(asked, { session: session() })).toBe("login");
		expect(conclude({ ...asked, prompt: new Set(["none"]) }, { session: session() })).toBe("login_required");
		expect(conclude(asked, { session: session(), settled: authenticated })).toBe("login_required");
		expect(conclude(asked, { session: session(bob) })).toBe("grant openid");
	});

	test("a hint names a person as the client that it was made for sees them, and all hints hold", () => {
		const pairwise = client({ subject_type: "pairwise", redirect_uris: ["https://elsewhere.test/cb"] });
		const hint = (...subjects: readonly string[]) => ({ subjects, client: pairwise });
		const outcomes = [
			[hint("alice@elsewhere.test")],
			[hint("bob@elsewhere.test", "alice@elsewhere.test"), { subjects: ["alice"], client: firstParty }],
			[hint("alice")],
			[hint("alice@elsewhere.test"), { subjects: ["bob"], client: firstParty }],
			[hint()],
		].map((hinted) => conclude(request(firstParty, { hinted }), { session: session() }));
		expect(outcomes).toEqual(["grant openid", "grant openid", "login", "login", "login"]);
	});

	test("prompt=select_account is settled by choosing, or by signing in for this request", () => {
		const asked = request(firstParty, { prompts: ["select_account"] });
		expect(conclude(asked, { session: session() })).toBe("select-account");
		expect(conclude(asked, { session: session(), settled: account })).toBe("grant openid");
		expect(conclude(asked, { session: session(), settled: authenticated })).toBe("grant openid");
	});
});

describe("do they allow it? (OpenID Connect Core §3.1.2.4)", () => {
	const asked = request(thirdParty, { scope: ["openid", "email", "crm.read"] });

	test("asked for everybody's app but the company's own, until what stands covers all of it", () => {
		expect(conclude(asked, { session: session() })).toBe("consent");
		expect(conclude(asked, { session: session(), consent: consentTo("openid", "email") })).toBe("consent");
		expect(conclude(asked, { session: session(), consent: consentTo() })).toBe("consent");
		expect(conclude(asked, { session: session(), consent: consentTo("crm.read", "openid", "email", "more") })).toBe(
			"grant openid email crm.read",
		);
		expect(conclude(request(firstParty, { scope: asked.scope }), { session: session() })).toBe("grant openid email crm.read");
	});

	test("under prompt=none it is consent_required", () => {
		expect(conclude({ ...asked, prompt: new Set(["none"]) }, { session: session() })).toBe("consent_required");
	});

	test("I4 `openid` alone is asked for as well", () => {
		expect(conclude(request(thirdParty), { session: session() })).toBe("consent");
		expect(conclude(request(thirdParty), { session: session(), consent: consentTo("email") })).toBe("consent");
		expect(conclude(request(thirdParty), { session: session(), consent: consentTo("openid") })).toBe("grant openid");
	});

	test("PG-02 what a public client was allowed before is not remembered (RFC 6749 §10.2)", () => {
		const consent = consentTo("openid", "email", "crm.read");
		expect(conclude(request(publicThirdParty), { session: session(), consent })).toBe("consent");
		expect(conclude(request(publicThirdParty, { prompts: ["none"] }), { session: session(), consent })).toBe("consent_required");
		expect(conclude(request(publicThirdParty), { session: session(), consent, settled: allowed("openid") })).toBe("grant openid");
	});

	test("prompt=consent asks where nothing would be asked, once", () => {
		for (const of of [firstParty, thirdParty]) {
			const again = request(of, { prompts: ["consent"] });
			expect(conclude(again, { session: session(), consent: consentTo("openid") })).toBe("consent");
			expect(conclude(again, { session: session(), settled: allowed("openid") })).toBe("grant openid");
		}
	});

	test("a denial is access_denied, also where what stands would cover it", () => {
		expect(conclude(asked, { session: session(), settled: denied })).toBe("access_denied");
		expect(conclude(asked, { session: session(), consent: consentTo(...asked.scope), settled: denied })).toBe("access_denied");
	});

	test("I5 the answer narrows, and never widens", () => {
		const answer = (...scope: readonly string[]) => conclude(asked, { session: session(), settled: allowed(...scope) });
		expect(answer("openid", "email", "crm.read", "crm.write", "profile")).toBe("grant openid email crm.read");
		expect(answer("crm.read")).toBe("grant openid crm.read");
		expect(answer()).toBe("grant openid");
		expect(conclude(request(thirdParty, { scope: ["crm.read"] }), { session: session(), settled: allowed() })).toBe("access_denied");
		expect(conclude(request(thirdParty, { scope: ["crm.read", "email"] }), { session: session(), settled: allowed("email") })).toBe(
			"access_denied",
		);
	});

	test("single claims need the scopes that cover them, and go with them", () => {
		const claims = { id_token: { email: null }, userinfo: { name: null } };
		const single = request(thirdParty, { claims, claimScope: ["email", "profile"] });
		expect(conclude(single, { session: session(), consent: consentTo("openid") })).toBe("consent");
		expect(conclude(single, { session: session(), consent: consentTo("openid", "email", "profile") })).toBe("grant openid");
		const released = (settled: Settled) => {
			const decision = decide(single, session(), undefined, settled, ground, now);
			return decision.kind === "grant" ? decision.claims : undefined;
		};
		expect(released(allowed("openid", "email", "profile"))).toEqual(claims);
		expect(released(allowed("openid", "profile"))).toEqual({ id_token: {}, userinfo: { name: null } });
	});
});

describe("an app on a device is confirmed each time (RFC 8252 §8.6)", () => {
	test.each([
		["com.company.app:/cb", "continue"],
		["http://127.0.0.1:51004/cb", "continue"],
		["http://[::1]/cb", "continue"],
		["http://localhost:7000/cb", "continue"],
		["https://app.test/cb", "grant openid"],
	])("%s: %s", (redirectUri, outcome) => {
		expect(conclude(request(onDevice, { redirectUri }), { session: session() })).toBe(outcome);
		const silent = conclude(request(onDevice, { redirectUri, prompts: ["none"] }), { session: session() });
		expect(silent).toBe(outcome === "continue" ? "interaction_required" : outcome);
		for (const settled of [authenticated, continued, allowed("openid")])
			expect(conclude(request(onDevice, { redirectUri }), { session: session(), settled })).toBe("grant openid");
		expect(conclude(request(onDevice, { redirectUri, prompts: ["select_account"] }), { session: session(), settled: account })).toBe(
			outcome,
		);
	});
});

describe("scopes that name groups are for their members", () => {
	test("they are left out for others; nothing left is access_denied", () => {
		expect(allowedTo(alice, ["openid", "crm.write"], registry)).toEqual(["openid", "crm.write"]);
		expect(allowedTo(bob, ["openid", "crm.read", "crm.write"], registry)).toEqual(["openid", "crm.read"]);
		for (const scope of [["crm.write"], ["crm.write", "email", "offline_access"]])
			expect(() => allowedTo(bob, scope, registry)).toThrow(expect.objectContaining({ code: "access_denied" }));
	});

	test("nobody is asked for what they cannot give, and an answer does not give it", () => {
		const asked = request(thirdParty, { scope: ["openid", "crm.read", "crm.write"] });
		expect(conclude(asked, { session: session(bob), consent: consentTo("openid", "crm.read") })).toBe("grant openid crm.read");
		expect(conclude(asked, { session: session(bob), settled: allowed("openid", "crm.read", "crm.write") })).toBe("grant openid crm.read");
		expect(conclude(request(thirdParty, { scope: ["crm.write"], prompts: ["none"] }), { session: session(bob) })).toBe("access_denied");
	});
});

test("pages come in one order, and each carries on what is settled so far", () => {
	const asked = request(thirdParty, { scope: ["openid", "email"], prompts: ["login", "select_account", "consent"] });
	let settled: Settled = {};
	const pages: string[] = [];
	const answers: Readonly<Record<string, Settled>> = {
		login: authenticated,
		"select-account": account,
		consent: allowed("openid", "email"),
	};
	for (let step = 0; step < 5; step++) {
		const decision = decide(asked, session(), undefined, settled, ground, now);
		if (decision.kind === "grant") break;
		expect(decision.settled).toEqual(settled);
		pages.push(decision.page);
		settled = { ...decision.settled, ...answers[decision.page] };
	}
	expect(pages).toEqual(["login", "consent"]);
});
