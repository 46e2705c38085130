import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { header, refusal } from "../http-client.ts";
import { MISUSERS } from "../misuse.ts";
import { type Client, PEOPLE, personName, type Target } from "../target.ts";
import type { Place } from "./place.ts";
import { readSignInForm } from "./sign-in-form.ts";

const command = fileURLToPath(new URL("../../node_modules/.bin/gatehouse", import.meta.url));

/** The most redirects and pages between an authorization request and its answer. */
const HOPS = 8;

/** A client in the names of RFC 7591. */
function metadata({ id, secret }: Client, more: object): object {
	return { client_id: id, client_secret: secret, token_endpoint_auth_method: "client_secret_basic", first_party: true, ...more };
}

/** The configuration file, as an operator would write it. */
function configuration({ algorithm, port, registration }: Place, folder: string, password: string | undefined): object {
	const { clients, redirectUri, api, apiScope } = registration;
	const people = password === undefined ? [] : Array.from({ length: PEOPLE + MISUSERS }, (_, n) => personName(n));
	return {
		issuer: `http://127.0.0.1:${port}`,
		listen: { host: "127.0.0.1", port },
		store: { url: `sqlite:${folder}/data/gatehouse.db` },
		masterKey: { file: `${folder}/secrets/master.key` },
		signing: { default: algorithm },
		resources: [
			{
				identifier: api,
				name: "CRM",
				scopes: { [apiScope]: "See your customers" },
				signingAlg: algorithm,
				introspection_clients: [clients.api.id],
			},
		],
		clients: [
			metadata(clients.service, { grant_types: ["client_credentials"], scope: apiScope }),
			metadata(clients.web, {
				grant_types: ["authorization_code", "refresh_token"],
				redirect_uris: [redirectUri],
				scope: `openid profile email offline_access ${apiScope}`,
				id_token_signed_response_alg: algorithm,
			}),
			metadata(clients.api, { grant_types: [] }),
		],
		users: people.map((username) => ({ username, password, name: username, email: `${username}@example.com`, email_verified: true })),
	};
}

/** Gatehouse as people run it: the command, a file, and the pages as a browser without JavaScript sees them. */
export function gatehouse(place: Place): Target {
	const { algorithm, port, registration } = place;
	const issuer = `http://127.0.0.1:${port}`;
	const password = randomBytes(12).toString("base64url");
	const folder = (data: string): string => `${place.folder}/${data}`;
	return {
		name: `gatehouse ${algorithm}`,
		kind: "gatehouse",
		algorithm,
		issuer,
		registration,
		introspects: "api",
		hasPasswords: true,
		prepare(data) {
			rmSync(folder(data), { recursive: true, force: true });
			for (const part of ["data", "secrets"]) mkdirSync(`${folder(data)}/${part}`, { recursive: true });
			const settings = configuration(place, folder(data), data === "people" ? password : undefined);
			writeFileSync(`${folder(data)}/gatehouse.json`, JSON.stringify(settings), { mode: 0o600 });
		},
		launch: (data) => ({
			command,
			args: ["serve", "--config", `${folder(data)}/gatehouse.json`],
			// The Node of this run comes first, so that the command need not look for a newer one than the machine's.
			environment: { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
			readyUrl: `${issuer}/.well-known/openid-configuration`,
		}),
		async signIn(browser, authorizePath, person) {
			let at = new URL(authorizePath, issuer);
			let answer = await browser.get(authorizePath);
			for (let hop = 0; hop < HOPS; hop++) {
				const location = header(answer, "location");
				if (location !== undefined) {
					at = new URL(location, at);
					if (at.href.startsWith(`${registration.redirectUri}?`)) return at;
					if (at.origin !== issuer) throw new Error("sign-in led to a foreign place");
					answer = await browser.get(at.pathname + at.search);
					continue;
				}
				const form = readSignInForm(answer.body);
				if (form === undefined || answer.status !== 200) throw new Error(`sign-in shows no form at ${at.pathname}: ${refusal(answer)}`);
				if (/\bid="login-error"/.test(answer.body)) throw new Error("sign-in was refused");
				at = new URL(form.action || at, at);
				answer = await browser.post(at.pathname + at.search, { ...form.fields, [form.username]: person, [form.password]: password });
			}
			throw new Error("sign-in did not lead back to the application");
		},
	};
}
