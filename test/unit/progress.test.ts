import {
	dataForOneCall,
	isUsedUp,
	noteProgress,
	progressOf,
	type Progress,
} from '../../transport/progress';

const FETCHING: Progress = { step: 'fetchingToken' };
const REFUSED: Progress = { step: 'refused', error: new Error('no') };
const AUTHORIZED: Progress = { step: 'authorized' };
const stored = () => ({ accessToken: 't', baseUrl: 'https://api.tze.cn' });

describe('data that is good for one call', () => {
	it('is a copy, which leaves the original alone', () => {
		const original = stored();
		const copy = dataForOneCall(original);
		expect(copy).toEqual(original);
		expect(copy).not.toBe(original);
		copy.accessToken = 'other';
		noteProgress(copy, AUTHORIZED);
		expect(original.accessToken).toBe('t');
		expect([progressOf(original), isUsedUp(original)]).toEqual([undefined, false]);
	});

	it.each([
		['nothing was heard of', []],
		['that fetches a token', [FETCHING]],
		['that the credential refused', [FETCHING, REFUSED]],
	])('is not used up by a call %s', (_name, steps: Progress[]) => {
		const data = dataForOneCall(stored());
		for (const step of steps) noteProgress(data, step);
		expect([isUsedUp(data), progressOf(data)]).toEqual([false, steps.at(-1)]);
	});

	it('is used up by a call that may have left', () => {
		const data = dataForOneCall(stored());
		noteProgress(data, FETCHING);
		noteProgress(data, AUTHORIZED);
		expect([isUsedUp(data), progressOf(data)]).toEqual([true, AUTHORIZED]);
	});

	it.each([['a refusal', REFUSED] as const, ['the fetching of a token', FETCHING] as const])(
		'stays used up: %s takes nothing back',
		(_name, later) => {
			const data = dataForOneCall(stored());
			noteProgress(data, AUTHORIZED);
			noteProgress(data, later);
			expect([isUsedUp(data), progressOf(data)]).toEqual([true, AUTHORIZED]);
		},
	);

	it('does not use up the data of the next call', () => {
		const original = stored();
		const [first, second] = [dataForOneCall(original), dataForOneCall(original)];
		noteProgress(first, AUTHORIZED);
		expect([isUsedUp(first), isUsedUp(second)]).toEqual([true, false]);
		expect(isUsedUp(dataForOneCall(first))).toBe(false);
	});
});

describe('data that several calls share', () => {
	it('is never used up', () => {
		const data = stored();
		noteProgress(data, AUTHORIZED);
		expect([isUsedUp(data), progressOf(data)]).toEqual([false, AUTHORIZED]);
	});

	it('has the progress of the latest call', () => {
		const data = stored();
		for (const step of [AUTHORIZED, FETCHING, AUTHORIZED, REFUSED]) {
			noteProgress(data, step);
			expect(progressOf(data)).toBe(step);
		}
	});
});
