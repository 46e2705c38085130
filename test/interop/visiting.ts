import { createVisitor, type Visited } from "../../packages/testing/src/visitor/visitor.ts";
import { alice, type House } from "./house.ts";

/** Alice at a browser that writes down where it was led. */
export interface Visiting {
	/** The paths of the last walk. */
	readonly way: readonly string[];
	/** Goes there and wherever that leads, but not to where `stop` says. */
	readonly open: (url: string | URL, stop?: (url: URL) => boolean) => Promise<Visited>;
	/** Presses a button of the page it stands on. */
	readonly press: (button: string) => Promise<Visited>;
	/** Whether Gatehouse would ask who is there. */
	readonly isSignedOut: () => Promise<boolean>;
}

export function visiting({ issuer }: House): Visiting {
	const { open, press } = createVisitor(issuer, alice, Date.now);
	const way: string[] = [];
	const noting = (stop: (url: URL) => boolean = () => false) => {
		way.length = 0;
		return {
			until(next: URL) {
				way.push(next.pathname);
				return stop(next);
			},
		};
	};
	const atLogin = ({ pathname }: URL) => pathname === "/login";
	return {
		way,
		open: (url, stop) => open(url, noting(stop)),
		press: (button) => press(button, {}, noting()),
		isSignedOut: async () => atLogin((await open(`${issuer}/account`, { until: atLogin })).url),
	};
}
