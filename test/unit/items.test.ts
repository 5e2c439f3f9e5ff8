import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { ExpressionError, NodeOperationError, sleep } from 'n8n-workflow';
import { inspect } from 'node:util';

import { runItems, type Work } from '../../nodes/run/items';
import { InvalidFieldError, parameter } from '../../platform/checks';
import { PlatformError } from '../../transport/errors';
import { Pace } from '../../transport/pace';
import { deliveredOf, fakeContext } from './fakeContext';

const SENTENCES = {
	...{ refused: 'Refused.', mayBeDone: 'Look before you send again.', busy: 'Busy.' },
	...{ notDone: 'Not done.', noSuchCall: 'Which call?' },
};
const refused = () =>
	new PlatformError('refused', 'no', { host: 'h', status: 200, retCode: 'X1', retDesc: 'no' });
const lost = () => new PlatformError('lost', 'unknown', { host: 'h', reason: 'ECONNRESET' });

interface Run {
	count: number;
	onError?: INode['onError'];
	signal?: AbortSignal;
	concurrency?: number;
	/** Its calls: the numbers that `perform` gets; its own number by default. */
	prepare?: (itemIndex: number) => number | number[];
	perform?: (call: number) => Promise<IDataObject | IDataObject[]>;
	open?: (secrets: Set<string>) => Promise<Work<number>>;
}

/** Runs so many items; what each was told to do, and what came of the run. */
async function run({ count, onError, signal, concurrency = 1, ...given }: Run) {
	const performed: number[] = [];
	const { context, hints } = fakeContext({ count, onError, signal });
	const work: Work<number> = {
		own: [],
		sentences: SENTENCES,
		pace: new Pace({ concurrency }, { now: Date.now, sleep, random: () => 0, signal }),
		prepare: (itemIndex) => [given.prepare?.(itemIndex) ?? itemIndex].flat(),
		perform: async (call) => {
			performed.push(call);
			return (await given.perform?.(call)) ?? { n: call };
		},
		about: (call) => ({ call }),
	};
	const running = runItems(context, [], given.open ?? (async () => work));
	const ended = await running.then(
		(items) => ({ items, error: undefined }),
		(error: Error & { description?: string; context: IDataObject }) => ({ items: [], error }),
	);
	return { ...ended, performed, hints };
}

/** Fails for some items. */
const failingAt = (errors: Record<number, () => unknown>) => async (itemIndex: number) => {
	if (itemIndex in errors) throw errors[itemIndex]();
	return { n: itemIndex };
};
const itemNumbers = (items: INodeExecutionData[]) => items.map(({ pairedItem }) => pairedItem);
const continueRegularOutput = { onError: 'continueRegularOutput' } as const;

describe('the output', () => {
	it('is in the order of the input, whoever is done first, and paired', async () => {
		const waits = [4, 3, 2, 1, 0];
		const { items } = await run({
			count: 5,
			concurrency: 5,
			perform: async (n: number) => {
				for (let turn = 0; turn < waits[n]; turn++) await new Promise(setImmediate);
				return { n };
			},
		});
		expect(items).toEqual([0, 1, 2, 3, 4].map((n) => ({ json: { n }, pairedItem: { item: n } })));
	});

	it('may be several items for one call, or none, each paired', async () => {
		const perform = async (n: number) => Array.from({ length: n }, (_, part) => ({ n, part }));
		const { items } = await run({ count: 3, concurrency: 3, perform });
		expect(items).toEqual([
			{ json: { n: 1, part: 0 }, pairedItem: { item: 1 } },
			{ json: { n: 2, part: 0 }, pairedItem: { item: 2 } },
			{ json: { n: 2, part: 1 }, pairedItem: { item: 2 } },
		]);
	});

	it('is nothing for nothing', async () => {
		expect(await run({ count: 0 })).toMatchObject({ items: [], error: undefined });
	});
});

