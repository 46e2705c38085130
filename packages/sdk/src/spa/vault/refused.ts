import type { AuthErrorCode } from "../auth-error.ts";
import type { Fault } from "./messages.ts";

/** Thrown within the vault; crosses to the page as a `Fault`. */
export class Refused extends Error implements Fault {
	declare readonly code: AuthErrorCode;
	declare readonly traceId: string | undefined;
	/** Seconds after which another try may help (RFC 9110 §10.2.3). */
	declare readonly retryAfter: number;

	constructor(code: AuthErrorCode, message: string, traceId?: string, retryAfter = 0) {
		super(message);
		this.code = code;
		this.traceId = traceId;
		this.retryAfter = retryAfter;
	}
}
