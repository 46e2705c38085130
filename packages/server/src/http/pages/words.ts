import type { ErrorCode } from "@gatehouse/protocol";

/** What happened, and what the person can do now. */
interface Told {
	readonly title: string;
	readonly text: string;
}

const unknownApp: Told = {
	title: "This app is not known here",
	text: "{company} does not know the app that sent you, or has switched it off. Nothing was shared with it.",
};
const noSuchPage: Told = { title: "There is no such page", text: "Check the address, or go back to the app that you came from." };

/** The errors that mean something of their own to a person; all others are `otherError`. */
const errors: Partial<Record<ErrorCode, Told>> = {
	invalid_client: unknownApp,
	unauthorized_client: unknownApp,
	not_found: noSuchPage,
	method_not_allowed: noSuchPage,
	server_error: { title: "Something went wrong", text: "The fault is at {company}, and your account is fine. Try again in a moment." },
	temporarily_unavailable: { title: "{company} is busy right now", text: "Nothing was lost. Try again in a moment." },
	too_many_requests: { title: "Too many tries", text: "Wait a little, then try again." },
	access_denied: { title: "You cannot go on here", text: "Your account may not use this app. If it should, ask the help desk." },
	cookies_off: {
		title: "This browser keeps no cookies",
		text: "{company} needs them to know from one page to the next that it is still you. Allow cookies for {company} in this browser, then go back to the app and start again.",
	},
	forbidden: {
		title: "Please start again",
		text: "{company} could not make sure that this came from its own page, so nothing was done. Go back to the app and start again. If this page comes back, allow cookies for {company} in this browser.",
	},
};

/** What the standard permissions mean, by their names on the wire. */
const permissions: Readonly<Record<string, string>> = {
	profile: "See your name and your profile",
	email: "See your email address",
	address: "See your postal address",
	phone: "See your phone number",
	groups: "See which groups you are in",
	offline_access: "Keep this access while you are away",
};

/** Every word that the pages say. A part in braces is filled in; names are set apart, so that they cannot disturb the sentence. */
export const english = {
	lang: "en",
	dir: "ltr" as "ltr" | "rtl",
	documentTitle: "{page} – {company}",
	help: "Help",
	privacy: "Privacy",
	helpDesk: "The help desk",
	useAnotherAccount: "Use another account",
	backTo: "Back to {app}",

	signIn: {
		title: "Sign in to {app}",
		refusedTitle: "Not signed in: {app}",
		showPassword: "Show password",
		submitting: "Signing in…",
		mismatch: { lead: "That did not match.", text: "Check your user name and type your password again." },
		tooMany: { lead: "Too many tries.", text: "Wait {time}, then try again." },
		busy: { lead: "A lot of people are signing in right now.", text: "Your password was not checked. Try again in a moment." },
		stale: { lead: "This page was open for a long time.", text: "To be safe, type your password again." },
		forgotten: "Forgot it? {helpDesk} sets a new one.",
	},

	selectAccount: { title: "Who is going to {app}?", signedIn: "Signed in" },

	consent: {
		title: "Give {app} access?",
		who: "Who asks",
		reviewed: "Reviewed by {company}",
		notReviewed: { lead: "Not reviewed by {company}", text: "Go on only if you know this app and came here from it." },
		forWhom: "For whom",
		what: "What it may do",
		profile: "About you",
		away: "For how long",
		nothingMore: "Know that it is you, and nothing else about you.",
		permissions,
		limits: "It cannot do anything else in your name, and never sees your password.",
		takeBack: "How to take it back",
		takeBackThere: "On {accountPage}, with one click.",
		accountPage: "your account page",
		takeBackByAsking: "Ask {company}, at any time.",
		deny: "Deny",
		allow: "Allow",
	},

	continue: {
		title: "Continue as {person} to {app}?",
		text: "The app {app} on this device wants to sign you in. Continue if you have just opened it.",
		submit: "Continue as {person}",
	},

	logout: {
		title: "Sign out of {company}?",
		text: "You will need your password the next time an app asks who you are.",
		confirm: "Sign out",
		cancel: "Stay signed in",
	},

	signedOut: { title: "You are signed out", text: "You can close this window." },
	stayedSignedIn: { title: "You are still signed in", text: "Nothing changed. You can close this window." },

	error: {
		otherError: {
			title: "This link does not work",
			text: "The app sent you here with a request that {company} cannot answer. Your account is fine. Go back to the app and start again.",
		},
		errors,
		tell: "If it happens again, tell the help desk:",
		code: "Code",
		trace: "Trace",
		developers: "For developers, on this machine only",
	},

	formPost: { title: "Back to {app}", submit: "Continue to {app}" },
};

/** A language of the pages. */
export type Words = typeof english;
