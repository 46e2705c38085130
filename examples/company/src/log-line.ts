/** Members of a log line that matter to machines alone. */
const left = new Set(["level", "time", "pid", "hostname", "name", "message", "msg", "v"]);

/** One line for people: what a program wrote as JSON becomes its message and `name=value`, anything else stays as it is. */
export function lineOf(line: string): string {
	const json = parse(line);
	if (!json) return line;
	const rest = Object.entries(json).filter(([name]) => !left.has(name));
	const facts = rest.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
	return [String(json.message ?? json.msg ?? ""), ...facts].filter((text) => text !== "").join("  ");
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
	if (!line.startsWith("{")) return undefined;
	try {
		return JSON.parse(line) as Record<string, unknown>;
	} catch {
		return undefined;
	}
}

/** Hands lines on to `say`, except the first that is exactly `own`: a request of the starter itself is no news to anybody. */
export function withoutOwn(own: string, say: (line: string) => void): (line: string) => void {
	let seen = false;
	return (line) => {
		if (line !== own || seen) say(line);
		else seen = true;
	};
}
