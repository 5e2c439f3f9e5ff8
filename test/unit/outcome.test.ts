import { ExpressionError, NodeOperationError } from 'n8n-workflow';

import { hintOf, Tally, withTally } from '../../nodes/run/outcome';
import { fakeContext } from './fakeContext';

const { node } = fakeContext();

/** Numbers of items, or of an item and its part. */
type Numbers = Array<number | [item: number, part: number]>;

/** A run of so many items, and what became of its calls. */
interface Outcome {
	items?: number;
	/** How many parts items were split into. */
	parts?: Record<number, number>;
	done?: Numbers;
	failed?: Numbers;
	unknown?: Numbers;
	hasStarted?: boolean;
}

function tallyOf({
	items = 20,
	parts = {},
	done = [],
	failed = [2],
	unknown = [],
	hasStarted = true,
}: Outcome): Tally {
	const tally = new Tally(items);
	for (const [item, count] of Object.entries(parts)) tally.prepared(Number(item), count);
	if (hasStarted) tally.started();
	const pair = (number: Numbers[number]): [item: number, part: number] =>
		Array.isArray(number) ? number : [number, 0];
	for (const number of done) tally.done(...pair(number));
	for (const number of failed) tally.failed(...pair(number), false);
	for (const number of unknown) tally.failed(...pair(number), true);
	return tally;
}

/** What a run that stops tells of its other calls. */
function tell(outcome: Outcome): string | undefined | null {
	const options = { description: 'What to do.', itemIndex: 2 };
	const failure = new NodeOperationError(node, 'what happened', options);
	return withTally(failure, tallyOf(outcome)).description;
}

describe('what became of the other calls', () => {
	it('is told by their numbers, in order, as ranges', () => {
		expect(tell({ done: [10, 9, 1, 0, 12, 11, 14] })).toBe(
			'Item 2: What to do. 7 of 20 were completed: items 0–1, 9–12, 14.',
		);
	});

	it('is told of a hundred ranges at most', () => {
		const odd = Array.from({ length: 500 }, (_, index) => 2 * index + 1);
		expect(tell({ items: 1000, done: odd })).toMatch(/: items 1, 3, .*, 197, 199, …\.$/);
	});

	it('is told when nothing was sent', () => {
		expect(tell({ hasStarted: false })).toBe(
			'Item 2: What to do. Nothing was sent for any of the 20 items.',
		);
	});

	it('is told when none was done, as far as that is certain', () => {
		expect(tell({})).toBe('Item 2: What to do. None of the 20 was completed.');
		expect(tell({ failed: [], unknown: [2] })).toMatch(
			/None of the 20 is known to be completed\. May have been .* items 2\.$/,
		);
	});

	it('is told for two items, and not for one', () => {
		expect(tell({ items: 2, done: [0] })).toContain('1 of 2 were completed: items 0.');
		expect(tell({ items: 1 })).toBe('Item 2: What to do.');
	});

	it('names the failed when there are several', () => {
		expect(tell({ done: [0], failed: [5, 2, 3] })).toMatch(/items 0\. Failed: items 2–3, 5\.$/);
	});

	it('names those that may have been completed, one as well', () => {
		expect(tell({ failed: [2], unknown: [3] })).toMatch(
			/Failed: items 2–3\. May have been completed all the same: items 3\.$/,
		);
	});

	it('names the parts of an item that was split', () => {
		const done: Numbers = [[4, 0], [4, 1], [4, 3], 5, 0];
		expect(tell({ parts: { 0: 1, 4: 5 }, done })).toContain(
			'5 of 24 were completed: items 0, 4 (parts 1–2, 4), 5.',
		);
	});

	it('follows what an expression says of itself', () => {
		const failure = new ExpressionError('no such node', { description: 'Look.' });
		expect(withTally(failure, tallyOf({ hasStarted: false })).description).toBe(
			'Look. Nothing was sent for any of the 20 items.',
		);
	});
});

describe('above the output of a run that went on', () => {
	it('stands how many failed', () => {
		const { message, type } = hintOf(tallyOf({ done: [0, 1], failed: [2, 3, 4] }));
		expect(message).toMatch(/^2 completed, 3 failed\. /);
		expect(type).toBe('warning');
	});

	it('stands which may have been completed all the same', () => {
		const { message } = hintOf(tallyOf({ done: [0], failed: [2], unknown: [7, 8] }));
		expect(message).toMatch(/^1 completed, 1 failed, 2 unknown: items 7–8 may have been/);
	});
});
