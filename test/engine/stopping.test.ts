import type { IDataObject } from 'n8n-workflow';

import { credentialsFor } from '../../testbed/credentials';
import { numbered, openBench, type Bench, type NodeRunOptions } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** Sends 50 messages and presses "stop" in the middle; resolves when the execution has ended. */
async function stopAfter(
	milliseconds: number,
	parameters: IDataObject = {},
	options: NodeRunOptions = {},
) {
	const stop = new AbortController();
	setTimeout(() => stop.abort(), milliseconds);
	const { run, json } = await bench.send(
		{ content: '=m{{ $json.n }}', options: { concurrency: 5 }, ...parameters },
		{ items: numbered(50), signal: stop.signal, ...options },
	);
	const { inFlight } = await bench.client.stats();
	return { status: run.status, json, inFlight };
}

/** Whoever went on would have started more by then. */
const aWhile = async () => await new Promise((resolve) => setTimeout(resolve, 300));

it.each([undefined, 'continueRegularOutput'] as const)(
	'starts nothing more, and keeps what was done (%s)',
	async (onError) => {
		await bench.client.fault({ kind: 'delay', ms: 10_000, times: 50, after: 7 });
		const { status, json } = await stopAfter(500, {}, { onError });
		expect(status).toBe('canceled');
		await aWhile();
		expect(await bench.client.stats()).toMatchObject({ requests: 12 });
		// Seven answers, five of which nobody knows, and nothing that was never started
		const done = json.filter(({ retCode }) => retCode === '000000');
		const open = json.filter((item) => JSON.stringify(item).includes('"delivered":"unknown"'));
		expect([json.length, done.length, open.length]).toEqual([12, 7, 5]);
	},
);

it('ends while it waits to try again', async () => {
	await bench.client.fault({ kind: 'status', httpStatus: 503, retryAfter: 30, times: 50 });
	const { status, json } = await stopAfter(300);
	expect(status).toBe('canceled');
	await aWhile();
	expect(await bench.client.stats()).toMatchObject({ requests: 5 });
	expect(json.map((item) => JSON.stringify(item).includes('"delivered":"no"'))).toEqual(
		Array(5).fill(true),
	);
});

it('ends while an access token is being fetched, and sends nothing afterwards', async () => {
	const { tzeAppApi } = credentialsFor(bench.sandbox);
	await bench.client.fault({ kind: 'delay', ms: 1000, path: '/apigateway' });
	const { status, inFlight } = await stopAfter(
		300,
		{ authentication: 'appKey' },
		{ credentials: { tzeAppApi } },
	);
	// It did not wait for the token
	expect([status, inFlight]).toEqual(['canceled', 1]);
	while ((await bench.client.stats()).inFlight > 0) await aWhile();
	await aWhile();
	expect((await bench.client.stats()).byPath).toEqual({ '/apigateway/getAccessToken': 1 });
});
