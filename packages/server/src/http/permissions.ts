import type { Registry } from "../model/index.ts";
import type { Permissions } from "./pages/index.ts";

/**
 * What scopes let an app do, grouped by the API they belong to; the standard ones, which belong to none, by name.
 *
 * @example permissionsOf(["email", "crm.read"], registry).standardScopes; // ["email"]
 */
export function permissionsOf(scope: readonly string[], { resourceOfScope, resources }: Registry): Permissions {
	const apis = [...resources.values()].map((resource) => ({
		name: resource.name,
		scopes: scope
			.filter((name) => resourceOfScope.get(name) === resource)
			.map((name) => ({ name, sentence: resource.scopes.get(name)?.description ?? name })),
	}));
	return {
		standardScopes: scope.filter((name) => !resourceOfScope.has(name)),
		apis: apis.filter((api) => api.scopes.length > 0),
	};
}
