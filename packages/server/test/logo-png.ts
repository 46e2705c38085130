import { crc32, deflateSync } from "node:zlib";

/** A PNG of one colour with a bar across it: a logo for tests, of any size. */
export function logoPng(width = 96, height = 96, colour: readonly [number, number, number] = [71, 42, 107]): Buffer {
	const rows = Array.from({ length: height }, (_, y) => {
		const bar = y > height * 0.4 && y < height * 0.6;
		const pixels = Array.from({ length: width }, (__, x) => (bar && x > width * 0.2 && x < width * 0.8 ? [255, 217, 168] : colour)).flat();
		return Buffer.from([0, ...pixels]);
	});
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 2, 0, 0, 0], 8);
	return Buffer.concat([
		Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
		chunk("IHDR", header),
		chunk("IDAT", deflateSync(Buffer.concat(rows))),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

/** PNG (ISO/IEC 15948) §5.3. */
export function chunk(type: string, data: Uint8Array): Buffer {
	const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	check.writeUInt32BE(crc32(content));
	return Buffer.concat([length, content, check]);
}
