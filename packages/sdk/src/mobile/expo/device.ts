import * as Crypto from "expo-crypto";
import { File, Paths } from "expo-file-system";
import * as Linking from "expo-linking";
import * as SecureStore from "expo-secure-store";
import * as WebBrowser from "expo-web-browser";
import { AppState } from "react-native";
import { platform } from "../../client/world.ts";
import type { Platform } from "../platform.ts";

const hashes = {
	"SHA-256": Crypto.CryptoDigestAlgorithm.SHA256,
	"SHA-384": Crypto.CryptoDigestAlgorithm.SHA384,
	"SHA-512": Crypto.CryptoDigestAlgorithm.SHA512,
};

// Readable for an app that is woken in the background, and for no other device.
const keychain = { keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY };

/** A device by the modules of Expo. */
export function createDevice(redirect: string): Platform {
	const links: ((url: string) => void)[] = [];
	const dismissals: (() => void)[] = [];
	/** Counts the browser's openings: how an older one ended is no news. */
	let opened = 0;
	const tell = (url: string) => {
		for (const listener of links) listener(url);
	};
	const dismissed = () => {
		for (const listener of dismissals) listener();
	};
	// A file of the app's own, which goes with the app; the Keychain does not.
	const file = (name: string) => new File(Paths.document, name);

	return {
		world: {
			...platform,
			randomBytes: (length) => Crypto.getRandomBytes(length),
			digest: async (name, bytes) => new Uint8Array(await Crypto.digest(hashes[name], bytes)),
		},
		secure: {
			get: async (name) => (await SecureStore.getItemAsync(name, keychain)) ?? undefined,
			set: (name, value) => SecureStore.setItemAsync(name, value, keychain),
			remove: (name) => SecureStore.deleteItemAsync(name, keychain),
		},
		settings: {
			get: async (name) => (file(name).exists ? file(name).textSync() : undefined),
			set: async (name, value) => void file(name).write(value),
			async remove(name) {
				if (file(name).exists) file(name).delete();
			},
		},
		browser: {
			async open(url) {
				const mine = ++opened;
				// One at a time.
				WebBrowser.dismissAuthSession();
				const ended = () => mine === opened && dismissed();
				// Its promise tells how it ended: on iOS that is the only news of the link, on Android the same link comes by itself too.
				WebBrowser.openAuthSessionAsync(url, redirect).then((result) => {
					if (result.type === "success" && "url" in result) tell(result.url);
					else ended();
				}, ended);
			},
			close: async () => WebBrowser.dismissAuthSession(),
			onDismissed: (listener) => void dismissals.push(listener),
		},
		links: {
			initial: async () => (await Linking.getInitialURL()) ?? undefined,
			onLink(listener) {
				links.push(listener);
				Linking.addEventListener("url", ({ url }) => listener(url));
			},
		},
		onAwake: (listener) => void AppState.addEventListener("change", (state) => state === "active" && listener()),
		// There is one context of JavaScript.
		alone: (_name, work) => work(),
	};
}
