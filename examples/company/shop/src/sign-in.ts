import { readonly, shallowRef } from "vue";
import { auth } from "./auth.ts";
import { signInService } from "./settings.ts";

const why = shallowRef("");

/** Why the last sign-in could not even begin; empty when nothing is wrong. */
export const signInFailed = readonly(why);

/** Leaves for the sign-in, and comes back to this very place. When that cannot begin the page stays, and {@link signInFailed} says so. */
export async function signIn(): Promise<void> {
	why.value = "";
	try {
		await auth.signIn();
	} catch {
		why.value = navigator.onLine ? `${signInService} does not answer.` : "You are offline.";
	}
}
