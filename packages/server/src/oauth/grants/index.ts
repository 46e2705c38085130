import { authorizationCode } from "./authorization-code.ts";
import { clientCredentials } from "./client-credentials.ts";
import type { GrantType } from "./grant-type.ts";
import { refreshToken } from "./refresh-token.ts";

/** Every `grant_type` there is: discovery, registration and parsing read this list. */
export const grantTypes: readonly GrantType[] = [authorizationCode, refreshToken, clientCredentials];
