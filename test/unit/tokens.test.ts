import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { callPlatform, type Call, type Surroundings } from '../../transport/call';
import { AccessTokenError } from '../../transport/errors';
import { isUsedUp } from '../../transport/progress';
import type { CallPolicy } from '../../transport/repeat';
import { AppTokens, pastedToken, type TokenSource } from '../../transport/tokens';
import { FakePlatform, VirtualClock } from './fakes';

let clock: VirtualClock;
let platform: FakePlatform;
beforeEach(() => {
	clock = new VirtualClock();
	platform = new FakePlatform(clock);
});

/** The tokens of one run, which reads the credential now. */
function startRun(source: Partial<TokenSource> = {}): AppTokens {
	const { now, sleep } = clock;
	const { reread } = platform;
	return new AppTokens(
		{ ...platform.stored },
		{ now, sleep, reread, random: () => 0.5, ...source },
	);
}

/** Makes calls at once; the tokens that they were made with. */
async function use(tokens: AppTokens, count = 1, avoid?: string): Promise<string[]> {
	const uses = Array.from({ length: count }, () => tokens.use(platform.call, avoid));
	return (await Promise.all(uses)).map(({ token }) => token);
}

const until = async (elapsedMs: number) => await clock.sleep(elapsedMs - clock.elapsed);
const times = <Item extends { at: number }>(items: Item[]) => items.map(({ at }) => at);

/** The gateway cannot be asked just now. */
const away = (retryAfterMs?: number) =>
	new AccessTokenError(
		{ kind: 'unanswered', host: 'api.tze.cn', reason: 'ECONNREFUSED' },
		false,
		retryAfterMs,
	);
/** The gateway said no. */
const refused = (retryAfterMs?: number) =>
	new AccessTokenError({ kind: 'refused', retCode: '1', retDesc: 'no' }, true, retryAfterMs);

describe('a token', () => {
	it('is fetched once, however many calls need it at the same moment', async () => {
		expect(await use(startRun(), 5)).toEqual(Array(5).fill('token-no-1'));
		expect(times(platform.asked)).toEqual([0]);
		// Who waited goes on as soon as the call that fetched it is done
		expect(times(platform.calls)).toEqual([100, 150, 150, 150, 150]);
	});

	it('is fetched once when it runs out within the run, too', async () => {
		platform.has('old-token', { leftMs: 61_000 });
		const tokens = startRun();
		expect(await use(tokens, 3)).toEqual(['old-token', 'old-token', 'old-token']);
		await until(30_000);
		expect(await use(tokens, 5)).toEqual(Array(5).fill('token-no-1'));
		expect(platform.asked).toHaveLength(1);
	});

	it('that was stored is used by all calls at once, and nothing is read again', async () => {
		platform.has('old-token', { leftMs: 3_600_000 });
		expect(await use(startRun(), 3)).toEqual(['old-token', 'old-token', 'old-token']);
		expect(times(platform.calls)).toEqual([0, 0, 0]);
		expect(platform.reads).toEqual([]);
	});

	it.each([
		[61_000, 'old-token'],
		[60_001, 'old-token'],
		[60_000, 'token-no-1'],
		[1000, 'token-no-1'],
		[-1000, 'token-no-1'],
	])('that runs out in %d ms gives way to a new one within a minute: %s', async (leftMs, token) => {
		platform.has('old-token', { leftMs });
		expect(await use(startRun())).toEqual([token]);
	});

	it('whose end is not known is used as it is', async () => {
		platform.has('old-token', { ageMs: 864_000_000 });
		expect(await use(startRun())).toEqual(['old-token']);
	});

	it('that lives under a minute is used until its last moment', async () => {
		platform.lifeMs = 40_000;
		const tokens = startRun();
		await use(tokens);
		for (const elapsed of [10_000, 20_000, 40_099]) {
			await until(elapsed);
			expect(await use(tokens, 2)).toEqual(['token-no-1', 'token-no-1']);
		}
		// It was issued at 100
		await clock.sleep(1);
		expect(await use(tokens)).toEqual(['token-no-2']);
	});

	it('that has lived for a minute has the margin of any other', async () => {
		platform.lifeMs = 90_000;
		const tokens = startRun();
		await use(tokens);
		await until(60_100);
		expect(await use(tokens)).toEqual(['token-no-1']);
		await until(60_201);
		expect(await use(tokens)).toEqual(['token-no-2']);
	});

	it('that lives under a minute and was stored by somebody else is renewed', async () => {
		platform.has('other-token', { ageMs: 0, leftMs: 40_000 });
		expect(await use(startRun())).toEqual(['token-no-1']);
	});
});

