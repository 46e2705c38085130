import "./style.css";
import { mount } from "./app.ts";
import { auth } from "./auth.ts";

// First it is settled who is signed in, by what the phone has kept or by the link that started the app; then something is drawn.
await auth.ready();
mount(document.querySelector("#app")!);
