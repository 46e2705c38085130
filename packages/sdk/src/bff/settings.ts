import { AuthError } from "../client/auth-error.ts";
import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { concealed, groundFaults, otherWords as ofWeb, webAuthRules } from "../web/settings.ts";
import type { BffOptions } from "./options.ts";
import { routesFault } from "./route-faults.ts";

const otherWords: OtherWords = { ...ofWeb, proxy: "routes", apis: "routes", remoteapis: "routes", resources: "routes" };

/** Checks the options of `createBff`. Throws one `invalid_option` that names all faults, and no secret. */
export function checkBffOptions(options: BffOptions): void {
	const { resources: _, ...shared } = webAuthRules;
	const rules: Rules<BffOptions> = { ...shared, routes: (value) => routesFault(value, basePathOf(options)) };
	const required = ["issuer", "clientId", "clientAuth", "origin", "routes"] as const;
	const faults = [...optionFaults("createBff", concealed(options), rules, required, otherWords)];
	if (faults.length === 0 || typeof options === "object") faults.push(...groundFaults("createBff", options as Omit<BffOptions, "onError">));
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}

const basePathOf = ({ basePath = "/auth" }: BffOptions) => (typeof basePath === "string" ? basePath : "/auth");
