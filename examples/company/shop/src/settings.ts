/** What the program that hands out the page knows, and the build does not: where everybody is, and who holds the tokens. */
interface Settings {
	readonly issuer: string;
	/** What the shop is called there. */
	readonly clientId: string;
	/** The path of its back end, where it has one. */
	readonly bff?: string;
	/** The APIs. What an API is called is also what its tokens are for (RFC 8707). */
	readonly crm: string;
	readonly orders: string;
}

export const settings = JSON.parse(document.querySelector("#settings")?.textContent ?? "{}") as Settings;

/** Who answers for the sign-in: without a back end it is asked by the page itself. */
export const signInService = settings.bff === undefined ? "The sign-in service" : "The shop’s server";
