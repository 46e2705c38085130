import { useSyncExternalStore } from "react";
import { Pressable, StyleSheet, Text, View } from "react-native";
import { auth } from "./auth";

void auth.ready();

/** Who is signed in, and the way in and out. */
export function App() {
	const { status, session } = useSyncExternalStore(auth.subscribe, () => auth.state);
	const [word, act] = session ? ["Sign out", () => auth.signOut()] : ["Sign in", () => auth.signIn()];
	return (
		<View style={styles.page}>
			<Text style={styles.title}>{session?.user.name ?? "Larkfield"}</Text>
			{status === "unreachable" && <Text>Offline. You are still signed in.</Text>}
			<Pressable style={styles.button} accessibilityRole="button" onPress={() => void act().catch(() => undefined)}>
				<Text style={styles.word}>{word}</Text>
			</Pressable>
		</View>
	);
}

const styles = StyleSheet.create({
	page: { flex: 1, justifyContent: "center", gap: 16, padding: 24 },
	title: { fontSize: 30, fontWeight: "600" },
	button: { alignItems: "center", padding: 16, backgroundColor: "#0b5d46", borderRadius: 12 },
	word: { color: "#ffffff", fontWeight: "600" },
});
