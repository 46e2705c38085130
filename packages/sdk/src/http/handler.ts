/** A room of an app that speaks fetch: it knows by the path which requests are its own, and answers them. Of others nothing is touched. */
export interface Handler {
	/** @param target path and query as they came, neither decoded nor tidied up */
	readonly owns: (target: string) => boolean;
	readonly answer: (request: Request) => Promise<Response>;
}

/** Methods that no fetch request can have (Fetch §2.2.1), so that no handler has to do with them. */
export const unknownToFetch = (method: string | undefined) => /^(?:connect|trace|track)$/i.test(method ?? "");
