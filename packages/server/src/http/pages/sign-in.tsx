import type { FormDescription, FormField } from "@gatehouse/protocol";
import { AppSays } from "./app-says.tsx";
import { type Document, type Frame, Page, renderPage } from "./frame.tsx";
import { AppTile, type AppView, type FormTarget, OwnForm } from "./parts.tsx";
import { PasswordInput } from "./password-input.tsx";
import { Refusal, sayWait } from "./refusal.tsx";
import { safeUrl } from "./safe-url.ts";
import { Heading, say, sayText } from "./say.tsx";

/** Why a sign-in was refused, in words that never tell whether the account exists. */
export type SignInError =
	/** User name and password do not belong together. */
	| { readonly kind: "mismatch" }
	/** Too many guesses; another is heard after so many seconds. */
	| { readonly kind: "too-many"; readonly seconds: number }
	/** The queue for passwords is full. */
	| { readonly kind: "busy" }
	/** The page that was sent was too old, or of another session: nothing of it was evaluated. */
	| { readonly kind: "stale" };

export interface SignInView extends FormTarget {
	/** Absent on the way to the person's own account. */
	readonly app?: AppView;
	/** What the login method asks for. */
	readonly form: FormDescription;
	readonly error?: SignInError;
	/** What was typed as user name before, or hinted at by the app. */
	readonly username?: string;
}

/** The page at `/login`. */
export function signInPage(frame: Frame, view: SignInView): Document {
	const words = frame.words.signIn;
	const app = view.app?.name ?? "";
	const own = view.app === undefined;
	const title = own ? words.ownTitle : words.title;
	const mismatch = view.error?.kind === "mismatch";
	const filled = (field: FormField) => field.value ?? (field.kind === "username" ? view.username : undefined) ?? "";
	const first = view.error === undefined ? (view.form.fields.find((field) => filled(field) === "") ?? view.form.fields[0]) : undefined;
	return renderPage(
		<Page
			frame={frame}
			name="login"
			dress="fields"
			title={sayText(view.error === undefined ? title : own ? words.ownRefusedTitle : words.refusedTitle, { app })}
			end={view.app && <AppTile frame={frame} app={view.app} />}
			broken={view.app?.reviewed === false}
		>
			<Heading message={title} values={{ app }} />
			{view.error === undefined ? null : <Refused frame={frame} error={view.error} />}
			<OwnForm target={view}>
				{view.form.fields.map((field, index) => (
					<Field
						frame={frame}
						field={field}
						value={filled(field)}
						invalid={mismatch}
						focused={field === first}
						last={index === view.form.fields.length - 1}
					/>
				))}
				<button type="submit" class="main" id="login-submit" data-busy={sayText(words.submitting)}>
					{say(words.submit)}
				</button>
			</OwnForm>
			{view.app && <AppSays frame={frame} app={view.app} />}
		</Page>,
	);
}

function Refused({ frame, error }: { readonly frame: Frame; readonly error: SignInError }) {
	const words = frame.words.signIn;
	const help = safeUrl(frame.branding.links?.help);
	return <Refusal id="login-error">{refusal()}</Refusal>;

	function refusal() {
		switch (error.kind) {
			case "mismatch":
				return (
					<>
						{say(words.mismatch)} {help === undefined ? null : say(words.forgotten, { link: (inside) => <a href={help}>{inside}</a> })}
					</>
				);
			case "too-many":
				return sayWait(frame, error.seconds);
			case "busy":
			case "stale":
				return say(words[error.kind]);
		}
	}
}

interface FieldProps {
	readonly frame: Frame;
	readonly field: FormField;
	readonly value: string;
	readonly invalid: boolean;
	readonly focused: boolean;
	readonly last: boolean;
}

/** One field, drawn by its kind; its label is always visible. */
function Field({ frame, field, value, invalid, focused, last }: FieldProps) {
	const input = {
		id: field.name,
		name: field.name,
		autocomplete: field.autocomplete,
		enterkeyhint: last ? ("go" as const) : ("next" as const),
		autocapitalize: "none" as const,
		spellcheck: false,
		required: true,
		autofocus: focused,
		...(invalid ? { "aria-invalid": "true" as const, "aria-describedby": "login-error" } : {}),
	};
	return (
		<div class="field">
			<label for={field.name}>{say(frame.words.signIn.fields[field.kind])}</label>
			{field.kind === "username" ? (
				<input {...input} inputmode="email" dir="auto" value={value} />
			) : (
				<PasswordInput frame={frame} id={field.name} show={frame.words.signIn.showPassword}>
					<input {...input} type="password" />
				</PasswordInput>
			)}
		</div>
	);
}
