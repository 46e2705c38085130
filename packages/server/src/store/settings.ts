import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import type { TenantColumns } from "./rows.ts";
import type { SettingStore } from "./store.ts";

export function settingStore(engine: Engine): SettingStore {
	const { sql, tenant } = engine;

	function store(): TenantColumns {
		const row = sql.get(queries.readTenant, tenant);
		if (row === undefined) throw new Error("the tenant of this store has no row");
		return row;
	}

	return {
		get: (name) => engine.read(() => sql.get(queries.readSetting, tenant, name)?.value),
		set: (name, value) =>
			engine.write(() => {
				sql.run(queries.writeSetting, tenant, name, value);
			}),
		setFirst: (name, value) =>
			engine.write(() => {
				sql.run(queries.addSetting, tenant, name, value);
				return sql.get(queries.readSetting, tenant, name)?.value ?? value;
			}),
		epoch: () => engine.read(() => store().epoch),
		raiseEpoch: (events) =>
			engine.write(() => {
				if (isRecorded(engine, events)) return store().epoch;
				sql.run(queries.raiseEpoch, tenant);
				record(engine, events);
				return store().epoch;
			}),
		version: () => engine.read(() => store().version),
		masterKeyVersionsInUse: (now) => engine.read(() => sql.all(queries.masterKeyUses, tenant, now).map((row) => ({ ...row }))),
	};
}
