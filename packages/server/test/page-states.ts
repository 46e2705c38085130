import type { FormDescription } from "@gatehouse/protocol";
import type { AppView, Branding, Document, Pages, SpokenPages } from "../src/http/pages/index.ts";
import { accountStates } from "./account-states.ts";

/** A page in one of its states. */
export interface PageState extends Document {
	readonly name: string;
}

const logo =
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230f5e43'/%3E%3Cpath d='M10 16a6 6 0 0 1 12 0M6.5 16h19M9.5 20.5h13M13 25h6' fill='none' stroke='white' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E";

export const branding: Branding = {
	name: "Company",
	accent: "#0f5e43",
	logo,
	links: { help: "https://help.company.example/", privacy: "https://company.example/privacy" },
};

export const passwordForm: FormDescription = {
	fields: [
		{ kind: "username", name: "username", autocomplete: "username webauthn" },
		{ kind: "password", name: "password", autocomplete: "current-password" },
	],
};

const shop: AppView = { name: "Shop", reviewed: true };
const links = {
	uri: "https://app.analytics.example/",
	policyUri: "https://analytics.example/privacy",
	tosUri: "https://analytics.example/terms",
};
const analytics: AppView = { name: "Analytics", reviewed: true, logo: "/logo?client_id=analytics&v=1", ...links };
const stranger: AppView = { ...analytics, reviewed: false };
/** Whose logo is as wide as they come. */
const wide: AppView = { ...analytics, logo: "/logo?client_id=wide&v=1" };
const longApp: AppView = { name: "International Shipping and Returns Control Centre for Wholesale Partners (Europe)", reviewed: true };
const unbroken: AppView = { name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", reviewed: false };
const alice = { name: "Alice Example", detail: "alice@company.example" };
const longPerson = {
	name: "Wolfeschlegelsteinhausenbergerdorff Bartholomew Maximilian Featherstonehaugh-Cholmondeley",
	detail: "wolfeschlegelsteinhausenbergerdorff.featherstonehaugh-cholmondeley@international.company.example",
};
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const hidden = { form: "uP1mR5cQx0Zb", request: "AAAAAWx1".repeat(80) };

const crm = {
	name: "CRM",
	scopes: [
		{ name: "crm.read", sentence: "See your customers" },
		{ name: "crm.write", sentence: "Change your customers" },
	],
};
const manyApis = ["CRM", "Orders", "Warehouse"].map((name) => ({
	name,
	scopes: ["read", "write", "delete"].map((verb) => ({
		name: `${name.toLowerCase()}.${verb}`,
		sentence: `${verb === "read" ? "See" : verb === "write" ? "Change" : "Delete"} everything in ${name} that you can reach yourself`,
	})),
}));

const toldApps = [
	{ id: "analytics", app: unbroken, state: "failed" },
	{ id: "portal", app: { name: "Portal" }, state: "told" },
	{ id: "shipping", app: longApp, state: "trying" },
	{ id: "shop", app: shop, state: "untold" },
] as const;

/** Every page in every state, in one language. */
export function pageStates(made: Pages, lang = "en"): readonly PageState[] {
	const pages = made.spoken(lang, `continue=${"AAAAAWx1".repeat(80)}`);
	const login = { action: "/login", hidden, form: passwordForm };
	const urls = { accountUrl: "/account#apps", otherAccountUrl: "/select-account" };
	const consent = { action: "/consent", hidden, redirectUri: "https://app.analytics.example/cb", person: alice, apis: [crm], ...urls };
	const standardScopes = ["openid", "profile", "email", "offline_access"];
	const signIn = (view: Partial<Parameters<SpokenPages["signInPage"]>[0]>) => pages.signInPage({ ...login, app: shop, ...view });
	const documents: Readonly<Record<string, Document>> = {
		"sign-in": signIn({}),
		"sign-in-hinted": signIn({ username: "alice@company.example" }),
		"sign-in-mismatch": signIn({ username: "alice@company.example", error: { kind: "mismatch" } }),
		"sign-in-too-many": signIn({ username: "alice", error: { kind: "too-many", seconds: 240 } }),
		"sign-in-busy": signIn({ username: "alice", error: { kind: "busy" } }),
		"sign-in-stale": signIn({ error: { kind: "stale" } }),
		"sign-in-not-reviewed": signIn({ app: stranger }),
		"sign-in-reviewed": signIn({ app: analytics }),
		"sign-in-wide-logo": signIn({ app: { ...wide, reviewed: false } }),
		"sign-in-own": pages.signInPage(login),
		"sign-in-long": signIn({ app: { ...longApp, ...links, logo: "/logo?client_id=wide&v=1" }, username: longPerson.detail }),
		"select-account": pages.selectAccountPage({ action: "/select-account", hidden, app: shop, person: alice, signedInFor: 7_300 }),
		"select-account-long": pages.selectAccountPage({ action: "/select-account", hidden, app: longApp, person: longPerson, signedInFor: 5 }),
		consent: pages.consentPage({
			...consent,
			app: analytics,
			standardScopes,
		}),
		"consent-not-reviewed": pages.consentPage({ ...consent, app: stranger, standardScopes }),
		"consent-openid-alone": pages.consentPage({ ...consent, app: shop, standardScopes: ["openid"], apis: [] }),
		"consent-12": pages.consentPage({
			...consent,
			app: wide,
			standardScopes: ["openid", "profile", "address", "phone"],
			apis: manyApis,
		}),
		"consent-long": pages.consentPage({
			...consent,
			app: unbroken,
			person: longPerson,
			redirectUri: "https://international-shipping-and-returns-control-centre.wholesale.partners.europe.example:8443/cb",
			standardScopes,
		}),
		continue: pages.continuePage({ action: "/continue", hidden, app: { name: "Portal", reviewed: true }, person: alice }),
		"continue-long": pages.continuePage({ action: "/continue", hidden, app: longApp, person: longPerson }),
		logout: pages.logoutPage({ action: "/end-session", hidden, person: alice }),
		"logout-no-way-back": pages.logoutPage({ action: "/end-session", hidden, person: longPerson, noWayBack: true }),
		"signed-out": pages.signedOutPage({ accountUrl: "/account" }),
		"signed-out-receipt": pages.signedOutPage({
			accountUrl: "/account",
			receipt: { apps: toldApps, againUrl: "/signed-out?receipt=AAAAAWx1" },
		}),
		"signed-out-all-told": pages.signedOutPage({
			accountUrl: "/account",
			receipt: { apps: [{ id: "portal", app: { name: "Portal" }, state: "told" }], againUrl: "/signed-out" },
		}),
		stayed: pages.signedOutPage({ stayed: alice, accountUrl: "/account" }),
		error: pages.errorPage({ code: "invalid_request", traceId }),
		"error-no-page": pages.errorPage({ code: "not_found", traceId, way: { to: "account", url: "/account" } }),
		"error-busy": pages.errorPage({ code: "temporarily_unavailable", traceId, way: { to: "again", url: "?client_id=shop" } }),
		"error-too-many": pages.errorPage({ code: "too_many_requests", traceId }),
		"error-not-allowed": pages.errorPage({ code: "access_denied", traceId }),
		"error-cookies-off": pages.errorPage({ code: "cookies_off", traceId, way: { to: "again", url: "/authorize" } }),
		"error-ours": pages.errorPage({ code: "server_error", traceId }),
		"error-unknown-app": pages.errorPage({ code: "invalid_request", unknownApp: true, traceId }),
		"error-start-again": pages.errorPage({ code: "forbidden", traceId, way: { to: "again", url: "/authorize" } }),
		"error-development": pages.errorPage({
			code: "invalid_request",
			unknownApp: true,
			traceId,
			development: {
				description: "the redirect_uri is not registered: register it, or send a registered one, letter by letter",
				comparison: {
					"redirect_uri sent": "http://127.0.0.1:5173/callback/",
					"redirect_uris registered": "http://127.0.0.1:5173/callback  http://127.0.0.1:5173/silent",
				},
			},
		}),
		"form-post": pages.formPostPage({
			app: shop,
			redirectUri: "https://shop.company.example/callback",
			parameters: new Map([
				["code", "SplxlOBeZQQYbYS6WxSbIA"],
				["state", "af0ifjsldkj"],
			]),
		}),
	};
	const accounts = Object.entries(accountStates).map(([name, view]) => ({ name, ...pages.accountPage(view) }));
	return [...Object.entries(documents).map(([name, document]) => ({ name, ...document })), ...accounts];
}
