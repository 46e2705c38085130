import { isIP } from "node:net";
import { resolve } from "node:path";
import { accentFaults } from "../http/pages/accent.ts";
import { isLoopbackHost, whyNoWebPage } from "../model/index.ts";
import { secret, type WrittenSecret } from "./secrets.ts";
import { fault, type Shape, text } from "./shape.ts";

/** The issuer: an origin and nothing more; http only on loopback, because everything rests on it (RFC 8414 §2, RFC 9700 §2.6). */
export const issuer = text("an origin such as https://auth.company.com", {
	why(written) {
		if (!URL.canParse(written)) return "is not a URL: write an origin such as https://auth.company.com";
		const url = new URL(written);
		if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https://";
		if (url.protocol === "http:" && !isLoopbackHost(url.hostname))
			return `is http, which only loopback hosts may be: write https://${url.host}`;
		if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "")
			return `must be an origin without path, query or user: write ${url.origin}`;
		return written === url.origin ? undefined : `must be written as ${url.origin}`;
	},
});

export const webPage = text("an https URL", { max: 2048, why: whyNoWebPage });

/** Where everything is kept. */
export const storeUrl: Shape<string, WrittenSecret> = {
	words: 'an SQLite file such as "sqlite:./data/gatehouse.db", or "sqlite::memory:"',
	fromText: (variable) => variable,
	read(written, reading) {
		const url = secret(2048).read(written, reading);
		if (url === undefined) return undefined;
		if (url === "sqlite::memory:") return url;
		if (/^postgres(ql)?:/.test(url))
			return fault(reading, `names PostgreSQL, which this version does not support: give it ${storeUrl.words}`);
		if (!url.startsWith("sqlite:") || url === "sqlite:" || url.endsWith("/")) return fault(reading, `must be ${storeUrl.words}`);
		return `sqlite:${resolve(reading.ground.folder, url.slice("sqlite:".length))}`;
	},
};

export const host = text("a host name or address", {
	why: (written) =>
		isIP(written) > 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(written)
			? undefined
			: "must be a host name or an address, without scheme and port",
});

/** An address or a network in CIDR form. */
export const network = text('an address or network such as "10.0.0.0/8"', {
	why(written) {
		const [address = "", bits, ...more] = written.split("/");
		const family = isIP(address);
		const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
		return family > 0 && fits && more.length === 0 ? undefined : 'must be an address or a network such as "10.0.0.0/8"';
	},
});

/** A host, with or without a port. */
export const hostAndPort = text('a host such as "partner.example" or "partner.example:8443"', {
	why: (written) =>
		/^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])(:[1-9]\d{0,4})?$/.test(written)
			? undefined
			: 'must be a host such as "partner.example" or "partner.example:8443"',
});

export const colour = text("a colour such as #0b57d0", {
	why: (written) => accentFaults(written)[0],
});
