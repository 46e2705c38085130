/** The CPU time that `work` takes, in microseconds. */
async function cpu(work: () => unknown, times: number): Promise<number> {
	const start = process.cpuUsage();
	for (let i = 0; i < times; i++) await work();
	const { user, system } = process.cpuUsage(start);
	return user + system;
}

/** Enough work at once that the clock of the processor can tell it from none, in microseconds. */
const enough = 1_000;

/**
 * How many times the CPU grows when the input grows ten times (I21, PG-13). Beyond the bound it looks again, several times,
 * and answers the best: what else the machine does adds to some looks, what grows faster than its input does so in all.
 *
 * @param workOn makes the work on an input of so many characters
 * @param size of the smaller input
 */
export async function growth(workOn: (size: number) => () => unknown, size: number, bound = 12): Promise<number> {
	const [small, large] = [workOn(size), workOn(size * 10)];
	await cpu(small, 3);
	let times = 1;
	while ((await cpu(small, times)) < enough && times < 20_000) times *= 2;
	const fewer = Math.max(1, Math.ceil(times / 4));
	let best = Number.POSITIVE_INFINITY;
	for (let look = 0; look < 8 && best > bound; look++) {
		const base = Math.max(await cpu(small, times), 1) / times;
		best = Math.min(best, (await cpu(large, fewer)) / fewer / base);
	}
	return best;
}

/** Texts of a size, by what they look like. */
export const strangeTexts: Readonly<Record<string, (size: number) => string>> = {
	"one letter": (size) => "a".repeat(size),
	"an address without an end": (size) => `${"a".repeat(size / 2)}@${"a.".repeat(size / 4)}`,
	"an address of many": (size) => "a@".repeat(size / 2),
	"dots and hyphens": (size) => `${"a-.".repeat(size / 3)}!`,
	"a URL of slashes": (size) => `https://rp.example${"/".repeat(size)}!`,
	"a URL of dot segments": (size) => `https://rp.example${"/..".repeat(size / 3)}x`,
	"a URL of user names": (size) => `https://${"a:b@".repeat(size / 4)}rp.example/`,
	"a URL of a long host": (size) => `https://${"a.".repeat(size / 2)}/`,
	"a loopback of digits": (size) => `http://127.0.0.1:${"1".repeat(size)}/cb`,
	"a language tag": (size) => `en${"-x".repeat(size / 2)}`,
	"a list of languages": (size) => "de-DE;q=0.9,".repeat(size / 12),
	scopes: (size) => "openid ".repeat(size / 7),
	"versions of a browser": (size) => "Version/1 ".repeat(size / 10),
	"a user agent": (size) => `Mozilla/5.0 (${"(".repeat(size / 2)}${";".repeat(size / 2)}`,
	"blanks and an end": (size) => `${" ".repeat(size)}x`,
	"a beginning and blanks": (size) => `x${" ".repeat(size)}!`,
	tabs: (size) => `${"\t ".repeat(size / 2)}x`,
	equals: (size) => `a${"=".repeat(size)}b`,
	pairs: (size) => "a=b; ".repeat(size / 5),
	commas: (size) => ",".repeat(size),
	"colons and brackets": (size) => "[:".repeat(size / 2),
	quotes: (size) => '"\\'.repeat(size / 2),
	percent: (size) => `${"%25".repeat(size / 3)}%`,
	"capitals that change": (size) => "\u0130\u1e9e".repeat(size / 2),
	"marks on a letter": (size) => `a${"\u0301\u0323".repeat(size / 2)}`,
	"marks in falling order": (size) => `a${"\u0301".repeat(size / 2)}${"\u0323".repeat(size / 2)}`,
	"what unfolds": (size) => "\ufdfa".repeat(size),
	invisible: (size) => "\u200b\u202e".repeat(size / 2),
};
