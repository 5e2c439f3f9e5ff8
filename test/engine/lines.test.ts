import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { engineIsOlderThan, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());

/** Runs a node that does this, with an error output. */
async function probe(
	execute: (context: IExecuteFunctions) => Promise<INodeExecutionData[]> | INodeExecutionData[],
	signal?: AbortSignal,
) {
	const type: INodeType = {
		description: {
			displayName: 'Probe',
			name: 'probe',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Probe' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [],
		},
		async execute() {
			return [await execute(this)];
		},
	};
	const node = (name: string, nodeType: string): INode => ({
		id: name,
		name,
		type: nodeType,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	});
	return await bench.engine.run(
		{
			name: 'probe',
			nodes: [
				node('Trigger', 'n8n-nodes-base.manualTrigger'),
				{ ...node('Probe', 'test.probe'), onError: 'continueErrorOutput' },
			],
			connections: { Trigger: { main: [[{ node: 'Probe', type: 'main', index: 0 }]] } },
		},
		{
			credentials: {},
			nodeTypes: { 'test.probe': type },
			pinData: { Trigger: [{ json: { own: 1 } }] },
			...(signal === undefined ? {} : { signal }),
		},
	);
}

/** Where n8n's lines part, as docs/n8n.md tells it: on every engine of the matrix. */
const isOld = engineIsOlderThan('2.38.0');

describe('which items go to the error output (trap 3)', () => {
	const nested = { message: 'm', description: 'd' };
	it.each<[string, IDataObject, 'error' | 'success']>([
		['a text as error', { error: 'e' }, 'error'],
		['a text as error, and a message', { error: 'e', message: 'm' }, 'error'],
		['a text as error, and details', { error: 'e', details: nested }, isOld ? 'success' : 'error'],
		['an object as error', { error: nested }, 'error'],
		['an object as error, and a message', { error: nested, message: 'm' }, 'error'],
		['an object as error, and another field', { error: nested, own: 1 }, 'success'],
	])('%s', async (_what, json, expected) => {
		const { output } = await probe(() => [{ json, pairedItem: { item: 0 } }]);
		const found = { success: output('Probe').length, error: output('Probe', 1).length };
		expect(found).toEqual({ success: 0, error: 0, [expected]: 1 });
		// What goes there is given the item's own fields
		if (expected === 'error') expect(output('Probe', 1)[0].json).toEqual({ own: 1, ...json });
	});
});

it('a node can add hints, and hears of a stop', async () => {
	let has: unknown;
	await probe((context) => {
		has = {
			hints: typeof context.addExecutionHints,
			signal: context.getExecutionCancelSignal() instanceof AbortSignal,
		};
		return [];
	});
	expect(has).toEqual({ hints: 'function', signal: true });
});

it('a node that throws after a stop turns a canceled execution into a failed one (trap 12)', async () => {
	const stop = new AbortController();
	setTimeout(() => stop.abort(), 50);
	const { run } = await probe(async () => {
		await new Promise((resolve) => setTimeout(resolve, 200));
		throw new Error('late');
	}, stop.signal);
	expect(run.status).toBe('error');
});

describe('a NodeApiError', () => {
	const node = { name: 'x', type: 'x' } as INode;
	const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

	it('keeps its cause from 2.38 on; before, code and words are left (trap 24)', () => {
		const error = new NodeApiError(node, lost as never);
		expect(error).toMatchObject({
			cause: isOld ? undefined : lost,
			httpCode: 'ECONNRESET',
			messages: ['socket hang up', 'socket hang up'],
		});
	});

	it('is not wrapped again, and keeps its item (trap 1)', () => {
		const error = new NodeApiError(node, lost as never);
		const again = new NodeApiError(node, error as never, { itemIndex: 3 });
		expect(again).toBe(error);
		expect(again.context.itemIndex).toBeUndefined();
	});

	it('replaces a message that happens to hold a code (trap 11)', () => {
		const error = new NodeApiError(node, {}, { message: 'no sendMessagePermission' });
		expect(error.message).toMatch(/^Operation not permitted/);
	});
});
