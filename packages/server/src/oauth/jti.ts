/**
 * The grant that an access token belongs to: its `jti` is `<grant id>.<chance>`; client credentials have chance alone.
 *
 * @example grantIdOf("0192….Zm9v"); // "0192…"
 */
export function grantIdOf(jti: string): string | undefined {
	const dot = jti.indexOf(".");
	return dot < 0 ? undefined : jti.slice(0, dot);
}
