import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FloorSettings } from "../floor/settings.ts";
import { header, refusal } from "../http-client.ts";
import type { Target } from "../target.ts";
import type { Place } from "./place.ts";

const program = fileURLToPath(new URL("../floor/server.ts", import.meta.url));

function makeKey(algorithm: Place["algorithm"]): FloorSettings["privateKey"] {
	const { privateKey } =
		algorithm === "RS256" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
	return { ...privateKey.export({ format: "jwk" }), kid: "floor", use: "sig", alg: algorithm };
}

/** The floor server: only the work that no provider can leave out. */
export function floor({ algorithm, port, folder, registration }: Place): Target {
	const issuer = `http://127.0.0.1:${port}`;
	const file = `${folder}/floor.json`;
	const settings: FloorSettings = { issuer, port, algorithm, database: `${folder}/floor.db`, privateKey: makeKey(algorithm), registration };
	return {
		name: `floor ${algorithm}`,
		kind: "floor",
		algorithm,
		issuer,
		registration,
		introspects: "userinfo",
		hasPasswords: false,
		prepare() {
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(folder, { recursive: true });
			writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
		},
		launch: () => ({
			command: process.execPath,
			args: [program, file],
			// Without the cache, stripping the types would add 50 ms and 25 MiB to each start.
			environment: { NODE_COMPILE_CACHE: `${folder}-compiled` },
			readyUrl: `${issuer}/.well-known/openid-configuration`,
		}),
		async signIn(browser, authorizePath) {
			const answer = await browser.get(authorizePath);
			const location = header(answer, "location");
			if (!location?.startsWith(`${registration.redirectUri}?`)) throw new Error(`sign-in answered ${refusal(answer)}`);
			return new URL(location);
		},
	};
}
