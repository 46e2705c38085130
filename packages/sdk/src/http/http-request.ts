/** What is read of a request, whatever framework it comes from: a fetch `Request`, Express's, Fastify's and Node's all have this shape. */
export interface HttpRequest {
	readonly headers: { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A header of it; several of one name are one, as RFC 9110 §5.3 has it, and cookies as RFC 6265 §4.2 does. @param name in lower case */
export function headerOf({ headers }: HttpRequest, name: string): string | undefined {
	if (isHeaders(headers)) return headers.get(name) ?? undefined;
	const value = headers[name];
	return typeof value === "object" ? value.join(name === "cookie" ? "; " : ", ") : value;
}

function isHeaders(headers: HttpRequest["headers"]): headers is { get(name: string): string | null } {
	return typeof headers.get === "function";
}
