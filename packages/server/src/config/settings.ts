import { signingAlgorithms } from "@gatehouse/protocol";
import { defaultAccent } from "../http/pages/accent.ts";
import { colour, host, hostAndPort, issuer, network, storeUrl, webPage } from "./addresses.ts";
import { client } from "./client.ts";
import { resource } from "./resource.ts";
import { optional, secretive, setting } from "./row.ts";
import { image, masterKeys, pem } from "./secrets.ts";
import { choice, duration, flag, integer, list, text } from "./shape.ts";
import { user } from "./user.ts";

/**
 * Every setting there is, by its path. The type of the configuration, its parsing, the variables
 * (`listen.port` is `GATEHOUSE_LISTEN_PORT`) and the manual derive from these rows. Security choices are not settings.
 */
export const settings = {
	issuer: setting("The origin that people and tokens know Gatehouse by.", issuer, "http://localhost:4000"),
	revision: optional("A file with a lower one than was last applied changes nothing that is declared.", integer(0, 999_999_999_999)),
	"listen.host": setting("The address it listens on.", host, "127.0.0.1"),
	"listen.port": setting("The port it listens on.", integer(0, 65_535), 4000),
	"listen.tls.cert": optional("The certificate chain, where Gatehouse itself ends TLS.", pem("CERTIFICATE")),
	"listen.tls.key": optional("The key of that certificate.", pem("PRIVATE KEY")),
	"adminListen.host": optional("The address of the separate listener for operators (not yet).", host),
	"adminListen.port": optional("The port of that listener (not yet).", integer(0, 65_535)),
	trustedProxies: setting("The proxies whose `Forwarded` headers are believed.", list(network), []),
	"store.url": secretive(setting("Where everything is kept.", storeUrl, "sqlite:./data/gatehouse.db")),
	masterKey: secretive(optional("The key over everything that is sealed; a list is newest first.", masterKeys)),
	"signing.default": setting("The algorithm of access tokens whose resource names none.", choice(signingAlgorithms, symmetric), "RS256"),
	"signing.rotateAfter": setting(
		"A key that has signed for this long hands over to the next; the longest leaves that to `gatehouse keys rotate`.",
		duration("1d", "3650d"),
		"90d",
	),
	"sessions.idle": setting("A session ends when it was not used for this long.", duration("1s", "400d"), "8h"),
	"sessions.absolute": setting("A session ends after this long, used or not.", duration("1s", "400d"), "30d"),
	"sessions.max": setting("How many sessions a person may have at once: the oldest ends; 0 is no limit.", integer(0, 1000), 0),
	"refreshTokens.idle": setting("A refresh token that is not used for this long ends with its family.", duration("1s", "3650d"), "14d"),
	"refreshTokens.absolute": setting("A family of refresh tokens ends after this long.", duration("1s", "3650d"), "90d"),
	"outbound.allow": setting("Private hosts that may be called on a client's word, with or without a port.", list(hostAndPort), []),
	"outbound.ca": optional("Certificates that are trusted beside the system's when calling out.", pem("CERTIFICATE")),
	"registration.dynamic": setting(
		"Whether clients may register themselves: nobody, whoever was given a token, or anybody.",
		choice(["off", "token", "open"]),
		"off",
	),
	"registration.requirePkce": setting("Whether confidential clients that register themselves must use PKCE.", flag, true),
	"registration.legacyAssertionAudience": setting(
		"Whether clients that register themselves may name the token endpoint as the audience of their assertions.",
		flag,
		false,
	),
	"branding.name": setting("The name of the company, on every page.", text("text", { max: 60 }), "Gatehouse"),
	"branding.logo": optional("The mark of the company, on every page.", image),
	"branding.accent": setting("The colour of the company.", colour, defaultAccent),
	"branding.links.help": optional("Where people find help.", webPage),
	"branding.links.privacy": optional("Where people read what happens with their data.", webPage),
	resources: setting("The APIs that tokens are for.", list(resource), []),
	clients: setting("The applications, in the standard's own metadata names.", list(client), []),
	users: setting("People for development and tests; the names are the standard claims.", list(user), []),
} as const;

function symmetric(word: string): string | undefined {
	return /^(HS\d+|none)$/i.test(word) ? `is never accepted: tokens are signed with ${signingAlgorithms.join(", ")}` : undefined;
}
