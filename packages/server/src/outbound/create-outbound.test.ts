import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type Answer, certificate, openStranger, type Stranger } from "../../test/strangers.ts";
import { createOutbound, type OutboundSettings } from "./create-outbound.ts";
import { OutboundFailure } from "./outbound.ts";

const accept = "application/json";
const json: Answer = (_request, response) => response.setHeader("content-type", "application/json").end('{"keys":[]}');

/** Time that passes when a test says so; `asked` are the waits that were begun. */
function commandedTime() {
	const asked: { readonly ms: number; readonly over: AbortController }[] = [];
	return {
		asked,
		deadline(ms: number): AbortSignal {
			const over = new AbortController();
			asked.push({ ms, over });
			return over.signal;
		},
		/** All that is waited for is over. */
		pass() {
			for (const { over } of asked) over.abort();
		},
	};
}

/** Lets out to this stranger alone, by its address and as `rp.example`. */
function outboundTo({ host, port }: Stranger, more: Partial<OutboundSettings> = {}) {
	const outbound = createOutbound({
		loopback: false,
		allow: [host, `rp.example:${port}`],
		lookup: async () => ["127.0.0.1"],
		...more,
	});
	return Object.assign(outbound, { [Symbol.asyncDispose]: outbound.close });
}

/** What a call failed with. */
async function failureOf(call: Promise<unknown>): Promise<OutboundFailure> {
	const error = await call.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof OutboundFailure) return error;
	throw new Error("it did not fail as it must", { cause: error });
}

test("an answer is its status, its media type and its body; a form is posted as one", async () => {
	await using stranger = await openStranger(async (request, response) => {
		const sent = await text(request);
		const { accept, "content-type": type, "accept-encoding": encoding } = request.headers;
		response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": "Application/JSON; charset=utf-8" });
		response.end(JSON.stringify({ method: request.method, url: request.url, accept, type, encoding, sent }));
	});
	await using outbound = outboundTo(stranger);
	const got = await outbound.get(`http://${stranger.host}/keys?a=b#c`, { accept });
	expect([got.status, got.mediaType]).toEqual([200, "application/json"]);
	expect(JSON.parse(Buffer.from(got.body).toString())).toEqual({ method: "GET", url: "/keys?a=b", accept, encoding: "identity", sent: "" });
	const posted = await outbound.post(`http://${stranger.host}/bc`, { logout_token: "ey J+ü" }, {});
	expect(posted.status).toBe(201);
	expect(JSON.parse(Buffer.from(posted.body).toString())).toMatchObject({
		method: "POST",
		type: "application/x-www-form-urlencoded",
		sent: "logout_token=ey+J%2B%C3%BC",
	});
});

test("TLS is that of the name, though the address was resolved before; outbound.ca is trusted, and nothing else", async () => {
	await using stranger = await openStranger(json, { tls: true });
	await using trusting = outboundTo(stranger, { ca: certificate });
	await using wary = outboundTo(stranger);
	const url = `https://rp.example:${stranger.port}/keys`;
	expect((await trusting.get(url, { accept })).status).toBe(200);
	expect((await failureOf(wary.get(url, { accept }))).message).toMatch(
		/^has a certificate that is not trusted \([A-Z_]+\): .*`outbound\.ca`$/,
	);
	expect((await failureOf(trusting.get(`https://${stranger.host}/keys`, { accept }))).message).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
	expect(stranger.requests).toHaveLength(1);
});

