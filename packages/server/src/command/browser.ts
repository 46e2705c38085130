/** What names itself in a `User-Agent`, the most telling first: almost all of them also claim to be Chrome and Safari. */
const browsers: readonly (readonly [name: string, version: RegExp])[] = [
	["Edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
	["Opera", /\b(?:OPR|Opera)\/(\d+)/],
	["Samsung", /\bSamsungBrowser\/(\d+)/],
	["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
	["Chrome", /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
	["Safari", /\bVersion\/(\d+).*\bSafari\//],
];

const systems: readonly (readonly [name: string, sign: RegExp])[] = [
	["iPhone", /\biPhone\b/],
	["iPad", /\biPad\b/],
	["Android", /\bAndroid\b/],
	["Windows", /\bWindows\b/],
	["macOS", /\bMac OS X\b|\bMacintosh\b/],
	["ChromeOS", /\bCrOS\b/],
	["Linux", /\bLinux\b/],
];

const longest = 20;

/**
 * A `User-Agent` in a few words, for a column. Nothing is decided by it: whoever sends it may write what they like.
 *
 * @example browserWords("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"); // "Firefox 140, Linux"
 */
export function browserWords(userAgent: string): string {
	const [browser] = browsers.flatMap(([name, version]) => {
		const number = version.exec(userAgent)?.[1];
		return number === undefined ? [] : [`${name} ${number.slice(0, 4)}`];
	});
	const [system] = systems.flatMap(([name, sign]) => (sign.test(userAgent) ? [name] : []));
	if (browser !== undefined) return system === undefined ? browser : `${browser}, ${system}`;
	return userAgent.length > longest ? `${userAgent.slice(0, longest - 1)}…` : userAgent;
}
