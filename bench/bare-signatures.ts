import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { ownCpu } from "./machine.ts";
import type { Algorithm } from "./target.ts";

/** Signs one JWS signing input. */
type Sign = () => Promise<unknown> | Buffer;

const input = Buffer.from(`${randomBytes(48).toString("base64url")}.${randomBytes(240).toString("base64url")}`);

/** RS256 goes to the thread pool, as it does in the servers; ES256 is done in place, since the hop would cost as much again. */
const signers: Readonly<Record<Algorithm, () => Sign>> = {
	RS256() {
		const key: KeyObject = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
		return () => new Promise((resolve, reject) => sign("sha256", input, key, (error, value) => (error ? reject(error) : resolve(value))));
	},
	ES256() {
		const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
		return () => sign("sha256", input, { key, dsaEncoding: "ieee-p1363" });
	},
};

/** Makes a key and answers what measures its bare signatures: CPU milliseconds (all threads) per signature over so many seconds. */
export function openBareSignatures(algorithm: Algorithm): (inFlight: number, seconds: number) => Promise<number> {
	const signOne = signers[algorithm]();
	return async (inFlight, seconds) => {
		const own = process.cpuUsage();
		const deadline = performance.now() + seconds * 1000;
		let count = 0;
		const work = async (): Promise<void> => {
			while (performance.now() < deadline) {
				await signOne();
				count++;
			}
		};
		await Promise.all(Array.from({ length: inFlight }, work));
		return ownCpu(own) / count;
	};
}
