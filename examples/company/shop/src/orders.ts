import { useReading } from "./read.ts";
import { settings } from "./settings.ts";

/** What the orders API says of an order. */
export interface Order {
	readonly number: number;
	readonly customer: string;
	/** A day, as in 2026-11-23. */
	readonly placed: string;
	readonly items: readonly { readonly name: string; readonly amount: number }[];
	/** In pounds. */
	readonly total: string;
	readonly state: string;
}

export function useOrders() {
	return useReading<{ orders: readonly Order[] }>(`${settings.orders}/orders`);
}

// A day has no time zone: as UTC it stays the same day everywhere.
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });

/** The day of an order for people: 23 November. */
export function dayOf({ placed }: Order): string {
	return day.format(new Date(placed));
}
