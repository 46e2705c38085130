import { createAuth } from "@gatehouse/sdk/mobile/capacitor";
import { settings } from "./settings.ts";

/**
 * The session of the app. The private scheme works on any device without a web server; an app in a store takes the claimed https link that
 * is registered beside it, `https://app.larkfield.example/callback`, which no other app can take.
 */
export const auth = createAuth({ issuer: settings.issuer, clientId: "larkfield-app", redirect: "com.larkfield.app:/callback" });
