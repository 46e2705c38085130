import type { NotFound } from "../management/refusal.ts";
import { canonicalName, didYouMean } from "../model/index.ts";
import type { ClientStore, PersonStore, RegistrationStore, SessionStore } from "../store/store.ts";
import { everyone } from "./everyone.ts";
import { printable } from "./printable.ts";
import { UsageError } from "./verb.ts";

interface NamesGround {
	readonly people: Pick<PersonStore, "list" | "findByName">;
	readonly clients: Pick<ClientStore, "all">;
	readonly sessions: Pick<SessionStore, "list">;
	readonly registrations: Pick<RegistrationStore, "tokens">;
}

/** A name on the command line that nothing has is wrong usage, told with the nearest that something has. */
export async function unknownName(error: NotFound, ground: NamesGround, now: number): Promise<UsageError> {
	const meant = await nearestOf(error, ground, now);
	return new UsageError(meant === "" ? error.message : `${error.missing}${printable(meant)}`);
}

async function nearestOf({ kind, named }: NotFound, ground: NamesGround, now: number): Promise<string> {
	if (kind === "client")
		return didYouMean(
			named,
			(await ground.clients.all()).map(({ id }) => id),
		);
	if (kind === "registration token")
		return didYouMean(
			named,
			(await ground.registrations.tokens()).map(({ id }) => id),
		);
	if (kind === "person") return didYouMean(named, (await everyone(ground.people)).flatMap(namesOf));
	if (await ground.people.findByName(canonicalName(named))) return `; did you mean \`--user ${named}\`?`;
	// Two sessions of one second differ in few places: only one that was cut off while copying is surely meant.
	const [begun, ...others] = (await ground.sessions.list({ limit: 1000, now })).filter(({ id }) => named !== "" && id.startsWith(named));
	return begun === undefined || others.length > 0 ? "" : `; did you mean \`${begun.id}\`?`;
}

/** A person is found by either. */
function namesOf({
	username,
	claims: { email },
}: {
	readonly username: string;
	readonly claims: { readonly email?: string };
}): readonly string[] {
	return email === undefined ? [username] : [username, email];
}
