import { getEventListeners } from 'node:events';

import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { callPlatform, type Call, type Surroundings } from '../../transport/call';
import { AccessTokenError, type PlatformError } from '../../transport/errors';
import { fetchAccessToken } from '../../transport/fetchToken';
import { Pace } from '../../transport/pace';
import { isUsedUp, noteProgress } from '../../transport/progress';
import type { CallPolicy } from '../../transport/repeat';
import { AppTokens, pastedToken, type Tokens } from '../../transport/tokens';
import {
	answer,
	errorOf,
	failing,
	FakePlatform,
	FakeRequest,
	hanging,
	REFUSAL,
	START,
	SUCCESS,
	VirtualClock,
	type Step,
} from './fakes';

/** Awkward: each way of writing it in an address is another text. */
const TOKEN = "tok3n+with/odd=chars(a)!b'c*";
const CODE = 'c0de+1/2=(x)';
const CREDENTIAL = { baseUrl: 'https://api.tze.cn', accessToken: TOKEN };

/** As messages are sent. */
const SENDS: CallPolicy = {
	onlyReads: false,
	busyDidNothing: true,
	maxReplacements: 2,
	mayReplaceFreshToken: true,
};
/** As a code is exchanged. */
const WORKS_ONCE: CallPolicy = {
	onlyReads: false,
	busyDidNothing: false,
	maxReplacements: 1,
	mayReplaceFreshToken: false,
};
const READS: CallPolicy = { ...WORKS_ONCE, onlyReads: true };

