/** Every kind of security-relevant fact there is. */
export const eventTypes = [
	"session.started",
	"session.reauthenticated",
	"session.ended",
	"code.redeemed",
	"code.burnt",
	"code.replayed",
	"code.misuse",
	"refresh.stale",
	"refresh.replayed",
	"grant.revoked",
	"logout.confirmed",
	"logout.failed",
	"logout.untold",
	"access_token.revoked",
	"consent.granted",
	"consent.withdrawn",
	"store.regressed",
	"epoch.raised",
	"client.added",
	"client.registered",
	"client.changed",
	"client.secret_rotated",
	"client.disabled",
	"client.enabled",
	"client.removed",
	"registration_token.created",
	"registration_token.revoked",
	"resource.added",
	"resource.changed",
	"person.added",
	"person.changed",
	"person.password_changed",
	"person.disabled",
	"person.enabled",
	"key.added",
	"key.rotated",
	"key.revoked",
	"file.applied",
] as const;

export type EventType = (typeof eventTypes)[number];

/** One security-relevant fact: written in the transaction of the change it tells of (I22). Never holds a secret. */
export interface Event {
	/** Time-ordered; made by the caller, so that a retried write records it once. */
	readonly id: string;
	/** Epoch milliseconds. */
	readonly at: number;
	readonly type: EventType;
	/** Under which the log line of the request is found. */
	readonly traceId?: string;
	readonly personId?: string;
	readonly clientId?: string;
	readonly sessionId?: string;
	readonly grantId?: string;
	/** Who did it where it was not the person: `operator` (CLI), `file`, `job`. */
	readonly actor?: "operator" | "file" | "job";
	readonly data?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}
