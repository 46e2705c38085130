import { onScopeDispose, readonly, shallowRef } from "vue";
import { auth } from "./auth.ts";
import { call } from "./call.ts";

/** What a view shows of something that comes over the network. */
export type Reading<Answer> =
	| { readonly status: "loading" }
	| { readonly status: "here"; readonly answer: Answer }
	| { readonly status: "failed"; readonly why: string };

/**
 * Reads `url` of an API in the name of the person: at once, on `again()`, when whatever was in the way is over, and when the person comes back
 * to the tab. Then what is shown stays until there is something newer, and also when there is not.
 */
export function useReading<Answer>(url: string) {
	const reading = shallowRef<Reading<Answer>>({ status: "loading" });

	async function again(): Promise<void> {
		if (reading.value.status === "failed") reading.value = { status: "loading" };
		const called = await call<Answer>(url);
		if ("answer" in called) reading.value = { status: "here", answer: called.answer };
		else if (reading.value.status === "loading") reading.value = { status: "failed", why: called.failed };
	}

	const heal = () => {
		if (reading.value.status === "failed" && auth.status === "signed-in") void again();
	};
	const look = () => {
		if (document.visibilityState === "visible" && auth.status === "signed-in") void again();
	};
	const unsubscribe = auth.subscribe(heal);
	window.addEventListener("online", heal);
	document.addEventListener("visibilitychange", look);
	onScopeDispose(() => {
		unsubscribe();
		window.removeEventListener("online", heal);
		document.removeEventListener("visibilitychange", look);
	});
	void again();
	return { reading: readonly(reading), again };
}
