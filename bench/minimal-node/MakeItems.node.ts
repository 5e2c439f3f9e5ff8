import type { IExecuteFunctions, INodeType, INodeTypeDescription } from 'n8n-workflow';

/** Makes the items that are sent: at once, so that no part of their making is measured. */
export class MakeItems implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Make Items',
		name: 'makeItems',
		group: ['input'],
		version: 1,
		description: 'Make items for the benchmark',
		defaults: { name: 'Make Items' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'Count', name: 'count', type: 'number', default: 1 }],
	};

	async execute(this: IExecuteFunctions) {
		const count = this.getNodeParameter('count', 0) as number;
		return [
			Array.from({ length: count }, (_, index) => ({
				json: { personId: String(100_001 + index), name: `Person ${index + 1}` },
				pairedItem: { item: 0 },
			})),
		];
	}
}
