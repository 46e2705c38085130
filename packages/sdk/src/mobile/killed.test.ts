import { expect, test } from "vitest";
import { FakeDevice, type FakeProcess } from "../../test/mobile/fake-device.ts";
import { orders } from "../../test/spa/fake-issuer.ts";

/** What somebody does with an app whose processes the system may end at any step. */
type Story = (device: FakeDevice, start: (link?: string) => FakeProcess) => Promise<unknown>;

/** A sign-in, from the start of the app to the first call. */
const signIn: Story = async (device, start) => {
	const app = start();
	await app.auth.ready();
	const result = app.auth.signIn();
	await app.atBrowser();
	app.link(device.answer());
	await result;
	await app.auth.token({ resource: orders });
};

const signInAndOut: Story = async (device, start) => {
	const app = start();
	const result = app.auth.signIn();
	await app.atBrowser();
	app.link(device.answer());
	await result;
	await app.auth.token({ resource: orders });
	await app.auth.signOut();
};

/** The number of steps of a story that nobody disturbs. */
async function lengthOf(story: Story): Promise<number> {
	const device = new FakeDevice().repairs();
	let app: FakeProcess | undefined;
	await story(device, () => (app = device.start()));
	return app!.steps;
}

/** Tells the story up to a step, and answers the device as the killed process has left it. */
async function killedAt(story: Story, step: number): Promise<FakeDevice> {
	const device = new FakeDevice().repairs();
	const died = Promise.withResolvers<unknown>();
	const told = story(device, () => {
		const app = device.start();
		app.killAt = step;
		void app.died.then(died.resolve);
		return app;
	});
	await Promise.race([told, died.promise]);
	return device;
}

/** No code was sent twice, whatever happened. */
function expectCodesOnce(device: FakeDevice): void {
	const codes = device.issuer.tokenForms.map((form) => form.get("code")).filter((code) => code !== null);
	expect(new Set(codes).size).toBe(codes.length);
}

async function expectSignedInAtLast(device: FakeDevice, app: FakeProcess): Promise<void> {
	if (app.auth.status !== "signed-in") {
		const result = app.auth.signIn();
		await app.atBrowser();
		app.link(device.answer());
		expect((await result).status).toBe("signed-in");
	}
	expect((await app.auth.token({ resource: orders })).accessToken).toMatch(/^access-/);
}

test("killed at any step of a sign-in, the next process finishes it by the link, or begins anew; no code is sent twice", async () => {
	const length = await lengthOf(signIn);
	expect(length).toBeGreaterThan(20);
	const outcomes = new Set<string>();
	for (let step = 1; step <= length; step++) {
		const device = await killedAt(signIn, step);
		const link = device.opened.length > 0 ? device.answer() : undefined;
		const next = device.start(link);
		const ready = next.auth.ready();
		if (link !== undefined) next.link(link);
		expect(["signed-in", "signed-out"], `step ${step}`).toContain((await ready).status);
		outcomes.add(next.auth.status);
		await expectSignedInAtLast(device, next);
		expectCodesOnce(device);
	}
	expect(outcomes.size).toBe(2);
});

test("F-03: killed at any step of a refresh, the next process goes on with the session, by the token that was kept", async () => {
	const device = new FakeDevice().repairs();
	await signIn(device, () => device.start());
	for (let step = 1, ended = ""; ended !== "done"; step++) {
		const app = device.start();
		app.killAt = step;
		ended = await Promise.race([app.died, app.auth.token({ resource: orders }).then(() => "done")]);
		const next = device.start();
		expect((await next.auth.ready()).status, `step ${step}`).toBe("signed-in");
		expect((await next.auth.token({ resource: orders })).accessToken).toMatch(/^access-/);
	}
});

test("killed at any step of a sign-out, the next process has signed out, or nothing has happened yet", async () => {
	const outcomes: string[] = [];
	for (let step = (await lengthOf(signIn)) - 1; step <= (await lengthOf(signInAndOut)); step++) {
		const device = await killedAt(signInAndOut, step);
		const marks = [...device.settings.values()];
		const next = device.start();
		const { status } = await next.auth.ready();
		outcomes.push(status);
		if (marks.includes("signed-out")) {
			expect(status, `step ${step}`).toBe("signed-out");
			expect(device.disk).not.toContain("refresh-");
		}
		await expectSignedInAtLast(device, next);
	}
	// Once it is out it stays out, however much later the process died.
	expect(outcomes.join(" ")).toMatch(/^(?:signed-in )+(?:signed-out ?)+$/);
});
