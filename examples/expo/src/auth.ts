import { createAuth } from "@gatehouse/sdk/mobile/expo";

export const auth = createAuth({
	issuer: "https://auth.larkfield.example",
	clientId: "larkfield-app",
	redirect: "com.larkfield.app:/callback",
});
