import type { Plan } from "../plan.ts";
import { backChannelLogout } from "./back-channel-logout.ts";
import { backChannelLogoutDynamic } from "./back-channel-logout-dynamic.ts";
import { basic } from "./basic.ts";
import { basicDynamic } from "./basic-dynamic.ts";
import { comprehensiveBasic } from "./comprehensive-basic.ts";
import { comprehensivePrivateKeyJwt } from "./comprehensive-private-key-jwt.ts";
import { comprehensivePrivateKeyJwtStatic } from "./comprehensive-private-key-jwt-static.ts";
import { config } from "./config.ts";
import { dynamic } from "./dynamic.ts";
import { formPost } from "./form-post.ts";
import { formPostDynamic } from "./form-post-dynamic.ts";
import { rpInitiatedLogout } from "./rp-initiated-logout.ts";
import { rpInitiatedLogoutDynamic } from "./rp-initiated-logout-dynamic.ts";
import { thirdPartyLogin } from "./third-party-login.ts";

/** Every plan that can be run, in the order of the manual. */
export const plans: readonly Plan[] = [
	config,
	basic,
	basicDynamic,
	formPost,
	formPostDynamic,
	dynamic,
	rpInitiatedLogout,
	rpInitiatedLogoutDynamic,
	backChannelLogout,
	backChannelLogoutDynamic,
	thirdPartyLogin,
	comprehensiveBasic,
	comprehensivePrivateKeyJwt,
	comprehensivePrivateKeyJwtStatic,
];
