import { join } from "node:path";
import { unpackDebian } from "../debian.ts";
import { startForeign } from "./foreign-program.ts";
import type { House } from "./house.ts";

/** What Debian's own configuration would load, as far as it is needed here. */
const modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc"];

/** Debian's Apache with mod_auth_openidc, as these files of the page have it. */
export async function startApache(house: House, ...files: readonly string[]): Promise<AsyncDisposable> {
	const home = await unpackDebian({ packages: ["apache2-bin", "libapache2-mod-auth-openidc"], programs: ["usr/sbin/apache2"] });
	const { port } = new URL(house.app);
	const own = house.put(
		"apache2.conf",
		[
			...modules.map((name) => `LoadModule ${name}_module ${home}/usr/lib/apache2/modules/mod_${name}.so`),
			`DefaultRuntimeDir ${house.folder}`,
			`PidFile ${house.folder}/pid`,
			"ErrorLog /dev/stderr",
			"ServerName localhost",
			// Whoever is not root stays who they are.
			"User www-data",
			"Group www-data",
			`Listen 127.0.0.1:${port}`,
			...files.map((file) => `Include ${house.write(file)}`),
			"",
		].join("\n"),
	);
	return startForeign({
		program: join(home, "apache2"),
		words: ["-d", house.folder, "-f", own, "-DFOREGROUND"],
		folder: house.folder,
		environment: house.secrets,
		port: Number(port),
	});
}