describe('a renewal', () => {
	it('takes what another worker has stored instead, when that is good', async () => {
		const tokens = startRun();
		platform.has('other-token', { leftMs: 3_600_000 });
		expect(await use(tokens, 3)).toEqual(['other-token', 'other-token', 'other-token']);
		expect(platform.asked).toEqual([]);
		expect(platform.reads).toHaveLength(1);
	});

	it('does not take what another worker has stored when that has run out as well', async () => {
		const tokens = startRun();
		platform.has('other-token', { leftMs: 1000 });
		expect(await use(tokens)).toEqual(['token-no-1']);
		expect(tokens.seen).toContain('other-token');
	});

	it('uses the credential as it is by then, not as it was at the start', async () => {
		const tokens = startRun();
		platform.stored.appKey = 'changed';
		await use(tokens);
		expect(platform.asked).toEqual([{ at: 0, appKey: 'changed' }]);
	});

	it('uses the data at hand when the credential cannot be read again', async () => {
		const reread = async () => await Promise.reject(new Error('no database'));
		expect(await use(startRun({ reread }))).toEqual(['token-no-1']);
		expect(platform.asked).toEqual([{ at: 0, appKey: 'key' }]);
	});

	it('is not made on another platform, whose token is not used either', async () => {
		const tokens = startRun();
		platform.has('foreign-token', { leftMs: 3_600_000 });
		platform.stored.baseUrl = 'https://other.example';
		const attempt = jest.fn(platform.call);
		for (const elapsed of [0, 30_000, 120_000]) {
			await until(elapsed);
			await expect(tokens.use(attempt)).rejects.toMatchObject({
				problem: { kind: 'changed' },
				isFinal: true,
			});
		}
		expect(attempt).not.toHaveBeenCalled();
		expect(tokens.seen).not.toContain('foreign-token');
	});

	it('lets calls go on with a good token of the old platform', async () => {
		platform.has('old-token', { leftMs: 3_600_000 });
		const tokens = startRun();
		platform.stored.baseUrl = 'https://other.example';
		expect(await use(tokens)).toEqual(['old-token']);
	});
});

describe('a call', () => {
	it('gets data of its own, which is good for it alone', async () => {
		const start = { ...platform.stored };
		const tokens = new AppTokens(start, { ...clock, ...platform, random: () => 0 });
		const handed: ICredentialDataDecryptedObject[] = [];
		const attempt = async (data: ICredentialDataDecryptedObject) => {
			handed.push(data);
			return await platform.call(data);
		};
		await Promise.all([tokens.use(attempt), tokens.use(attempt)]);
		await tokens.use(attempt);
		expect(new Set([...handed, start]).size).toBe(4);
		expect(handed.map(isUsedUp)).toEqual([true, true, true]);
		expect([start.accessToken, isUsedUp(start)]).toEqual(['', false]);
	});

	it('returns what came of it, and the token that it was made with', async () => {
		const tokens = startRun();
		await use(tokens);
		expect(await tokens.use(async ({ appId }) => `done for ${String(appId)}`)).toEqual({
			result: 'done for app',
			token: 'token-no-1',
		});
	});

	it('that fetched no token leaves the next one to fetch it', async () => {
		const tokens = startRun();
		expect(await tokens.use(async () => 'not made')).toEqual({ result: 'not made', token: '' });
		expect(await use(tokens)).toEqual(['token-no-1']);
	});
});

