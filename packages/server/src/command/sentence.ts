import { OAuthError } from "@gatehouse/protocol";
import { ConfigurationError } from "../config.ts";
import { Refusal } from "../management/refusal.ts";
import { StoreUnavailable, StoreUnusable } from "../store/store.ts";
import { UsageError } from "./verb.ts";

/** Errors whose message is written for operators. */
const written = [ConfigurationError, Refusal, StoreUnavailable, StoreUnusable, UsageError, OAuthError];

/** What the system says when it will not listen, and what to do. */
const listening: Readonly<Record<string, string>> = {
	EADDRINUSE: "is taken: stop the process that has it, or choose another `listen.port`",
	EACCES: "may not be listened on by this user: choose a port from 1024 on in `listen.port`",
	EADDRNOTAVAIL: "is no address of this machine: correct `listen.host`",
};

/** An error as one clear sentence; one that nobody foresaw keeps its stack, because it is ours to mend. */
export function sentenceOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	if (written.some((kind) => error instanceof kind)) return error.message;
	const { code, syscall, address, port } = error as { code?: string; syscall?: string; address?: string; port?: number };
	const why = syscall === "listen" || syscall === "bind" ? listening[code ?? ""] : undefined;
	return why === undefined ? (error.stack ?? error.message) : `${address ?? "the address"}:${port ?? ""} ${why}`;
}
