import type { Handler } from "../http/handler.ts";
import { backChannel } from "./back-channel.ts";
import { callback } from "./callback.ts";
import type { Ground } from "./ground.ts";
import { json } from "./page.ts";
import { signIn } from "./sign-in.ts";
import { askSignOut, signOut } from "./sign-out.ts";

export type Route = (request: Request, ground: Ground) => Promise<Response>;

/** Everything that is answered, below the base path. */
const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
	"/sign-in": { GET: signIn },
	"/callback": { GET: callback },
	"/sign-out": { GET: askSignOut, POST: signOut },
	"/backchannel": { POST: backChannel },
};

/** The routes as one handler. */
export function createRoutes(ground: Ground, table = routes): Handler {
	const { basePath } = ground.settings;
	const methodsAt = (target: string) => {
		const path = target.split("?", 1)[0]!;
		const below = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : "";
		return Object.hasOwn(table, below) ? table[below] : undefined;
	};
	return {
		owns: (target) => methodsAt(target) !== undefined,
		async answer(request) {
			const methods = methodsAt(new URL(request.url).pathname) ?? {};
			const route = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
			if (route === undefined) return json(405, { error: "invalid_request" }, [], { allow: Object.keys(methods).join(", ") });
			return route(request, ground);
		},
	};
}
