import { sqliteStores } from "./contract/sqlite-stores.ts";
import { storeContract } from "./contract.ts";

for (const [name, open] of Object.entries(sqliteStores)) storeContract(name, open);
