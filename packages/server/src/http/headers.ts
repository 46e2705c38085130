import { hash } from "node:crypto";

/** What the headers of a page depend on. */
export interface PageHeaderInput {
	/** Whether the issuer is reached by https. */
	readonly https: boolean;
	/** {@link sourceHash} of the page's only style sheet. */
	readonly styleHash: string;
	/** {@link sourceHash} of each inline script of the page. */
	readonly scriptHashes: readonly string[];
}

/** No page needs any power of the browser but passkeys. */
const permissions = [
	...[
		"accelerometer",
		"autoplay",
		"camera",
		"clipboard-read",
		"clipboard-write",
		"display-capture",
		"encrypted-media",
		"fullscreen",
		"gamepad",
		"geolocation",
		"gyroscope",
		"hid",
		"idle-detection",
		"local-fonts",
		"magnetometer",
		"microphone",
		"midi",
		"otp-credentials",
		"payment",
		"picture-in-picture",
		"screen-wake-lock",
		"serial",
		"storage-access",
		"usb",
		"window-management",
		"xr-spatial-tracking",
	].map((feature) => `${feature}=()`),
	"publickey-credentials-create=(self)",
	"publickey-credentials-get=(self)",
].join(", ");

/**
 * The source expression that lets exactly this inline text run or apply (CSP Level 3 §2.3.1).
 *
 * @example sourceHash("") // "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
 */
export function sourceHash(text: string): string {
	return `'sha256-${hash("sha256", text, "base64")}'`;
}

/**
 * The headers of every page that people see, `Content-Type` aside.
 * There is no `form-action`: Chromium applies it to the redirect that leads from a form of ours back to the app.
 *
 * @example reply.headers(pageHeaders({ https: true, styleHash: sourceHash(style), scriptHashes: [sourceHash(script)] }));
 */
export function pageHeaders({ https, styleHash, scriptHashes }: PageHeaderInput): Readonly<Record<string, string>> {
	return Object.freeze({
		"content-security-policy": [
			"default-src 'none'",
			`style-src ${styleHash}`,
			`script-src ${scriptHashes.join(" ")}`,
			"img-src 'self' data:",
			"base-uri 'none'",
			"frame-ancestors 'none'",
		].join("; "),
		"cross-origin-opener-policy": "same-origin",
		"cross-origin-resource-policy": "same-origin",
		"referrer-policy": "no-referrer",
		"x-content-type-options": "nosniff",
		"permissions-policy": permissions,
		"cache-control": "no-store",
		...(https ? { "strict-transport-security": "max-age=31536000" } : {}),
	});
}
