/** What a server says of its own connection; not a handler's to say, and forbidden in HTTP/2 (RFC 9113 §8.2.2). */
export const framing: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
