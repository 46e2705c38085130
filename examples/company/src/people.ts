/** Who may sign in. These passwords are printed by `npm start`: they guard nothing but the demo. */
export const people = [
	{
		username: "alice",
		password: "teapot-under-the-oak",
		name: "Alice Example",
		given_name: "Alice",
		family_name: "Example",
		email: "alice@larkfield.example",
		email_verified: true,
		groups: ["sales"],
	},
	{
		username: "bob",
		password: "ladder-behind-the-barn",
		name: "Bob Example",
		given_name: "Bob",
		family_name: "Example",
		email: "bob@larkfield.example",
		email_verified: true,
		groups: ["warehouse"],
	},
] as const;
