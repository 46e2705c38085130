const format = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });

/**
 * An amount for people.
 *
 * @example pounds("1306.00") // "£1,306.00"
 */
export function pounds(amount: string): string {
	return format.format(Number(amount));
}
