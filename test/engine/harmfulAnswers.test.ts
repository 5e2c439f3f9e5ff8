import type * as n8nWorkflow from 'n8n-workflow';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { credentialsFor } from '../../testbed/credentials';
import { until } from '../../testbed/process/until';
import { answerWith, numbered, openBench, type Bench } from './harness';

/** How much faster than a clock the pauses of the package pass. */
const mockSpeed = 20;
// (jest lifts this above the imports and wants such names in it)
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<typeof n8nWorkflow>('n8n-workflow');
	return { ...actual, sleep: async (ms: number) => await actual.sleep(ms / mockSpeed) };
});

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());

const SUCCESS = '"retCode":"000000","retDesc":"ok"';

describe('300 MB in 0.3 MB', () => {
	/** A JSON text of 300 MB, packed. */
	function packed(before: string): Buffer {
		const filling = gzipSync(Buffer.alloc(100_000_000, 'x'));
		return Buffer.concat([gzipSync(before), filling, filling, filling, gzipSync('"}')]);
	}

	/** What comes of ten items, and how much memory that takes (MB). */
	async function tenItems(before: string) {
		const body = packed(before);
		const server = await answerWith(body, 200, { 'Content-Encoding': 'gzip' });
		const memory = process.memoryUsage.rss();
		const { json, errors } = await bench.send(
			{ content: 'x', options: {} },
			{
				items: numbered(10),
				onError: 'continueErrorOutput',
				credential: { baseUrl: server.baseUrl },
			},
		);
		const grownMb = (process.memoryUsage.rss() - memory) / 1e6;
		await until('every connection to be given back', async () => (await server.open()) === 0, {
			patienceMs: 10_000,
		});
		server.close();
		return { json, errors, grownMb, calls: server.received.length };
	}

	it('stay a success, without what nobody can keep', async () => {
		const { json, errors, grownMb, calls } = await tenItems(`{${SUCCESS},"data":"`);
		expect(errors).toEqual([]);
		expect(json).toEqual(
			Array.from({ length: 10 }, () => ({
				retCode: '000000',
				retDesc: 'ok',
				dataLeftOut: 'tooLong',
				msgType: 'text',
			})),
		);
		expect(calls).toBe(10);
		expect(grownMb).toBeLessThan(300);
	});

	it('are told as what they are when nothing can be known', async () => {
		const { errors, grownMb, calls } = await tenItems(`{"data":"`);
		expect(errors).toHaveLength(10);
		for (const { error } of errors) {
			expect(error).toMatchObject({
				delivered: 'unknown',
				message: expect.stringMatching(
					/^127\.0\.0\.1:\d+ answered with more than 256 KB, which was not read to its end$/,
				) as string,
			});
		}
		expect(calls).toBe(10);
		expect(grownMb).toBeLessThan(300);
	});
});

describe('a success', () => {
	it.each([
		['lists', '[', ']'],
		['objects', '{"a":', '}'],
	])('stays one when its data is nested 5,000 levels deep: %s', async (_what, open, close) => {
		const data = `${open.repeat(5_000)}1${close.repeat(5_000)}`;
		const server = await answerWith(`{${SUCCESS},"data":${data}}`);
		const { json, error } = await bench.send(
			{ content: 'x' },
			{ credential: { baseUrl: server.baseUrl } },
		);
		server.close();
		expect(error).toBeUndefined();
		expect(json).toEqual([
			{ retCode: '000000', retDesc: 'ok', dataLeftOut: 'tooDeep', msgType: 'text' },
		]);
	});
});

describe('words of the platform', () => {
	const LINK = '<a href="https://evil.example">Log in again</a>';

	it('are no links in what a person reads', async () => {
		const server = await answerWith(JSON.stringify({ retCode: '<b>1</b>', retDesc: LINK }));
		const { error } = await bench.send(
			{ content: 'x' },
			{ credential: { baseUrl: server.baseUrl } },
		);
		server.close();
		expect(error?.message).toBe('‹a href="https://evil.example">Log in again‹/a>');
		expect(error?.description).toContain('with code ‹b>1‹/b>;');
		expect(error?.description).not.toContain('<');
	});

	it('are no links when no token is issued', async () => {
		const server = await answerWith(JSON.stringify({ retCode: '1', retDesc: LINK }));
		const { tzeAppApi } = credentialsFor(bench.sandbox);
		const test = { ...tzeAppApi, baseUrl: server.baseUrl };
		const { message } = await bench.engine.testCredential('tzeAppApi', test);
		server.close();
		expect(message).toContain('‹a href="https://evil.example">Log in again‹/a>');
	});

	it('of any length are quoted in short', async () => {
		const words = '啊'.repeat(30_000);
		const server = await answerWith(JSON.stringify({ retCode: words, retDesc: words }));
		const { error } = await bench.send(
			{ content: 'x' },
			{ credential: { baseUrl: server.baseUrl } },
		);
		server.close();
		expect(error?.message).toBe(`${'啊'.repeat(1000)}…`);
		expect(JSON.stringify(error?.context).length).toBeLessThan(1000);
	});
});

