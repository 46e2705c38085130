import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

const folder = join(import.meta.dirname, "../src/spa/vault");

/** The file that carries the vault's worker as text. */
export const workerSourceFile = join(folder, "worker-source.ts");

/** What has to stand in it. */
export async function workerSourceModule(): Promise<string> {
	const [code] = await bundle(join(folder, "worker.ts"), "es");
	return `// Generated from worker.ts by \`npm run generate --workspace @gatehouse/sdk\`; a test keeps the two together.
// biome-ignore-all lint: it is as it was generated.
// biome-ignore-all format: it is as it was generated.
export const workerSource = ${JSON.stringify(code.trim())};
`;
}

if (import.meta.main) writeFileSync(workerSourceFile, await workerSourceModule());
