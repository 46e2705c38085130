import fc from "fast-check";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventTypesOf, openCode } from "./family.ts";
import { codeOf, isActive, proof, type Request, redeem, refresh, requestOf, type TestClient } from "./flow.ts";
import { clients, type House, openHouse } from "./house.ts";

/**
 * Random histories of one code and the family that it may become, against a model of D1 and D2 of a few lines. Sessions
 * and families outlive every history here: their ends have tests of their own.
 */
let house: House;
let personId: string;
beforeAll(async () => {
	house = await openHouse({
		file: {
			// One quick signature for each token.
			signing: { default: "EdDSA" },
			sessions: { idle: "400d", absolute: "400d" },
			refreshTokens: { idle: "400d", absolute: "400d" },
		},
	});
	personId = (await house.gatehouse.ground.store.people.findByName("alice"))!.person.id;
});
afterAll(() => house[Symbol.asyncDispose]());

const second = 1_000;
const day = 86_400 * second;

/** A code that was just given, in a session of its own. */
interface Begun {
	readonly client: TestClient;
	readonly other: TestClient;
	readonly request: Request;
	readonly code: string;
	readonly grantId: string;
	readonly sessionId: string;
}

const kinds = {
	bearer: { client: clients.shop, other: clients.gadget, scope: "crm.read" },
	"bearer offline": { client: clients.shop, other: clients.portal, scope: "crm.read offline_access" },
	authenticated: { client: clients.portal, other: clients.shop, scope: "crm.read" },
	"authenticated offline": { client: clients.portal, other: clients.analytics, scope: "crm.read offline_access" },
} as const;
type Kind = keyof typeof kinds;
const anyKind = fc.constantFrom(...(Object.keys(kinds) as Kind[]));

/** Signs in without a password page, which would cost a second for each hundred histories. */
async function begin(kind: Kind): Promise<Begun> {
	const { store, tokens, random } = house.gatehouse.ground;
	const { client, other, scope } = kinds[kind];
	const now = house.now();
	const secret = tokens.sessionCookies.create();
	const begun = await store.sessions.begin({ id: random.id(now), secretHash: secret.secretHash, personId, amr: ["pwd"] }, now, () => []);
	const sessionId = begun!.session.id;
	const browser = house.browser();
	browser.cookies.set("__Host-gatehouse", secret.cookieFor(sessionId));
	const request = requestOf(client, { scope });
	const code = codeOf(await browser.go(request.url));
	return { client, other, request, code, grantId: openCode(house, code).grantId, sessionId };
}

/** One thing that happens. `back` counts generations from the current one: 0 is current, 1 its predecessor, -1 one that never was. */
type Step =
	| { readonly kind: "redeem"; readonly how: "right" | "wrong verifier" | "other client" }
	| { readonly kind: "refresh"; readonly back: number; readonly times: number; readonly how: "right" | "other client" }
	| { readonly kind: "revoke"; readonly what: "refresh" | "access"; readonly back: number }
	| { readonly kind: "sign out" }
	| { readonly kind: "wait"; readonly ms: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant("redeem" as const),
			how: fc.constantFrom("right", "right", "wrong verifier", "other client"),
		}),
	},
	{
		weight: 12,
		arbitrary: fc.record({
			kind: fc.constant("refresh" as const),
			back: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, -1),
			times: fc.constantFrom(1, 1, 1, 3),
			how: fc.constantFrom("right", "right", "right", "other client"),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({ kind: fc.constant("revoke" as const), what: fc.constantFrom("refresh", "access"), back: fc.nat(2) }),
	},
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("sign out" as const) }) },
	{
		weight: 5,
		arbitrary: fc.record({
			kind: fc.constant("wait" as const),
			ms: fc.constantFrom(1, 4 * second, 5_999, 6 * second, 9_999, 10 * second, 59_999, 60 * second, 3_600 * second, day - 1, day),
		}),
	},
);

/** What must be true of the code and its family, by D1 and D2. */
class Model {
	readonly #bearer: boolean;
	readonly #offline: boolean;
	readonly #codeAt: number;
	state: "unused" | "alive" | "dead" = "unused";
	signedOut = false;
	generation = 1;
	rotatedAt = 0;
	previousRotatedAt = 0;
	readonly told: string[] = [];

	constructor(kind: Kind, now: number) {
		this.#bearer = kind.startsWith("bearer");
		this.#offline = kind.endsWith("offline");
		this.#codeAt = now;
	}

