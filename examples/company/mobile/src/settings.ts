/** Where everybody is. It stands in the page, so that one build runs against any company. */
interface Settings {
	readonly issuer: string;
	/** The APIs. What an API is called is also what its tokens are for (RFC 8707). */
	readonly crm: string;
	readonly orders: string;
}

export const settings = JSON.parse(document.querySelector("#settings")?.textContent ?? "{}") as Settings;
