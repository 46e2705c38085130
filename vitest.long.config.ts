import { defineConfig } from "vitest/config";

/** The repeats: races by the hundred, processes killed by the dozen. `npm run test:long`. */
export default defineConfig({
	resolve: { conditions: ["@gatehouse/source"] },
	test: {
		include: ["**/*.long.test.ts"],
		exclude: ["**/node_modules/**", "**/dist/**"],
		pool: "forks",
		testTimeout: 1_200_000,
	},
});
