/*
 * What of Expo is used, in its own words. Expo is a third of a gigabyte, so it is installed in examples/expo alone: there the same files are
 * checked against the real modules (`npm run types`), without this one.
 */
declare module "expo-crypto" {
	export enum CryptoDigestAlgorithm {
		SHA256 = "SHA-256",
		SHA384 = "SHA-384",
		SHA512 = "SHA-512",
	}
	export function digest(algorithm: CryptoDigestAlgorithm, data: BufferSource): Promise<ArrayBuffer>;
	export function getRandomBytes(byteCount: number): Uint8Array;
}

declare module "expo-file-system" {
	export const Paths: { readonly document: object };
	export class File {
		constructor(...uris: readonly (object | string)[]);
		readonly exists: boolean;
		textSync(): string;
		write(content: string): void;
		delete(): void;
	}
}

declare module "expo-linking" {
	export function getInitialURL(): Promise<string | null>;
	export function addEventListener(type: "url", handler: (event: { url: string }) => void): { remove(): void };
}

declare module "expo-secure-store" {
	export const AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY: number;
	interface Options {
		readonly keychainAccessible?: number;
	}
	export function getItemAsync(key: string, options?: Options): Promise<string | null>;
	export function setItemAsync(key: string, value: string, options?: Options): Promise<void>;
	export function deleteItemAsync(key: string, options?: Options): Promise<void>;
}

declare module "expo-web-browser" {
	export function openAuthSessionAsync(
		url: string,
		redirectUrl?: string | null,
	): Promise<{ readonly type: string } | { readonly type: "success"; readonly url: string }>;
	export function dismissAuthSession(): void;
}

declare module "react-native" {
	export const AppState: { addEventListener(type: "change", listener: (state: string) => void): { remove(): void } };
}
