/** RFC 9110 §7.6.1, and what older programs take for such. */
const always = [
	"connection",
	"proxy-connection",
	"keep-alive",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
	"http2-settings",
	"proxy-authenticate",
	"proxy-authentication-info",
	"proxy-authorization",
];

/** What `Connection` may name without making the message another one: a length or a type must not be taken away by a name in it. */
const neverNamed = new Set(["content-length", "content-type", "content-encoding", "cache-control", "host"]);

/** The headers of a message that end with its connection: the known ones, and those that `Connection` names. */
export function hopByHop(headers: Headers): ReadonlySet<string> {
	const named = (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase());
	return new Set([...always, ...named.filter((name) => !neverNamed.has(name))]);
}
