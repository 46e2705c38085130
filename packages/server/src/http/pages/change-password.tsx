import type { Frame } from "./frame.tsx";
import { type FormTarget, OwnForm } from "./parts.tsx";
import { PasswordInput } from "./password-input.tsx";
import { Refusal, sayWait } from "./refusal.tsx";
import { say, sayText } from "./say.tsx";

/** Why a password was not changed. */
export type PasswordError =
	/** The current one is another. */
	| { readonly kind: "wrong" }
	/** The new one may not be set. */
	| { readonly kind: "short" | "long" | "name" | "common" | "same" }
	/** Too many guesses; another is heard after so many seconds. */
	| { readonly kind: "too-many"; readonly seconds: number }
	/** The queue for passwords is full. */
	| { readonly kind: "busy" };

interface ChangePasswordProps {
	readonly frame: Frame;
	readonly target: FormTarget;
	readonly username: string;
	readonly error: PasswordError | undefined;
}

/** The form's fields are `current` and `new`. The user name is there for password managers alone. */
export function ChangePassword({ frame, target, username, error }: ChangePasswordProps) {
	const words = frame.words.account.password;
	const aboutCurrent = error?.kind === "wrong";
	const aboutNew = error !== undefined && !["wrong", "too-many", "busy"].includes(error.kind);
	return (
		<div class="panel">
			<OwnForm target={target}>
				{error === undefined ? null : <Refusal id="password-error">{refusal(frame, error)}</Refusal>}
				<input type="hidden" name="username" autocomplete="username" value={username} />
				<PasswordField frame={frame} id="current-password" name="current" autocomplete="current-password" invalid={aboutCurrent} />
				<PasswordField frame={frame} id="new-password" name="new" autocomplete="new-password" invalid={aboutNew} />
				<div>
					<button type="submit" id="password-submit" data-busy={sayText(words.submitting)}>
						{say(words.submit)}
					</button>
				</div>
			</OwnForm>
		</div>
	);
}

function refusal(frame: Frame, error: PasswordError) {
	return error.kind === "too-many" ? sayWait(frame, error.seconds) : say(frame.words.account.password.errors[error.kind]);
}

interface FieldProps {
	readonly frame: Frame;
	readonly id: string;
	readonly name: "current" | "new";
	readonly autocomplete: "current-password" | "new-password";
	readonly invalid: boolean;
}

function PasswordField({ frame, id, name, autocomplete, invalid }: FieldProps) {
	const words = frame.words.account.password;
	const hint = name === "new" ? "new-hint" : undefined;
	const described = [invalid ? "password-error" : undefined, hint].filter((one) => one !== undefined).join(" ");
	return (
		<div class="field">
			<label for={id}>{say(words[name])}</label>
			<PasswordInput frame={frame} id={id} show={words.show[name]}>
				<input
					id={id}
					name={name}
					type="password"
					autocomplete={autocomplete}
					enterkeyhint={name === "new" ? "done" : "next"}
					autocapitalize="none"
					spellcheck={false}
					required
					aria-invalid={invalid ? "true" : undefined}
					aria-describedby={described === "" ? undefined : described}
				/>
			</PasswordInput>
			{hint === undefined ? null : <small id={hint}>{say(words.hint)}</small>}
		</div>
	);
}