describe('a refused token', () => {
	it.each([
		[60_001, true],
		[60_000, false],
		[0, false],
	])('that is %d ms old is worth replacing: %s', async (ageMs, expected) => {
		platform.has('old-token', { ageMs });
		const tokens = startRun();
		expect(await tokens.replace('old-token', false)).toBe(expected);
		// Neither took any time, or anything from n8n
		expect([clock.elapsed, platform.reads]).toEqual([0, []]);
	});

	it('whose age is not known is worth replacing', async () => {
		platform.has('old-token');
		platform.stored.accessTokenIssuedAt = '';
		expect(await startRun().replace('old-token', false)).toBe(true);
	});

	it('that was none is not', async () => {
		expect(await startRun().replace('', true)).toBe(false);
	});

	it('is replaced once for all calls that it met', async () => {
		platform.has('old-token');
		const tokens = startRun();
		const replacing = [1, 2, 3].map(async () => {
			expect(await tokens.replace('old-token', false)).toBe(true);
			return (await tokens.use(platform.call, 'old-token')).token;
		});
		expect(await Promise.all(replacing)).toEqual(['token-no-1', 'token-no-1', 'token-no-1']);
		expect(platform.asked).toHaveLength(1);
	});

	it('that has been replaced meanwhile is not asked about again, however fresh', async () => {
		platform.has('old-token', { ageMs: 0 });
		const tokens = startRun();
		await use(tokens, 1, 'old-token');
		expect(await tokens.replace('old-token', false)).toBe(true);
		expect(await use(tokens, 1, 'old-token')).toEqual(['token-no-1']);
		expect(platform.asked).toHaveLength(1);
	});

	it('waits for the renewal that is under way, however it ends', async () => {
		platform.has('old-token');
		platform.refusals = [away()];
		const tokens = startRun();
		const renewing = use(tokens, 1, 'old-token').catch((error: unknown) => error);
		expect(await tokens.replace('old-token', false)).toBe(true);
		expect([clock.elapsed, await renewing]).toEqual([100, expect.any(AccessTokenError)]);
	});

	it('waits for the renewal that is under way', async () => {
		platform.has('old-token', { ageMs: 0 });
		const tokens = startRun();
		const renewing = use(tokens, 1, 'old-token');
		expect(await tokens.replace('old-token', false)).toBe(true);
		expect(clock.elapsed).toBe(150);
		expect(await renewing).toEqual(['token-no-1']);
	});
});

