import { setMaxListeners } from 'node:events';

import { performAtPace } from '../../nodes/run/performAtPace';
import { callPlatform } from '../../transport/call';
import { PlatformError } from '../../transport/errors';
import { Pace, type PaceLimits } from '../../transport/pace';
import type { CallPolicy } from '../../transport/repeat';
import { pastedToken } from '../../transport/tokens';
import { answer, SUCCESS, VirtualClock } from './fakes';

const CREDENTIAL = { baseUrl: 'https://api.tze.cn', accessToken: 'a-token-of-a-test' };
const SENDS: CallPolicy = {
	onlyReads: false,
	busyDidNothing: true,
	maxReplacements: 2,
	mayReplaceFreshToken: true,
};

/** Whether a platform takes this message at this time (milliseconds). */
type Limiter = (at: number, index: number) => boolean;

/** So many in each second of the platform's own clock. */
function fixedWindow(limit: number, windowMs = 1000): Limiter {
	let [current, taken] = [-1, 0];
	return (at) => {
		const window = Math.floor((at + 370) / windowMs);
		if (window !== current) [current, taken] = [window, 0];
		return ++taken <= limit;
	};
}

/** So many in any second. */
function slidingWindow(limit: number, windowMs = 1000): Limiter {
	let taken: number[] = [];
	return (at) => {
		taken = taken.filter((time) => time > at - windowMs);
		if (taken.length >= limit) return false;
		taken.push(at);
		return true;
	};
}

interface Plan extends PaceLimits {
	count: number;
	takes?: Limiter;
	/** Of a 429, in seconds. */
	retryAfter?: number;
	/** How long an answer takes (milliseconds), by how many are under way. */
	latencyMs?: (underWay: number) => number;
	maxRetries?: number;
	/** What becomes of a message, by its number; nothing special by default. */
	fails?: (index: number) => unknown;
	signal?: AbortSignal;
}

