import type { IDataObject, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

interface Filter {
	filters: Array<{ columnName: string; value: unknown }>;
}

/** n8n's data tables in memory: they belong to its server, which is not part of these tests. */
export class Tables {
	readonly names: string[] = [];
	readonly rows: IDataObject[] = [];

	constructor(private readonly mode?: 'read-only') {}

	private matching({ filters }: Filter): IDataObject[] {
		return this.rows.filter((row) =>
			filters.every(({ columnName, value }) => row[columnName] === value),
		);
	}

	/** What a run is given instead of the server's. */
	readonly services = {
		'data-table': {
			dataTableProxyProvider: {
				getDataTableAggregateProxy: async () => ({
					getManyAndCount: async ({ filter }: { filter: { name: string } }) => {
						const data = this.names
							.filter((name) => name === filter.name)
							.map((name) => ({ id: name, name }));
						return { count: data.length, data };
					},
					createDataTable: async ({ name }: { name: string }) => {
						this.names.push(name);
						return { id: name, name };
					},
				}),
				getDataTableProxy: async () => ({
					getColumns: async () =>
						['personId', 'oauthToken', 'expiresAt', 'codeHash'].map((name) => ({
							name,
							type: name === 'expiresAt' ? 'date' : 'string',
						})),
					getManyRowsAndCount: async ({ filter }: { filter: Filter }) => {
						const data = this.matching(filter);
						return { count: data.length, data };
					},
					upsertRow: async ({ data, filter }: { data: IDataObject; filter: Filter }) => {
						if (this.mode === 'read-only') throw new Error('The table cannot be written');
						const [row] = this.matching(filter) as Array<IDataObject | undefined>;
						if (row === undefined) this.rows.push(data);
						else Object.assign(row, data);
						return [data];
					},
				}),
			},
		},
	} as unknown as Partial<IWorkflowExecuteAdditionalData>;
}
