/** Bytes. What these routes take is short. */
const longest = 64 * 1024;

/** The form that was posted, read no further than it may be long. Undefined when it is none, or too long. */
export async function formIn(request: Request): Promise<URLSearchParams | undefined> {
	if (!/^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(request.headers.get("content-type") ?? "")) return undefined;
	const decoder = new TextDecoder();
	let [text, length] = ["", 0];
	for await (const chunk of request.body ?? []) {
		length += chunk.byteLength;
		if (length > longest) return undefined;
		text += decoder.decode(chunk, { stream: true });
	}
	return new URLSearchParams(text + decoder.decode());
}
