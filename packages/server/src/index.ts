export { type ConfigurationFile, defineConfig } from "./config.ts";