describe('an answer without an end', () => {
	/** A server that answers a byte at a time, without an end, those calls that it is told to. */
	async function dripping(isDripped: (path: string, times: number) => boolean, more = '') {
		const open = new Set<ServerResponse>();
		const calls: string[] = [];
		const server = createServer((request, response) => {
			const path = request.url?.replace(/^http:\/\/[^/]*|\?.*$/g, '') ?? '';
			calls.push(path);
			const times = calls.filter((call) => call === path).length;
			const token = '"tokenInfo":{"accessToken":"issued-access-token"}';
			response.write(`{${SUCCESS},${token}`);
			if (!isDripped(path, times)) return void response.end('}');
			// After more than is read, nothing comes that would wake up whoever waits for the next part
			if (more !== '') response.write(more);
			const drip = more === '' ? setInterval(() => response.write(' '), 20) : undefined;
			open.add(response);
			response.on('close', () => {
				clearInterval(drip);
				open.delete(response);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const close = async () => {
			await until('every connection to be given back', () => open.size === 0, {
				patienceMs: 10_000,
			});
			server.close();
		};
		return { baseUrl, calls, close };
	}
	const always = () => true;

	it('leaves a message unknown when its time is over', async () => {
		const server = await dripping(always);
		const { error } = await bench.send(
			{ content: 'x', options: { timeout: 5_000 } },
			{ credential: { baseUrl: server.baseUrl } },
		);
		expect(error?.message).toMatch(/did not answer within 5 seconds$/);
		expect(error?.context?.delivered).toBe('unknown');
		expect(server.calls).toHaveLength(1);
		await server.close();
	});

	it('is left, with its connection, when more than enough of it has come', async () => {
		const server = await dripping(always, `,"data":"${'x'.repeat(300_000)}`);
		const { error, output } = await bench.send(
			{ content: 'x' },
			{ credential: { baseUrl: server.baseUrl } },
		);
		expect(error).toBeUndefined();
		expect(output('Node')).toMatchObject([{ json: { retCode: '000000' } }]);
		await server.close();
	});

	it('leaves an exchange unknown when its time is over', async () => {
		const server = await dripping(always);
		const { error } = await bench.exchange(
			{ oauthCode: 'code' },
			{ credential: { baseUrl: server.baseUrl } },
		);
		expect(error?.message).toMatch(/did not answer within 30 seconds$/);
		expect(error?.context?.delivered).toBe('unknown');
		expect(server.calls).toHaveLength(1);
		await server.close();
	});

	it('is no token, so that the message is not sent', async () => {
		const server = await dripping((path) => path.startsWith('/apigateway'));
		const { tzeAppApi } = credentialsFor(bench.sandbox);
		const { error } = await bench.send(
			{ authentication: 'appKey', content: 'x', options: { maxRetries: 0 } },
			{ credentials: { tzeAppApi: { ...tzeAppApi, baseUrl: server.baseUrl } } },
		);
		expect(error?.message).toMatch(/^No access token: .* could not be reached \(timedOut\)$/);
		expect(error?.context?.delivered).toBe('no');
		expect(server.calls).toEqual(['/apigateway/getAccessToken']);
		await server.close();
	});

	describe('in the connection test', () => {
		const { timeout } = AbortSignal;
		// The request that n8n makes itself has a clock that no pause of the package is part of
		beforeEach(() => {
			jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / mockSpeed));
		});
		afterEach(() => jest.restoreAllMocks());

		const test = async (type: 'tzeApi' | 'tzeAppApi', baseUrl: string) =>
			await bench.engine.testCredential(type, {
				...credentialsFor(bench.sandbox)[type],
				baseUrl,
			});

		it.each(['tzeApi', 'tzeAppApi'] as const)('is none: %s', async (type) => {
			const server = await dripping(always);
			expect(await test(type, server.baseUrl)).toMatchObject({
				status: 'Error',
				message: expect.stringContaining('no answer came in time') as string,
			});
			await server.close();
		});

		it.each([
			['tzeApi', 1],
			['tzeAppApi', 0],
		] as const)('is none when n8n asks again itself: %s', async (type, answered) => {
			const server = await dripping((path, times) => path.startsWith('/oauth') && times > answered);
			expect((await test(type, server.baseUrl)).status).toBe('Error');
			expect(server.calls.filter((path) => path.startsWith('/oauth'))).toHaveLength(answered + 1);
			await server.close();
		});
	});
});
