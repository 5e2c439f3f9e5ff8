import type { IDataObject, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

interface Filter {
	type?: 'and' | 'or';
	filters: Array<{ columnName: string; condition?: string; value: unknown }>;
}

interface Column {
	name: string;
	type: string;
}

/** The conditions that the examples use. A date may be a text in the one place and a Date in the other. */
const CONDITIONS: Record<string, (found: unknown, value: unknown) => boolean> = {
	eq: (found, value) => (found ?? null) === value,
	neq: (found, value) => (found ?? null) !== value,
	isEmpty: (found) => found === undefined || found === null || found === '',
	gt: (found, value) => isKept(found) && timeOf(found) > timeOf(value),
	lte: (found, value) => isKept(found) && timeOf(found) <= timeOf(value),
};

const isKept = (value: unknown) => value !== undefined && value !== null;
const timeOf = (value: unknown) => new Date(value as string | Date).getTime();

/** n8n's data tables in memory: they belong to its server, which is not part of these tests. */
export class Tables {
	private readonly columns = new Map<string, Column[]>();
	private readonly rowsByTable = new Map<string, IDataObject[]>();
	/** Methods of tables that fail, such as `upsertRow tze_accounts`. */
	readonly failing = new Set<string>();

	constructor(private readonly mode?: 'read-only') {}

	/** The rows of the table that binds persons without the package's trigger. */
	get rows(): IDataObject[] {
		return this.rowsOf('tze_bindings');
	}

	/** The rows of a table, which may be put there before the table is made. */
	rowsOf(name: string): IDataObject[] {
		const rows = this.rowsByTable.get(name) ?? [];
		this.rowsByTable.set(name, rows);
		return rows;
	}

	/** What a run is given instead of the server's. */
	readonly services = {
		'data-table': {
			dataTableProxyProvider: {
				getDataTableAggregateProxy: async () => ({
					getManyAndCount: async ({ filter }: { filter: { name: string } }) => {
						const { name } = filter;
						const data = this.columns.has(name) ? [{ id: name, name }] : [];
						return { count: data.length, data };
					},
					createDataTable: async ({ name, columns }: { name: string; columns: Column[] }) => {
						this.columns.set(name, columns);
						return { id: name, name };
					},
				}),
				getDataTableProxy: async (_workflow: unknown, _node: unknown, name: string) =>
					this.proxyOf(name),
			},
		},
	} as unknown as Partial<IWorkflowExecuteAdditionalData>;

	private proxyOf(name: string) {
		const columns = this.columns.get(name);
		const table = this.rowsOf(name);
		if (columns === undefined) throw new Error(`There is no table ${name}`);
		const matching = ({ type = 'and', filters }: Filter) =>
			table.filter((row) => {
				const isMet = ({ columnName, condition = 'eq', value }: Filter['filters'][number]) =>
					CONDITIONS[condition](row[columnName], value);
				return type === 'or' ? filters.some(isMet) : filters.every(isMet);
			});
		const update = (data: IDataObject, filter: Filter) => {
			if (this.mode === 'read-only') throw new Error('The table cannot be written');
			const rows = matching(filter);
			for (const row of rows) Object.assign(row, data);
			return rows.map((row) => ({ ...row }));
		};
		const insert = (rows: IDataObject[]) => {
			if (this.mode === 'read-only') throw new Error('The table cannot be written');
			table.push(...rows);
			return rows.map((row) => ({ ...row }));
		};
		const unlessFailing = (method: string) => {
			if (this.failing.has(`${method} ${name}`)) throw new Error('The table is out of order');
		};
		return {
			getColumns: async () => columns,
			getManyRowsAndCount: async ({ filter }: { filter: Filter }) => {
				unlessFailing('getManyRowsAndCount');
				const data = matching(filter).map((row) => ({ ...row }));
				return { count: data.length, data };
			},
			insertRows: async (rows: IDataObject[]) => insert(rows),
			updateRows: async ({ data, filter }: { data: IDataObject; filter: Filter }) =>
				update(data, filter),
			upsertRow: async ({ data, filter }: { data: IDataObject; filter: Filter }) => {
				unlessFailing('upsertRow');
				const updated = update(data, filter);
				return updated.length > 0 ? updated : insert([data]);
			},
			deleteRows: async ({ filter }: { filter: Filter }) => {
				const deleted = matching(filter);
				for (const row of deleted) table.splice(table.indexOf(row), 1);
				return deleted;
			},
		};
	}
}
