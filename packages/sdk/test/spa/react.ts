import { createElement as e, StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { createAuth } from "../../src/spa/index.ts";
import { AuthProvider, useAuth } from "../../src/spa/react.ts";

const { issuer, orders } = document.documentElement.dataset as { readonly issuer: string; readonly orders: string };
const auth = createAuth({ issuer, clientId: "shop" });

function Page() {
	const { session, status, signIn, signOut, fetch } = useAuth();
	const [answer, setAnswer] = useState("");
	const [mounts, setMounts] = useState(0);
	useEffect(() => {
		void auth.ready();
		setMounts((count) => count + 1);
	}, []);
	const call = async () => setAnswer(await (await fetch(`${orders}/orders`)).text());
	return e(
		"main",
		{ id: "page", "data-status": status, "data-mounts": mounts },
		e("p", { id: "name" }, session?.user.name),
		e("button", { type: "button", id: "sign-in", onClick: () => void signIn() }, "Sign in"),
		e("button", { type: "button", id: "sign-out", onClick: () => void signOut({ everywhere: false }) }, "Sign out"),
		e("button", { type: "button", id: "call", onClick: () => void call() }, "Call"),
		e("p", { id: "answer" }, answer),
	);
}

createRoot(document.body).render(e(StrictMode, null, e(AuthProvider, { auth }, e(Page))));
