import type { IDataObject } from 'n8n-workflow';

import type { Stats } from '../../sandbox/client';
import { credentialsFor } from '../../testbed/credentials';
import { until } from '../../testbed/process/until';
import { numbered, openBench, type Bench, type NodeRunOptions } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** Long enough for what is under way between two programs, or for whoever would go on by mistake. */
const aWhile = async () => await new Promise((resolve) => setTimeout(resolve, 300));

/** Sends 50 messages and presses "stop" when it is time; resolves when the execution has ended. */
async function stopWhen(
	isTime: (stats: Stats) => boolean,
	parameters: IDataObject = {},
	options: NodeRunOptions = {},
) {
	const stop = new AbortController();
	const running = bench.send(
		{ content: '=m{{ $json.n }}', options: { concurrency: 5 }, ...parameters },
		{ items: numbered(50), signal: stop.signal, ...options },
	);
	await until('the time to stop', async () => isTime(await bench.client.stats()), {
		...{ patienceMs: 30_000, everyMs: 20 },
	});
	// Answers that have left have arrived by then
	await aWhile();
	stop.abort();
	const { run, json } = await running;
	const { inFlight } = await bench.client.stats();
	return { status: run.status, json, inFlight };
}

it.each([undefined, 'continueRegularOutput'] as const)(
	'starts nothing more, and keeps what was done (%s)',
	async (onError) => {
		await bench.client.fault({ kind: 'delay', ms: 10_000, times: 50, after: 7 });
		const isTime = ({ requests, inFlight }: Stats) => requests === 12 && inFlight === 5;
		const { status, json } = await stopWhen(isTime, {}, { onError });
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
	const isTime = ({ requests, inFlight }: Stats) => requests === 5 && inFlight === 0;
	const { status, json } = await stopWhen(isTime);
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
	const { status, inFlight } = await stopWhen(
		(stats) => stats.inFlight === 1,
		{ authentication: 'appKey' },
		{ credentials: { tzeAppApi } },
	);
	// It did not wait for the token
	expect([status, inFlight]).toEqual(['canceled', 1]);
	while ((await bench.client.stats()).inFlight > 0) await aWhile();
	await aWhile();
	expect((await bench.client.stats()).byPath).toEqual({ '/apigateway/getAccessToken': 1 });
});
