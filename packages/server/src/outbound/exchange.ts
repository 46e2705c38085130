import * as http from "node:http";
import * as https from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import type { SecureContext } from "node:tls";
import { type OutboundAnswer, OutboundFailure } from "./outbound.ts";

/** One request, and where it goes: the addresses that were judged, and no other. */
export interface Exchange {
	readonly url: URL;
	readonly addresses: readonly string[];
	readonly method: "GET" | "POST";
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
	readonly maxBytes: number;
	readonly secureContext: SecureContext;
	readonly signal: AbortSignal;
}

/** As long as all headers of an answer together may be. */
const maxHeaders = 16 * 1024;

/**
 * Makes one request on a connection of its own. A redirect is an answer like any other; nothing is decompressed, so what
 * is counted is what arrives.
 *
 * @throws OutboundFailure for what is wrong with the answer, the error of `node:http` for a connection that failed, the
 * signal's reason when it was aborted
 */
export function exchange({ url, addresses, method, headers, body, maxBytes, secureContext, signal }: Exchange): Promise<OutboundAnswer> {
	return new Promise((resolve, reject) => {
		// An agent of its own, so that no connection is shared with another call.
		const agent = url.protocol === "https:" ? new https.Agent({ secureContext }) : new http.Agent();
		const asked = (url.protocol === "https:" ? https : http).request(url, {
			method,
			headers: { ...headers, "accept-encoding": "identity", "user-agent": "Gatehouse" },
			agent,
			lookup: onlyTo(addresses),
			maxHeaderSize: maxHeaders,
			insecureHTTPParser: false,
			signal,
		});
		const fail = (error: unknown) => {
			asked.destroy();
			reject(signal.aborted ? signal.reason : error);
		};
		asked.on("error", fail);
		asked.on("upgrade", () => fail(new OutboundFailure("failed", "answers with another protocol")));
		asked.on("response", (answer) => {
			const tooLong = new OutboundFailure("failed", `answers with more than ${maxBytes / 1024} KB`);
			if (Number(answer.headers["content-length"] ?? 0) > maxBytes) return fail(tooLong);
			if ((answer.headers["content-encoding"] ?? "identity") !== "identity")
				return fail(new OutboundFailure("failed", "answers compressed, which was not asked for"));
			const chunks: Buffer[] = [];
			let length = 0;
			answer.on("data", (chunk: Buffer) => {
				length += chunk.length;
				if (length > maxBytes) fail(tooLong);
				else chunks.push(chunk);
			});
			answer.on("error", fail);
			answer.on("end", () => resolve({ status: answer.statusCode ?? 0, mediaType: mediaTypeOf(answer), body: Buffer.concat(chunks) }));
		});
		asked.end(body);
	});
}

/** Hands the judged addresses to the connection: between judging and connecting nothing is resolved again. */
function onlyTo(addresses: readonly string[]): LookupFunction {
	const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
	return (_host, options, callback) => {
		const [first] = all;
		if (options.all) callback(null, all);
		else callback(null, first?.address ?? "", first?.family);
	};
}

function mediaTypeOf({ headers }: http.IncomingMessage): string {
	return headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
