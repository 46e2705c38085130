/** What names itself in a `User-Agent`, the most telling first: almost all of them also claim to be Chrome and Safari. */
const browsers: readonly (readonly [name: string, version: RegExp])[] = [
	["Edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
	["Opera", /\b(?:OPR|Opera)\/(\d+)/],
	["Samsung", /\bSamsungBrowser\/(\d+)/],
	["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
	["Chrome", /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
	["Safari", /\bVersion\/(\d+)/],
];

const devices: readonly (readonly [name: string, sign: RegExp, handheld: boolean])[] = [
	["iPhone", /\biPhone\b/, true],
	["iPad", /\biPad\b/, true],
	["Android", /\bAndroid\b/, true],
	["Windows", /\bWindows\b/, false],
	["macOS", /\bMac OS X\b|\bMacintosh\b/, false],
	["ChromeOS", /\bCrOS\b/, false],
	["Linux", /\bLinux\b/, false],
];

const longest = 20;

/** What a browser says of itself. Nothing is decided by it: whoever sends it may write what they like. */
export interface BrowserWords {
	/** Absent for a program that is none of the usual browsers. */
	readonly browser?: { readonly name: string; readonly version: string };
	/** The device, or the system it runs. */
	readonly device?: string;
	/** True for a telephone or a tablet. */
	readonly handheld: boolean;
}

/**
 * Browser and device of a `User-Agent`, apart.
 *
 * @example readUserAgent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0").device; // "Linux"
 */
export function readUserAgent(userAgent: string): BrowserWords {
	const [browser] = browsers.flatMap(([name, version]) => {
		const number = version.exec(userAgent)?.[1];
		return number === undefined ? [] : [{ name, version: number.slice(0, 4) }];
	});
	const device = devices.find(([, sign]) => sign.test(userAgent));
	return { ...(browser && { browser }), ...(device && { device: device[0] }), handheld: device?.[2] === true };
}

/**
 * A `User-Agent` in a few words, for a column.
 *
 * @example browserWords("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"); // "Firefox 140, Linux"
 */
export function browserWords(userAgent: string): string {
	const { browser, device } = readUserAgent(userAgent);
	if (browser !== undefined) return `${browser.name} ${browser.version}${device === undefined ? "" : `, ${device}`}`;
	return userAgent.length > longest ? `${userAgent.slice(0, longest - 1)}…` : userAgent;
}
