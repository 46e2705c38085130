import type { PersonRow, PersonStore } from "../store/store.ts";

/** All people, in the order of their names. */
export async function everyone(people: Pick<PersonStore, "list">): Promise<readonly PersonRow[]> {
	const all: PersonRow[] = [];
	for (let page = await people.list(500); page.length > 0; page = await people.list(500, page.at(-1)?.username)) all.push(...page);
	return all;
}
