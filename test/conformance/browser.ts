/** What the browser of the suite does on one page. */
interface Task {
	readonly task: string;
	/** A glob over the address; the module fails where another page stands, unless the task is optional. */
	readonly match: string;
	readonly optional?: true;
	readonly commands?: readonly (readonly (string | number)[])[];
}

/** What the browser of the suite does from one address on. */
interface BrowserEntry {
	readonly match: string;
	readonly tasks: readonly Task[];
}

/** A script for the browser of the suite, for a provider at an issuer. */
export type Script = (issuer: string, person: Credentials) => readonly BrowserEntry[];

export interface Credentials {
	readonly username: string;
	readonly password: string;
}

/** The suite keeps the source of the page as its picture, once a text is there. */
const seconds = 10;
const keep = "update-image-placeholder";
const seen = (id: string, text: string, action = keep) => ["wait", "id", id, seconds, text, action] as const;

const submitted: Task = {
	task: "Back at the suite",
	match: "*/test/*/callback*",
	commands: [["wait", "id", "submission_complete", seconds]],
};

function signInTasks(issuer: string, { username, password }: Credentials, first: Task["commands"] = []): readonly Task[] {
	return [
		{
			task: "Sign in",
			match: `${issuer}/login*`,
			optional: true,
			commands: [
				...first,
				["text", "id", "username", username, "optional"],
				["text", "id", "password", password],
				["click", "id", "login-submit"],
			],
		},
		{ task: "Consent", match: `${issuer}/consent*`, optional: true, commands: [["click", "id", "consent-allow"]] },
		submitted,
	];
}

/** Signs in and consents where a page asks for it. */
export const signIn: Script = (issuer, person) => [{ match: `${issuer}/authorize*`, tasks: signInTasks(issuer, person) }];

/** The same, with a picture of the sign-in page for a module that wants one of the second time. */
export const signInAgain: Script = (issuer, person) => [
	{
		match: `${issuer}/authorize*`,
		tasks: signInTasks(issuer, person, [seen("login-submit", ".*", `${keep}-optional`)]),
	},
];

/** Expects a page instead of a way back, with a text in the element of an id. */
export function page(id: string, text: string): Script {
	return (issuer) => [{ match: `${issuer}/authorize*`, tasks: [{ task: "The page", match: `${issuer}/*`, commands: [seen(id, text)] }] }];
}

const endSession = (issuer: string, ...tasks: readonly Task[]): BrowserEntry => ({ match: `${issuer}/end-session*`, tasks });

/** Signs in, then out: where a page asks, it is confirmed, and the browser ends at the suite. */
export const signInAndOut: Script = (issuer, person) => [
	...signIn(issuer, person),
	endSession(
		issuer,
		{ task: "Confirm", match: `${issuer}/end-session*`, optional: true, commands: [["click", "id", "logout-confirm"]] },
		{ task: "Back at the suite", match: "*/test/*/post_logout_redirect*" },
	),
];

/** Signs in; then signing out leads to a page that never goes on to the app, with a text in the element of an id. */
export function signInAndStay(id: string, text: string): Script {
	return (issuer, person) => [
		...signIn(issuer, person),
		endSession(issuer, { task: "The page", match: `${issuer}/*`, commands: [seen(id, text)] }),
	];
}

/** Signs in; then signing out asks, is confirmed, and ends on our own page. */
export const signInAndOutHere: Script = (issuer, person) => [
	...signIn(issuer, person),
	endSession(
		issuer,
		{ task: "Confirm", match: `${issuer}/end-session*`, optional: true, commands: [["click", "id", "logout-confirm"]] },
		{ task: "Signed out", match: `${issuer}/signed-out*`, commands: [seen("signed-out", ".+")] },
	),
];
