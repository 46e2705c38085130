import { loadConfiguration } from "./config.ts";
import { createLog } from "./log.ts";
import { clientAuthMethods } from "./oauth/client-auth/index.ts";
import { grantTypes } from "./oauth/grants/index.ts";
import { createGatehouse } from "./serve.ts";
import { systemWorld } from "./world.ts";

const at = process.argv.indexOf("--config");
const file = at < 0 ? undefined : process.argv[at + 1];
const supported = { authMethods: clientAuthMethods.map(({ name }) => name), grantTypes: grantTypes.map(({ name }) => name) };
const configuration = await loadConfiguration({ ...(file === undefined ? {} : { file }), cwd: process.cwd(), env: process.env, supported });
const log = createLog(process.stdout);
const gatehouse = await createGatehouse(configuration, systemWorld(log));
const address = await gatehouse.listen();
log.info({ issuer: configuration.issuer, port: address.port }, "ready");
process.once("SIGTERM", () => void gatehouse.close());
process.once("SIGINT", () => void gatehouse.close());
