import { NodeOperationError } from 'n8n-workflow';

import { withTally, type Tally } from '../../nodes/run/outcome';
import { fakeContext } from './fakeContext';

const { node } = fakeContext();

/** What a run tells of its other items. */
function tell(tally: Partial<Tally>): string | undefined | null {
	const options = { description: 'What to do.', itemIndex: 2 };
	const failure = new NodeOperationError(node, 'what happened', options);
	return withTally(failure, { total: 20, done: [], failed: [2], unknown: [], ...tally })
		.description;
}

describe('what became of the other items', () => {
	it('is told by their numbers, in order, as ranges', () => {
		expect(tell({ done: [10, 9, 1, 0, 12, 11, 14] })).toBe(
			'Item 2: What to do. 7 of 20 items were completed: no. 0–1, 9–12, 14.',
		);
	});

	it('is told when none was done', () => {
		expect(tell({})).toBe('Item 2: What to do. None of the 20 items is known to be completed.');
	});

	it('is told for two items, and not for one', () => {
		expect(tell({ total: 2, done: [0] })).toContain('1 of 2 items were completed: no. 0.');
		expect(tell({ total: 1 })).toBe('Item 2: What to do.');
	});

	it('names the failed when there are several', () => {
		expect(tell({ done: [0], failed: [5, 2, 3] })).toMatch(/no\. 0\. Failed: no\. 2–3, 5\.$/);
	});

	it('names those that may have been delivered, one as well', () => {
		expect(tell({ failed: [2, 3], unknown: [3] })).toMatch(
			/Failed: no\. 2–3\. May have been delivered all the same: no\. 3\.$/,
		);
	});
});
