import { endpointsIn, metadataUrl, type Endpoints as OwnEndpoints } from "../core/endpoints.ts";
import { AuthError } from "./auth-error.ts";
import type { Quiet } from "./quiet.ts";
import { objectIn, request } from "./request.ts";
import type { World } from "./world.ts";

/** The endpoints, and what else the issuer says of itself. */
export interface Endpoints extends OwnEndpoints {
	/** Whether its answers to authorization requests name it (RFC 9207 §3). Where it says so, one that does not is not its own. */
	readonly namesItself: boolean;
}

/** Milliseconds. */
const freshness = 3_600_000;
/** No second attempt begins sooner after one that failed, while there is something older to go on with. */
const pause = 30_000;

/**
 * The issuer's endpoints: found at the first call, one request for all who wait, and looked for again after an hour. What was found stays
 * good while the issuer gives no better answer; a failure without anything found is told, and not remembered.
 */
export function createDiscovery(issuer: string, quiet: Quiet, world: World): () => Promise<Endpoints> {
	let found: Endpoints | undefined;
	let staleAt = 0;
	let looking: Promise<Endpoints> | undefined;

	function look(): Promise<Endpoints> {
		looking ??= quiet
			.end()
			.then(() => discover(issuer, world))
			.then((endpoints) => {
				staleAt = world.steady() + freshness;
				found = endpoints;
				return endpoints;
			})
			.catch((error: unknown) => {
				quiet.heed(error);
				throw error;
			})
			.finally(() => {
				looking = undefined;
			});
		return looking;
	}

	return async () => {
		if (!found) return look();
		if (world.steady() >= staleAt) {
			staleAt = world.steady() + pause;
			look().catch(() => undefined);
		}
		return found;
	};
}

/** Asks the issuer itself. `issuer_unreachable` and `temporarily_unavailable` when it does not answer, `issuer_mismatch` when it is another. */
async function discover(issuer: string, world: World): Promise<Endpoints> {
	const url = metadataUrl(issuer);
	const { status, text } = await request(url, { headers: { accept: "application/json" } }, world);
	if (status !== 200) throw new AuthError("issuer_mismatch", `${url} answered ${status}: is ${issuer} the issuer?`);
	const metadata = objectIn(text);
	if (metadata === undefined) throw new AuthError("issuer_unreachable", `${url} did not answer JSON.`);
	const endpoints = endpointsIn(metadata, issuer);
	if (typeof endpoints === "string") throw new AuthError("issuer_mismatch", endpoints);
	return { ...endpoints, namesItself: metadata["authorization_response_iss_parameter_supported"] === true };
}
