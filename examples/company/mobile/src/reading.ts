import { AuthError } from "@gatehouse/sdk/mobile/capacitor";
import { auth } from "./auth.ts";

/** What came of a call: the answer, or a sentence for people. */
export type Reading<T> = { readonly answer: T } | { readonly failed: string };

/** Reads from an API in the name of the person. */
export async function read<T>(url: string): Promise<Reading<T>> {
	try {
		const response = await auth.fetch(url);
		if (response.status === 403) return { failed: "You are not allowed to see this." };
		return response.ok ? { answer: await response.json() } : { failed: `That did not work: the server answered ${response.status}.` };
	} catch (error) {
		// Without a session the app shows the way in; nothing is to be said here.
		if (error instanceof AuthError && error.action === "sign-in") return { failed: "Please sign in again." };
		return { failed: "No connection. What you see here comes back by itself when there is one." };
	}
}
