import type { BrowserWords } from "../../model/index.ts";
import type { Frame } from "./frame.tsx";
import { sayText } from "./say.tsx";

/** A browser by its name and device, as far as it says. */
export function browserName({ words }: Pick<Frame, "words">, { browser, device }: BrowserWords): string {
	if (browser === undefined) return device === undefined ? sayText(words.account.unknownBrowser) : device;
	return device === undefined ? browser.name : sayText(words.account.browserOn, { browser: browser.name, device });
}
