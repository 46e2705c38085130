import { signingAlgorithms } from "@gatehouse/protocol";
import { algorithmsInUse, type Rotation, rotateKeys, rotationDue, stateOf } from "../management/keys.ts";
import { masterKeyUses } from "../management/master-key.ts";
import type { KeyRow } from "../store/store.ts";
import { generateMasterKey } from "../tokens/index.ts";
import { askToGoOn, yesOption } from "./ask.ts";
import { onStore } from "./on-store.ts";
import { table, when, whole } from "./table.ts";
import { instant } from "./time.ts";
import { optionOf, UsageError, type Verb } from "./verb.ts";

function keyJson(key: KeyRow, due: number | undefined, now: number) {
	return {
		kid: key.kid,
		alg: key.alg,
		state: stateOf(key, now),
		created_at: instant(key.createdAt),
		...(key.signsFrom !== undefined && { signs_from: instant(key.signsFrom) }),
		...(key.signsUntil !== undefined && { signs_until: instant(key.signsUntil) }),
		...(key.revokedAt !== undefined && { revoked_at: instant(key.revokedAt) }),
		...(due !== undefined && { rotation_due: instant(due) }),
	};
}

/** By algorithm, then in the order in which they sign. */
function inOrder(a: KeyRow, b: KeyRow): number {
	const from = (key: KeyRow) => key.signsFrom ?? Number.MAX_SAFE_INTEGER;
	const until = (key: KeyRow) => key.signsUntil ?? Number.MAX_SAFE_INTEGER;
	const inTime = from(a) - from(b) || until(a) - until(b) || a.createdAt - b.createdAt;
	return a.alg.localeCompare(b.alg) || inTime || a.kid.localeCompare(b.kid);
}

function shown(keys: readonly KeyRow[], rotateAfter: number, now: number) {
	const sorted = [...keys].sort(inOrder);
	const due = (key: KeyRow) => (stateOf(key, now) === "signing" ? rotationDue(keys, key.alg, rotateAfter, now) : undefined);
	const cells = sorted.map((key) => [key.alg, stateOf(key, now), key.kid, when(key.signsFrom), when(key.signsUntil), when(due(key))]);
	const none = "there are no keys yet: `gatehouse serve` makes them when it starts";
	return {
		json: sorted.map((key) => keyJson(key, due(key), now)),
		text: table([whole("ALGORITHM"), "STATE", whole("KID"), "SIGNS FROM", "SIGNS UNTIL", "NEXT ROTATION"], cells, none),
	};
}

/** A value that travels sealed is accepted today and yesterday. */
const travelling = 2 * 86_400_000;

export const keysVerbs: readonly Verb[] = [
	{
		name: "keys list",
		alsoCalled: ["ls", "show"],
		does: "show the signing keys and what each is good for",
		examples: [["keys list", "which keys sign, and which come next"]],
		run: (input, context) =>
			onStore(input, context, async (ground, now, { signing }) => shown(await ground.keys.all(), signing.rotateAfter, now)),
	},
	{
		name: "keys rotate",
		does: "let the next keys sign, once they were published for ten minutes",
		options: [
			["--alg <algorithm>", "the keys of this algorithm alone, such as RS256; those of all that are in use when not said"],
			["--now", "publish and sign at once: resource servers that cached the set fetch it again"],
			["--revoke", "with --now: the former keys are compromised; what they signed is refused, by APIs once they fetch the keys again"],
			yesOption,
		],
		examples: [
			["keys rotate", "as a habit: in ten minutes, and nobody notices"],
			["keys rotate --now --revoke", "when a key was stolen"],
		],
		async run(input, context) {
			const { now: atOnce, revoke } = input.options;
			if (revoke && !atOnce) throw new UsageError("--revoke goes with --now: what is compromised cannot wait");
			if (revoke)
				await askToGoOn(
					input,
					context,
					"Take the present keys out? What they signed is refused: here at once, by APIs once they fetch the keys again.",
				);
			const alg = optionOf(input, "alg");
			const named = signingAlgorithms.filter((name) => name === alg);
			if (alg !== undefined && named.length === 0) throw new UsageError(`--alg is one of ${signingAlgorithms.join(", ")}`);
			const rotation: Rotation = revoke ? "revoke" : atOnce ? "now" : "published";
			return onStore(input, context, async (ground, now, { signing }) => {
				const inUse = async () => algorithmsInUse({ ...ground, defaultAlg: signing.default });
				// Whoever took one private half had all of them before them.
				const algorithms = alg !== undefined ? named : revoke ? signingAlgorithms : await inUse();
				return shown(await rotateKeys(ground, rotation, now, algorithms), signing.rotateAfter, now);
			});
		},
	},
	{
		name: "keys rotate-master",
		does: "make a new master key and say what to do with it; nothing is changed",
		examples: [["keys rotate-master > secrets/master-new.key", "the key into a file, what to do with it onto the terminal"]],
		run: (input, context) =>
			onStore(input, context, async (ground, now, configuration) => {
				const key = generateMasterKey({ bytes: ground.randomBytes });
				const uses = await masterKeyUses(ground, now);
				const families = uses.flatMap(({ until }) => until ?? []);
				const keep = Math.max(now + travelling, ...families);
				const listed = configuration.masterKeys.map(({ file }) => (file === undefined ? "the key you have now" : JSON.stringify({ file })));
				const others = [...new Set(uses.map(({ version }) => version))].filter((version) => !ground.masterKeys.versions.includes(version));
				return {
					json: {
						key,
						keep_former_until: instant(keep),
						versions_in_use: [...new Set(uses.map(({ version }) => version))],
						versions_missing: others,
					},
					text: key,
					beside: [
						"1. Put this key into a file of its own, readable by Gatehouse alone and outside the data folder (or run this again as `umask 077; gatehouse keys rotate-master --config FILE > secrets/master-new.key`).",
						`2. List it first: \`masterKey: [{ "file": "secrets/master-new.key" }, ${listed.join(", ")}]\``,
						"3. Start the server again. What the store keeps is sealed anew; nobody is signed out.",
						`4. Keep the former key listed until ${instant(keep)}. \`gatehouse check\` says when something still needs it.`,
					].join("\n"),
				};
			}),
	},
];
