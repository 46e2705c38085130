/** The fields of a form: a list stands for a name that repeats. */
export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Form-encodes fields; undefined ones are left out, lists repeat. */
export function encode(fields: Fields): string {
	const out = new URLSearchParams();
	for (const [name, value] of Object.entries(fields))
		for (const one of [value].flat()) if (one !== undefined) out.append(name, one as string);
	return out.toString();
}
