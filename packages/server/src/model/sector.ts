/**
 * Why the document behind a `sector_identifier_uri` does not speak for a client: it is a JSON array that names every one of
 * its redirect URIs, character by character (OpenID Connect Registration §5).
 *
 * @param list the document, parsed
 * @returns the end of a sentence that begins with `sector_identifier_uri`; undefined when it does
 * @example whyNoSector(["https://app.example/cb"], ["https://example.com/op"]); // "leads to a list without …"
 */
export function whyNoSector(redirectUris: readonly string[], list: unknown): string | undefined {
	if (!Array.isArray(list) || !list.every((one) => typeof one === "string"))
		return "leads to something that is no JSON array of redirect URIs";
	const missing = redirectUris.find((uri) => !list.includes(uri));
	return missing === undefined ? undefined : `leads to a list without the redirect URI ${missing}`;
}