describe('a fresh token that was refused', () => {
	beforeEach(() => platform.has('fresh-token', { ageMs: 1000 }));

	it('gives way to the one that another worker has stored', async () => {
		const tokens = startRun();
		platform.has('other-token', { ageMs: 0 });
		expect(await tokens.replace('fresh-token', true)).toBe(true);
		expect(await use(tokens, 1, 'fresh-token')).toEqual(['other-token']);
		expect(platform.asked).toEqual([]);
		expect(tokens.seen).toContain('other-token');
	});

	it('gives way to one that is stored half a second later', async () => {
		const tokens = startRun();
		const replacing = tokens.replace('fresh-token', true);
		await until(500);
		platform.has('other-token', { ageMs: 0 });
		expect(await replacing).toBe(true);
		expect(await use(tokens, 1, 'fresh-token')).toEqual(['other-token']);
	});

	it('is renewed once in a run, when nobody else has', async () => {
		const tokens = startRun();
		expect(await tokens.replace('fresh-token', true)).toBe(true);
		expect(await use(tokens, 1, 'fresh-token')).toEqual(['token-no-1']);
		expect(await tokens.replace('token-no-1', true)).toBe(false);
		expect(await use(tokens)).toEqual(['token-no-1']);
		expect(platform.asked).toHaveLength(1);
	});

	it('is looked for again after that, since another worker may renew at any time', async () => {
		const tokens = startRun();
		await tokens.replace('fresh-token', true);
		await use(tokens, 1, 'fresh-token');
		platform.has('other-token', { ageMs: 0 });
		expect(await tokens.replace('token-no-1', true)).toBe(true);
		expect(await use(tokens, 1, 'token-no-1')).toEqual(['other-token']);
		expect(platform.asked).toHaveLength(1);
	});

	it('is renewed again when the renewal failed', async () => {
		const tokens = startRun();
		await tokens.replace('fresh-token', true);
		platform.refusals = [away()];
		await expect(use(tokens, 1, 'fresh-token')).rejects.toThrow('unanswered');
		expect(await tokens.replace('fresh-token', true)).toBe(true);
	});

	it('is looked at once for all calls that it met', async () => {
		const tokens = startRun();
		const replacing = [1, 2, 3].map(async () => await tokens.replace('fresh-token', true));
		expect(await Promise.all(replacing)).toEqual([true, true, true]);
		expect(platform.reads).toHaveLength(1);
	});

	it.each([
		[0, 500],
		[0.5, 750],
		[1, 1000],
	])('is looked at after a while that chance decides, then sooner (%d)', async (random, first) => {
		const tokens = startRun({ random: () => random });
		await tokens.replace('fresh-token', true);
		await tokens.replace('fresh-token', true);
		expect(platform.reads).toEqual([first, first + 250]);
	});

	it('is renewed when the stored one cannot be read', async () => {
		const reread = async () => await Promise.reject(new Error('no database'));
		const tokens = startRun({ reread });
		expect(await tokens.replace('fresh-token', true)).toBe(true);
		expect(await use(tokens, 1, 'fresh-token')).toEqual(['token-no-1']);
	});

	it('stays in use for others while a credential is stored without one', async () => {
		const tokens = startRun();
		platform.stored.accessToken = '';
		expect(await tokens.replace('fresh-token', true)).toBe(true);
		expect(await use(tokens)).toEqual(['fresh-token']);
		expect(await use(tokens, 1, 'fresh-token')).toEqual(['token-no-1']);
	});

	it('never gives way to the token of another platform', async () => {
		const tokens = startRun();
		platform.has('foreign-token', { ageMs: 0 });
		platform.stored.baseUrl = 'https://other.example';
		await tokens.replace('fresh-token', true);
		await expect(use(tokens, 1, 'fresh-token')).rejects.toThrow('changed');
		expect(await use(tokens)).toEqual(['fresh-token']);
		expect(tokens.seen).not.toContain('foreign-token');
	});
});

