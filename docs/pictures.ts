import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes the pictures of the manual from the gallery that the browser tests have made: `npx playwright test pages`, then `npm run docs:pictures`.
 * The manual has few, so that they are looked at.
 */
const pictures = {
	"sign-in": "sign-in-desktop-light-en",
	"sign-in-error": "sign-in-mismatch-phone-dark-en",
	consent: "consent-phone-light-en",
	"consent-not-reviewed": "consent-not-reviewed-desktop-dark-en",
	error: "error-development-desktop-light-en",
	account: "account-desktop-light-en",
} as const;

const gallery = join(import.meta.dirname, "../test-results/gallery");
const folder = join(import.meta.dirname, "pages");
mkdirSync(folder, { recursive: true });
for (const [name, taken] of Object.entries(pictures)) copyFileSync(join(gallery, `${taken}.png`), join(folder, `${name}.png`));
