import type { CapacitorConfig } from "@capacitor/cli";

const config: CapacitorConfig = {
	appId: "com.larkfield.app",
	appName: "Larkfield",
	webDir: "dist",
	// The app's pages are served to the web view from https://localhost (Android) and capacitor://localhost (iOS): the origins from which it calls.
	server: { androidScheme: "https" },
};

export default config;
