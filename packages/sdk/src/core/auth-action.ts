/** What the receiver of an error can do about it. */
export type AuthAction = "retry" | "sign-in" | "step-up" | "fix-config";