	/** Whether its tokens are good now. */
	get lives(): boolean {
		return this.state === "alive" && (this.#offline || !this.signedOut);
	}

	#tell(type: string, once = false): void {
		if (!once || !this.told.includes(type)) this.told.push(type);
	}

	#end(type: string): void {
		if (this.state === "alive") this.#tell(type);
		this.state = "dead";
	}

	/** @returns whether tokens are issued */
	redeem(right: boolean, now: number): boolean {
		// A seal opens today and yesterday; later the code is unknown.
		if (Math.floor(now / day) - Math.floor(this.#codeAt / day) > 1) return false;
		const expired = now >= this.#codeAt + 60 * second;
		if (!right) {
			if (this.state !== "unused") this.#misused();
			else this.#burn();
			return false;
		}
		if (this.state !== "unused") {
			this.#end("code.replayed");
			return false;
		}
		if (expired) this.#burn();
		if (expired || this.signedOut) return false;
		this.state = "alive";
		this.rotatedAt = this.previousRotatedAt = now;
		this.#tell("code.redeemed");
		return true;
	}

	#burn(): void {
		this.state = "dead";
		this.#tell("code.burnt");
	}

	#misused(): void {
		this.#tell("code.misuse", true);
	}

	/** @returns the generation that is handed out, if one is */
	refresh(presented: number, own: boolean, now: number): number | undefined {
		if (!own || !this.lives) return undefined;
		const current = this.generation;
		if (presented > current) {
			this.#tell("store.regressed", true);
			return undefined;
		}
		if (presented === current) {
			this.generation++;
			this.previousRotatedAt = this.rotatedAt;
			this.rotatedAt = now;
			return this.generation;
		}
		if (presented === current - 1 && now - this.rotatedAt < (this.#bearer ? 10 * second : day)) return current;
		if (presented === current - 2 && now - this.previousRotatedAt < 10 * second) return undefined;
		if (this.#bearer) this.#end("refresh.replayed");
		else this.#tell("refresh.stale", true);
		return undefined;
	}

	revoke(): void {
		this.#end("grant.revoked");
	}
}

/** Plays a history, and compares with the model after each step. */
async function play(kind: Kind, steps: readonly Step[]): Promise<void> {
	const begun = await begin(kind);
	const { client, other, request, code, grantId } = begun;
	const { store, tokens } = house.gatehouse.ground;
	const model = new Model(kind, house.now());
	let access: { readonly token: string; readonly until: number } | undefined;
	const denied = new Set<string>();
	let families = 0;

	const token = async (generation: number) => {
		const grant = (await store.grants.find(grantId))?.grant;
		return grant ? tokens.refreshTokens.format(grant, generation) : undefined;
	};
	const take = (answer: LightMyRequestResponse) => {
		access = { token: answer.json().access_token, until: house.now() + 600 * second };
	};
	const refused = (answer: LightMyRequestResponse) => expect(`${answer.statusCode} ${answer.json().error}`).toBe("400 invalid_grant");

	for (const step of steps) {
		switch (step.kind) {
			case "wait":
				house.wait(step.ms);
				break;
			case "sign out":
				await store.sessions.end(begun.sessionId, house.now(), []);
				model.signedOut = true;
				break;
			case "redeem": {
				const by = step.how === "other client" ? other : client;
				const verifier = step.how === "wrong verifier" ? "x".repeat(43) : request.verifier;
				const answer = await redeem(house, { ...request, client: by, verifier }, code);
				if (model.redeem(step.how === "right", house.now())) {
					expect(answer.statusCode, answer.body).toBe(200);
					expect(answer.json().refresh_token).toBe(await token(1));
					take(answer);
					families++;
				} else refused(answer);
				break;
			}
			case "refresh": {
				const presented = model.generation - step.back;
				const text = presented < 1 ? undefined : await token(presented);
				if (text === undefined) break;
				const by = step.how === "other client" ? other : client;
				const answers = await Promise.all(Array.from({ length: step.times }, () => refresh(house, by, text)));
				for (const answer of answers) {
					const given = model.refresh(presented, by === client, house.now());
					if (given === undefined) refused(answer);
					else {
						expect(answer.statusCode, answer.body).toBe(200);
						expect(answer.json().refresh_token).toBe(await token(given));
						take(answer);
					}
				}
				break;
			}
			case "revoke": {
				const text = step.what === "access" ? access?.token : await token(Math.max(1, model.generation - step.back));
				if (text === undefined) break;
				const { fields, headers } = proof(client);
				expect((await house.post("/revoke", { ...fields, token: text }, headers)).statusCode).toBe(200);
				if (step.what === "refresh") model.revoke();
				else if (house.now() < access!.until && !denied.has(text)) {
					denied.add(text);
					model.told.push("access_token.revoked");
				}
			}
		}
		await agree();
	}

	/** I1, I2: the store, introspection and the audit say what the model says. */
	async function agree(): Promise<void> {
		const found = await store.grants.find(grantId);
		expect(families).toBeLessThanOrEqual(1);
		expect(found === undefined ? "unused" : found.grant.revokedAt === undefined ? "alive" : "dead").toBe(model.state);
		if (found && families > 0)
			expect([found.grant.generation, found.grant.rotatedAt, found.grant.previousRotatedAt]).toEqual([
				model.generation,
				model.rotatedAt,
				model.previousRotatedAt,
			]);
		if (access) expect(await isActive(house, access.token)).toBe(model.lives && house.now() < access.until && !denied.has(access.token));
		expect(await eventTypesOf(house, grantId)).toEqual(model.told);
	}

	// I24: whoever still has the newest token of a family that lives gets the next one.
	if (model.lives) {
		const answer = await refresh(house, client, (await token(model.generation))!);
		expect(answer.statusCode, answer.body).toBe(200);
		expect(answer.json().refresh_token).toBe(await token(model.generation + 1));
	} else if (families > 0) refused(await refresh(house, client, (await token(model.generation))!));
}

test("D1 D2 I1 I2: any history of a code and its family is the one of the table", async () => {
	// Most histories begin with a good redemption, or there would be little to tell.
	const history = fc
		.tuple(fc.boolean(), fc.boolean(), fc.array(anyStep, { maxLength: 16 }))
		.map(([begins, also, steps]): Step[] => (begins || also ? [{ kind: "redeem", how: "right" }, ...steps] : steps));
	await fc.assert(fc.asyncProperty(anyKind, history, play), { numRuns: 300 });
});

/** What happens to one request of an honest client. */
type Honest =
	/** Its answer arrives; `tabs` ask at once with the same token. */
	| { readonly kind: "arrives"; readonly tabs: number }
	/** Its answer is lost, and the client asks again with what it has, inside the window: `again` times after `after` of the window. */
	| { readonly kind: "is lost"; readonly again: number; readonly after: number }
	/** A replica or tab that was paused sends the token it had `back` answers ago. */
	| { readonly kind: "comes late"; readonly back: number }
	| { readonly kind: "wait"; readonly ms: number };

const anyHonest: fc.Arbitrary<Honest> = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ kind: fc.constant("arrives" as const), tabs: fc.constantFrom(1, 1, 2, 5) }) },
	{
		weight: 3,
		arbitrary: fc.record({
			kind: fc.constant("is lost" as const),
			again: fc.integer({ min: 1, max: 3 }),
			after: fc.double({ min: 0, max: 0.33, noNaN: true }),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant("comes late" as const), back: fc.integer({ min: 1, max: 5 }) }) },
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 2 * day }) }) },
);

