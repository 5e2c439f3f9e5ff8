import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';

import type { FaultRequest } from '../../sandbox/client';
import { freePort } from '../../testbed/process/ports';
import { answerWith, numbered, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const one = { content: 'x' };

/** What a fault leads to: error, calls made, messages delivered. */
async function meet(fault: FaultRequest, options = {}) {
	await bench.client.fault(fault);
	const { error, json } = await bench.send({ ...one, options });
	const { requests } = await bench.client.stats();
	return { error, json, requests, delivered: (await bench.client.messages()).total };
}

it("shows the platform's own reason, whatever words are in it", async () => {
	const retDesc = '无 sendMessagePermission 权限 <b>ENOENT</b>';
	const { error } = await meet({ kind: 'refuse', retCode: 'X1', retDesc });
	expect(error).toMatchObject({
		name: 'NodeApiError',
		// All of them, but none as markup
		message: retDesc.replaceAll('<', '‹'),
		description: expect.stringContaining('code X1'),
		httpCode: '200',
		context: { itemIndex: 0, retCode: 'X1', delivered: 'no' },
	});
});

it('says so when the platform gives no reason', async () => {
	const { error } = await meet({ kind: 'refuse', retCode: 'X1', retDesc: '' });
	expect(error?.message).toBe('The platform refused the call and gave no reason (code X1)');
});

it('waits as long as Retry-After says', async () => {
	const start = Date.now();
	const { json } = await meet({ kind: 'status', httpStatus: 429, retryAfter: 1 });
	expect(json).toHaveLength(1);
	// The first pause without it is half a second at most
	expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
});

it('quotes the page that answered instead of the platform', async () => {
	const body =
		'<html><script>var x = 1</script><h1>Portal login</h1><p>Please   sign in</p></html>';
	const { error } = await meet({ kind: 'status', httpStatus: 404, body });
	expect(error?.description).toContain('The answer begins: "Portal login Please sign in"');
});

it('reaches a server that comes up in the meantime', async () => {
	const port = await freePort();
	const server = createServer((_request, response) =>
		response.end('{"retCode":"000000","retDesc":"success"}'),
	);
	setTimeout(() => server.listen(port, '127.0.0.1'), 600);
	const { json } = await bench.send(
		{ ...one, options: { maxRetries: 10 } },
		{ credential: { baseUrl: `http://127.0.0.1:${port}` } },
	);
	server.close();
	expect(json).toEqual([{ retCode: '000000', retDesc: 'success', msgType: 'text' }]);
});

it('knows that nothing was sent when the connection is cut before the TLS handshake', async () => {
	const server = createTcpServer((socket) => socket.destroy());
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const { errors } = await bench.send(
		{ ...one, options: { maxRetries: 0 } },
		{ credential: { baseUrl: `https://127.0.0.1:${port}` }, onError: 'continueErrorOutput' },
	);
	server.close();
	expect(errors).toMatchObject([{ error: { delivered: 'no' } }]);
});

it('does not follow a redirect with the token', async () => {
	const server = await answerWith('', 302, {
		location: 'https://elsewhere.example/login?accessToken=x',
	});
	const { error } = await bench.send(one, { credential: { baseUrl: server.baseUrl } });
	server.close();
	expect(error?.description).toContain(
		'The answer is a redirect to https://elsewhere.example, which was not followed',
	);
});

describe('a batch that stops', () => {
	it('starts nothing new, awaits what is under way, and tells what was done', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'no', match: '"m5"' });
		await bench.client.fault({ kind: 'delay', ms: 200, match: '"m4"' });
		const { error } = await bench.send(
			{ content: '=m{{ $json.n }}', options: { concurrency: 2 } },
			{ items: numbered(20) },
		);
		expect(error).toMatchObject({ message: 'no', context: { itemIndex: 5 } });
		expect(error?.description).toMatch(/^Item 5: .* 5 of 20 were completed: items 0–4\.$/);
		expect((await bench.client.messages()).total).toBe(5);
	});

	it('tells which of the failed may have been delivered', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'no', match: '"m0"' });
		await bench.client.fault({ kind: 'cutAfter', match: '"m1"' });
		const { error } = await bench.send(
			{ content: '=m{{ $json.n }}', options: { concurrency: 2 } },
			{ items: numbered(9) },
		);
		expect(error?.description).toMatch(/May have been completed all the same: items 1\.$/);
	});

	it('loses nothing when the node continues', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'no', match: '"m5"' });
		const { json, errors } = await bench.send(
			{ content: '=m{{ $json.n }}' },
			{ items: numbered(20), onError: 'continueErrorOutput' },
		);
		expect(json).toHaveLength(19);
		expect(errors).toEqual([
			{
				n: 5,
				error: expect.objectContaining({
					message: 'no',
					retCode: 'X1',
					httpCode: '200',
					delivered: 'no',
				}),
			},
		]);
	});
});
