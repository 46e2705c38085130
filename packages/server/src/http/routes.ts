import type { FastifyReply, FastifyRequest } from "fastify";
import { getAccount } from "./account.ts";
import { getAccountForm, postApps, postPassword, postSessions } from "./account-forms.ts";
import { getAuthorize, postAuthorize } from "./authorize.ts";
import { consent } from "./consent.ts";
import { continuing } from "./continue.ts";
import type { Sharing } from "./cors.ts";
import type { DoorGround } from "./door.ts";
import { getEndSession, postEndSession } from "./end-session.ts";
import { getLive, getReady } from "./health.ts";
import { getInteraction, type InteractionPage, postInteraction } from "./interaction.ts";
import { getLogin, postLogin } from "./login.ts";
import { getLogo } from "./logo.ts";
import { getJwks, getMetadata } from "./metadata.ts";
import { deleteRegistration, getRegistration, postRegister, putRegistration } from "./register.ts";
import { type AnswerKind, redirect } from "./render.ts";
import { selectAccount } from "./select-account.ts";
import { getSignedOut } from "./signed-out.ts";
import { postIntrospect, postRevoke, postToken } from "./token.ts";
import { anyUserinfo } from "./userinfo.ts";

/** What answers a request. */
type Handler = (request: FastifyRequest, reply: FastifyReply, ground: DoorGround) => FastifyReply | Promise<FastifyReply>;

/** One address, and everything it answers. */
export interface Route {
	/** A part that begins with a colon is a parameter. */
	readonly path: string;
	readonly kind: AnswerKind;
	readonly sharing: Sharing;
	readonly GET?: Handler;
	readonly POST?: Handler;
	readonly PUT?: Handler;
	readonly DELETE?: Handler;
}

/** The methods that something may answer; HEAD is GET without its body. */
export const methods = ["GET", "POST", "PUT", "DELETE"] as const;

type Handlers = Pick<Route, (typeof methods)[number]>;

const page = (path: string, handlers: Handlers): Route => ({ path, kind: "page", sharing: "nobody", ...handlers });
const json = (path: string, sharing: Sharing, handlers: Handlers): Route => ({
	path,
	kind: "json",
	sharing,
	...handlers,
});
const interaction = (asks: InteractionPage): Route =>
	page(`/${asks.page}`, {
		GET: (request, reply, ground) => getInteraction(asks, request, reply, ground),
		POST: (request, reply, ground) => postInteraction(asks, request, reply, ground),
	});

/** The map of everything the server answers. Any other method is 405, any other path 404. */
export const routes: readonly Route[] = [
	page("/authorize", { GET: getAuthorize, POST: postAuthorize }),
	page("/login", { GET: getLogin, POST: postLogin }),
	interaction(selectAccount),
	interaction(consent),
	interaction(continuing),
	page("/account", { GET: getAccount }),
	page("/account/apps", { GET: getAccountForm, POST: postApps }),
	page("/account/sessions", { GET: getAccountForm, POST: postSessions }),
	page("/account/password", { GET: getAccountForm, POST: postPassword }),
	page("/", { GET: (_request, reply) => redirect(reply, "/account") }),
	page("/end-session", { GET: getEndSession, POST: postEndSession }),
	page("/signed-out", { GET: getSignedOut }),
	json("/logo", "nobody", { GET: getLogo }),

	json("/token", "client", { POST: postToken }),
	json("/revoke", "client", { POST: postRevoke }),
	json("/introspect", "nobody", { POST: postIntrospect }),
	json("/userinfo", "client", { GET: anyUserinfo, POST: anyUserinfo }),
	json("/register", "nobody", { POST: postRegister }),
	json("/register/:client_id", "nobody", { GET: getRegistration, PUT: putRegistration, DELETE: deleteRegistration }),

	json("/.well-known/openid-configuration", "everyone", { GET: getMetadata }),
	json("/.well-known/oauth-authorization-server", "everyone", { GET: getMetadata }),
	json("/.well-known/jwks.json", "everyone", { GET: getJwks }),
	json("/health/live", "nobody", { GET: getLive }),
	json("/health/ready", "nobody", { GET: getReady }),
];
