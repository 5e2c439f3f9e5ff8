import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/**
 * The least that a node can do to send a text: one parameter, one call of n8n's helper, a few calls
 * at once. It checks nothing, repeats nothing, and its token stands in the address.
 */
export class Minimal implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Minimal',
		name: 'minimal',
		group: ['output'],
		version: 1,
		description: 'Send texts with as little as possible',
		defaults: { name: 'Minimal' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'URL', name: 'url', type: 'string', default: '' },
			{ displayName: 'Content', name: 'content', type: 'string', default: '' },
			{ displayName: 'Concurrency', name: 'concurrency', type: 'number', default: 10 },
		],
	};

	async execute(this: IExecuteFunctions) {
		const total = this.getInputData().length;
		const url = this.getNodeParameter('url', 0) as string;
		const concurrency = this.getNodeParameter('concurrency', 0) as number;
		const outputs: INodeExecutionData[] = [];
		let started = 0;

		const lane = async () => {
			while (started < total) {
				const item = started++;
				const content = this.getNodeParameter('content', item) as string;
				const json = (await this.helpers.httpRequest({
					method: 'POST',
					url,
					body: { msgType: 'text', msgtype: 'text', text: { content } },
					json: true,
				})) as IDataObject;
				outputs[item] = { json, pairedItem: { item } };
			}
		};
		await Promise.all(Array.from({ length: concurrency }, lane));
		return [outputs];
	}
}