const REFUSED_CONNECTION = { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.0.0.1:443' };
const TIMED_OUT = { code: 'ECONNABORTED', message: 'timeout of 30000ms exceeded' };
const noToken = (isFinal: boolean, retryAfterMs?: number) =>
	new AccessTokenError({ kind: 'refused', retCode: '1', retDesc: 'no' }, isFinal, retryAfterMs);

let clock: VirtualClock;
let stop: AbortController;
beforeEach(() => {
	clock = new VirtualClock();
	stop = new AbortController();
});

/** A call, and how the platform answers it. */
function callWith(
	steps: Step[],
	call: Partial<Call> = {},
	tokens: Tokens = pastedToken(CREDENTIAL, TOKEN),
) {
	const fake = new FakeRequest(clock, steps);
	const around: Surroundings = {
		request: fake.request,
		signal: stop.signal,
		now: clock.now,
		sleep: clock.sleep,
		random: () => 1,
	};
	const result = callPlatform(around, tokens, {
		policy: SENDS,
		url: 'https://api.tze.cn/msg/send?appId=7',
		body: { text: 'hello' },
		secrets: [CODE],
		timeoutMs: 30_000,
		maxRetries: 3,
		...call,
	});
	// A test may look at other things before this
	result.catch(() => undefined);
	return { fake, result };
}

/** Tokens of which each is used once, and the next one is there when a call is refused. */
function severalTokens(...values: Array<string | AccessTokenError>) {
	const replaced: unknown[] = [];
	const avoided: unknown[] = [];
	const left = [...values];
	const tokens: Tokens = {
		use: async (attempt, avoid) => {
			avoided.push(avoid);
			const token = left.length > 1 ? left.shift() : left[0];
			if (typeof token !== 'string') throw token;
			return { result: await attempt({ ...CREDENTIAL, accessToken: token }), token };
		},
		replace: async (token, mayBeFresh) => {
			replaced.push([token, mayBeFresh]);
			return true;
		},
		seen: new Set(values.filter((value) => typeof value === 'string')),
	};
	return { tokens, replaced, avoided };
}

/** What a call is told as. */
const told = ({ problem, delivered }: PlatformError) => ({ problem, delivered });

describe('a success', () => {
	it('is returned as it came', async () => {
		const { fake, result } = callWith([answer({ ...SUCCESS, data: { id: 7 }, more: [null] })]);
		expect(await result).toEqual({
			status: 200,
			envelope: {
				...SUCCESS,
				data: { id: 7 },
				answer: { ...SUCCESS, data: { id: 7 }, more: [null] },
			},
		});
		expect(fake.times).toEqual([0]);
	});

	it.each([404, 429, 500, 503])(
		'is what the platform says, whatever the status: %d',
		async (status) => {
			const { fake, result } = callWith([answer(SUCCESS, status)]);
			expect(await result).toMatchObject({ status, envelope: SUCCESS });
			expect(fake.times).toEqual([0]);
		},
	);

	it.each(['0', '00', '00000', '0000000', '200'])('is not what says %s', async (retCode) => {
		const { result } = callWith([answer({ ...SUCCESS, retCode })]);
		expect(told(await errorOf(result))).toEqual({ problem: 'refused', delivered: 'no' });
	});
});

describe('a request', () => {
	it('takes any answer as a text, and follows nobody with the token', async () => {
		const { fake, result } = callWith([answer(SUCCESS)], { timeoutMs: 1234 });
		await result;
		expect(fake.calls[0].options).toEqual({
			method: 'POST',
			url: 'https://api.tze.cn/msg/send?appId=7',
			body: '{"text":"hello"}',
			headers: { 'Content-Type': 'application/json' },
			json: true,
			encoding: 'stream',
			timeout: 1234,
			abortSignal: expect.any(AbortSignal),
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
	});

	it('may ask for something, with a query and without a body', async () => {
		const query = { user_id: '7' };
		const read: Partial<Call> = { method: 'GET', query, body: undefined };
		const { fake, result } = callWith([answer(SUCCESS)], read);
		await result;
		const [{ options }] = fake.calls;
		expect(options).toMatchObject({ method: 'GET', qs: { user_id: '7' } });
		expect(options).not.toHaveProperty('body');
		// The credential adds the token to what it is handed
		expect(options.qs).not.toBe(query);
	});

	it('is handed data of its own each time, which is good for one call', async () => {
		const step: Step = (data) => {
			noteProgress(data, { step: 'authorized' });
			throw REFUSED_CONNECTION;
		};
		const { fake, result } = callWith([step, step, answer(SUCCESS)]);
		await result;
		const handed = fake.calls.map(({ data }) => data);
		expect(new Set([...handed, CREDENTIAL]).size).toBe(4);
		expect(handed.map(isUsedUp)).toEqual([true, true, false]);
		expect(handed).toEqual(Array(3).fill(CREDENTIAL));
	});

	it('needs nothing of n8n but two functions', async () => {
		const outcomes = [failing(REFUSED_CONNECTION), answer(SUCCESS)];
		const request = async (options: IHttpRequestOptions, data: ICredentialDataDecryptedObject) =>
			outcomes.shift()?.(data, options);
		const sleep = async () => await new Promise<void>(setImmediate);
		const plain = { request, sleep, now: () => 0, random: () => 0 };
		const { envelope } = await callPlatform(plain, pastedToken(CREDENTIAL, TOKEN), {
			policy: SENDS,
			url: 'https://api.tze.cn/x',
			body: {},
			timeoutMs: 30_000,
			maxRetries: 1,
		});
		expect(envelope.retDesc).toBe('success');
	});
});

describe('a call that was never sent', () => {
	it('is repeated as often as asked, with pauses that grow', async () => {
		const { fake, result } = callWith([failing(REFUSED_CONNECTION)]);
		expect(await errorOf(result)).toMatchObject({
			problem: 'notSent',
			delivered: 'no',
			facts: { host: 'api.tze.cn', attempts: 4, timeoutMs: 30_000, reason: 'ECONNREFUSED' },
		});
		expect(fake.times).toEqual([0, 500, 1500, 3500]);
	});

	it('is made once when no repeat is wanted', async () => {
		const { fake, result } = callWith([failing(REFUSED_CONNECTION)], { maxRetries: 0 });
		expect((await errorOf(result)).facts.attempts).toBe(1);
		expect(fake.times).toEqual([0]);
	});

	it.each([
		['a name that nobody knows', { code: 'ENOTFOUND' }],
		['a name that nobody knows just now', { code: 'EAI_AGAIN' }],
		['a certificate that has expired', { code: 'CERT_HAS_EXPIRED' }],
		['a certificate of its own', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
		['a certificate for another host', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }],
		['a certificate of nobody', { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
		['a time-out while connecting', { code: 'ETIMEDOUT', syscall: 'connect' }],
		['no way to the host', { code: 'EHOSTUNREACH', syscall: 'connect' }],
		['a look-up that failed', { code: 'EBUSY', syscall: 'getaddrinfo' }],
		[
			'a cut before the TLS handshake ended',
			{
				code: 'ECONNRESET',
				message: 'Client network socket disconnected before secure TLS connection was established',
			},
		],
		['no TLS on the other side', { code: 'EPROTO', message: 'write EPROTO 4017:error:0A00010B' }],
		[
			'a proxy that hung up',
			{ message: 'Proxy connection ended before receiving CONNECT response' },
		],
		[
			'several addresses, and none that answers',
			{ code: 'ETIMEDOUT', errors: [{ syscall: 'connect' }, { syscall: 'connect' }] },
		],
		[
			'a cause deep within',
			{ message: 'The connection …', cause: { message: 'x', cause: { code: 'ECONNREFUSED' } } },
		],
		['a cause that another code hides', { code: 'ERR_NETWORK', cause: { code: 'ECONNREFUSED' } }],
		[
			'n8n before 2.38: nobody listens',
			{
				name: 'NodeApiError',
				httpCode: 'ECONNREFUSED',
				messages: ['connect ECONNREFUSED 127.0.0.1:1'],
				message: 'The service refused the connection',
			},
		],
		[
			'n8n before 2.38: a time-out while connecting',
			{ httpCode: 'ETIMEDOUT', messages: ['connect ETIMEDOUT 10.0.0.1:443'], message: 'The …' },
		],
	])('is repeated, also one that works once: %s', async (_name, error) => {
		const { fake, result } = callWith([failing(error), answer(SUCCESS)], { policy: WORKS_ONCE });
		await result;
		expect(fake.times).toEqual([0, 500]);
	});
});

/** Failures after which the request may have arrived. */
const UNCERTAIN: Array<[name: string, problem: string, error: unknown]> = [
	['a time-out', 'timedOut', TIMED_OUT],
	['ETIMEDOUT, nobody knows where', 'timedOut', { code: 'ETIMEDOUT' }],
	['ETIMEDOUT while reading', 'timedOut', { code: 'ETIMEDOUT', syscall: 'read' }],
	['ECONNRESET', 'lost', { code: 'ECONNRESET', message: 'socket hang up' }],
	['EPIPE', 'lost', { code: 'EPIPE', syscall: 'write', message: 'write EPIPE' }],
	['EPROTO, which may come later', 'lost', { code: 'EPROTO', message: 'read EPROTO 4017:error' }],
	['an answer that broke off', 'lost', { code: 'ERR_BAD_RESPONSE', message: 'aborted' }],
	['a cause within', 'lost', { message: 'The …', cause: { code: 'ECONNRESET' } }],
	[
		'two addresses, of which one was reached',
		'timedOut',
		{ code: 'ETIMEDOUT', errors: [{ syscall: 'connect' }, { syscall: 'read' }] },
	],
	['several addresses, none of them named', 'timedOut', { code: 'ETIMEDOUT', errors: [] }],
	[
		'n8n before 2.38: ECONNRESET',
		'lost',
		{
			name: 'NodeApiError',
			httpCode: 'ECONNRESET',
			messages: ['socket hang up'],
			message: 'The connection to the server was closed unexpectedly',
		},
	],
	[
		'n8n before 2.38: a time-out',
		'timedOut',
		{ httpCode: 'ECONNABORTED', messages: ['timeout of 500ms exceeded'], message: 'The …' },
	],
	['an error without a code', 'unclear', new Error('who knows')],
	['a text', 'unclear', 'ECONNREFUSED'],
	['nothing', 'unclear', undefined],
	['an object that says nothing', 'unclear', {}],
	['a list', 'unclear', [REFUSED_CONNECTION]],
	[
		'n8n before 2.38: an error that says nothing',
		'unclear',
		{ name: 'NodeApiError', httpCode: null, messages: [], message: 'The …' },
	],
	['fields of other kinds', 'unclear', { code: 7, httpCode: 200, messages: [7], message: 7 }],
	['an answer that is none', 'unclear', new TypeError('Cannot read properties of undefined')],
];

describe('a call that may have arrived', () => {
	it.each(UNCERTAIN)('is made once: %s (%s)', async (_name, problem, error) => {
		for (const policy of [SENDS, WORKS_ONCE]) {
			const { fake, result } = callWith([failing(error)], { policy });
			expect(told(await errorOf(result))).toEqual({ problem, delivered: 'unknown' });
			expect(fake.calls).toHaveLength(1);
		}
	});

	it.each(UNCERTAIN)('is repeated when it only reads: %s (%s)', async (_name, _problem, error) => {
		const { fake, result } = callWith([failing(error), answer(SUCCESS)], { policy: READS });
		await result;
		expect(fake.times).toEqual([0, 500]);
	});

	it('is made once when a server answers with an error', async () => {
		const { fake, result } = callWith([answer({ retCode: '9', retDesc: ' broken ' }, 500)]);
		expect(await errorOf(result)).toMatchObject({
			problem: 'serverError',
			delivered: 'unknown',
			facts: { status: 500, retCode: '9', retDesc: 'broken', attempts: 1 },
		});
		expect(fake.calls).toHaveLength(1);
	});

	it.each([
		['a page', '<h1>Hi</h1>', 'notJson'],
		['nothing', '', 'empty'],
		['half an answer', '{"retCode":"0000', 'brokenJson'],
		['an answer without a code', '{"code":1}', 'noCode'],
	])('is made once when something else answers: %s', async (_name, body, problem) => {
		const { fake, result } = callWith([answer(body)]);
		expect(told(await errorOf(result))).toEqual({ problem, delivered: 'unknown' });
		expect(fake.calls).toHaveLength(1);
	});

	it.each([200, 302, 408, 409, 422, 425])('is made once: a page with HTTP %d', async (status) => {
		const { fake, result } = callWith([answer('<p>', status)]);
		expect(told(await errorOf(result))).toEqual({ problem: 'notJson', delivered: 'unknown' });
		expect(fake.calls).toHaveLength(1);
	});

	it.each([
		['oddCode', { retCode: 100001, retDesc: '接收人不存在' }, '接收人不存在'],
		['noCode', { code: '100001', message: '无权限' }, '无权限'],
		['noCode', { error: { message: 'x'.repeat(300) } }, `${'x'.repeat(200)}…`],
		['noCode', { message: `for ${TOKEN}` }, 'for ***'],
		['noCode', { message: `${'x'.repeat(190)} ${TOKEN}` }, `${'x'.repeat(190)} ***`],
	])(
		'quotes the reason in an answer that is not the platform’s: %s',
		async (problem, body, reason) => {
			const { result } = callWith([answer(body)]);
			const error = await errorOf(result);
			expect(told(error)).toEqual({ problem, delivered: 'unknown' });
			expect(error.facts.retDesc).toBe(reason);
		},
	);

	it.each([429, 500])('quotes the reason in what a gateway says: HTTP %d', async (status) => {
		const { result } = callWith([answer({ message: 'slow down' }, status)], { maxRetries: 0 });
		expect((await errorOf(result)).facts.retDesc).toBe('slow down');
	});

	it('quotes the visible words at the start of a page that answers', async () => {
		const page = `<style>p { x }</style><script>y()</script><p>No   such\npage${'!'.repeat(200)}</p>`;
		const { result } = callWith([answer(page, 404)]);
		expect((await errorOf(result)).facts.excerpt).toBe(`No such page${'!'.repeat(108)}`);
	});

	it.each(['{"retCode":"000000","data":{"oauthToken":"o"', '{"token":"o"}', ''])(
		'quotes nothing of an answer that may hold a token: %s',
		async (body) => {
			const { result } = callWith([answer(body)]);
			expect((await errorOf(result)).facts.excerpt).toBeUndefined();
		},
	);

	it('says where a redirect leads, without what may hold the token', async () => {
		const location = `https://login.example:8443/x?accessToken=${TOKEN}`;
		const { result } = callWith([answer('', 302, { location })]);
		expect((await errorOf(result)).facts).toMatchObject({
			status: 302,
			redirect: 'https://login.example:8443',
		});
	});

	it.each([
		`/x?accessToken=${TOKEN}`,
		`https://${TOKEN}@login.example/`,
		'https://user:password@login.example/',
		`blob:https://api.tze.cn/${TOKEN}`,
		`javascript:${TOKEN}`,
		// As an address this is 0.188.97.78
		'https://12345678/',
		'https://login%2eexample/',
		'https://-/',
	])('does not say where an odd redirect leads: %s', async (location) => {
		const { result } = callWith([answer('', 302, { location })]);
		expect((await errorOf(result)).facts.redirect).toBe('…');
	});

	it.each([
		['HTTPS://Login.Example:443/x', 'https://login.example'],
		['http://[::1]:8080?x', 'http://[::1]:8080'],
		['https://10.0.0.5', 'https://10.0.0.5'],
	])('says where an ordinary redirect leads: %s', async (location, redirect) => {
		const { result } = callWith([answer('', 302, { location })]);
		expect((await errorOf(result)).facts.redirect).toBe(redirect);
	});
});

describe('a call that was turned away', () => {
	it.each([400, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 421, 426, 431])(
		'was not carried out, also one that works once: HTTP %d',
		async (status) => {
			const { fake, result } = callWith([answer('', status)], { policy: WORKS_ONCE });
			expect(told(await errorOf(result))).toEqual({ problem: 'empty', delivered: 'no' });
			expect(fake.calls).toHaveLength(1);
		},
	);
});

describe('an answer that is too much', () => {
	const QUARTER = 65_536;

	/** A body in pieces of 64 KB, and how many of them were taken before it was given up. */
	function inPieces(text: string) {
		const taken = { pieces: 0, isGivenUp: false };
		const bytes = new TextEncoder().encode(text);
		async function* body() {
			try {
				for (let at = 0; at < bytes.length; at += QUARTER) {
					taken.pieces++;
					yield bytes.subarray(at, at + QUARTER);
				}
			} finally {
				taken.isGivenUp = taken.pieces * QUARTER < bytes.length;
			}
		}
		return { taken, step: () => ({ statusCode: 200, body: body(), headers: {} }) };
	}

	it('is read up to 256 KB, and its connection is given back', async () => {
		const { taken, step } = inPieces('<'.repeat(100 * QUARTER));
		const { fake, result } = callWith([step]);
		expect(told(await errorOf(result))).toEqual({ problem: 'notJson', delivered: 'unknown' });
		expect(taken).toEqual({ pieces: 5, isGivenUp: true });
		expect(fake.calls).toHaveLength(1);
	});

	it('is read whole when it is just as long', async () => {
		const empty = JSON.stringify({ ...SUCCESS, data: '' });
		const data = '啊'.repeat((4 * QUARTER - empty.length) / 3);
		const filled = JSON.stringify({ ...SUCCESS, data }).padEnd(4 * QUARTER - 2 * data.length);
		const { taken, step } = inPieces(filled);
		const { result } = callWith([step]);
		expect((await result).envelope).toMatchObject({ ...SUCCESS, data });
		expect(taken).toEqual({ pieces: 4, isGivenUp: false });
	});

	it('stays a success when its beginning says so, without its data', async () => {
		const { step } = inPieces(JSON.stringify({ ...SUCCESS, data: ['x'.repeat(9 * QUARTER)] }));
		const { envelope } = await callWith([step]).result;
		expect(envelope).toMatchObject({ ...SUCCESS, dataLeftOut: 'tooLong' });
		expect(envelope).not.toHaveProperty('data');
	});

	it('is told as it is when its beginning says nothing: nobody knows what became of it', async () => {
		const { step } = inPieces(JSON.stringify({ data: 'x'.repeat(9 * QUARTER), ...SUCCESS }));
		expect(told(await errorOf(callWith([step]).result))).toEqual({
			problem: 'tooLong',
			delivered: 'unknown',
		});
	});

	it('is read further for a call that wants more, and says how far', async () => {
		const long = JSON.stringify({ ...SUCCESS, data: 'x'.repeat(6 * QUARTER) });
		const maxAnswerBytes = 8 * QUARTER;
		const { envelope } = await callWith([inPieces(long).step], { maxAnswerBytes }).result;
		expect(envelope).not.toHaveProperty('dataLeftOut');
		const { step } = inPieces('<'.repeat(100 * QUARTER));
		expect((await errorOf(callWith([step], { maxAnswerBytes }).result)).facts).toMatchObject({
			maxAnswerBytes,
		});
	});

	it('was turned away all the same, by its status', async () => {
		const { step } = inPieces(JSON.stringify({ data: 'x'.repeat(9 * QUARTER), ...SUCCESS }));
		const { result } = callWith([() => ({ ...step(), statusCode: 413 })]);
		expect(told(await errorOf(result))).toEqual({ problem: 'tooLong', delivered: 'no' });
	});

	it.each([
		['lists', '[', ']'],
		['objects', '{"a":', '}'],
	])(
		'stays a success when its data is deeper than anybody can store: %s',
		async (_what, open, close) => {
			for (const depth of [101, 5_000, 20_000]) {
				const data = `${open.repeat(depth - 1)}{}${close.repeat(depth - 1)}`;
				const text = `{"retCode":"000000","retDesc":"ok","data":${data}}`;
				const { envelope } = await callWith([answer(text)]).result;
				expect(envelope).toMatchObject({ retDesc: 'ok', dataLeftOut: 'tooDeep' });
				expect(envelope).not.toHaveProperty('data');
			}
		},
	);

	it('keeps data of a hundred levels', async () => {
		const data = `${'['.repeat(100)}${']'.repeat(100)}`;
		const { envelope } = await callWith([answer(`{"retCode":"000000","data":${data}}`)]).result;
		expect(JSON.stringify(envelope.data)).toBe(data);
	});

	it('is quoted in short, and without markup', async () => {
		const refusal = {
			retCode: `<b>${'9'.repeat(9_000)}`,
			retDesc: `<a href=x>${'x'.repeat(9_000)}`,
		};
		const { facts } = await errorOf(callWith([answer(refusal)]).result);
		expect(facts.retCode).toBe(`‹b>${'9'.repeat(57)}…`);
		expect(facts.retDesc).toBe(`‹a href=x>${'x'.repeat(990)}…`);

		const foreign = await errorOf(
			callWith([answer({ message: `<a>${'x'.repeat(9_000)}` })]).result,
		);
		expect(foreign.facts.retDesc).toBe(`‹a>${'x'.repeat(197)}…`);

		const failure = failing(new Error(`<a>${'x'.repeat(9_000)}`));
		expect((await errorOf(callWith([failure]).result)).facts.reason).toBe(`‹a>${'x'.repeat(197)}…`);

		const location = `https://${'a'.repeat(9_000)}.example/`;
		const redirect = await errorOf(callWith([answer('', 302, { location })]).result);
		expect(redirect.facts.redirect).toBe(`https://${'a'.repeat(192)}…`);
	});

	it('hides a secret before it cuts a quote in two', async () => {
		const retDesc = `${'x'.repeat(990)}${TOKEN}`;
		const { facts } = await errorOf(callWith([answer({ ...REFUSAL, retDesc })]).result);
		expect(facts.retDesc).toBe(`${'x'.repeat(990)}***`);
	});
});

describe('an answer that takes its time', () => {
	/** A stream that gives a byte every 100 ms until it is given up. */
	async function* dribble(signal: IHttpRequestOptions['abortSignal']) {
		while (signal?.aborted === false) {
			await clock.sleep(100);
			yield new TextEncoder().encode(' ');
		}
		throw new Error('canceled');
	}
	/** A request that ends like this when it is given up. */
	const givenUp =
		(error: unknown): Step =>
		async (_data, { abortSignal }) =>
			await new Promise((_resolve, reject) => {
				abortSignal?.addEventListener?.('abort', () => reject(error as Error));
			});

	/** A call that has three seconds. */
	function slow(step: Step) {
		const call = callWith([step], { timeoutMs: 3000, maxRetries: 1 });
		return { ...call, signal: () => call.fake.calls[0].options.abortSignal };
	}

	it('is waited for as a whole: a byte now and then is no answer', async () => {
		const { fake, result, signal } = slow((_data, { abortSignal }) => ({
			statusCode: 200,
			body: dribble(abortSignal),
			headers: {},
		}));
		expect(told(await errorOf(result))).toEqual({ problem: 'timedOut', delivered: 'unknown' });
		expect(clock.elapsed).toBeLessThanOrEqual(3200);
		expect(signal()?.aborted).toBe(true);
		expect(fake.calls).toHaveLength(1);
	});

	it('is not waited for when n8n does not give the request up', async () => {
		const { result } = slow(hanging);
		expect(told(await errorOf(result))).toEqual({ problem: 'timedOut', delivered: 'unknown' });
		expect(clock.elapsed).toBeLessThanOrEqual(3200);
	});

	it('does not count any more when it comes too late', async () => {
		const { result } = slow(async () => {
			await clock.sleep(3100);
			return answer(SUCCESS)();
		});
		expect(told(await errorOf(result))).toEqual({ problem: 'timedOut', delivered: 'unknown' });
	});

	it('is taken until the very end', async () => {
		const { result } = slow(async () => {
			await clock.sleep(2999);
			return answer(SUCCESS)();
		});
		expect((await result).envelope.retDesc).toBe('success');
	});

	it('has its time from the moment that the call leaves', async () => {
		const { result } = callWith(
			[
				async (data) => {
					noteProgress(data, { step: 'fetchingToken' });
					await clock.sleep(20_000);
					noteProgress(data, { step: 'authorized' });
					await clock.sleep(2500);
					return answer(SUCCESS)();
				},
			],
			{ timeoutMs: 3000 },
		);
		expect((await result).envelope.retDesc).toBe('success');
	});

	it('leaves nobody listening, and the request of a stopped execution is given up', async () => {
		const { result, signal } = slow(givenUp(new Error('x')));
		await clock.sleep(100);
		stop.abort();
		await errorOf(result);
		expect(signal()?.aborted).toBe(true);
		expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
	});

	it.each([
		['no connection yet', { socket: null }],
		['no connection yet', {}],
		['a host that never said hello', { socket: { _bytesDispatched: 0 } }],
		['a TLS handshake', { socket: { _bytesDispatched: 300, secureConnecting: true } }],
	])('was never asked for, and is again: it waited for %s', async (_name, seen) => {
		const request = { writableFinished: false, ...seen };
		const canceled = { code: 'ERR_CANCELED', message: 'canceled', request };
		for (const step of [
			givenUp({ name: 'NodeApiError', cause: canceled }),
			failing({ name: 'NodeApiError', cause: { ...TIMED_OUT, request } }),
		]) {
			const { fake, result } = slow(step);
			expect(await errorOf(result)).toMatchObject({
				problem: 'notSent',
				delivered: 'no',
				facts: { reason: 'ETIMEDOUT', attempts: 2 },
			});
			expect(fake.calls).toHaveLength(2);
		}
	});

	it.each([
		['bytes had left', { writableFinished: false, socket: { _bytesDispatched: 9 } }],
		['all had left', { writableFinished: true, socket: { _bytesDispatched: 9 } }],
		['the handshake had ended', { writableFinished: false, socket: { secureConnecting: false } }],
		['nobody knows', {}],
		['nobody knows the connection', { writableFinished: false, socket: {} }],
		['there is no request', undefined],
	])('may have been asked for: %s', async (_name, request) => {
		const { fake, result } = slow(failing({ cause: { ...TIMED_OUT, request } }));
		expect(told(await errorOf(result))).toEqual({ problem: 'timedOut', delivered: 'unknown' });
		expect(fake.calls).toHaveLength(1);
	});
});

describe('a proxy', () => {
	it.each([
		['http://127.0.0.1:8080/m', { protocol: 'http', host: '127.0.0.1', port: 8080 }],
		['http://localhost/m', { protocol: 'http', host: 'localhost', port: 80 }],
		['http://[::1]:81/m', { protocol: 'http', host: '[::1]', port: 81 }],
		['https://api.tze.cn/m', undefined],
	])('is passed by where it could read the token: %s', async (url, proxy) => {
		const { fake, result } = callWith([answer(SUCCESS)], { url });
		await result;
		expect(fake.calls[0].options.proxy).toEqual(proxy);
	});

	it('that does not connect sends the host nothing', async () => {
		const body = Object.assign(answer('denied', 502)().body, { socket: { encrypted: undefined } });
		const step = () => ({ statusCode: 502, body, headers: {} });
		const { fake, result } = callWith([step], { policy: WORKS_ONCE, maxRetries: 1 });
		expect(await errorOf(result)).toMatchObject({
			problem: 'notSent',
			delivered: 'no',
			facts: { reason: 'proxy: HTTP 502' },
		});
		expect(fake.calls).toHaveLength(2);
	});

	it.each([
		['https://api.tze.cn/m', { encrypted: true }],
		['https://api.tze.cn/m', undefined],
		['http://localhost/m', {}],
	])('is not taken for the host: %s, %j', async (url, socket) => {
		const body = Object.assign(answer('x', 502)().body, { socket });
		const { result } = callWith([() => ({ statusCode: 502, body, headers: {} })], { url });
		expect(told(await errorOf(result))).toEqual({ problem: 'serverError', delivered: 'unknown' });
	});
});

describe('a call that was not made', () => {
	const refusal = new Error('not over plain http');
	it.each([
		[
			'an address that is none',
			'Invalid URL',
			failing({ code: 'ERR_INVALID_URL', message: 'Invalid URL' }),
		],
		[
			'an address of a protocol that is none',
			'no',
			failing({ code: 'ERR_INVALID_PROTOCOL', message: 'no' }),
		],
		[
			'a host that n8n blocks',
			'The request was blocked because of its address',
			failing({ code: 'X', message: 'The request was blocked because of its address' }),
		],
		[
			'a credential that refused',
			'not over plain http',
			(data: ICredentialDataDecryptedObject) => {
				noteProgress(data, { step: 'refused', error: refusal });
				throw TIMED_OUT;
			},
		],
	])('is told in the words of who refused, and made once: %s', async (_name, reason, step) => {
		const { fake, result } = callWith([step], { policy: { ...SENDS, onlyReads: true } });
		expect(await errorOf(result)).toMatchObject({
			problem: 'notMade',
			delivered: 'no',
			facts: { reason },
		});
		expect(fake.calls).toHaveLength(1);
	});
});

describe('a busy platform', () => {
	const asks = (value: string, status = 429) => answer('', status, { 'retry-after': value });
	const inMs = (ms: number) => new Date(START + ms).toUTCString();

	it.each([
		['7', 7000],
		[' 7 ', 7000],
		['1', 1000],
		['60', 60_000],
		['3600', 60_000],
		['99999999999999999999', 60_000],
		[inMs(5000), 5000],
		[inMs(3_600_000), 60_000],
		// What asks for nothing gets the usual pause
		['0', 500],
		['-5', 500],
		['', 500],
		['soon', 500],
		[inMs(0), 500],
		[inMs(-60_000), 500],
	])('that asks to wait "%s" is called again after %d ms', async (value, expected) => {
		for (const status of [429, 503]) {
			clock = new VirtualClock();
			const { fake, result } = callWith([asks(value, status), answer(SUCCESS)]);
			await result;
			expect(fake.times).toEqual([0, expected]);
		}
	});

	it('is called as often as asked, each time after what it asked for', async () => {
		const steps = [asks('2'), asks('0'), answer('', 503), asks('1')];
		const { fake, result } = callWith(steps);
		expect(await errorOf(result)).toMatchObject({
			problem: 'busy',
			delivered: 'no',
			facts: { status: 429, attempts: 4 },
		});
		// The usual pauses grow with every repeat, of whatever kind
		expect(fake.times).toEqual([0, 2000, 3000, 5000]);
	});

	it.each([429, 503])('may have carried out what works once: HTTP %d', async (status) => {
		const { fake, result } = callWith([asks('1', status)], { policy: WORKS_ONCE });
		expect(told(await errorOf(result))).toEqual({ problem: 'busy', delivered: 'unknown' });
		expect(fake.calls).toHaveLength(1);
	});

	it('may say why', async () => {
		const steps = [answer({ retCode: '8', retDesc: 'too many' }, 429)];
		const { result } = callWith(steps, { maxRetries: 0 });
		expect((await errorOf(result)).facts).toMatchObject({ retCode: '8', retDesc: 'too many' });
	});
});

describe('a call that is turned away as too many', () => {
	/** Calls with one retry, while the run gets on, or does not, between its attempts. */
	async function turnedAway(getsOn: boolean) {
		const around = { now: clock.now, sleep: clock.sleep, random: () => 0, signal: stop.signal };
		const pace = new Pace({ concurrency: 2 }, around);
		const busy = answer('', 429);
		const fake = new FakeRequest(clock, [
			() => {
				if (getsOn) pace.take({ kind: 'answered' }, clock.now());
				return busy();
			},
		]);
		const call = { policy: SENDS, url: 'https://api.tze.cn/msg', timeoutMs: 1000, maxRetries: 1 };
		const tokens = pastedToken(CREDENTIAL, TOKEN);
		const turn = await pace.enter();
		const { problem } = await errorOf(
			callPlatform({ ...around, request: fake.request }, tokens, call, turn),
		);
		return { problem, calls: fake.calls.length };
	}

	it('has used up a retry when nothing else gets on', async () => {
		expect(await turnedAway(false)).toEqual({ problem: 'busy', calls: 2 });
	});

	it('uses up none while the run gets on, up to a bound: it may be about this call alone', async () => {
		const { problem, calls } = await turnedAway(true);
		expect(problem).toBe('busy');
		expect(calls).toBeGreaterThan(5);
		expect(calls).toBeLessThan(15);
	});
});

describe('a refusal', () => {
	it('is told in its words, and not repeated with a token that there is no other of', async () => {
		const { fake, result } = callWith([answer({ retCode: '100002', retDesc: ' no such person ' })]);
		expect(await errorOf(result)).toMatchObject({
			problem: 'refused',
			delivered: 'no',
			facts: {
				host: 'api.tze.cn',
				status: 200,
				retCode: '100002',
				retDesc: 'no such person',
				attempts: 1,
			},
		});
		expect([fake.calls.length, clock.elapsed]).toEqual([1, 0]);
	});

	it('is repeated at once with another token, as often as its policy says', async () => {
		for (const policy of [SENDS, WORKS_ONCE, { ...SENDS, maxReplacements: 0 }]) {
			const { tokens, replaced, avoided } = severalTokens('t1', 't2', 't3', 't4');
			const { fake, result } = callWith([answer(REFUSAL)], { policy }, tokens);
			const used = ['t1', 't2', 't3'].slice(0, policy.maxReplacements + 1);
			expect(told(await errorOf(result))).toEqual({ problem: 'refused', delivered: 'no' });
			expect(fake.calls.map(({ token }) => token)).toEqual(used);
			const refused = used.slice(0, -1);
			expect(replaced).toEqual(refused.map((token) => [token, policy.mayReplaceFreshToken]));
			expect(avoided).toEqual([undefined, ...refused]);
			expect(clock.elapsed).toBe(0);
		}
	});

	it('is told as the last one, after another token', async () => {
		const steps = [answer(REFUSAL), answer({ retCode: '7', retDesc: 'still no' })];
		const { tokens } = severalTokens('t1', 't2');
		const { result } = callWith(steps, { policy: WORKS_ONCE }, tokens);
		expect((await errorOf(result)).facts).toMatchObject({ retCode: '7', retDesc: 'still no' });
	});

	it('does not stand in the way of a success', async () => {
		const { tokens } = severalTokens('t1', 't2');
		const { result } = callWith([answer(REFUSAL), answer(SUCCESS)], {}, tokens);
		expect((await result).envelope.retDesc).toBe('success');
	});

	it.each([
		['timedOut', 'unknown', failing(TIMED_OUT)],
		['lost', 'unknown', failing({ code: 'ECONNRESET' })],
		['unclear', 'unknown', failing(new Error('?'))],
		['serverError', 'unknown', answer('', 500)],
		['notJson', 'unknown', answer('<p>')],
		['busy', 'no', answer('', 429)],
	])('gives way to what came of the repeat: %s, %s', async (problem, delivered, step) => {
		const { tokens } = severalTokens('t1', 't2');
		const { result } = callWith([answer(REFUSAL), step], { maxRetries: 0 }, tokens);
		expect(told(await errorOf(result))).toEqual({ problem, delivered });
	});

	it('leaves the time to a busy platform that the repeat meets', async () => {
		const { tokens } = severalTokens('t1', 't2');
		const steps = [answer(REFUSAL), answer('', 429, { 'retry-after': '7' }), answer(SUCCESS)];
		const { fake, result } = callWith(steps, {}, tokens);
		await result;
		expect(fake.times).toEqual([0, 0, 7000]);
	});

	it.each([
		['notSent', failing(REFUSED_CONNECTION)],
		['notMade', failing({ code: 'ERR_INVALID_URL' })],
	])('stays what is known when the repeat did nothing: %s', async (problem, step) => {
		const { tokens } = severalTokens('t1', 't2');
		const { result } = callWith([answer(REFUSAL), step], {}, tokens);
		expect(await errorOf(result)).toMatchObject({
			problem: 'refused',
			delivered: 'no',
			facts: { retCode: '100002', attempts: 1, repeat: { problem, delivered: 'no' } },
		});
	});

	it('stays what is known when there is no other token, which is not waited for long', async () => {
		const error = noToken(false, 60_000);
		const { tokens } = severalTokens('t1', error);
		const { fake, result } = callWith([answer(REFUSAL)], {}, tokens);
		expect(await errorOf(result)).toMatchObject({
			problem: 'refused',
			facts: { repeat: { problem: 'noAccessToken', facts: { token: error, attempts: 5 } } },
		});
		expect([fake.calls.length, clock.elapsed]).toEqual([1, 3500]);
	});

	it('by a gateway with a page and HTTP 401 is repeated with another token, too', async () => {
		const { tokens } = severalTokens('t1', 't2');
		const page = answer('<p>no token</p>', 401);
		const { fake, result } = callWith([page, answer(SUCCESS)], { policy: WORKS_ONCE }, tokens);
		await result;
		expect(fake.calls.map(({ token }) => token)).toEqual(['t1', 't2']);
	});

	it('by a gateway stays what is known when the repeat did nothing', async () => {
		const { tokens } = severalTokens('t1', 't2');
		const steps = [answer('<p>no token</p>', 401), failing(REFUSED_CONNECTION)];
		const { result } = callWith(steps, { maxRetries: 0 }, tokens);
		expect(await errorOf(result)).toMatchObject({
			problem: 'notJson',
			delivered: 'no',
			facts: { status: 401, repeat: { problem: 'notSent' } },
		});
	});
});

describe('no access token', () => {
	/** What a credential does that cannot fetch one. */
	const refusing =
		(error: AccessTokenError): Step =>
		(data) => {
			noteProgress(data, { step: 'refused', error });
			throw new Error('n8n says something else');
		};

	it('is final when the platform, or a rule, said no', async () => {
		const error = noToken(true);
		const { fake, result } = callWith([refusing(error)]);
		expect(await errorOf(result)).toMatchObject({
			problem: 'noAccessToken',
			delivered: 'no',
			facts: { token: error, attempts: 1 },
		});
		expect(fake.calls).toHaveLength(1);
	});

	it.each([
		[undefined, 500],
		[4000, 4000],
	])('is asked for again, after the time that was asked for: %s', async (asked, expected) => {
		const { fake, result } = callWith([refusing(noToken(false, asked)), answer(SUCCESS)], {
			policy: WORKS_ONCE,
		});
		await result;
		expect(fake.times).toEqual([0, expected]);
	});

	it('is found out once for all calls that wait for it', async () => {
		const { now, sleep } = clock;
		const platform = new FakePlatform(clock);
		const { reread } = platform;
		const tokens = new AppTokens(platform.stored, { now, sleep, reread, random: () => 0 });
		const error = noToken(true);
		platform.refusals = [error];
		const step: Step = async (data) => await platform.call(data);
		const calls = [1, 2, 3].map(() => callWith([step], {}, tokens));
		for (const { result } of calls) expect((await errorOf(result)).facts.token).toEqual(error);
		expect(platform.asked).toHaveLength(1);
	});

	it('is what a failure means while n8n fetches or stores one', async () => {
		const step: Step = (data) => {
			noteProgress(data, { step: 'fetchingToken' });
			throw new Error('the database is locked');
		};
		const { fake, result } = callWith([step], { policy: WORKS_ONCE });
		expect(await errorOf(result)).toMatchObject({
			problem: 'noAccessToken',
			delivered: 'no',
			facts: { token: { problem: { kind: 'notKept', reason: 'the database is locked' } } },
		});
		expect(fake.calls).toHaveLength(4);
	});

	it('is not what a failure means after the call was handed on', async () => {
		const step: Step = (data) => {
			noteProgress(data, { step: 'fetchingToken' });
			noteProgress(data, { step: 'authorized' });
			noteProgress(data, { step: 'refused', error: noToken(false) });
			throw TIMED_OUT;
		};
		const { fake, result } = callWith([step]);
		expect(told(await errorOf(result))).toEqual({ problem: 'timedOut', delivered: 'unknown' });
		expect(fake.calls).toHaveLength(1);
	});

	it('is not what an error means that nobody foresaw', async () => {
		const error = new Error('a mistake of ours');
		const tokens = { ...severalTokens('t1').tokens, use: async () => await Promise.reject(error) };
		await expect(callWith([], {}, tokens).result).rejects.toBe(error);
	});
});

describe('a stop', () => {
	it('before a call: it is not made', async () => {
		stop.abort();
		const { fake, result } = callWith([answer(SUCCESS)]);
		expect(await errorOf(result)).toMatchObject({
			problem: 'stopped',
			delivered: 'no',
			facts: { attempts: 1 },
		});
		expect(fake.calls).toHaveLength(0);
	});

	it('before a call: nothing is read or fetched for it, either', async () => {
		const platform = new FakePlatform(clock);
		const tokens = new AppTokens(platform.stored, { ...clock, ...platform, random: () => 0 });
		stop.abort();
		await errorOf(callWith([answer(SUCCESS)], {}, tokens).result);
		await clock.sleep(1000);
		expect([platform.reads, platform.asked]).toEqual([[], []]);
	});

	it('while a request runs: nobody waits for it, and nobody knows what it did', async () => {
		for (const policy of [SENDS, WORKS_ONCE, READS]) {
			stop = new AbortController();
			const { fake, result } = callWith([hanging], { policy });
			const { elapsed } = clock;
			await clock.sleep(300);
			stop.abort();
			// What only reads does nothing
			const delivered = policy.onlyReads ? 'no' : 'unknown';
			expect(told(await errorOf(result))).toEqual({ problem: 'stopped', delivered });
			await clock.sleep(60_000);
			expect(fake.times).toEqual([elapsed]);
		}
	});

	it('that n8n hears first: nobody knows, either', async () => {
		const { fake, result } = callWith([failing({ code: 'ERR_CANCELED', message: 'canceled' })], {
			policy: SENDS,
		});
		expect(told(await errorOf(result))).toEqual({ problem: 'stopped', delivered: 'unknown' });
		expect(fake.calls).toHaveLength(1);
	});

	it.each([
		['the usual one', failing(REFUSED_CONNECTION), 350],
		['one that the platform asked for', answer('', 429, { 'retry-after': '60' }), 30_000],
	])('during a pause: it ends soon, and nothing more is sent (%s)', async (_name, step, at) => {
		const { fake, result } = callWith([step]);
		await clock.sleep(at);
		stop.abort();
		expect(told(await errorOf(result))).toEqual({ problem: 'stopped', delivered: 'no' });
		expect(clock.elapsed - at).toBeLessThanOrEqual(200);
		await clock.sleep(120_000);
		expect(fake.times).toEqual([0]);
	});

	describe('while a token is fetched', () => {
		let platform: FakePlatform;
		let tokens: AppTokens;
		beforeEach(() => {
			platform = new FakePlatform(clock);
			const { now, sleep } = clock;
			const { reread } = platform;
			tokens = new AppTokens({ ...platform.stored }, { now, sleep, reread, random: () => 0 });
		});
		const throughPlatform: Step = async (data) => await platform.call(data);

		it('did nothing, for the call that fetches it and for those that wait', async () => {
			const fetching = callWith([throughPlatform], {}, tokens);
			const waiting = callWith([throughPlatform], {}, tokens);
			await clock.sleep(50);
			stop.abort();
			for (const { result } of [fetching, waiting]) {
				expect(told(await errorOf(result))).toEqual({ problem: 'stopped', delivered: 'no' });
			}
			expect(clock.elapsed).toBe(50);
			// n8n goes on with the first; the second one is not handed to it any more
			await clock.sleep(1000);
			expect([fetching.fake.calls.length, waiting.fake.calls.length]).toEqual([1, 0]);
		});

		it('and the call has left by then: nobody knows', async () => {
			const { result } = callWith([throughPlatform], {}, tokens);
			await clock.sleep(120);
			stop.abort();
			expect(told(await errorOf(result))).toEqual({ problem: 'stopped', delivered: 'unknown' });
		});

		it('after a refusal: the refusal is what is known', async () => {
			platform.has('a-void-token', { ageMs: 0 });
			platform.revoke('a-void-token');
			tokens = new AppTokens({ ...platform.stored }, { ...clock, ...platform, random: () => 0 });
			const { fake, result } = callWith([throughPlatform], {}, tokens);
			// It was refused at 50, and the stored token is looked at 500 later
			await clock.sleep(300);
			stop.abort();
			expect(told(await errorOf(result))).toEqual({ problem: 'refused', delivered: 'no' });
			expect(clock.elapsed).toBe(300);
			await clock.sleep(10_000);
			expect(fake.calls).toHaveLength(1);
		});
	});

	it('leaves nobody listening for it after a call', async () => {
		const { result } = callWith([failing(REFUSED_CONNECTION), answer(SUCCESS)]);
		await result;
		expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
	});
});

describe('no secret', () => {
	/** RFC 3986; JavaScript leaves a few signs as they are. */
	const strict = (text: string) =>
		encodeURIComponent(text).replace(
			/[!'()*]/g,
			(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
		);
	const lower = (text: string) => text.replace(/%../g, (code) => code.toLowerCase());
	const formsOf = (secret: string) => [
		secret,
		encodeURIComponent(secret),
		strict(secret),
		lower(strict(secret)),
	];
	const FORMS = [TOKEN, CODE].flatMap(formsOf);
	const saying = (text: string) => `(${text}) is, or ?x=${text}&y, not valid`;
	const HIDDEN = '(***) is, or ?x=***&y, not valid';

	it.each(FORMS)('comes back in what the platform says: %s', async (form) => {
		for (const status of [200, 429, 500]) {
			const steps = [answer({ retCode: `E-${form}`, retDesc: saying(form) }, status)];
			const { result } = callWith(steps, { maxRetries: 0 });
			const { facts } = await errorOf(result);
			expect(facts).toMatchObject({ retCode: 'E-***', retDesc: HIDDEN });
		}
	});

	it.each(FORMS)('comes back in the excerpt of a page: %s', async (form) => {
		const { result } = callWith([answer(`<h1>Bad</h1><p>${form}, ${form}</p> Bye`, 404)]);
		expect((await errorOf(result)).facts.excerpt).toBe('Bad ***, *** Bye');
	});

	it('comes back in part, where the excerpt of a page is cut', async () => {
		const { result } = callWith([answer(`<p>${'x'.repeat(115)} ${TOKEN} and more</p>`, 404)]);
		expect((await errorOf(result)).facts.excerpt).toBe(`${'x'.repeat(115)} *** `);
	});

	it('comes back from a page that breaks it into lines, but for less than counts', async () => {
		const { result } = callWith([answer('<p>my\n  secret code</p>', 404)], {
			secrets: ['my secret'],
		});
		expect((await errorOf(result)).facts.excerpt).toBe('my *** code');
	});

	it.each(FORMS)('comes back in the reason of a failure: %s', async (form) => {
		const refusal = new Error(saying(form));
		const refusing: Step = (data) => {
			noteProgress(data, { step: 'refused', error: refusal });
			throw TIMED_OUT;
		};
		const rows: Array<[Step, reason: string]> = [
			[failing(refusal), HIDDEN],
			[failing({ code: 'ERR_INVALID_URL', message: saying(form) }), HIDDEN],
			[refusing, HIDDEN],
			[failing({ httpCode: `E-${form}` }), 'E-***'],
			[failing({ code: `E-${form}`, syscall: 'connect' }), 'E-***'],
			[failing({ syscall: 'connect', message: saying(form) }), HIDDEN],
		];
		for (const [step, reason] of rows) {
			const { result } = callWith([step], { maxRetries: 0 });
			expect((await errorOf(result)).facts.reason).toBe(reason);
		}
	});

	it('comes back in why a token could not be kept, not even that token', async () => {
		const empty = { ...CREDENTIAL, accessToken: '' };
		const source = { now: clock.now, sleep: clock.sleep, random: () => 0 };
		const tokens = new AppTokens(empty, { ...source, reread: async () => empty });
		const step: Step = (data) => {
			noteProgress(data, { step: 'fetchingToken' });
			data.accessToken = 'just+fetched';
			throw new Error(`just+fetched, just%2Bfetched: full, for ${CODE}`);
		};
		const { result } = callWith([step], { maxRetries: 0 }, tokens);
		expect((await errorOf(result)).facts.token?.problem).toEqual({
			kind: 'notKept',
			reason: '***, ***: full, for ***',
		});
	});

	it('among the tokens of a run comes back, old or new', async () => {
		const { tokens } = severalTokens('first+token', 'second+token');
		const says = answer({ retCode: '1', retDesc: 'first+token, second%2Btoken' });
		const { result } = callWith([says], {}, tokens);
		expect((await errorOf(result)).facts.retDesc).toBe('***, ***');
	});

	it('comes back that n8n fetched within the call', async () => {
		const empty = { ...CREDENTIAL, accessToken: '' };
		const source = { now: clock.now, sleep: clock.sleep, random: () => 0 };
		const tokens = new AppTokens(empty, { ...source, reread: async () => empty });
		const step: Step = (data) => {
			data.accessToken = 'just+fetched';
			return answer({ ...REFUSAL, retDesc: 'for just%2Bfetched' })();
		};
		const { result } = callWith([step], { policy: { ...SENDS, maxReplacements: 0 } }, tokens);
		expect((await errorOf(result)).facts.retDesc).toBe('for ***');
	});

	describe('of the app key', () => {
		const KEY = "k3y+with/odd=chars(a)!b'c*";
		const APP = { ...CREDENTIAL, tokenPath: '/token', appId: 'app', appKey: ` ${KEY} ` };

		/** Why there was no token, when the gateway does this. */
		async function problemWith(gateway: Step) {
			const httpRequest = async () => (await gateway(APP, { url: '' })) as unknown;
			const step: Step = async (data) => {
				noteProgress(data, { step: 'fetchingToken' });
				await fetchAccessToken({ helpers: { httpRequest } }, data).catch((error: unknown) => {
					noteProgress(data, { step: 'refused', error });
					throw error;
				});
			};
			const { result } = callWith([step], { maxRetries: 0 }, pastedToken(APP, ''));
			return (await errorOf(result)).facts.token?.problem;
		}

		it.each(formsOf(KEY))('comes back in why there is no token: %s', async (form) => {
			expect(await problemWith(answer({ retCode: `E-${form}`, retDesc: saying(form) }))).toEqual({
				kind: 'refused',
				retCode: 'E-***',
				retDesc: HIDDEN,
			});
			expect(await problemWith(failing(new Error(saying(form))))).toEqual({
				kind: 'unanswered',
				host: 'api.tze.cn',
				reason: HIDDEN,
			});
		});
	});
});
