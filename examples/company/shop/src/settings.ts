/** What the program that hands out the page knows, and the build does not: where everybody is. */
interface Settings {
	readonly issuer: string;
	readonly clientId: string;
	/** The APIs. What an API is called is also what its tokens are for (RFC 8707). */
	readonly crm: string;
	readonly orders: string;
}

export const settings = JSON.parse(document.querySelector("#settings")?.textContent ?? "{}") as Settings;
