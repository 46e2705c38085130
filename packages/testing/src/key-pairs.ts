import { systemWorld, type World } from "@gatehouse/server/embedded";

type GenerateKeyPair = World["generateKeyPair"];

const made = new Map<string, ReturnType<GenerateKeyPair>[]>();

/** RSA keys are dear: the issuers of one process share theirs, each issuer as many different ones as it asks for. */
export function sharedKeyPairs(): GenerateKeyPair {
	const { generateKeyPair } = systemWorld({ info() {}, error() {} });
	const asked = new Map<string, number>();
	return (alg) => {
		const index = asked.get(alg) ?? 0;
		asked.set(alg, index + 1);
		const pairs = made.get(alg) ?? [];
		made.set(alg, pairs);
		pairs[index] ??= generateKeyPair(alg);
		return pairs[index];
	};
}
