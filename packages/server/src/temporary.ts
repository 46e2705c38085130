import { signingAlgorithms } from "@gatehouse/protocol";
import type { Ground } from "./ground.ts";
import { canonicalName } from "./model/index.ts";
import { createSigningKey } from "./tokens/index.ts";
export async function ensureKeys(g: Ground) {
	const now = g.world.now();
	if ((await g.store.keys.all()).length) return;
	const rows = await Promise.all(
		signingAlgorithms.map((alg) => createSigningKey(alg, g.tokens.secrets, { createdAt: now, signsFrom: now })),
	);
	await g.store.keys.put(rows, [], await g.store.keys.version());
}
export async function applyDeclaration(g: Ground) {
	const now = g.world.now();
	const d: any = g.configuration.declaration;
	if (!d) return;
	for (const r of d.resources) await g.store.resources.put(r, []);
	for (const c of d.clients)
		await g.store.clients.put(
			{
				id: c.metadata.client_id,
				metadata: c.metadata,
				secrets: c.secrets.map((s: any) => g.tokens.secrets.store(s.value)),
				managedBy: "file",
				held: false,
				createdAt: now,
				updatedAt: now,
			},
			[],
		);
	for (const p of d.people) {
		const { username, password, groups, admin, enabled, claims } = p;
		void enabled;
		await g.store.people.add(
			{
				id: g.random.id(now),
				username,
				claims: claims ?? {},
				groups: groups ?? [],
				admin: admin === true,
				enabled: true,
				managedBy: "file",
				createdAt: now,
				updatedAt: now,
				epoch: 0,
				passwordVersion: 0,
				held: false,
				declaredDisabled: false,
				hasPassword: true,
			} as any,
			await g.tokens.passwords.hash(password),
			[],
		);
	}
	void canonicalName;
}
