import { authPlugin } from "@gatehouse/sdk/spa/vue";
import { createApp } from "vue";
import App from "./App.vue";
import { auth } from "./auth.ts";
import { followLinks } from "./router.ts";
import "./style.css";
import { watchTheWire } from "./wire/watch.ts";

/*
 * First it is settled who is signed in, then the app starts. So no view ever asks "do we know yet?", and the answer of a sign-in
 * (/callback?code=…) is off the address before any view, or anything a view loads, could see it.
 */
const settled = watchTheWire();
settled(await auth.ready());
followLinks();
createApp(App).use(authPlugin(auth)).mount("#app");
