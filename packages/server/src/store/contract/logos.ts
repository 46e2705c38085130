import { describe, expect, test } from "vitest";
import type { Logo } from "../store.ts";
import { aClient, type Open, t0, world } from "./world.ts";

export function logoContract(open: Open): void {
	describe("logos", () => {
		const bytes = Uint8Array.from({ length: 64 * 1024 }, (_, index) => index % 251);
		const fetched: Logo = {
			clientId: "shop",
			uri: "https://shop.example/logo.png",
			image: { mediaType: "image/png", bytes },
			fetchedAt: t0,
			failures: 0,
		};
		const missing: Logo = { clientId: "portal", uri: "https://portal.example/logo.png", fetchedAt: t0 + 1, failures: 2 };

		test("a logo is found byte for byte, and one that could not be had is known as that", async () => {
			const { one, other } = await world(open);
			await one.logos.put(fetched);
			await one.logos.put(missing);
			const found = await other.logos.find("shop");
			expect({ ...found, image: { ...found?.image, bytes: Buffer.from(found?.image?.bytes ?? []).equals(bytes) } }).toEqual({
				...fetched,
				image: { mediaType: "image/png", bytes: true },
			});
			expect(await other.logos.find("portal")).toEqual(missing);
			expect(await other.logos.find("nobody")).toBeUndefined();
			const { image, ...known } = fetched;
			expect(await other.logos.all()).toEqual([
				{ ...missing, shown: false },
				{ ...known, shown: true },
			]);
		});

		test("another replaces it, a failure too; and it is taken away once", async () => {
			const { one, other } = await world(open);
			await one.logos.put(fetched);
			await other.logos.put({ ...missing, clientId: "shop" });
			expect(await one.logos.all()).toEqual([{ ...missing, clientId: "shop", shown: false }]);
			await one.logos.remove("shop");
			await one.logos.remove("shop");
			expect(await other.logos.all()).toEqual([]);
		});

		test("each change raises the version that caches compare, and what changes nothing does not", async () => {
			const { one, other } = await world(open);
			const versions = [await other.settings.version()];
			for (const change of [() => one.logos.put(fetched), () => one.logos.remove("shop"), () => one.logos.remove("shop")]) {
				await change();
				versions.push(await other.settings.version());
			}
			const [first = 0] = versions;
			expect(versions).toEqual([first, first + 1, first + 2, first + 2]);
		});

		test("it outlives its client, until it is taken away", async () => {
			const { one } = await world(open);
			const client = aClient();
			await one.clients.put(client, []);
			await one.logos.put({ ...fetched, clientId: client.id });
			await one.clients.remove(client.id, []);
			expect(await one.logos.all()).toHaveLength(1);
		});
	});
}
