import { expect, test } from "vitest";
import { createGuard } from "./guard.ts";

const guard = createGuard({ loopback: false, allow: [] });
const local = createGuard({ loopback: true, allow: [] });

test("DR-02 every spelling of a private address is read as browsers read it, and may not be called", () => {
	for (const host of [
		...["127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "0177.0.0.1", "2130706433", "127.0.0.1.", "１２７.0.0.1", "127。0。0。1"],
		...["localhost", "LOCALHOST", "app.localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
		...["10.0.0.1", "0xa.1", "167772161", "[::ffff:10.0.0.1]", "172.16.0.1", "192.168.0.1", "100.64.0.1", "[fd00::1]"],
		...["0.0.0.0", "0", "[::]", "169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::10.0.0.1]", "[2002:a00:1::]", "224.0.0.1"],
		...["192.0.2.1", "[2001:db8::1]", "255.255.255.255"],
	]) {
		expect(guard.whyNot(`https://${host}/keys`), host).toMatch(/^is an address .*: name `.*` in `outbound\.allow` if that is meant$/);
		expect(guard.whyNot(`https://${host}:8443/keys`), host).toMatch(/^is an address/);
	}
	for (const host of ["rp.example", "rp.example:8443", "8.8.8.8", "[2606:4700::1]", "[64:ff9b::8.8.8.8]", "localhost.example"])
		expect(guard.whyNot(`https://${host}/keys`), host).toBeUndefined();
});

test("DR-02 what is called is https, without a user name and without a dot at the end of the host", () => {
	for (const [url, said] of [
		["http://rp.example/keys", /must be https \(http is for loopback alone\)/],
		["ftp://rp.example/keys", /must be https/],
		["file:///etc/passwd", /must be https/],
		["data:application/json,{}", /must be https/],
		["gopher://rp.example/", /must be https/],
		["rp.example/keys", /is not a URL/],
		["https://", /is not a URL/],
		["https://me@rp.example/keys", /user name/],
		["https://me:word@rp.example/keys", /user name/],
		["https://rp.example./keys", /dot at the end/],
	] as const)
		expect(guard.whyNot(url), url).toMatch(said);
	expect(guard.whyNot("https://rp.example/keys")).toBeUndefined();
});

test("a loopback issuer allows loopback targets, with http too, and no other", () => {
	for (const url of ["http://localhost:4003/bc", "http://127.0.0.1/bc", "http://[::1]/bc", "http://app.localhost/bc", "https://127.0.0.1/"])
		expect(local.whyNot(url), url).toBeUndefined();
	for (const url of [
		"http://rp.example/",
		"https://10.0.0.1/",
		"https://169.254.169.254/",
		"https://0.0.0.0/",
		"http://[::ffff:127.0.0.1]/",
	])
		expect(local.whyNot(url), url).toBeDefined();
});

test("outbound.allow names a host, or a host and the one port; http stays for loopback", () => {
	const { whyNot } = createGuard({
		loopback: false,
		allow: ["10.0.0.5", "Portal.Internal:8443", "localhost:4003", "[FD00::1]:443", "127.1:80"],
	});
	for (const url of [
		...["https://10.0.0.5/", "https://10.0.0.5:8443/", "https://0xa.5/", "https://portal.internal:8443/"],
		...["https://localhost:4003/", "http://localhost:4003/", "https://[fd00::1]/", "http://127.0.0.1/"],
	])
		expect(whyNot(url), url).toBeUndefined();
	for (const url of ["https://10.0.0.6/", "http://10.0.0.5/", "https://localhost/", "https://[fd00::1]:8443/", "https://127.0.0.1/"])
		expect(whyNot(url), url).toBeDefined();
});

test("DR-02 an allowed name may be private; to be link-local or nowhere, an address is named itself", () => {
	const { whyNotAddress } = createGuard({ loopback: false, allow: ["portal.internal", "169.254.169.254"] });
	const portal = new URL("https://portal.internal/");
	for (const address of ["10.0.0.5", "127.0.0.1", "::1", "fd00::5", "100.64.0.1", "8.8.8.8"])
		expect(whyNotAddress(portal, address), address).toBeUndefined();
	for (const address of ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "64:ff9b::a00:1", "nonsense"])
		expect(whyNotAddress(portal, address), address).toBe("leads to an address that is none of a host on the internet, which is not called");
	expect(whyNotAddress(new URL("https://169.254.169.254/"), "169.254.169.254")).toBeUndefined();
});