test("DR-02 loopback, private and embedded addresses are refused without a connect, in every spelling", async () => {
	await using stranger = await openStranger(json);
	const { port } = stranger;
	await using outbound = outboundTo(stranger, { allow: [], lookup: () => Promise.reject(new Error("nothing was to be looked up")) });
	for (const host of [
		...["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.1", "localhost", "app.localhost", "[::1]", "[::ffff:127.0.0.1]"],
		...["0.0.0.0", "[::]", "10.0.0.1", "[::ffff:10.0.0.1]", "192.168.0.1", "172.16.0.1", "169.254.169.254", "[fe80::1]", "[fd00::1]"],
	])
		for (const scheme of ["https", "http"]) {
			const url = `${scheme}://${host}:${port}/keys`;
			expect((await failureOf(outbound.get(url, { accept }))).kind, url).toBe("refused");
			expect((await failureOf(outbound.post(url, { a: "b" }, {}))).kind, url).toBe("refused");
		}
	expect(stranger.connections()).toBe(0);
	await using twin = outboundTo(stranger);
	expect((await twin.get(`http://127.0.0.1:${port}/keys`, { accept })).status).toBe(200);
	expect(stranger.connections()).toBe(1);
});

test("DR-02 a name is judged by every address of every family: one that is private spoils all, and nothing is connected to", async () => {
	await using stranger = await openStranger(json, { tls: true });
	const url = `https://rp.example:${stranger.port}/keys`;
	for (const addresses of [
		["127.0.0.1"],
		["10.0.0.1"],
		["1.1.1.1", "127.0.0.1"],
		["2606:4700::1", "::ffff:a00:1"],
		["1.1.1.1", "fe80::1%eth0"],
	]) {
		await using outbound = outboundTo(stranger, { allow: [], ca: certificate, lookup: async () => addresses });
		const failure = await failureOf(outbound.get(url, { accept }));
		expect(failure.kind, addresses.join()).toBe("refused");
		expect(failure.message).toMatch(/^leads to an address /);
		for (const address of addresses) expect(failure.message).not.toContain(address);
	}
	expect(stranger.connections()).toBe(0);
	await using twin = outboundTo(stranger, { ca: certificate });
	expect((await twin.get(url, { accept })).status).toBe(200);
});

test("DR-02 a name is resolved once, and what was judged is what is connected to: a second answer is never asked for", async () => {
	await using stranger = await openStranger(json, { tls: true });
	const answers = [["127.0.0.1"], ["10.0.0.1"], ["127.0.0.1"]];
	const asked: string[] = [];
	await using outbound = outboundTo(stranger, {
		ca: certificate,
		lookup: async (host) => {
			asked.push(host);
			return answers.shift() ?? [];
		},
		allow: [`rp.example:${stranger.port}`],
	});
	const url = `https://rp.example:${stranger.port}/keys`;
	expect((await outbound.get(url, { accept })).status).toBe(200);
	expect([asked, stranger.connections()]).toEqual([["rp.example"], 1]);
});

test("a loopback issuer calls this machine by name, without asking anybody where that is", async () => {
	await using stranger = await openStranger(json);
	const lookup = () => Promise.reject(new Error("nothing was to be looked up"));
	await using outbound = outboundTo(stranger, { loopback: true, allow: [], lookup });
	for (const host of ["localhost", "shop.localhost", "127.0.0.1"])
		expect((await outbound.get(`http://${host}:${stranger.port}/`, { accept })).status, host).toBe(200);
});

test("a redirect is an answer like any other, and is not followed", async () => {
	await using target = await openStranger(json);
	await using stranger = await openStranger((_request, response) => response.writeHead(302, { location: `http://${target.host}/` }).end());
	await using outbound = outboundTo(stranger, { allow: [stranger.host, target.host] });
	expect((await outbound.get(`http://${stranger.host}/`, { accept })).status).toBe(302);
	expect(target.connections()).toBe(0);
});

