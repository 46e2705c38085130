/** Turns the instants of a page into the person's own time. */
export const timesScript = `
document.querySelectorAll("time").forEach(function (time) {
	var at = new Date(time.dateTime);
	var lang = document.documentElement.lang;
	time.title = at.toLocaleString(lang, { dateStyle: "long", timeStyle: "short" });
	if (time.hasAttribute("data-day")) time.textContent = at.toLocaleDateString(lang, { dateStyle: "long" });
});
`
	.replace(/\s*\n\s*/g, "")
	.replace(/ ?([=!?:&|{}(),;]+) ?/g, "$1");
