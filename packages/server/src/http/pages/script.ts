/**
 * Comfort for browsers with JavaScript, never function: shows the password, sends a form once. A form that got no answer can be
 * sent again after eight seconds. Coming back to a kept page loads it anew, so that Back shows nothing of a person who has left.
 * No string in it holds a blank beside a sign, so that blanks can go; every line ends in `;`, `{` or `}`. Plain enough for the small browsers inside test suites, which stop at a syntax they do not know.
 */
export const script = `
document.querySelectorAll("[aria-controls]").forEach(function (eye) {
	var field = document.getElementById(eye.getAttribute("aria-controls"));
	function show(on) {
		field.type = on ? "text" : "password";
		eye.setAttribute("aria-pressed", on);
	}
	eye.hidden = false;
	eye.onclick = function () { show(field.type === "password"); };
	field.form.addEventListener("submit", function () { show(false); });
});
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
`
	.replace(/\s*\n\s*/g, "")
	.replace(/ ?([=!?:&|{}(),;]+) ?/g, "$1");
