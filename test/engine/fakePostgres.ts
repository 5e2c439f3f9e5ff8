import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';

/** A statement that a workflow ran, and the values that it was given. */
export interface Statement {
	node: string;
	values: unknown[];
}

/**
 * n8n's Postgres node without a database: it notes what it is given, and puts out what it is told.
 * The statements themselves are run by `npm run test:queue`.
 */
export class FakePostgres {
	readonly statements: Statement[] = [];

	/** @param answer the rows that a statement yields */
	constructor(private readonly answer: (statement: Statement) => IDataObject[]) {}

	/** What a run is given instead of the package's node. */
	get nodeTypes(): Record<string, INodeType> {
		const { statements, answer } = this;
		const node: INodeType = {
			description: {
				displayName: 'Postgres',
				name: 'postgres',
				group: ['input'],
				version: 2.6,
				description: '',
				defaults: {},
				inputs: ['main'],
				outputs: ['main'],
				properties: [
					{ displayName: 'Query', name: 'query', type: 'string', default: '' },
					{
						displayName: 'Options',
						name: 'options',
						type: 'collection',
						default: {},
						options: [
							{ displayName: 'Values', name: 'queryReplacement', type: 'string', default: '' },
						],
					},
				],
			},
			async execute(this: IExecuteFunctions) {
				const values = this.getNodeParameter('options.queryReplacement', 0) as unknown[];
				const statement = { node: this.getNode().name, values };
				statements.push(statement);
				return [answer(statement).map((json) => ({ json, pairedItem: { item: 0 } }))];
			},
		};
		return { 'n8n-nodes-base.postgres': node };
	}
}
