/** One thing that Larkfield sells. */
export interface Product {
	/** Its name in addresses. */
	readonly id: string;
	readonly name: string;
	readonly about: string;
	/** In pounds, with two decimals. */
	readonly price: string;
	/** How many there are. */
	readonly stock: number;
}

/** What the shop shows. It stands in the CRM beside the customers, because that is where prices are agreed with them. */
export const products: readonly Product[] = [
	{ id: "teapot", name: "Oak-lid teapot", about: "Stoneware for four cups, with a lid turned from oak.", price: "38.00", stock: 24 },
	{ id: "ladder", name: "Barn ladder", about: "Seven rungs of ash, light enough for one.", price: "96.00", stock: 6 },
	{ id: "mug", name: "Enamel mug", about: "Chips like the old ones did, and outlives its owner.", price: "9.50", stock: 140 },
	{ id: "lantern", name: "Storm lantern", about: "Burns for nine hours in any wind.", price: "42.00", stock: 18 },
	{ id: "can", name: "Watering can", about: "Eight litres, with a rose of brass.", price: "31.00", stock: 0 },
	{ id: "broom", name: "Yard broom", about: "Birch twigs, bound by hand.", price: "17.00", stock: 52 },
	{ id: "blanket", name: "Wool blanket", about: "Woven in one piece, washed twice.", price: "84.00", stock: 11 },
	{ id: "bread-box", name: "Bread box", about: "Keeps a loaf for a week.", price: "27.50", stock: 33 },
];
