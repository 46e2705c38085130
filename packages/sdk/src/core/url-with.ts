/** An endpoint with parameters in its query; those that are absent are left out, those that are lists repeat. */
export function urlWith(endpoint: string, parameters: Readonly<Record<string, string | number | readonly string[] | undefined>>): string {
	const url = new URL(endpoint);
	for (const [name, value] of Object.entries(parameters))
		for (const one of [value ?? []].flat()) url.searchParams.append(name, String(one));
	return url.href;
}