describe('a secret of the run', () => {
	const TOKEN = 't0ken+of/the=run';
	/** Opens work that does this, and tells the run its secret. */
	const withSecret = (changes: Partial<Work<number>>) => async (secrets: Set<string>) => {
		secrets.add(TOKEN);
		return {
			sentences: SENTENCES,
			pace: new Pace({}, { now: Date.now, sleep, random: () => 0 }),
			prepare: (n: number) => [n],
			perform: async () => ({}),
			...changes,
			own: changes.own ?? [],
		};
	};

	it('stays out of an output, of the names in its fields as of the values', async () => {
		const said = { [TOKEN]: [`for ${encodeURIComponent(TOKEN)}`] };
		const perform = async () => ({ said, kept: TOKEN });
		const open = withSecret({ perform, keeps: 'kept' });
		expect((await run({ count: 1, open })).items).toMatchObject([
			{ json: { said: { '***': ['for ***'] }, kept: TOKEN } },
		]);
	});

	it('stays out of names that are the platform’s, in every item of a call; two of one name are numbered', async () => {
		const said = [{ id: 1 }, { [TOKEN]: 1, [encodeURIComponent(TOKEN)]: 2, id: 2 }];
		const open = withSecret({ perform: async () => said, own: ['id'], hasForeignNames: true });
		const { items } = await run({ count: 1, open });
		expect(items.map(({ json }) => json)).toEqual([{ id: 1 }, { id: 2, '***': 1, '*** 2': 2 }]);
	});

	it('hides no field of ours that is called like a piece of it', async () => {
		const perform = async () => ({ message1: 'one' });
		const open = async (secrets: Set<string>) => {
			secrets.add('message1');
			return await withSecret({ perform })(secrets);
		};
		expect((await run({ count: 1, open })).items).toMatchObject([{ json: { message1: 'one' } }]);
	});

	it("hides nothing of the user's own but where it stands whole", async () => {
		const piece = TOKEN.slice(0, 12);
		const recipients = [piece, `a ${TOKEN}`];
		const own = ['recipients'];
		const shown = { recipients: [piece, 'a ***'] };
		const open = withSecret({ perform: async () => ({ recipients, said: piece }), own });
		expect((await run({ count: 1, open })).items).toMatchObject([
			{ json: { ...shown, said: '***' } },
		]);
		const perform = failingAt({ 0: refused });
		const failing = withSecret({ perform, own, about: () => ({ recipients }) });
		const { items } = await run({ count: 1, open: failing, ...continueRegularOutput });
		expect(items).toMatchObject([{ json: { error: shown } }]);
	});

	it.each<[string, () => unknown]>([
		['of the platform', () => new PlatformError('refused', 'no', { host: TOKEN, retCode: TOKEN })],
		['about a field', () => new InvalidFieldError(parameter('a'), 'notHttpUrl', { value: TOKEN })],
		['of an expression', () => new ExpressionError(TOKEN, { description: TOKEN })],
		['of n8n', () => new NodeOperationError(fakeContext().node, TOKEN, { description: TOKEN })],
	])('stays out of an error %s', async (_whose, error) => {
		const perform = failingAt({ 0: error });
		const open = withSecret({ perform, about: () => ({ recipients: [TOKEN] }) });
		const stopped = await run({ count: 1, open });
		expect(stopped.error).toBeInstanceOf(Error);
		const went = await run({ count: 1, open, ...continueRegularOutput });
		const told = inspect([stopped.error, went], { depth: null, showHidden: true });
		expect(told).toContain('***');
		expect(told).not.toContain(TOKEN);
	});

	it('stays out of what fails before anything is read', async () => {
		const open = async (secrets: Set<string>) => {
			secrets.add(TOKEN);
			throw new InvalidFieldError(parameter('a'), 'notHttpUrl', { value: `https:${TOKEN}` });
		};
		expect((await run({ count: 1, open })).error?.message).toMatch(/: https:\*\*\*$/);
	});
});

