/** What an operator or a file asks for and cannot be done; the message says in a sentence why, and what to do. */
export class Refusal extends Error {
	constructor(message: string) {
		super(message);
		this.name = "Refusal";
	}
}

/** The one sentence about rows of the file: only `disable`, `enable`, `session end` and `consent revoke` work on them. */
export function managedByFile(what: string): Refusal {
	return new Refusal(`${what} is managed by the configuration file: change it there and start again`);
}

/** What was named and is not there. */
export class NotFound extends Refusal {
	readonly kind: "person" | "client" | "session" | "registration token";
	/** As it was written. */
	readonly named: string;
	/** The first half of the message, for whoever knows what was meant. */
	readonly missing: string;

	constructor(kind: NotFound["kind"], named: string, missing: string, where: string) {
		super(`${missing}: ${where}`);
		this.name = "NotFound";
		this.kind = kind;
		this.named = named;
		this.missing = missing;
	}
}
