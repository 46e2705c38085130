import type { AccountView } from "../src/http/pages/index.ts";
import { readUserAgent } from "../src/model/index.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 21, 12, 0);

const firefox = readUserAgent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
const iphone = readUserAgent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1");
const longName = "International Shipping and Returns Control Centre for Wholesale Partners (Europe)";

type App = AccountView["apps"][number];
type Session = AccountView["sessions"][number];

const crm = { name: "CRM", scopes: [{ name: "crm.read", sentence: "See your customers" }] };
const orders = { name: "Orders", scopes: [{ name: "orders.read", sentence: "See your orders" }] };
const shop: App = {
	...{ id: "shop", app: { name: "Shop", reviewed: true }, firstParty: true, since: now - 40 * day, lastUsedAt: now - 2 * hour },
	permissions: { standardScopes: ["openid", "profile", "email"], apis: [crm, orders] },
};
const portal: App = {
	...{
		id: "portal",
		app: { name: "Portal", reviewed: true, logo: "/logo?client_id=wide&v=1" },
		openUrl: "https://portal.example/begin?iss=x",
	},
	...{ firstParty: true, since: now - 3 * hour, lastUsedAt: now - 20_000 },
	permissions: { standardScopes: ["openid"], apis: [] },
};
const analytics: App = {
	...{ id: "analytics", app: { name: "Analytics", reviewed: false }, firstParty: false, since: now - 18 * day, lastUsedAt: now - 3 * day },
	permissions: { standardScopes: ["openid", "profile", "offline_access"], apis: [crm] },
};
const reviewed: App = {
	...{ id: "mail", app: { name: "Mail", reviewed: true }, firstParty: false, since: now - 300 * day },
	permissions: { standardScopes: ["openid", "email"], apis: [] },
};
const all = ["CRM", "Orders", "Warehouse"].map((name) => ({
	name,
	scopes: ["read", "write", "delete"].map((verb) => ({
		name: `${name.toLowerCase()}.${verb}`,
		sentence: `${verb === "read" ? "See" : verb === "write" ? "Change" : "Delete"} everything in ${name} that you can reach yourself`,
	})),
}));
const twelve: App = {
	...{ id: "logistics", app: { name: longName, reviewed: false }, firstParty: false, since: now - 2 * day, lastUsedAt: now - minute },
	permissions: { standardScopes: ["openid", "profile", "address", "phone"], apis: all },
};

const here: Session = {
	...{ id: "s1", current: true, browser: firefox, createdAt: now - 4 * hour, lastUsedAt: now - 10_000, network: "192.0.2.0/24" },
};
const phone: Session = {
	...{ id: "s2", current: false, browser: iphone, createdAt: now - 9 * day, lastUsedAt: now - 17 * hour, network: "2001:db8:12::/48" },
};
const program: Session = {
	id: "s3",
	current: false,
	browser: readUserAgent("curl/8.14.1"),
	createdAt: now - 30 * minute,
	lastUsedAt: now - 29 * minute,
};

const happenings: AccountView["happenings"] = [
	{ at: now - 4 * hour, kind: "signedIn", app: "Shop", browser: firefox },
	{ at: now - 4 * hour - minute, kind: "wrongPassword", browser: firefox },
	{ at: now - 17 * hour, kind: "signedIn", app: "Portal", browser: iphone },
	{ at: now - 3 * day, kind: "replayed", app: "Gadget" },
	{ at: now - 18 * day, kind: "appAllowed", app: "Analytics", browser: firefox },
	{ at: now - 40 * day, kind: "passwordChanged", browser: firefox },
];
const everyKind = [
	...["signedIn", "signedInHere", "provedAgain", "provedAgainHere", "signedOut", "ended", "endedByPassword", "endedByLimit"],
	...["endedByAnother", "endedByCompany", "appAllowed", "takenBack", "takenBackByCompany", "givenBack", "passwordChanged"],
	...["passwordSet", "replayed", "wrongPassword", "wrongPasswordHere"],
] as const;

const usual: AccountView = {
	now,
	person: { name: "Alice Example", detail: "alice@company.example" },
	username: "alice",
	hidden: { form: "uP1mR5cQx0Zb" },
	apps: [analytics, portal, shop],
	heldForMinutes: 10,
	sessions: [here, phone],
	hasPassword: true,
	happenings,
	signOutUrl: "/end-session",
	otherAccountUrl: `/login?continue=${"AAAAAWx1".repeat(20)}`,
};

/** The account page in every state. */
export const accountStates: Readonly<Record<string, AccountView>> = {
	account: usual,
	"account-empty": { ...usual, apps: [], heldForMinutes: 0, sessions: [here], happenings: happenings.slice(0, 1) },
	"account-many": {
		...usual,
		apps: [twelve, analytics, reviewed, shop, portal],
		sessions: [here, phone, program],
		happenings: everyKind.map((kind, index) => ({
			at: now - index * 7 * hour,
			kind,
			app: index % 3 === 0 ? longName : "Shop",
			browser: index % 2 === 0 ? firefox : iphone,
			...(kind === "ended" || kind === "signedOut"
				? { told: { confirmed: ["Portal", "Shop"], failed: [longName], untold: ["Mobile"] } }
				: {}),
		})),
	},
	"account-long": {
		...usual,
		hasPassword: false,
		sessions: [here, phone, { ...phone, id: "s4", createdAt: now - 2 * day }],
		person: {
			name: "Wolfeschlegelsteinhausenbergerdorff Bartholomew Maximilian Featherstonehaugh-Cholmondeley",
			detail: "wolfeschlegelsteinhausenbergerdorff.featherstonehaugh-cholmondeley@international.company.example",
		},
		apps: [
			{ ...analytics, app: { name: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", reviewed: false } },
			shop,
		],
	},
	"account-notice": { ...usual, apps: [portal, shop], notice: "taken-back" },
	"account-wrong-password": { ...usual, passwordError: { kind: "wrong" } },
	"account-new-password": { ...usual, passwordError: { kind: "common" } },
};