test("64 KB are read and not one byte more, whether the length was told, not told or 10 MB", async () => {
	const most = 64 * 1024;
	const told: Answer = ({ url }, response) => {
		const length = Number(url?.slice(1));
		response.writeHead(200, { "content-length": String(length) }).end(Buffer.alloc(length));
	};
	await using honest = await openStranger(told);
	await using untold = await openStranger(({ url }, response) => {
		response.write(Buffer.alloc(1));
		response.end(Buffer.alloc(Number(url?.slice(1)) - 1));
	});
	for (const stranger of [honest, untold]) {
		await using outbound = outboundTo(stranger);
		expect((await outbound.get(`http://${stranger.host}/${most}`, { accept })).body).toHaveLength(most);
		for (const length of [most + 1, 10 * 1024 * 1024]) {
			const ended = stranger.nextEnd();
			const failure = await failureOf(outbound.get(`http://${stranger.host}/${length}`, { accept }));
			expect([failure.kind, failure.message]).toEqual(["failed", "answers with more than 64 KB"]);
			await ended;
		}
		expect((await failureOf(outbound.get(`http://${stranger.host}/11`, { accept, maxBytes: 10 }))).message).toMatch(/more than/);
	}
});

test("nothing compressed is taken, so that what is counted is what there is", async () => {
	await using stranger = await openStranger((_request, response) =>
		response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.from("H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==", "base64")),
	);
	await using outbound = outboundTo(stranger);
	expect((await failureOf(outbound.get(`http://${stranger.host}/`, { accept }))).message).toBe(
		"answers compressed, which was not asked for",
	);
});

test("headers have an end, and an answer that is none is told in a code alone", async () => {
	const secret = "private-words-of-the-other-side";
	const answers: Readonly<Record<string, Answer>> = {
		headers: (_request, response) => {
			for (let index = 0; index < 400; index += 1) response.setHeader(`x-${index}`, "x".repeat(100));
			response.end();
		},
		nonsense: ({ socket }) => socket.end(`${secret}\r\n\r\n`),
		nothing: ({ socket }) => socket.destroy(),
		half: (_request, response) => {
			response.writeHead(200, { "content-length": "1000" });
			response.write(secret, () => response.destroy());
		},
		switched: ({ socket }) => socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
	};
	await using stranger = await openStranger((request, response) => answers[request.url?.slice(1).split("?")[0] ?? ""]?.(request, response));
	await using outbound = outboundTo(stranger);
	for (const [name, said] of [
		["headers", /^answers with headers that are too long$/],
		["nonsense", /^cannot be reached \(HPE_[A-Z_]+\)$/],
		["nothing", /^cannot be reached \(ECONNRESET\)$/],
		["half", /^cannot be reached \(ECONNRESET\)$/],
		["switched", /^answers with another protocol$/],
	] as const) {
		const failure = await failureOf(outbound.get(`http://${stranger.host}/${name}?token=${secret}`, { accept }));
		expect(failure.message, name).toMatch(said);
		expect(failure.kind).toBe("failed");
		expect(failure.cause).toBeUndefined();
	}
});

test("F-44 whoever is not there or unknown to the DNS fails with a word for it", async () => {
	const gone = await openStranger(json);
	await gone[Symbol.asyncDispose]();
	await using closed = outboundTo(gone);
	expect((await failureOf(closed.get(`http://${gone.host}/`, { accept }))).message).toBe("cannot be reached (ECONNREFUSED)");
	for (const [code, said] of [
		["ENOTFOUND", "has a host that the DNS does not know"],
		["ETIMEOUT", "cannot be reached (ETIMEOUT)"],
	] as const) {
		await using lost = outboundTo(gone, { lookup: () => Promise.reject(Object.assign(new Error("queryA rp.example"), { code })) });
		expect((await failureOf(lost.get("https://rp.example/", { accept }))).message).toBe(said);
	}
});

