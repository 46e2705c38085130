import { OAuthError, parseParameters } from "@gatehouse/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Client, type GrantStanding, isMember, registryOf, resolveClient, resolveResource } from "../model/index.ts";
import { personIssuance } from "./issuance.ts";

const issuer = "https://auth.test";
const [crm, orders, closed] = ["https://crm.test", "https://orders.test", "https://closed.test"];
const scopes = ["openid", "profile", "groups", "offline_access", "crm.read", "crm.write", "orders.read", "closed.read", "gone.read"];

const registry = registryOf(
	1,
	[],
	[
		resolveResource({ identifier: crm, scopes: { "crm.read": "Read", "crm.write": { description: "Write", groups: ["sales"] } } }),
		resolveResource({ identifier: orders, scopes: { "orders.read": { description: "Read", groups: ["sales", "support"] } } }),
		resolveResource({ identifier: closed, scopes: { "closed.read": "Read" }, enabled: false }),
	],
);
const ground = { issuer, defaultAlg: "RS256", registry: () => registry, subjectOf: (id: string) => id } as const;

const some = (names: readonly string[]) => fc.subarray([...names]);

/** Any standing of any grant, and any request about it. */
const situation = fc.record({
	granted: some(scopes),
	requested: some(scopes),
	allowed: some(scopes),
	groups: some(["sales", "support", "staff"]),
	resourceNamed: fc.boolean(),
	generation: fc.constantFrom(0, 3),
	asked: fc.option(some(scopes), { nil: undefined }),
	resources: fc.array(fc.constantFrom(crm, orders, closed, issuer, "https://nowhere.test"), { maxLength: 2 }),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

function ask(about: Situation) {
	const client: Client = resolveClient({
		id: "shop",
		metadata: { client_id: "shop", scope: about.allowed.join(" ") },
		secrets: [],
		managedBy: "store",
		held: false,
		createdAt: 0,
		updatedAt: 0,
	});
	const person = { id: "alice", username: "alice", claims: {}, groups: about.groups, updatedAt: 0 };
	const grant = {
		id: "grant",
		amr: ["pwd"],
		scope: about.granted,
		requestedScope: [...new Set([...about.requested, ...about.granted])],
		resourceNamed: about.resourceNamed,
		generation: about.generation,
	};
	const standing = { grant, person } as unknown as GrantStanding;
	const fields = new URLSearchParams({ grant_type: "refresh_token" });
	if (about.asked) fields.set("scope", about.asked.join(" "));
	for (const resource of about.resources) fields.append("resource", resource);
	const parameters = parseParameters(fields.toString());
	return {
		person: standing.person!,
		requestedScope: grant.requestedScope,
		check: () => personIssuance.check(standing.grant, standing.person, client, parameters, ground),
		conclude: () => personIssuance.conclude(standing, client, parameters, ground, {}),
	};
}

/** The result, or the code of the refusal. */
function attempt<T>(work: () => T): T | string {
	try {
		return work();
	} catch (error) {
		if (error instanceof OAuthError) return error.code;
		throw error;
	}
}

test("I5 whatever is issued was granted, is still registered, is open to the person, and was asked for; its audience too", () => {
	fc.assert(
		fc.property(situation, (about) => {
			const { conclude, person, requestedScope } = ask(about);
			const issued = attempt(conclude);
			if (typeof issued === "string") {
				expect(["invalid_grant", "invalid_scope", "invalid_target"]).toContain(issued);
				return;
			}
			const { scope, audience } = issued;
			expect(scope.length).toBeGreaterThan(0);
			for (const name of scope) {
				expect(about.granted).toContain(name);
				expect(about.allowed).toContain(name);
				expect(requestedScope).toContain(name);
				if (about.asked?.length) expect(about.asked).toContain(name);
				const resource = registry.resourceOfScope.get(name);
				expect(["closed.read", "gone.read"]).not.toContain(name);
				expect(isMember(person, resource?.scopes.get(name)?.groups)).toBe(true);
				// A scope of an API stands in no token but that API's.
				if (resource) expect([audience].flat()).toContain(resource.identifier);
			}
			const apis = [audience].flat().filter((one) => one !== issuer);
			expect(apis.length).toBeLessThanOrEqual(1);
			for (const api of apis) expect(scope.some((name) => registry.resourceOfScope.get(name)?.identifier === api)).toBe(true);
			if ([audience].flat().includes(issuer)) {
				expect(about.granted).toContain("openid");
				expect(about.allowed).toContain("openid");
			}
			expect(about.resources.length).toBeLessThanOrEqual(1);
			for (const named of about.resources) expect(audience).toBe(named);
			expect(issued.groups).toEqual(wanted(about, "groups") && about.groups.length > 0 ? about.groups : undefined);
			expect(issued.idToken !== undefined).toBe(wanted(about, "openid"));
			expect(issued.refreshToken?.generation).toBe(about.generation === 0 ? undefined : about.generation);
		}),
		{ numRuns: 2_000 },
	);
});

/** Whether a scope of people is granted, registered, and not narrowed away. */
function wanted(about: Situation, name: string): boolean {
	return about.granted.includes(name) && about.allowed.includes(name) && (!about.asked?.length || about.asked.includes(name));
}

test("what is checked before anything is used up is what is concluded afterwards (I24)", () => {
	fc.assert(
		fc.property(situation, (about) => {
			const { check, conclude } = ask(about);
			const before = attempt(check);
			const after = attempt(conclude);
			expect(before).toBe(typeof after === "string" ? after : undefined);
		}),
		{ numRuns: 2_000 },
	);
});

test("narrowing never widens: what a narrowed request gets, the whole one may have", () => {
	fc.assert(
		fc.property(situation, (about) => {
			const narrowed = attempt(ask(about).conclude);
			if (typeof narrowed === "string") return;
			const [api] = [narrowed.audience].flat();
			const whole = attempt(ask({ ...about, asked: undefined, resources: [api ?? issuer] }).conclude);
			if (typeof whole === "string") throw new Error(`the whole grant was refused: ${whole}`);
			const ofApi = narrowed.scope.filter((name) => api === issuer || registry.resourceOfScope.get(name)?.identifier === api);
			for (const name of ofApi) expect(whole.scope).toContain(name);
		}),
		{ numRuns: 2_000 },
	);
});
