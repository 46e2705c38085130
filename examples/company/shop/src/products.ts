import { useReading } from "./read.ts";
import { settings } from "./settings.ts";

/** What the CRM says of a product. */
export interface Product {
	readonly id: string;
	readonly name: string;
	readonly about: string;
	/** In pounds. */
	readonly price: string;
	readonly stock: number;
}

export function useProducts() {
	return useReading<{ products: readonly Product[] }>(`${settings.crm}/products`);
}

export function stockOf({ stock }: Product): string {
	return stock > 0 ? `${stock} in stock` : "Sold out";
}