test("I24: no schedule of lost answers, tabs and replicas signs an honest client out", async () => {
	const history = fc.array(anyHonest, { maxLength: 12 });
	await fc.assert(
		fc.asyncProperty(anyKind, history, async (kind, steps) => {
			const { client, request, code, grantId } = await begin(kind);
			const bearer = kind.startsWith("bearer");
			const window = bearer ? 10 * second : day;
			const had = [(await redeem(house, request, code)).json().refresh_token as string];
			const ask = async () => {
				const answer = await refresh(house, client, had.at(-1)!);
				expect(answer.statusCode, answer.body).toBe(200);
				return answer.json().refresh_token as string;
			};
			for (const step of steps) {
				switch (step.kind) {
					case "wait":
						house.wait(step.ms);
						break;
					case "arrives": {
						const answers = await Promise.all(Array.from({ length: step.tabs }, ask));
						expect(new Set(answers).size).toBe(1);
						had.push(answers[0]!);
						break;
					}
					case "is lost": {
						const lost = await ask();
						for (let again = 0; again < step.again; again++) {
							house.wait(Math.floor(step.after * (window - 1)));
							expect(await ask()).toBe(lost);
						}
						had.push(lost);
						break;
					}
					case "comes late": {
						const late = had.at(-1 - step.back);
						// A bearer client is promised its window alone: beyond it, an old token is what a thief would have.
						if (late === undefined || bearer) break;
						await refresh(house, client, late);
						break;
					}
				}
			}
			expect((await house.gatehouse.ground.store.grants.find(grantId))?.grant.revokedAt).toBeUndefined();
			had.push(await ask());
		}),
		{ numRuns: 150 },
	);
});
