import { existsSync } from "node:fs";
import { type Configuration, loadConfiguration } from "../config.ts";
import { commonPasswords } from "../management/password-rules.ts";
import { NotFound, Refusal } from "../management/refusal.ts";
import { createSigningKey, renewSigningKey } from "../tokens/index.ts";
import type { CommandContext, ManagementGround } from "./context.ts";
import { unknownName } from "./unknown-name.ts";
import { type Input, optionOf } from "./verb.ts";

/** Reads the configuration that `--config` names. */
export function configurationOf(input: Input, context: CommandContext): Promise<Configuration> {
	const file = optionOf(input, "config");
	return loadConfiguration({ ...(file !== undefined && { file }), cwd: context.cwd, env: context.env, supported: context.supported });
}

/** The path of the store, when it is one that other processes can open. */
export function storeFile(configuration: Configuration): string | undefined {
	return configuration.dataFolder === undefined ? undefined : configuration.store.url.slice("sqlite:".length);
}

/** Whether there is a store yet that other processes can open. */
export async function hasStore(input: Input, context: CommandContext): Promise<boolean> {
	const file = storeFile(await configurationOf(input, context));
	return file !== undefined && existsSync(file);
}

/**
 * Does something on the running store, and closes it. A store that is not there is made only by what begins one: a
 * mistyped path shall not answer with an empty list (fault row F-16).
 *
 * @throws UsageError when a name that was typed is nobody's and nothing's.
 */
export async function onStore<T>(
	input: Input,
	context: CommandContext,
	work: (ground: ReturnType<typeof rulesGround>, now: number, configuration: Configuration) => Promise<T>,
	how: { readonly make?: boolean } = {},
): Promise<T> {
	const configuration = await configurationOf(input, context);
	const file = storeFile(configuration);
	if (file === undefined)
		throw new Refusal("this store is in memory and belongs to the process that serves it: name a file in `store.url`");
	if (!how.make && !existsSync(file))
		throw new Refusal(`there is no store ${file} yet: \`gatehouse serve\` makes it, or correct \`store.url\``);
	const ground = await context.open(configuration);
	try {
		return await work(rulesGround(ground, context), context.now(), configuration);
	} catch (error) {
		throw error instanceof NotFound ? await unknownName(error, ground.store, context.now()) : error;
	} finally {
		await ground.close();
	}
}

/** The slices that the rules of management take. */
export function rulesGround(ground: ManagementGround, context: Pick<CommandContext, "supported">) {
	const { store, masterKeys, random, newEvent, outbound } = ground;
	const { secrets, passwords, registrationTokens } = ground.tokens;
	return {
		...store,
		secrets,
		masterKeys,
		newEvent,
		commonPasswords,
		supported: context.supported,
		whyNotCalled: outbound.whyNot,
		actor: "operator" as const,
		hashPassword: passwords.hash,
		newPersonId: random.id,
		newTokenId: random.id,
		registrationTokens,
		randomBytes: random.bytes,
		makeKey: (alg: Parameters<typeof createSigningKey>[0], times: Parameters<typeof createSigningKey>[2]) =>
			createSigningKey(alg, secrets, times),
		renewKey: (row: Parameters<typeof renewSigningKey>[0]) => renewSigningKey(row, secrets, masterKeys.newest),
	};
}
