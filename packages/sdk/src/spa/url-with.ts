/** An endpoint with parameters in its query; those that are absent are left out. */
export function urlWith(endpoint: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
	const url = new URL(endpoint);
	for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, String(value));
	return url.href;
}
