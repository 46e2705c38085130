import { onScopeDispose, readonly, shallowRef } from "vue";
import { auth } from "./auth.ts";
import { call } from "./call.ts";

/** What a view shows of something that comes over the network. */
export type Reading<Answer> =
	| { readonly status: "loading" }
	| { readonly status: "here"; readonly answer: Answer }
	| { readonly status: "failed"; readonly why: string };

/** Reads `url` of an API in the name of the person, again on `again()` and when whatever was in the way is over. */
export function useReading<Answer>(url: string) {
	const reading = shallowRef<Reading<Answer>>({ status: "loading" });

	async function again(): Promise<void> {
		reading.value = { status: "loading" };
		const called = await call<Answer>(url);
		reading.value = "answer" in called ? { status: "here", answer: called.answer } : { status: "failed", why: called.failed };
	}

	const heal = () => {
		if (reading.value.status === "failed" && auth.status === "signed-in") void again();
	};
	window.addEventListener("online", heal);
	const unsubscribe = auth.subscribe(heal);
	onScopeDispose(() => {
		window.removeEventListener("online", heal);
		unsubscribe();
	});
	void again();
	return { reading: readonly(reading), again };
}
