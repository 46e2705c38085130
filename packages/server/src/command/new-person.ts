import { user as userShape } from "../config/user.ts";
import { askText, canAsk } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { readForm } from "./read-form.ts";
import { type Input, optionOf, UsageError } from "./verb.ts";

/** What is typed about somebody new; on a terminal, whoever left the name out is asked for the rest, too. */
export async function askNewPerson(input: Input, context: CommandContext) {
	const { group, admin } = input.options;
	const [username] = input.words;
	const written = { username, name: optionOf(input, "name"), email: optionOf(input, "email"), groups: group, admin };
	if (username !== undefined) return written;
	if (!canAsk(context)) throw new UsageError("NAME is missing: `gatehouse user add NAME`");
	const placeholder = "may be left empty";
	const ask = async (given: string | undefined, message: string, field: "name" | "email") =>
		given ??
		((await askText(context, message, { placeholder, validate: (typed) => whyNot({ [field]: typed || undefined }, context) })) ||
			undefined);
	return {
		...written,
		username: await askText(context, "User name", { validate: (typed) => whyNot({ username: typed }, context) }),
		name: await ask(written.name, "Full name", "name"),
		email: await ask(written.email, "Email address", "email"),
		groups:
			group ??
			listed(
				await askText(context, "Groups", { placeholder: groupsHint, validate: (typed) => whyNot({ groups: listed(typed) }, context) }),
			),
	};
}

const groupsHint = "with blanks between them; may be left empty";
const listed = (typed: string) => typed.split(/[\s,]+/).filter(Boolean);

/** What is wrong with one field, as the end of the question. */
function whyNot(written: Record<string, unknown>, context: CommandContext): string | undefined {
	try {
		readForm(userShape, { username: "somebody", ...written }, context);
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}