describe('an item of several calls', () => {
	const prepare = (n: number) => [10 * n, 10 * n + 1];

	it('has an output item for each, in order', async () => {
		const perform = async (call: number) => {
			for (let turn = 0; turn < (call % 2 === 0 ? 3 : 0); turn++) await new Promise(setImmediate);
			return { call };
		};
		const { items } = await run({ count: 2, concurrency: 4, prepare, perform });
		expect(items).toEqual(
			[0, 1, 10, 11].map((call) => ({
				json: { call },
				pairedItem: { item: Math.floor(call / 10) },
			})),
		);
	});

	it('fails in the parts that fail', async () => {
		const { items, hints } = await run({
			count: 2,
			...continueRegularOutput,
			prepare,
			perform: failingAt({ 1: lost, 10: refused }),
		});
		expect(items.map(deliveredOf)).toEqual([undefined, 'unknown', 'no', undefined]);
		expect(items[1].json.error).toMatchObject({ call: 1 });
		expect(hints).toEqual([
			expect.stringMatching(/^2 completed, 1 failed, 1 unknown: items 0 \(parts 2\)/),
		]);
	});

	it('is told by its parts when the run stops', async () => {
		const { error } = await run({ count: 2, prepare, perform: failingAt({ 11: refused }) });
		expect(error?.description).toBe(
			'Item 1: Refused. 3 of 4 were completed: items 0 (parts 1–2), 1 (parts 1).',
		);
	});
});

