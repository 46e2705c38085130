import { KeychainAccess, SecureStorage } from "@aparajita/capacitor-secure-storage";
import { App } from "@capacitor/app";
import { Browser } from "@capacitor/browser";
import { Preferences } from "@capacitor/preferences";
import { platform } from "../../client/world.ts";
import type { Platform } from "../platform.ts";
import { alone } from "./alone.ts";

/** A device by the plugins of Capacitor. */
export const device: Platform = {
	world: platform,
	secure: {
		async get(name) {
			const value = await SecureStorage.get(name, false, false);
			return typeof value === "string" ? value : undefined;
		},
		// Readable for an app that is woken in the background, and for no other device: not from a backup, not by iCloud.
		set: (name, value) => SecureStorage.set(name, value, false, false, KeychainAccess.afterFirstUnlockThisDeviceOnly),
		async remove(name) {
			await SecureStorage.remove(name, false);
		},
	},
	settings: {
		get: async (key) => (await Preferences.get({ key })).value ?? undefined,
		set: (key, value) => Preferences.set({ key, value }),
		remove: (key) => Preferences.remove({ key }),
	},
	browser: {
		open: (url) =>
			Browser.open({ url }).catch(async () => {
				// On iOS there is one at a time, and one that a link has led out of may still be counted.
				await Browser.close();
				await Browser.open({ url });
			}),
		close: () => Browser.close(),
		onDismissed: (listener) => void Browser.addListener("browserFinished", listener),
	},
	links: {
		initial: async () => (await App.getLaunchUrl())?.url,
		onLink: (listener) => void App.addListener("appUrlOpen", ({ url }) => listener(url)),
	},
	onAwake(listener) {
		void App.addListener("resume", listener);
		addEventListener("online", listener);
	},
	alone,
};
