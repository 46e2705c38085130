import { defineConfig } from "@playwright/test";
import { chromium } from "./test/chromium.ts";

const { executablePath, env } = await chromium();
Object.assign(process.env, env);

export default defineConfig({
	testDir: "test",
	testMatch: "**/*.spec.ts",
	workers: 2,
	reporter: "line",
	outputDir: "test-results/runs",
	use: { launchOptions: { executablePath }, trace: "retain-on-failure" },
});
