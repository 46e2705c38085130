/** Whether someone or something may be used, and if not, who decided so. */
export function standing(row: { readonly enabled: boolean; readonly held: boolean; readonly removedAt?: number }): string {
	if (row.enabled) return "enabled";
	return row.held ? "disabled" : row.removedAt === undefined ? "disabled by the file" : "left the file";
}
