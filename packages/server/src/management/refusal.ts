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
