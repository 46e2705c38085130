import { expect, test } from "vitest";
import { gatehouse, scratchFolder } from "../process.ts";

test("whoever reads only the beginning of an answer, as `| head` does, hears no complaint", async () => {
	using folder = scratchFolder();
	folder.write("gatehouse.json", JSON.stringify({ store: { url: "sqlite:data.db" } }));
	const words = ["--config", "gatehouse.json"];
	const added = await gatehouse(["user", "add", "alice", ...words], { cwd: folder.path, stdin: "teapot-under-the-oak" });
	expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^alice was added/) });
	const listed = await gatehouse(["user", "list", ...words], { cwd: folder.path, reads: false });
	expect(listed).toEqual({ code: 0, stdout: "", stderr: "" });
});
