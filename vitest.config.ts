import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
	resolve: { conditions: ["@gatehouse/source"] },
	test: {
		include: [
			"packages/*/src/**/*.test.{ts,tsx}",
			"packages/*/test/**/*.test.{ts,tsx}",
			"test/**/*.test.ts",
			"examples/**/*.test.ts",
			"bench/**/*.test.ts",
		],
		exclude: ["test/end-to-end/**", "**/*.long.test.ts", "**/node_modules/**", "**/dist/**"],
		pool: "forks",
		// One for each core: many tests wait for a process that they have started, and the usual one fewer is a single one on two cores.
		maxWorkers: availableParallelism(),
		testTimeout: 20_000,
		// The first test that needs Redis may have to fetch it.
		hookTimeout: 120_000,
	},
});
