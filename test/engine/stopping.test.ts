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
	const start = Date.now();
	const { run } = await bench.send(
		{ content: 'x', options: { concurrency: 5 }, ...parameters },
		{ items: numbered(50), signal: stop.signal, ...options },
	);
	return { status: run.status, took: Date.now() - start };
}

it.each([undefined, 'continueRegularOutput'] as const)(
	'starts nothing more (%s)',
	async (onError) => {
		await bench.client.fault({ kind: 'delay', ms: 10_000, times: 50 });
		const { status, took } = await stopAfter(500, {}, { onError });
		expect(status).toBe('canceled');
		expect(took).toBeLessThan(8000);
		// Whoever went on would have started more by now
		await new Promise((resolve) => setTimeout(resolve, 500));
		expect(await bench.client.stats()).toMatchObject({ requests: 5 });
	},
);

it('ends while it waits to try again', async () => {
	await bench.client.fault({ kind: 'status', httpStatus: 503, retryAfter: 30, times: 50 });
	const { status, took } = await stopAfter(500);
	expect(status).toBe('canceled');
	expect(took).toBeLessThan(8000);
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(await bench.client.stats()).toMatchObject({ requests: 5 });
});

it('ends while an access token is being fetched, and sends nothing afterwards', async () => {
	const { tzeAppApi } = credentialsFor(bench.sandbox);
	await bench.client.fault({ kind: 'delay', ms: 3000, path: '/apigateway' });
	const { status, took } = await stopAfter(
		500,
		{ authentication: 'appKey' },
		{ credentials: { tzeAppApi } },
	);
	expect(status).toBe('canceled');
	expect(took).toBeLessThan(2500);
	await new Promise((resolve) => setTimeout(resolve, 3500));
	expect((await bench.client.stats()).byPath).toEqual({ '/apigateway/getAccessToken': 1 });
});
