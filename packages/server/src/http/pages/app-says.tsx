import type { Frame } from "./frame.tsx";
import { AppLogo, type AppView } from "./parts.tsx";
import { ownPicture, safeUrl } from "./safe-url.ts";
import { say, sayText } from "./say.tsx";

/**
 * What an app says of itself (OpenID Connect Registration §2): where it lives, its privacy policy, its terms; and, while the company
 * has not reviewed it, its logo, which stands here and not at the end of the passage, for it is the app's own word alone. The links
 * open beside the page, so that nothing that was typed is lost.
 *
 * @param site whether its home page is among the links
 */
export function AppSays({ frame, app, site = false }: { readonly frame: Frame; readonly app: AppView; readonly site?: boolean }) {
	const words = frame.words.app;
	const { logo, uri, policyUri, tosUri } = said(app);
	const links = [
		{ href: site ? uri : undefined, text: words.site, of: words.siteOf },
		{ href: policyUri, text: words.policy, of: words.policyOf },
		{ href: tosUri, text: words.terms, of: words.termsOf },
	].flatMap(({ href, text, of }) => (href === undefined ? [] : [{ href, text, of }]));
	if (logo === undefined && links.length === 0) return null;
	return (
		<div class="says">
			{logo === undefined ? null : <AppLogo frame={frame} app={app} logo={logo} />}
			{links.length === 0 ? null : (
				<p class="small">
					{links.map(({ href, text, of }) => (
						<a href={href} target="_blank" rel="noopener noreferrer" aria-label={sayText(of, { app: app.name })}>
							{say(text)}
						</a>
					))}
				</p>
			)}
		</div>
	);
}

/** Whether there is anything to show of it. */
export function saysAnything(app: AppView): boolean {
	return Object.values(said(app)).some((one) => one !== undefined);
}

function said({ reviewed, logo, uri, policyUri, tosUri }: AppView) {
	return {
		logo: reviewed ? undefined : ownPicture(logo),
		uri: safeUrl(uri),
		policyUri: safeUrl(policyUri),
		tosUri: safeUrl(tosUri),
	};
}