describe('after a renewal that failed', () => {
	it('who waited for it fails with it, and nobody asks again', async () => {
		const error = away();
		platform.refusals = [error];
		const tokens = startRun();
		const uses = [1, 2, 3].map(async () => await tokens.use(platform.call));
		for (const result of await Promise.allSettled(uses)) {
			expect(result).toEqual({ status: 'rejected', reason: error });
		}
		expect(times(platform.asked)).toEqual([0]);
	});

	it.each([
		[undefined, 250],
		[7000, 7000],
	])('who comes later waits and asks once more (asked to wait: %s)', async (asked, waitMs) => {
		platform.refusals = [away(asked)];
		const tokens = startRun();
		await expect(use(tokens)).rejects.toThrow('unanswered');
		await clock.sleep(50);
		expect(await use(tokens, 3)).toEqual(['token-no-1', 'token-no-1', 'token-no-1']);
		// It failed at 100
		expect(times(platform.asked)).toEqual([0, 100 + waitMs]);
	});

	it('who has waited once does not wait for the next one that fails', async () => {
		const [first, second] = [away(), away()];
		platform.refusals = [first, second];
		const tokens = startRun();
		await expect(use(tokens)).rejects.toBe(first);
		const uses = [1, 2].map(async () => await tokens.use(platform.call));
		for (const result of await Promise.allSettled(uses)) {
			expect(result).toEqual({ status: 'rejected', reason: second });
		}
		expect(times(platform.asked)).toEqual([0, 350]);
	});

	it('who was refused with the old token fails at once', async () => {
		platform.has('old-token');
		platform.refusals = [away(7000)];
		const tokens = startRun();
		await expect(use(tokens, 1, 'old-token')).rejects.toThrow('unanswered');
		await expect(use(tokens, 1, 'old-token')).rejects.toThrow('unanswered');
		expect([times(platform.asked), clock.elapsed]).toEqual([[0], 100]);
	});

	it('calls go on with a token that is still good', async () => {
		platform.has('old-token');
		platform.refusals = [refused()];
		const tokens = startRun();
		await expect(use(tokens, 1, 'old-token')).rejects.toThrow('refused');
		expect(await use(tokens)).toEqual(['old-token']);
	});
});

describe('after a final refusal', () => {
	it.each([undefined, 1000])('nobody asks for a minute (asked to wait: %s)', async (asked) => {
		const error = refused(asked);
		platform.refusals = [error];
		const tokens = startRun();
		await expect(use(tokens)).rejects.toBe(error);
		for (const sinceMs of [0, 1000, 59_900]) {
			await until(100 + sinceMs);
			await expect(use(tokens)).rejects.toBe(error);
			expect(clock.elapsed).toBe(100 + sinceMs);
		}
		await until(60_200);
		expect(await use(tokens)).toEqual(['token-no-1']);
		expect(times(platform.asked)).toEqual([0, 60_200]);
	});

	it('a refused token is not worth replacing for a minute', async () => {
		platform.has('old-token');
		platform.refusals = [refused()];
		const tokens = startRun();
		await expect(use(tokens, 1, 'old-token')).rejects.toThrow('refused');
		await until(60_000);
		expect(await tokens.replace('old-token', true)).toBe(false);
		await until(60_200);
		expect(await tokens.replace('old-token', true)).toBe(true);
	});

	it('a refused token is worth replacing when the gateway was only away', async () => {
		platform.has('old-token');
		platform.refusals = [away()];
		const tokens = startRun();
		await expect(use(tokens, 1, 'old-token')).rejects.toThrow('unanswered');
		expect(await tokens.replace('old-token', true)).toBe(true);
	});
});

describe('every token is known as a secret', () => {
	it('from the start of the run', () => {
		platform.has('old-token');
		expect([...startRun().seen]).toEqual(['old-token']);
	});

	it('when it was renewed, together with the older ones', async () => {
		platform.has('old-token');
		const tokens = startRun();
		await use(tokens, 1, 'old-token');
		await use(tokens, 1, 'token-no-1');
		expect([...tokens.seen]).toEqual(['old-token', 'token-no-1', 'token-no-2']);
	});

	it('when n8n fetched it within a call, and the call or storing it failed', async () => {
		const tokens = startRun();
		for (const error of [new Error('unforeseen'), away()]) {
			await clock.sleep(1000);
			const attempt = async (data: ICredentialDataDecryptedObject) => {
				data.accessToken = `fetched before: ${error.message}`;
				throw error;
			};
			await expect(tokens.use(attempt)).rejects.toBe(error);
			expect(tokens.seen).toContain(`fetched before: ${error.message}`);
		}
	});

	it('when n8n replaced it within a call', async () => {
		platform.has('old-token');
		const tokens = startRun();
		const used = await tokens.use(async (data) => {
			data.accessToken = 'newer-token';
		});
		expect(used.token).toBe('newer-token');
		expect(tokens.seen).toContain('newer-token');
	});
});

