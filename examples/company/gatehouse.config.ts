import { join } from "node:path";
import { file, privateKey } from "@gatehouse/sdk/machine";
import { defineConfig } from "@gatehouse/server";
import { dataFolder, parties } from "./src/parties.ts";
import { people } from "./src/people.ts";
import { keyFile, secretFile } from "./src/secrets.ts";
import { webViews } from "./src/sharing.ts";

const { auth, crm, orders, portal, analytics, shop, "shop-bff": shopBff } = parties;

export default defineConfig({
	issuer: auth.origin,
	listen: { host: "127.0.0.1", port: auth.port },
	store: { url: `sqlite:${join(dataFolder, "gatehouse.db")}` },
	masterKey: { file: join(dataFolder, "master.key") },
	branding: { name: "Larkfield", accent: "#0b5d46" },

	// An API is a resource: its identifier is what its tokens carry as audience (RFC 8707), its scopes are what they may allow.
	resources: [
		{
			identifier: crm.origin,
			name: "CRM",
			scopes: {
				"crm.read": "See your customers",
				"crm.write": { description: "Add and change your customers", groups: ["sales"] },
			},
			introspection_clients: ["crm-api"],
		},
		{ identifier: orders.origin, name: "Orders", scopes: { "orders.read": "See your orders" } },
	],

	// A client is written in the standard's own names (RFC 7591 §2).
	clients: [
		{
			client_id: "portal",
			client_name: "Portal",
			client_secret: { file: secretFile("portal") },
			redirect_uris: [`${portal.origin}/auth/callback`],
			post_logout_redirect_uris: [`${portal.origin}/signed-out`],
			// Where auth tells it that a session has ended, server to server, so that whoever signs out elsewhere is out here too.
			backchannel_logout_uri: `${portal.origin}/auth/backchannel`,
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email crm.read crm.write orders.read",
			first_party: true,
		},
		{
			// Somebody else's app: people are asked before it gets anything, and can take it back.
			client_id: "analytics",
			client_name: "Analytics",
			client_secret: { file: secretFile("analytics") },
			redirect_uris: [`${analytics.origin}/callback`],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile offline_access crm.read",
		},
		{
			// A browser app: whoever uses it has its code, so a secret would be none. PKCE and the exact redirect URI stand in for it, and its
			// origin, which is that of the redirect URI, may read the answers of the token endpoint (CORS).
			client_id: "shop",
			client_name: "Shop",
			application_type: "web",
			token_endpoint_auth_method: "none",
			redirect_uris: [`${shop.origin}/callback`],
			post_logout_redirect_uris: [`${shop.origin}/`],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email crm.read orders.read",
			first_party: true,
		},
		{
			// The same shop behind a back end for front ends: that is where the tokens are, so it can prove itself with a secret, and CORS opens
			// nothing for its pages.
			client_id: "shop-bff",
			client_name: "Shop (BFF)",
			client_secret: { file: secretFile("shop-bff") },
			redirect_uris: [`${shopBff.origin}/auth/callback`],
			post_logout_redirect_uris: [`${shopBff.origin}/`],
			backchannel_logout_uri: `${shopBff.origin}/auth/backchannel`,
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email crm.read orders.read",
			first_party: true,
		},
		{
			// A command-line app cannot keep a secret; `npm run tour` speaks for it.
			client_id: "terminal",
			client_name: "Terminal",
			application_type: "native",
			token_endpoint_auth_method: "none",
			redirect_uris: ["http://127.0.0.1/callback"],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile crm.read crm.write orders.read",
			first_party: true,
		},
		{
			// An app on a phone keeps no secret either. Its private scheme leads back on any device; the claimed https link, which the system gives to
			// no other app, is what an app in a store uses. Its pages are served to a web view from these two origins, which may call from there.
			client_id: "larkfield-app",
			client_name: "Larkfield",
			application_type: "native",
			token_endpoint_auth_method: "none",
			redirect_uris: ["com.larkfield.app:/callback", "https://app.larkfield.example/callback"],
			allowed_cors_origins: [...webViews],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email crm.read orders.read",
			first_party: true,
		},
		{
			client_id: "night-job",
			client_name: "Night job",
			// It shares no secret with auth, which knows the public half of its key alone.
			token_endpoint_auth_method: "private_key_jwt",
			jwks: await privateKey(file(keyFile())).jwks(),
			grant_types: ["client_credentials"],
			scope: "orders.read",
		},
		{ client_id: "crm-api", client_name: "CRM", client_secret: { file: secretFile("crm-api") }, grant_types: [] },
	],

	users: people,
});
