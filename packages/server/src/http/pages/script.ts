/** Sends the only form of a page. */
export const sendingScript = "document.forms[0].submit()";

/*
 * What follows is comfort for browsers with JavaScript, never function. Plain enough for the small browsers inside test suites,
 * which stop at a syntax they do not know. No string in it holds a blank beside a sign, and every line ends in `;`, `{` or `}`, so
 * that blanks can go.
 */
const small = (script: string) => script.replace(/\s*\n\s*/g, "").replace(/ ?([=!?:&|{}(),;]+) ?/g, "$1");

/**
 * Sends a form once; one that got no answer can be sent again after eight seconds. Coming back to a kept page loads it anew, so that
 * Back shows nothing of a person who has left.
 */
export const script = small(`
document.querySelectorAll("form").forEach(function (form) {
	form.addEventListener("submit", function (event) {
		if (form.getAttribute("aria-busy")) return event.preventDefault();
		var button = form.querySelector("[data-busy]");
		var words = button && button.textContent;
		form.setAttribute("aria-busy", "true");
		if (button) button.textContent = button.dataset.busy;
		setTimeout(function () {
			form.removeAttribute("aria-busy");
			if (button) button.textContent = words;
		}, 8000);
	});
});
addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
`);

/** Shows the password and tells of Caps Lock. */
export const fieldScript = small(`
document.querySelectorAll("[aria-controls]").forEach(function (eye) {
	var field = document.getElementById(eye.getAttribute("aria-controls"));
	function show(on) {
		field.type = on ? "text" : "password";
		eye.setAttribute("aria-pressed", on);
	}
	eye.hidden = false;
	eye.onclick = function () { show(field.type === "password"); };
	field.form.addEventListener("submit", function () { show(false); });
	field.onkeydown = field.onkeyup = function (event) {
		field.parentNode.nextSibling.hidden = !(event.getModifierState && event.getModifierState("CapsLock"));
	};
});
`);

/** Copies what the help desk needs; by selecting it, for the clipboard's own interface is closed to pages. */
export const copyScript = small(`
document.querySelectorAll("[data-copy]").forEach(function (button) {
	button.hidden = false;
	button.onclick = function () {
		getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
		if (document.execCommand("copy")) button.lastChild.textContent = button.dataset.done;
	};
});
`);
