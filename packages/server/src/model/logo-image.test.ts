import { expect, test } from "vitest";
import { chunk, logoPng } from "../../test/logo-png.ts";
import { judgeLogo } from "./logo-image.ts";

const bytes = (...parts: readonly (string | readonly number[])[]) =>
	Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
const zeros = (length: number) => Array<number>(length).fill(0);

/** Each kind at 64 × 32, as far as its headers go. */
const png = logoPng(64, 32);
const gif = bytes("GIF89a", [64, 0, 32, 0], zeros(20));
const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 9, 0xff, 0xc2, 0, 11, 8, 0, 32, 0, 64], zeros(20));
const lossy = bytes("RIFF", zeros(4), "WEBPVP8 ", zeros(10), [64, 0, 32, 0], zeros(8));
const lossless = bytes("RIFF", zeros(4), "WEBPVP8L", zeros(4), [0x2f, 63, 0xc0, 7, 0], zeros(8));
const extended = (flags: number) => bytes("RIFF", zeros(4), "WEBPVP8X", zeros(4), [flags, 0, 0, 0, 63, 0, 0, 31, 0, 0], zeros(8));

test("a logo is a PNG, JPEG, GIF or WebP by its content, announced as what it is", () => {
	for (const [content, type] of [
		[png, "image/png"],
		[gif, "image/gif"],
		[jpeg, "image/jpeg"],
		[lossy, "image/webp"],
		[lossless, "image/webp"],
		[extended(0), "image/webp"],
	] as const) {
		expect(judgeLogo(content, type), type).toEqual({ mediaType: type });
		for (const other of ["image/svg+xml", "text/html", "", "image/x-icon"])
			expect(judgeLogo(content, other), `${type} as ${other}`).toEqual({
				fault: expect.stringMatching(/^is announced as .*, and is image\//),
			});
	}
	expect(judgeLogo(jpeg, "image/jpg")).toEqual({ mediaType: "image/jpeg" });
	expect(judgeLogo(png, `image/<script>`)).toEqual({ fault: "is announced as something else, and is image/png" });
});

test("PG-03 SVG, HTML and whatever else is no picture is none, however it is announced", () => {
	for (const content of [
		"",
		"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
		"<!doctype html><script>alert(1)</script>",
		"\x89PNG",
		"GIF89a",
		"\xff\xd8\xff\xd8\xff",
		"RIFF0000WEBPVP8?0000000000000000",
		"BM00000000000000000000000000000000",
	])
		for (const type of ["image/png", "image/svg+xml", "image/gif", "image/jpeg", "image/webp"])
			expect(judgeLogo(bytes(content), type), content).toEqual({ fault: "is no PNG, JPEG, GIF or WebP" });
});

test("each side has 16 to 2048 pixels", () => {
	for (const [width, height] of [
		[1, 1],
		[15, 64],
		[64, 15],
		[2049, 16],
	] as const)
		expect(judgeLogo(logoPng(width, height), "image/png")).toEqual({
			fault: `is ${width} × ${height} pixels: each side must have 16 to 2048`,
		});
	for (const [width, height] of [
		[16, 16],
		[2048, 16],
	] as const)
		expect(judgeLogo(logoPng(width, height), "image/png")).toEqual({ mediaType: "image/png" });
});

test("a logo stands still", () => {
	const moving = Buffer.concat([png.subarray(0, 33), chunk("acTL", Buffer.alloc(8)), png.subarray(33)]);
	expect(judgeLogo(moving, "image/png")).toEqual({ fault: "moves: give one that stands still" });
	expect(judgeLogo(Buffer.concat([gif, bytes("\x21\xff\x0bNETSCAPE2.0")]), "image/gif")).toHaveProperty("fault");
	expect(judgeLogo(extended(0x02), "image/webp")).toHaveProperty("fault");
});

test("no beginning of a picture makes the reader stumble", () => {
	for (const content of [png, gif, jpeg, lossy, lossless, extended(0)])
		for (let length = 0; length < Math.min(content.length, 64); length += 1)
			for (const type of ["image/png", "image/gif", "image/jpeg", "image/webp"])
				expect(() => judgeLogo(content.subarray(0, length), type)).not.toThrow();
});
