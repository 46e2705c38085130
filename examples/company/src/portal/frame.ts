import type { Frame } from "../web/page.ts";

export const frame: Frame = { app: "portal", name: "Larkfield Portal" };
