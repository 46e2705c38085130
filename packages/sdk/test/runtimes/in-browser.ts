import { partyAt } from "./party.ts";
import { type Party, run } from "./suite.ts";

/** For the page: runs the suite in it. */
Object.assign(globalThis, { runSuite: (told: Pick<Party, "issuer" | "resource" | "secret">) => run(partyAt(location.origin, told)) });
