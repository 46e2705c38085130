import type { ErrorCode } from "@gatehouse/protocol";
import { errorStatus } from "@gatehouse/protocol";
import type { LightMyRequestResponse } from "fastify";
import { expect } from "vitest";

/** RFC 6749 §5.2: the characters of an `error_description`. */
const describing = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

/** Expects exactly this refusal: status, headers, and a body that holds the error and nothing of a token. */
export function expectRefused(answer: LightMyRequestResponse, error: ErrorCode, status: number = errorStatus[error]): void {
	expect({ status: answer.statusCode, error: answer.body === "" ? "" : answer.json().error }, answer.body.slice(0, 300)).toEqual({
		status,
		error,
	});
	const body = answer.json();
	expect(Object.keys(body)).toEqual(["error", "error_description", "trace_id"]);
	expect(body.error_description).toMatch(describing);
	expect(answer.headers).toMatchObject({ "cache-control": "no-store", "x-trace-id": body.trace_id });
	expect(answer.headers["content-type"]).toMatch(/^application\/json(?:;|$)/);
	expect(answer.headers).not.toHaveProperty("location");
	expect(answer.headers).not.toHaveProperty("set-cookie");
}

/** Expects 401 `invalid_client`, with a challenge exactly when the client used the `Authorization` header (RFC 6749 §5.2). */
export function expectUnauthenticated(answer: LightMyRequestResponse, byHeader: boolean): void {
	expectRefused(answer, "invalid_client");
	if (byHeader) expect(answer.headers["www-authenticate"]).toMatch(/^Basic realm="/);
	else expect(answer.headers).not.toHaveProperty("www-authenticate");
}