/** Sends numbered messages through a pace to a platform that has a limit, in virtual time. */
async function run(plan: Plan) {
	const clock = new VirtualClock();
	const begin = clock.now();
	const { takes = () => true, latencyMs = () => 20, retryAfter, maxRetries = 3 } = plan;
	const delivered: number[] = [];
	const failed: Array<{ index: number; error: PlatformError }> = [];
	const starts: Array<{ index: number; at: number }> = [];
	let underWay = 0;
	let mostUnderWay = 0;
	const around = { now: clock.now, sleep: clock.sleep, random: () => 0.5, signal: plan.signal };
	const pace = new Pace(plan, around);
	const tokens = pastedToken(CREDENTIAL, 'a-token-of-a-test');

	await performAtPace(
		Array.from({ length: plan.count }, (_, index) => index),
		pace,
		() => plan.signal?.aborted === true,
		async (index, turn) => {
			const request = async () => {
				const at = clock.now() - begin;
				starts.push({ index, at });
				mostUnderWay = Math.max(mostUnderWay, ++underWay);
				const isTaken = takes(at, index);
				await clock.sleep(latencyMs(underWay));
				underWay--;
				const special = plan.fails?.(index);
				if (special !== undefined) throw special;
				if (isTaken) {
					delivered.push(index);
					return answer(SUCCESS)();
				}
				const headers: Record<string, string> =
					retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
				return answer('slow down', 429, headers)();
			};
			const call = { policy: SENDS, url: 'https://api.tze.cn/m', timeoutMs: 30_000, maxRetries };
			await callPlatform({ ...around, request }, tokens, call, turn).catch((error: unknown) => {
				if (!(error instanceof PlatformError)) throw error;
				failed.push({ index, error });
			});
		},
	);
	return { delivered, failed, starts, mostUnderWay, elapsedMs: clock.now() - begin };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const inOrder = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe('a limit of 5 a second is met by the run', () => {
	const windows: Array<[string, () => Limiter]> = [
		['fixed', () => fixedWindow(5)],
		['sliding', () => slidingWindow(5)],
	];
	const cases = windows.flatMap(([window, takes]) =>
		[undefined, 1].flatMap((retryAfter) =>
			[38, 100, 200].map((count) => ({ window, takes, retryAfter, count })),
		),
	);

	it.each(cases)(
		'$count messages, $window window, Retry-After $retryAfter: all arrive, none twice, in time',
		async ({ takes, retryAfter, count }) => {
			const { delivered, failed, elapsedMs } = await run({ count, takes: takes(), retryAfter });
			expect(failed).toEqual([]);
			expect(inOrder(delivered)).toEqual(numbers(count));
			const idealMs = ((count - 5) / 5) * 1000;
			expect(elapsedMs).toBeLessThan(1.3 * idealMs + 3000);
		},
	);

	it.each([1, 2, 7, 30, 120])('and so is one of %d a second', async (limit) => {
		const count = 20 * limit;
		const { delivered, failed, elapsedMs } = await run({ count, takes: slidingWindow(limit) });
		expect(failed).toEqual([]);
		expect(inOrder(delivered)).toEqual(numbers(count));
		expect(elapsedMs).toBeLessThan(1.3 * 19_000 + 3000);
	});

	it('nothing starts before the time that the platform asks for', async () => {
		const { starts } = await run({ count: 30, takes: slidingWindow(5), retryAfter: 4 });
		// The first answers are there after 20 ms, what was under way by then after twice that time
		expect(starts.filter(({ at }) => at > 60 && at < 4000)).toEqual([]);
		expect(starts.filter(({ at }) => at >= 4000).length).toBeGreaterThan(0);
	});
});

it('a platform that is always too busy ends each message after its own retries', async () => {
	const { delivered, failed, starts } = await run({ count: 3, takes: () => false });
	expect(delivered).toEqual([]);
	expect(failed.map(({ error }) => [error.problem, error.delivered, error.facts.attempts])).toEqual(
		[0, 1, 2].map(() => ['busy', 'no', 4]),
	);
	expect(starts).toHaveLength(12);
});

it.each([
	[1, 4],
	// Others get on meanwhile, so that it might be the limit of them all
	[10, 34],
])(
	'a message that alone is always turned away is given up: %d at once',
	async (concurrency, most) => {
		const plan = { count: 400, concurrency, takes: (_at: number, index: number) => index !== 3 };
		const { failed, delivered, starts } = await run(plan);
		expect(failed.map(({ index }) => index)).toEqual([3]);
		expect(delivered).toHaveLength(399);
		expect(starts.filter(({ index }) => index === 3).length).toBeLessThanOrEqual(most);
	},
);

describe('how many are under way', () => {
	it('begins with 10 and grows while answers come steadily', async () => {
		const { mostUnderWay, starts } = await run({ count: 2000 });
		expect(mostUnderWay).toBeGreaterThan(10);
		expect(mostUnderWay).toBeLessThanOrEqual(50);
		expect(starts.filter(({ at }) => at < 20).length).toBeLessThanOrEqual(10);
	});

	it('grows to 50 at most', async () => {
		const { mostUnderWay } = await run({ count: 2000, latencyMs: () => 2000 });
		expect(mostUnderWay).toBe(50);
	});

	it('does not grow when more at once only make answers slower', async () => {
		const { mostUnderWay } = await run({ count: 1000, latencyMs: (underWay) => 10 * underWay });
		expect(mostUnderWay).toBeLessThan(25);
	});

	it('is what the user set', async () => {
		const { mostUnderWay } = await run({ count: 500, concurrency: 4 });
		expect(mostUnderWay).toBe(4);
	});

	it('shrinks when answers do not come', async () => {
		const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
		const { starts } = await run({
			count: 200,
			latencyMs: () => 100,
			fails: (index) => (index < 10 ? lost : undefined),
		});
		const startsOfSecondRound = starts.filter(({ at }) => at > 90 && at < 190);
		expect(startsOfSecondRound.length).toBeLessThanOrEqual(6);
	});
});

it('one at a time keeps strict order, repeats included', async () => {
	const { starts, delivered } = await run({ count: 30, concurrency: 1, takes: slidingWindow(5) });
	expect(delivered).toEqual(numbers(30));
	expect(starts.map(({ index }) => index)).toEqual(inOrder(starts.map(({ index }) => index)));
});

it('so many a minute start evenly', async () => {
	const { starts } = await run({ count: 20, callsPerMinute: 120 });
	const gaps = starts.slice(1).map(({ at }, index) => at - starts[index].at);
	expect(gaps).toEqual(gaps.map(() => 500));
});

it('a stop ends a pause, and nothing more is started', async () => {
	const stop = new AbortController();
	// As n8n does with its own
	setMaxListeners(Infinity, stop.signal);
	const answered: number[] = [];
	const { starts, elapsedMs } = await run({
		count: 100,
		takes: (at) => {
			answered.push(at);
			if (answered.length === 8) stop.abort();
			return answered.length < 6;
		},
		retryAfter: 60,
		signal: stop.signal,
	});
	expect(starts.length).toBeLessThanOrEqual(10);
	expect(elapsedMs).toBeLessThan(2000);
});
