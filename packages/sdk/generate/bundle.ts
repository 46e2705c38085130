import { rolldown } from "rolldown";

/** What a browser gets of `entry`, minified and without frameworks: the file that it begins with, and those that follow when they are needed. */
export async function bundle(entry: string, format: "iife" | "es"): Promise<readonly [first: string, ...later: string[]]> {
	const build = await rolldown({ input: entry, platform: "browser", external: ["react", "vue"] });
	const { output } = await build.generate({ format, minify: true, comments: false });
	await build.close();
	const [first, ...others] = output.map((file) => (file.type === "chunk" ? file.code : ""));
	return [first!, ...others];
}
