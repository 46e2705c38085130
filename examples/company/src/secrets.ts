import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "./parties.ts";

/** The clients that prove themselves with a secret. */
export type ConfidentialClient = "portal" | "shop-bff" | "analytics" | "crm-api";

/**
 * The file that holds the secret of `client`. It is made when it is first asked for, outside of version control, so that no two
 * copies of this demo share a secret; whoever needs it (the client, and `auth`) reads it from there.
 */
export function secretFile(client: ConfidentialClient, data = dataFolder): string {
	return madeOnce(client, data, () => randomBytes(32).toString("base64url"));
}

/**
 * The file that holds the private key of the night job, made likewise. Only the job signs with it: `auth` is told the public half, so
 * nothing that `auth` knows or keeps could be used in the job's place.
 */
export function keyFile(data = dataFolder): string {
	const pem = () => generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
	return madeOnce("night-job.pem", data, pem);
}

function madeOnce(name: string, data: string, make: () => string): string {
	const file = join(data, "secrets", name);
	mkdirSync(join(data, "secrets"), { recursive: true, mode: 0o700 });
	try {
		writeFileSync(file, make(), { flag: "wx", mode: 0o600 });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
	return file;
}

/** The secret of `client`. */
export function secretOf(client: ConfidentialClient, data = dataFolder): string {
	return readFileSync(secretFile(client, data), "utf8");
}
