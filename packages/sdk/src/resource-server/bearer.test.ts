import { expect, test } from "vitest";
import { newIssuer, resource } from "../../test/issuer.ts";
import type { HttpRequest } from "./index.ts";

test("the scheme is Bearer in any case, with any number of blanks (RFC 9110 §11.1)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const token = await auth.token();
	for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER ${token}`, `bEaReR   ${token}`]) {
		expect((await api.verify({ headers: { authorization } })).subject).toBe("alice");
		expect((await api.verify({ headers: { Authorization: [authorization] } })).subject).toBe("alice");
		expect((await api.verify(new Request(resource, { headers: { authorization } }))).subject).toBe("alice");
	}
	for (const authorization of [
		`Bearer\t${token}`,
		`Bearer${token}`,
		`Bearer: ${token}`,
		token,
		`Token ${token}`,
		`Bearer "${token}"`,
		`Bearer token=${token}`,
		`Bearer ${token} x`,
		`Bearer ${token}\n`,
	])
		await expect(api.verify({ headers: { authorization } })).rejects.toMatchObject({ status: 401 });
	for (const authorization of ["Bearer", "Bearer ", "bearer   "])
		await expect(api.verify({ headers: { authorization } })).rejects.toMatchObject({ code: "invalid_token" });
});

test("two Authorization headers are refused, in whatever form a platform shows them (RFC 6750 §3.1)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const one = `Bearer ${await auth.token()}`;
	const two = new Headers();
	two.append("authorization", one);
	two.append("authorization", one);
	const twice: HttpRequest[] = [
		new Request(resource, { headers: two }),
		{ headers: { authorization: [one, one] } },
		{ headers: { authorization: [] } },
		{ headers: { authorization: one, Authorization: one } },
		{ headers: { authorization: one }, rawHeaders: ["Host", "x", "Authorization", one, "AUTHORIZATION", "Basic eA=="] },
		{ headers: { authorization: `${one}, ${one}` } },
	];
	for (const request of twice) await expect(api.verify(request)).rejects.toMatchObject({ code: "invalid_request", status: 400 });
	expect(
		(
			await api.verify({
				headers: { authorization: one, host: "x", other: undefined },
				rawHeaders: ["X", "authorization", "Authorization", one],
			})
		).subject,
	).toBe("alice");
});

test("a token in the query, in a form or in a cookie is never read (RFC 9700 §4.3.2)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const token = await auth.token();
	const form = { method: "POST", body: new URLSearchParams({ access_token: token }), headers: { cookie: `access_token=${token}` } };
	for (const request of [
		new Request(`${resource}/?access_token=${token}`),
		new Request(resource, form),
		{ headers: {}, method: "GET", url: `/?access_token=${token}`, body: { access_token: token } },
	])
		await expect(api.verify(request)).rejects.toMatchObject({ code: "missing_token", status: 401 });
	expect((await api.verify(new Request(`${resource}/?access_token=x`, { headers: { authorization: `Bearer ${token}` } }))).subject).toBe(
		"alice",
	);
});

test("DP-04 a bearer token sent as DPoP is refused", async () => {
	const auth = await newIssuer();
	const token = await auth.token();
	await expect(auth.api().verify({ headers: { authorization: `DPoP ${token}` } })).rejects.toMatchObject({
		code: "invalid_token",
		status: 401,
	});
	expect((await auth.api().verify({ headers: { authorization: `Bearer ${token}` } })).subject).toBe("alice");
});

test("RS-14 a header of 1 MB costs no look at its inside", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	for (const filler of [".", ",", " ", "a", "="])
		await expect(api.verify({ headers: { authorization: `Bearer x${filler.repeat(1_000_000)}` } })).rejects.toMatchObject({
			code: "invalid_token",
		});
	expect((await api.verify({ headers: { authorization: `Bearer ${await auth.token()}` } })).subject).toBe("alice");
});
