import { readFileSync } from "node:fs";
import { AuthError } from "../client/auth-error.ts";

/**
 * A secret that lies in a file, as Docker and Kubernetes hand it over. It is read each time it is needed, so that whoever replaces the file
 * has rotated the secret; a line break at its end does not count.
 *
 * @throws AuthError `secret_unavailable` when it is asked for and the file cannot be read, or is empty
 * @example
 * clientAuth: file("/run/secrets/sso")
 */
export function file(path: string): () => string {
	return () => {
		const secret = textOf(path).replace(/\r?\n$/, "");
		if (secret === "") throw new AuthError("secret_unavailable", `The file ${path} is empty.`);
		return secret;
	};
}

function textOf(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		throw new AuthError("secret_unavailable", `The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
	}
}
