import type { ChangePasswordGround } from "../login/change-password.ts";
import type { ConsentGround } from "../login/consent.ts";
import type { CurrentSessionGround } from "../login/current-session.ts";
import type { SignInGround } from "../login/sign-in.ts";
import type { SignOutGround } from "../login/sign-out.ts";
import type { AccountGround } from "../management/account.ts";
import type { ReceiptGround } from "../management/receipt.ts";
import type { AuthorizeGround } from "../oauth/authorize.ts";
import type { EndSessionGround } from "../oauth/end-session.ts";
import type { RegistrationGround } from "../oauth/registration/register.ts";
import type { RevocationGround } from "../oauth/revoke.ts";
import type { UserinfoGround } from "../oauth/userinfo.ts";
import type { KnownLogo, LogoStore } from "../store/store.ts";
import type { Macs, Seals } from "../tokens/tokens.ts";
import type { Pages } from "./pages/index.ts";

/** What the doors take: the grounds of the rules they open on, and what they themselves need to carry a request. */
export interface DoorGround {
	readonly issuer: string;
	readonly oauth: AuthorizeGround & RevocationGround & UserinfoGround & EndSessionGround;
	readonly login: SignInGround & ConsentGround & SignOutGround & CurrentSessionGround;
	readonly account: AccountGround & ChangePasswordGround;
	readonly receipt: ReceiptGround;
	/** Resolves when an app has been told, or has not, that a session ended. */
	readonly logoutNews: () => Promise<void>;
	readonly registration: RegistrationGround;
	readonly seals: Seals;
	readonly macs: Pick<Macs, "form" | "isForm" | "device">;
	readonly pages: Pages;
	/** The JWK set as ready bytes. */
	readonly jwks: (now: number) => Uint8Array;
	/** Which clients have a logo to be shown, and since when. */
	readonly knownLogos: () => ReadonlyMap<string, KnownLogo>;
	readonly findLogo: LogoStore["find"];
	/** Throws while the store cannot answer. */
	readonly ping: () => Promise<void>;
	/** True once the server is asked to end: readiness falls first. */
	readonly draining: () => boolean;
	readonly trustedProxies: readonly string[];
	readonly now: () => number;
	readonly random: (length: number) => Uint8Array;
	readonly sleep: (ms: number) => Promise<void>;
	readonly log: DoorLog;
}

/** Where the doors write what they answered; nothing secret is ever handed to it. */
export interface DoorLog {
	info(fields: Readonly<Record<string, unknown>>, message: string): void;
	error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
