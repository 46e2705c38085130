import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "./parties.ts";

/** The clients that prove themselves with a secret. */
export type ConfidentialClient = "portal" | "shop-bff" | "analytics" | "night-job" | "crm-api";

/**
 * The file that holds the secret of `client`. It is made when it is first asked for, outside of version control, so that no two
 * copies of this demo share a secret; whoever needs it (the client, and `auth`) reads it from there.
 */
export function secretFile(client: ConfidentialClient, data = dataFolder): string {
	const file = join(data, "secrets", client);
	mkdirSync(join(data, "secrets"), { recursive: true, mode: 0o700 });
	try {
		writeFileSync(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
	return file;
}

/** The secret of `client`. */
export function secretOf(client: ConfidentialClient, data = dataFolder): string {
	return readFileSync(secretFile(client, data), "utf8");
}
