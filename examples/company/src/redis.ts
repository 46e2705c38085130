import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";

/** The program, by `REDIS_SERVER` or in the PATH, under its name or that of its free successor; nothing when this machine has none. */
export function findRedis(environment: NodeJS.ProcessEnv = process.env): string | undefined {
	if (environment.REDIS_SERVER) return environment.REDIS_SERVER;
	const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
	return folders.flatMap((folder) => [join(folder, "redis-server"), join(folder, "valkey-server")]).find(isProgram);
}

function isProgram(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

export interface RedisPlan {
	readonly program: string;
	readonly port: number;
	/** Where it writes each change down, so that nothing is lost when it ends. */
	readonly folder: string;
}

/** Starts it on loopback. It never drops what it was given for want of room, it refuses: a session that vanished would be a riddle. */
export function spawnRedis({ program, port, folder }: RedisPlan): ChildProcess {
	mkdirSync(folder, { recursive: true });
	const settings = {
		port,
		bind: "127.0.0.1",
		dir: folder,
		save: "",
		appendonly: "yes",
		appendfsync: "always",
		"maxmemory-policy": "noeviction",
	};
	const words = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
	return spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
}

/** True when a Redis can work there. While it still reads its file, it answers something else. */
export function redisAnswers(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
		const is = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket.once("data", (bytes) => is(bytes.toString().startsWith("+PONG")));
		socket.once("error", () => is(false));
		socket.once("close", () => is(false));
		socket.setTimeout(1000, () => is(false));
	});
}
