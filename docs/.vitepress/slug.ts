/**
 * The name of a place in a page, of its heading. As the hosts of repositories make it, so that a link to a place works in the
 * site and in the repository alike.
 *
 * @example slug("What a `guard` asks"); // "what-a-guard-asks"
 */
export function slug(heading: string): string {
	return heading
		.trim()
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
		.replaceAll(" ", "-");
}
