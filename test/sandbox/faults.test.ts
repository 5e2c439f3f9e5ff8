import type { FaultRequest } from '../../sandbox/client';
import { startBench, textTo, type TestBench } from './support';

let bench: TestBench;
beforeAll(async () => {
	bench = await startBench();
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

const call = (content = 'hi') => bench.call(bench.sandbox.messagePath, textTo(content));
const codeOf = async (content?: string) => (await call(content)).data.retCode;
const stored = async () => (await bench.control.messages()).total;
const refuse: FaultRequest = { kind: 'refuse', retCode: 'E1', retDesc: 'Not today' };

describe('each kind', () => {
	test('delay carries the call out and answers later', async () => {
		await bench.control.fault({ kind: 'delay', ms: 200 });
		const start = Date.now();
		expect(await codeOf()).toBe('000000');
		expect(Date.now() - start).toBeGreaterThanOrEqual(195);
		expect(await stored()).toBe(1);
	});

	test('refuse answers the code and the text', async () => {
		await bench.control.fault(refuse);
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toEqual({ retCode: 'E1', retDesc: 'Not today', data: null });
		expect(await stored()).toBe(0);
	});

	test('refuse can have an HTTP status of its own', async () => {
		await bench.control.fault({ ...refuse, httpStatus: 401 });
		const { status, data } = await call();
		expect(status).toBe(401);
		expect(data.retCode).toBe('E1');
	});

	test('status answers with Retry-After', async () => {
		await bench.control.fault({ kind: 'status', httpStatus: 429, retryAfter: 2 });
		const { status, headers, data } = await call();
		expect(status).toBe(429);
		expect(headers['retry-after']).toBe('2');
		expect(data).toContain('429');
		expect(await stored()).toBe(0);
	});

	test('status can have a body of its own', async () => {
		await bench.control.fault({ kind: 'status', httpStatus: 503, body: 'busy' });
		const { status, data } = await call();
		expect(status).toBe(503);
		expect(data).toBe('busy');
	});

	test('html answers a page', async () => {
		await bench.control.fault({ kind: 'html' });
		const { status, headers, data } = await call();
		expect(status).toBe(200);
		expect(headers['content-type']).toContain('text/html');
		expect(data).toContain('<html>');
		expect(await stored()).toBe(0);
	});

	test('empty answers nothing', async () => {
		await bench.control.fault({ kind: 'empty' });
		const { status, data } = await call();
		expect(status).toBe(200);
		expect(data).toBe('');
		expect(await stored()).toBe(0);
	});

	test('truncatedJson carries the call out and answers half of it', async () => {
		await bench.control.fault({ kind: 'truncatedJson' });
		const { data } = await call();
		expect(data).toMatch(/^\{"retCode":"000000","[^}]*$/);
		expect(await stored()).toBe(1);
	});

	test('noCode answers JSON without the envelope', async () => {
		await bench.control.fault({ kind: 'noCode' });
		const { data } = await call();
		expect(data).toEqual({ message: expect.any(String) });
		expect(await stored()).toBe(0);
	});

	test('cutBefore ends the connection and carries nothing out', async () => {
		await bench.control.fault({ kind: 'cutBefore' });
		await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(await stored()).toBe(0);
	});

	test('cutAfter carries the call out and ends the connection', async () => {
		await bench.control.fault({ kind: 'cutAfter' });
		await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(await stored()).toBe(1);
	});

	test('dribble carries the call out, and its answer has no end', async () => {
		await bench.control.fault({ kind: 'dribble' });
		const { url, messagePath, accessToken } = bench.sandbox;
		const response = await fetch(`${url}${messagePath}?accessToken=${accessToken}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(textTo('hi')),
			signal: AbortSignal.timeout(350),
		});
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toMatchObject({ name: 'TimeoutError' });
		expect(await stored()).toBe(1);
	});

	test('cutMidAnswer carries the call out and ends the connection after the headers', async () => {
		await bench.control.fault({ kind: 'cutMidAnswer' });
		await expect(call()).rejects.toMatchObject({ message: expect.stringContaining('aborted') });
		expect(await stored()).toBe(1);
	});

	test.each([{ kind: 'cutBefore' }, { kind: 'cutAfter' }, { kind: 'cutMidAnswer' }] as const)(
		'after $kind nothing is left in flight',
		async (fault) => {
			await bench.control.fault(fault);
			await expect(call()).rejects.toThrow();
			expect((await bench.control.stats()).inFlight).toBe(0);
			expect((await bench.control.requests()).map((one) => one.fault)).toEqual([fault.kind]);
		},
	);
});

describe('which calls', () => {
	test('times', async () => {
		await bench.control.fault({ ...refuse, times: 2 });
		expect([await codeOf(), await codeOf(), await codeOf()]).toEqual(['E1', 'E1', '000000']);
	});

	test('after', async () => {
		await bench.control.fault({ ...refuse, after: 1 });
		expect([await codeOf(), await codeOf(), await codeOf()]).toEqual(['000000', 'E1', '000000']);
	});

	test('after, with a connection that is cut before the body was read', async () => {
		await bench.control.fault({ kind: 'cutBefore', after: 1 });
		expect(await codeOf()).toBe('000000');
		await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
	});

	test('match', async () => {
		await bench.control.fault({ ...refuse, match: 'row-2"' });
		expect([await codeOf('row-1'), await codeOf('row-2')]).toEqual(['000000', 'E1']);
	});

	test('path', async () => {
		await bench.control.fault({ ...refuse, path: '/oauth' });
		expect(await codeOf()).toBe('000000');
		expect((await bench.call('/oauth/getOauthToken', {})).data.retCode).toBe('E1');
	});

	test('faults apply in the order of the queue, one per call', async () => {
		await bench.control.fault({ kind: 'noCode' });
		await bench.control.fault({ kind: 'cutBefore' });
		await bench.control.fault(refuse);
		expect(await codeOf()).toBeUndefined();
		await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(await codeOf()).toBe('E1');
	});

	test('faults never apply to control calls and pages', async () => {
		await bench.control.fault({ kind: 'status', httpStatus: 503, times: 10 });
		expect((await bench.get('/inbox')).status).toBe(200);
		expect((await bench.control.faults())[0].remaining).toBe(10);
	});

	test('the queue can be listed and cleared', async () => {
		const id = await bench.control.fault({ ...refuse, times: 3 });
		await call();
		expect(await bench.control.faults()).toEqual([{ ...refuse, times: 3, id, remaining: 2 }]);
		await bench.control.clearFaults();
		expect(await codeOf()).toBe('000000');
	});
});

describe('a wrong fault is refused with a sentence', () => {
	test.each([
		[{ kind: 'explode' }, 'kind must be one of delay, refuse, status'],
		[{ kind: 'toString' }, 'kind must be one of'],
		[{ kind: 'delay' }, 'delay: ms is missing'],
		[
			{ kind: 'refuse', retCode: '000000', retDesc: '' },
			'retCode must be a code other than 000000',
		],
		[{ kind: 'html', ms: 5 }, 'html: ms is not a known field'],
		[{ kind: 'cutBefore', match: 'x' }, 'cutBefore: match is not a known field'],
		[{ kind: 'empty', times: 0 }, 'empty: times must be >= 1'],
		[{ kind: 'empty', times: 1e9 }, 'empty: times must be <= 1000000'],
		[{ kind: 'empty', after: 1e300 }, 'empty: after must be <= 1000000'],
		[{ kind: 'delay', ms: 1e9 }, 'delay: ms must be <= 600000'],
		[{ kind: 'status', httpStatus: 999 }, 'status: httpStatus must be <= 599'],
		[{ kind: 'status', httpStatus: 429, retryAfter: 1e300 }, 'retryAfter must be <= 86400'],
		...['1\r\nset-cookie: a=b', '1\n', '\n1', '1\r', '明天', '1\0', ' 1', 'x'.repeat(101)].map(
			(retryAfter): [object, string] => [
				{ kind: 'status', httpStatus: 429, retryAfter },
				'retryAfter must be one line of at most 100 printable ASCII characters',
			],
		),
		...['000000\n', 'E1\nE2', 'E1\r', '\u2028E1'].map((retCode): [object, string] => [
			{ ...refuse, retCode },
			'retCode must be a code other than 000000, which means success, on one line',
		]),
		...['/a\nb', '/a b', '/a\0', 'a'].map((path): [object, string] => [
			{ kind: 'empty', path },
			'path must be a path that begins with /, of printable ASCII characters without blanks',
		]),
	])('%j', async (fault, sentence) => {
		await expect(bench.control.fault(fault as FaultRequest)).rejects.toThrow(sentence);
		expect(await bench.control.faults()).toEqual([]);
	});
});
