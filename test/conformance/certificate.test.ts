import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { selfSigned } from "./certificate.ts";
import { findSuite } from "./suite.ts";

const now = Date.parse("2027-01-31T12:00:00Z");

test("a certificate is for its host alone, from yesterday to next week, signed by its own key", () => {
	const { cert, key } = selfSigned("op.test", now);
	const read = new X509Certificate(cert);
	expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
	expect([read.subject, read.issuer, read.subjectAltName]).toEqual(["CN=op.test", "CN=op.test", "DNS:op.test"]);
	expect([read.checkHost("op.test"), read.checkHost("other.test")]).toEqual(["op.test", undefined]);
	expect([read.validFromDate, read.validToDate]).toEqual([new Date("2027-01-30T12:00:00Z"), new Date("2027-02-07T12:00:00Z")]);
	expect(read.verify(read.publicKey)).toBe(true);
	expect(new X509Certificate(selfSigned("op.test", now).cert).verify(read.publicKey)).toBe(false);
});

test.each([
	["127.0.0.1", "127.0.0.1"],
	["[::1]", "::1"],
])("an address is in it as an address: %s", (host, ip) => {
	expect(new X509Certificate(selfSigned(host, now).cert).checkIP(ip)).toBe(ip);
});

test("a suite that shows a certificate of its own is believed under the name in it, and not under another", async () => {
	const { cert, key } = selfSigned("localhost", Date.now());
	const server = createServer({ cert, key }, (_, answer) => answer.end('{"version":"5.2.4"}')).listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	try {
		expect(await findSuite(`https://localhost:${port}/`)).toMatchObject({
			version: "5.2.4",
			certificates: cert,
			url: `https://localhost:${port}`,
		});
		await expect(findSuite(`https://127.0.0.1:${port}`)).rejects.toThrow(
			/^no conformance suite answers at .* \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
		);
	} finally {
		server.closeAllConnections();
		server.close();
	}
});

test("something else that answers there is told from a suite", async () => {
	const server = createServer(selfSigned("localhost", Date.now()), (_, answer) => answer.end("<html>")).listen(0, "127.0.0.1");
	await once(server, "listening");
	const base = `https://localhost:${(server.address() as AddressInfo).port}`;
	try {
		await expect(findSuite(base)).rejects.toThrow(`what answers at ${base} is no conformance suite: its /api/server tells no version`);
	} finally {
		server.closeAllConnections();
		server.close();
	}
});