test("five seconds are for all of it: the name, the connection, the headers and each byte of the body", async () => {
	const time = commandedTime();
	await using silent = await openStranger(() => time.pass());
	await using dripping = await openStranger((_request, response) => {
		let bytes = 0;
		const drip = () => {
			if (response.destroyed) return;
			response.write("x");
			bytes += 1;
			if (bytes === 100) time.pass();
			setImmediate(drip);
		};
		drip();
	});
	for (const stranger of [silent, dripping]) {
		await using outbound = outboundTo(stranger, time);
		const ended = stranger.nextEnd();
		const failure = await failureOf(outbound.get(`http://${stranger.host}/`, { accept }));
		expect([failure.kind, failure.message]).toEqual(["failed", "did not answer within 5 s"]);
		await ended;
	}
	await using nameless = outboundTo(silent, {
		...time,
		lookup: () => {
			queueMicrotask(time.pass);
			return new Promise(() => {});
		},
	});
	expect((await failureOf(nameless.get("https://rp.example/", { accept, timeout: 3_000 }))).message).toBe("did not answer within 3 s");
	expect(new Set(time.asked.map(({ ms }) => ms))).toEqual(new Set([5_000, 3_000]));
});

test("a host that hangs has a line of its own: whoever wants another is answered at once, and too many are told so", async () => {
	const time = commandedTime();
	let reached: () => void = () => {};
	const fourReached = new Promise<void>((resolve) => {
		reached = resolve;
	});
	let hangs = true;
	await using hanging = await openStranger((request, response) => {
		if (!hangs) return json(request, response);
		if (hanging.requests.length === 4) reached();
	});
	await using lively = await openStranger(json);
	await using outbound = outboundTo(hanging, { ...time, allow: [hanging.host, lively.host] });
	const call = () => outbound.get(`http://${hanging.host}/`, { accept });
	const waiting = Array.from({ length: 20 }, () => failureOf(call()));
	await fourReached;
	expect((await failureOf(call())).message).toBe("is not called now: too many calls are waiting for it");
	expect((await outbound.get(`http://${lively.host}/`, { accept })).status).toBe(200);
	expect(hanging.requests).toHaveLength(4);
	time.pass();
	expect(new Set((await Promise.all(waiting)).map(({ message }) => message))).toEqual(new Set(["did not answer within 5 s"]));
	hangs = false;
	const answers = await Promise.all(Array.from({ length: 20 }, call));
	expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
});

test("CA-09 strangers who name as many hosts that hang as there may be calls hold up nobody but strangers", async () => {
	const time = commandedTime();
	let reached: () => void = () => {};
	const allReached = new Promise<void>((resolve) => {
		reached = resolve;
	});
	await using hanging = await openStranger(() => {
		if (hanging.requests.length === 64) reached();
	});
	await using lively = await openStranger(json);
	const hosts = Array.from({ length: 16 }, (_, i) => `host-${i}.localhost:${hanging.port}`);
	await using outbound = outboundTo(hanging, { ...time, allow: [...hosts, lively.host] });
	const waiting = hosts.flatMap((host) =>
		Array.from({ length: 4 }, () => failureOf(outbound.get(`http://${host}/`, { accept, stranger: true }))),
	);
	await allReached;
	let answered = false;
	const another = outbound.get(`http://${lively.host}/`, { accept, stranger: true }).finally(() => {
		answered = true;
	});
	expect((await outbound.get(`http://${lively.host}/`, { accept })).status).toBe(200);
	expect((await outbound.post(`http://${lively.host}/`, { a: "b" }, {})).status).toBe(200);
	expect(answered).toBe(false);
	await hanging[Symbol.asyncDispose]();
	expect((await another).status).toBe(200);
	await Promise.all(waiting);
});

test("closing ends what is under way, and nothing begins after it", async () => {
	let reached: () => void = () => {};
	const wasReached = new Promise<void>((resolve) => {
		reached = resolve;
	});
	await using stranger = await openStranger(() => reached());
	const outbound = outboundTo(stranger);
	const failure = failureOf(outbound.get(`http://${stranger.host}/`, { accept }));
	await wasReached;
	await outbound.close();
	expect((await failure).message).toBe("was not called to the end: Gatehouse is closing");
	expect((await failureOf(outbound.get(`http://${stranger.host}/`, { accept }))).message).toMatch(/closing/);
	expect(stranger.connections()).toBe(1);
});