describe('a pasted token', () => {
	const data = { baseUrl: 'https://api.tze.cn', accessToken: ' pasted ' };

	it('is the only one', async () => {
		const tokens = pastedToken(data, 'pasted');
		expect([...tokens.seen]).toEqual(['pasted']);
		expect(await tokens.replace('pasted', true)).toBe(false);
	});

	it('comes with data of its own for each call', async () => {
		const tokens = pastedToken(data, 'pasted');
		const used = await Promise.all(
			[1, 2].map(async () => await tokens.use(async (handed) => handed)),
		);
		expect(used).toEqual([
			{ result: data, token: 'pasted' },
			{ result: data, token: 'pasted' },
		]);
		expect(new Set([...used.map(({ result }) => result), data]).size).toBe(3);
	});
});

describe('two workers, on a platform that voids the older token', () => {
	const POLICY: CallPolicy = {
		onlyReads: false,
		busyDidNothing: true,
		maxReplacements: 2,
		mayReplaceFreshToken: true,
	};

	/** How each of both begins: how much later the second one does, and when their tokens are stored. */
	interface Race {
		laterMs: number;
		storingMs: number[];
		stored: 'no token' | 'a token that runs out' | 'a token that is void';
	}

	/** What came of the calls of both, and how many tokens it took. */
	async function race({ laterMs, storingMs, stored }: Race, policy: CallPolicy) {
		clock = new VirtualClock();
		platform = new FakePlatform(clock);
		platform.voidsOlder = true;
		platform.storingMs = [...storingMs];
		if (stored === 'a token that runs out') platform.has('old-token', { leftMs: 1000 });
		if (stored === 'a token that is void') platform.has('old-token');
		if (stored === 'a token that is void') platform.revoke('old-token');
		const second = clock.sleep(laterMs).then(async () => await work(0.8, policy));
		const results = [...(await work(0.2, policy)), ...(await second)];
		return { results, asked: platform.asked.length };
	}

	/** A worker that makes three calls at once; what came of each. */
	async function work(random: number, policy: CallPolicy): Promise<unknown[]> {
		const source = { now: clock.now, sleep: clock.sleep, random: () => random };
		const around: Surroundings = { ...source, request: platform.request };
		const tokens = startRun(source);
		const url = 'https://api.tze.cn/msg';
		const call: Call = { policy, url, body: {}, timeoutMs: 1000, maxRetries: 3 };
		const calls = Array.from({ length: 3 }, async () => {
			return (await callPlatform(around, tokens, call)).envelope.retDesc;
		});
		return (await Promise.allSettled(calls)).map((result) =>
			result.status === 'fulfilled' ? result.value : result.reason,
		);
	}

	const starts = [0, 30, 60, 99, 100, 130, 160, 400, 700];
	const orders = [
		[0, 0],
		[200, 0],
		[0, 200],
		[400, 10],
	];
	const racesWith = (stored: Race['stored']) =>
		starts.flatMap((laterMs) => orders.map((storingMs): Race => ({ laterMs, storingMs, stored })));

	it.each(['no token', 'a token that runs out', 'a token that is void'] as const)(
		'both get all their calls through, whenever they begin, with %s stored',
		async (stored) => {
			for (const start of racesWith(stored)) {
				const { results, asked } = await race(start, POLICY);
				expect({ start, results }).toEqual({ start, results: Array(6).fill('success') });
				// More would be a quarrel, in which each makes the other one's token void
				expect([1, 2, 3]).toContain(asked);
			}
		},
	);

	it('would lose calls if a fresh token could not be the reason', async () => {
		const cautious = { ...POLICY, mayReplaceFreshToken: false };
		const results: unknown[] = [];
		for (const start of racesWith('no token'))
			results.push(...(await race(start, cautious)).results);
		expect(results).toContainEqual(expect.objectContaining({ problem: 'refused' }));
	});
});
