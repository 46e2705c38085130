/** A room of an app that speaks fetch: it knows by the path which requests are its own, and answers them. Of others nothing is touched. */
export interface Handler {
	/** @param target path and query as they came, neither decoded nor tidied up */
	readonly owns: (target: string) => boolean;
	readonly answer: (request: Request) => Promise<Response>;
}
