import { test } from "vitest";
import { killUnderLoad } from "./kill-under-load.ts";

test("F-01 F-03 I15 kill -9 under load, thirty times", { timeout: 900_000 }, () => killUnderLoad(30));
