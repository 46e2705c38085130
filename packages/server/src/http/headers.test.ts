import { expect, test } from "vitest";
import { pageHeaders, sourceHash } from "./headers.ts";

const input = { styleHash: "'sha256-c3R5bGU='", scriptHashes: ["'sha256-c2NyaXB0'"] };

const onHttp = {
	"content-security-policy":
		"default-src 'none'; style-src 'sha256-c3R5bGU='; script-src 'sha256-c2NyaXB0'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
	"referrer-policy": "no-referrer",
	"x-content-type-options": "nosniff",
	"permissions-policy":
		"accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
	"cache-control": "no-store",
};

test("PG-09 the headers of a page are exactly these, and HSTS comes on https alone", () => {
	expect(pageHeaders({ ...input, https: false })).toEqual(onHttp);
	expect(pageHeaders({ ...input, https: true })).toEqual({ ...onHttp, "strict-transport-security": "max-age=31536000" });
});

test("AZ-20 no form-action: it would stop the redirect that leads from a form back to the app", () => {
	expect(pageHeaders({ ...input, https: true })["content-security-policy"]).not.toContain("form-action");
});

test("a hash source is the base64 SHA-256 of the bytes (CSP Level 3 §2.3.1)", () => {
	expect(sourceHash("alert('Hello, world.');")).toBe("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
});
