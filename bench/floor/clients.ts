import type { Registration } from "../target.ts";
import { digest, matches } from "./secrets.ts";

/** Finds the client that a request's Basic authorization names and proves. */
export type Authenticate = (authorization: string | undefined) => string | undefined;

/** Keeps the digests of all clients' secrets. */
export function clientAuthentication({ clients }: Registration): Authenticate {
	const known = new Map(Object.values(clients).map(({ id, secret }) => [id, digest(secret)]));
	return (authorization) => {
		if (!authorization?.startsWith("Basic ")) return undefined;
		const [id = "", secret = ""] = Buffer.from(authorization.slice(6), "base64").toString().split(":").map(decodeURIComponent);
		const hash = known.get(id);
		return hash && matches(hash, secret) ? id : undefined;
	};
}
