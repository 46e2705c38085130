/** A picture that may stand beside an app's name, or why not: the end of a sentence that begins with where it is. */
export type JudgedLogo = { readonly mediaType: LogoType } | { readonly fault: string };

type LogoType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** In pixels, of each side: no dot that only counts who looks at it, and nothing that a browser chokes on. */
const sides = { least: 16, most: 2048 };

interface Picture {
	readonly width: number;
	readonly height: number;
	readonly moves: boolean;
}

/** What the bytes say, read by their marks: undefined where they are another kind of file. */
const kinds: Readonly<Record<LogoType, (bytes: Buffer) => Picture | undefined>> = {
	"image/png": readPng,
	"image/jpeg": readJpeg,
	"image/gif": readGif,
	"image/webp": readWebp,
};

/**
 * Judges a logo by its content: a raster picture of the kind that it is announced as, of sensible size, that stands still.
 * Nothing of what a stranger sends is drawn as SVG, which is a document with links and scripts.
 *
 * @param mediaType as it was announced, without parameters
 * @example judgeLogo(bytes, "image/svg+xml"); // { fault: "is no PNG, JPEG, GIF or WebP" }
 */
export function judgeLogo(content: Uint8Array, mediaType: string): JudgedLogo {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
	const announced = mediaType === "image/jpg" ? "image/jpeg" : mediaType;
	for (const [type, read] of Object.entries(kinds) as [LogoType, (bytes: Buffer) => Picture | undefined][]) {
		const picture = read(bytes);
		if (picture === undefined) continue;
		if (type !== announced) return { fault: `is announced as ${kindOfText(announced)}, and is ${type}` };
		const { width, height, moves } = picture;
		if (Math.min(width, height) < sides.least || Math.max(width, height) > sides.most)
			return { fault: `is ${width} × ${height} pixels: each side must have ${sides.least} to ${sides.most}` };
		return moves ? { fault: "moves: give one that stands still" } : { mediaType: type };
	}
	return { fault: "is no PNG, JPEG, GIF or WebP" };
}

/** What was announced comes from outside: only a plain media type is repeated. */
function kindOfText(announced: string): string {
	return /^[a-z]+\/[a-z0-9.+-]{1,40}$/.test(announced) ? announced : "something else";
}

/** PNG (ISO/IEC 15948) §5.2, §11.2.2; an `acTL` before the picture makes it move. */
function readPng(bytes: Buffer): Picture | undefined {
	if (bytes.length < 33 || bytes.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n" || bytes.toString("latin1", 12, 16) !== "IHDR")
		return undefined;
	const picture = bytes.indexOf("IDAT");
	const movement = bytes.indexOf("acTL");
	return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), moves: movement > 0 && (picture < 0 || movement < picture) };
}

/** GIF89a §17, §18; the extension that repeats it makes it move. */
function readGif(bytes: Buffer): Picture | undefined {
	if (bytes.length < 13 || !/^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6))) return undefined;
	return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8), moves: bytes.includes("NETSCAPE2.0") };
}

/** JPEG (ITU-T T.81) B.1.1: segments up to the frame header, which tells the size. */
function readJpeg(bytes: Buffer): Picture | undefined {
	if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
	let at = 2;
	while (at + 9 <= bytes.length && bytes[at] === 0xff) {
		const marker = bytes.readUInt8(at + 1);
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5), moves: false };
		at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
	}
	return undefined;
}

/** WebP container specification: lossy, lossless and extended, the last of which tells whether it moves. */
function readWebp(bytes: Buffer): Picture | undefined {
	if (bytes.length < 30 || bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WEBP") return undefined;
	switch (bytes.toString("latin1", 12, 16)) {
		case "VP8 ":
			return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff, moves: false };
		case "VP8L": {
			const packed = bytes.readUInt32LE(21);
			return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1, moves: false };
		}
		case "VP8X":
			return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1, moves: (bytes.readUInt8(20) & 0x02) !== 0 };
		default:
			return undefined;
	}
}