describe('a failure', () => {
	it('lets nothing new start, and is told with what was done', async () => {
		const perform = failingAt({ 3: refused });
		const { error, performed } = await run({ count: 20, perform });
		expect(performed).toEqual([0, 1, 2, 3]);
		expect(error).toMatchObject({ message: 'no', context: { itemIndex: 3, retCode: 'X1' } });
		expect(error?.description).toBe('Item 3: Refused. 3 of 20 were completed: items 0–2.');
	});

	it('is awaited together with what is under way, and the first is the one that is told', async () => {
		const perform = async (n: number) => {
			for (let turn = 0; turn < [3, 2, 1, 9][n]; turn++) await new Promise(setImmediate);
			return await failingAt({ 0: lost, 1: refused, 2: refused })(n);
		};
		const { error, performed } = await run({ count: 20, concurrency: 4, perform });
		expect(performed).toEqual([0, 1, 2, 3]);
		expect(error?.description).toBe(
			'Item 2: Refused. 1 of 20 were completed: items 3. Failed: items 0–2. ' +
				'May have been completed all the same: items 0.',
		);
	});

	it('of a parameter costs nothing: no item is begun', async () => {
		const prepare = (n: number) => {
			if (n === 4) throw new InvalidFieldError(parameter('content'), 'required');
			return n;
		};
		const { error, performed } = await run({ count: 5, prepare });
		expect(performed).toEqual([]);
		expect(error?.description).toMatch(/^Item 4: .* Nothing was sent for any of the 5 items\.$/);
	});

	it('leaves the others alone when the node continues', async () => {
		const { items, performed } = await run({
			count: 5,
			...continueRegularOutput,
			prepare: (n) => {
				if (n === 1) throw new InvalidFieldError(parameter('content'), 'required');
				return n;
			},
			perform: failingAt({ 0: refused, 3: lost }),
		});
		expect(performed).toEqual([0, 2, 3, 4]);
		expect(items.map(deliveredOf)).toEqual(['no', 'no', undefined, 'unknown', undefined]);
		expect(JSON.stringify(items[0])).toMatch(/"retCode":"X1".*"httpCode":"200"/);
		expect(itemNumbers(items)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
	});

	it('of what all items share is the failure of each', async () => {
		const open = async () => await Promise.reject(new Error('no credential'));
		const { items, performed } = await run({ count: 3, ...continueRegularOutput, open });
		expect(performed).toEqual([]);
		expect(items.map(deliveredOf)).toEqual(['no', 'no', 'no']);
		expect((await run({ count: 3, open })).error?.description).toMatch(/^Item 0: /);
	});

	it("that nobody foresaw is quoted by its kind alone, and what became of the item isn't known", async () => {
		const perform = failingAt({ 1: () => new TypeError('secret of t0ken') });
		const { items } = await run({ count: 3, ...continueRegularOutput, perform });
		expect(items.map(deliveredOf)).toEqual([undefined, 'unknown', undefined]);
		expect(JSON.stringify(items)).toContain('TypeError');
		expect(JSON.stringify(items)).not.toContain('t0ken');
	});

	it('of an expression is its own, with its item', async () => {
		const prepare = () => {
			throw new ExpressionError('no such node');
		};
		const { error } = await run({ count: 2, prepare });
		expect(error).toMatchObject({ message: 'no such node', context: { itemIndex: 0 } });
		const { items } = await run({ count: 2, ...continueRegularOutput, prepare });
		expect(items.map(deliveredOf)).toEqual(['no', 'no']);
	});
});

describe('a stop', () => {
	it('leaves what was done in the output, and nothing that was never started', async () => {
		const stop = new AbortController();
		const { items, error, performed } = await run({
			count: 10,
			signal: stop.signal,
			perform: async (n: number) => {
				if (n !== 2) return { n };
				stop.abort();
				throw new PlatformError('stopped', 'unknown', { host: 'h' });
			},
		});
		expect(error).toBeUndefined();
		expect(performed).toEqual([0, 1, 2]);
		expect(items.slice(0, 2).map(({ json }) => json)).toEqual([{ n: 0 }, { n: 1 }]);
		expect(items.map(deliveredOf)).toEqual([undefined, undefined, 'unknown']);
		expect(itemNumbers(items)).toEqual([0, 1, 2].map((item) => ({ item })));
	});

	it('leaves no holes for what was never started', async () => {
		const stop = new AbortController();
		const { items } = await run({
			count: 10,
			...continueRegularOutput,
			signal: stop.signal,
			prepare: (n) => {
				if (n === 8) throw new InvalidFieldError(parameter('content'), 'required');
				return n;
			},
			perform: async (n: number) => {
				if (n === 1) stop.abort();
				return { n };
			},
		});
		expect(itemNumbers([...items])).toEqual([0, 1, 8].map((item) => ({ item })));
	});

	it.each([
		['unknown', 'Look before you send again.'],
		['no', 'The call was not made any more.'],
	] as const)('tells what became of what was under way: %s', async (delivered, help) => {
		const stop = new AbortController();
		const { items } = await run({
			count: 1,
			signal: stop.signal,
			perform: async () => {
				stop.abort();
				throw new PlatformError('stopped', delivered, { host: 'h' });
			},
		});
		expect(items.map(deliveredOf)).toEqual([delivered]);
		expect(JSON.stringify(items)).toContain(help);
	});

	it('before the run begins nothing', async () => {
		expect(await run({ count: 3, signal: AbortSignal.abort() })).toMatchObject({
			items: [],
			performed: [],
			error: undefined,
		});
	});

	/** Presses "stop", which is only heard when n8n gets a turn. */
	const press = (stop: AbortController) => setTimeout(() => stop.abort(), 0);

	it('is heard while many items fail at once', async () => {
		const stop = new AbortController();
		const perform = async (n: number) => {
			if (n === 0) press(stop);
			return await Promise.reject(refused());
		};
		const options = { count: 1000, concurrency: 5, ...continueRegularOutput };
		const { performed } = await run({ ...options, signal: stop.signal, perform });
		expect(performed.length).toBeLessThan(250);
	});

	it('is heard while many parameters are read', async () => {
		const stop = new AbortController();
		let read = 0;
		const prepare = (n: number) => {
			if (read++ === 0) press(stop);
			return n;
		};
		await run({ count: 1000, signal: stop.signal, prepare });
		expect(read).toBeLessThan(250);
	});
});

it.each([1, 3, 10])(
	'has as many as %d items under way at once, and never more',
	async (concurrency) => {
		let [underWay, most] = [0, 0];
		await run({
			count: 30,
			concurrency,
			perform: async (n: number) => {
				most = Math.max(most, ++underWay);
				await new Promise(setImmediate);
				underWay--;
				return { n };
			},
		});
		expect(most).toBe(concurrency);
	},
);
