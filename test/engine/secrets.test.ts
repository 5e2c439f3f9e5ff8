import { inspect } from 'node:util';

import { freePort } from '../../testbed/process/ports';
import { answerWith, numbered, openBench, type Bench, type NodeRun } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());

/** An awkward token: its form in an address is another one. */
const accessToken = "tok3n+with/odd=chars&more!'()*";
const oauthCode = 'c0de+with/odd=chars';

/** Everything that n8n would store or show of a run. */
function traceOf({ run }: NodeRun): string {
	return inspect(run, {
		depth: null,
		showHidden: true,
		maxStringLength: null,
		maxArrayLength: null,
	});
}

function expectNoSecret(trace: string, secrets: string[]) {
	// A good part of a secret is one, too
	const parts = secrets.flatMap((plain) => [plain.slice(0, 16), encodeURIComponent(plain)]);
	for (const secret of parts) {
		expect(trace.split(secret).length - 1).toBe(0);
	}
}

it('the search would find a token', async () => {
	const trace = traceOf(await bench.send({ content: accessToken }, { items: [{ accessToken }] }));
	expect(() => expectNoSecret(trace, [accessToken])).toThrow();
});

/** The code, computed, so that the workflow itself does not hold it. */
const codeExpression = `={{ ${JSON.stringify([...oauthCode].reverse())}.reverse().join('') }}`;

const answers: Array<[name: string, body: string, status: number]> = [
	[
		'a refusal that repeats it',
		JSON.stringify({ retCode: 'X', retDesc: `bad token ${accessToken}` }),
		200,
	],
	['a refusal whose code is it', JSON.stringify({ retCode: accessToken, retDesc: '' }), 200],
	[
		'a page that repeats it',
		`<p>GET /x?accessToken=${encodeURIComponent(accessToken)} ${accessToken}</p>`,
		404,
	],
	['a page that repeats it across the cut', `<p>${'x'.repeat(100)}${accessToken}</p>`, 404],
	['a server error that repeats it', `<p>${accessToken}</p>`, 500],
	['HTTP 503 that repeats it', JSON.stringify({ retCode: 'X', retDesc: accessToken }), 503],
	['broken JSON that repeats it', `{"retCode":"${accessToken}`, 200],
	['success', '{"retCode":"000000","retDesc":"success"}', 200],
	[
		'success that repeats it',
		JSON.stringify({ retCode: '000000', retDesc: 'success', data: { echo: [`?${accessToken}`] } }),
		200,
	],
];

describe.each(answers)('%s', (_name, body, status) => {
	it.each(['stopWorkflow', 'continueErrorOutput'] as const)(
		'leaves no token behind (%s)',
		async (onError) => {
			const server = await answerWith(body, status);
			const result = await bench.send(
				{ content: 'x', options: { maxRetries: 0, includeMessage: true } },
				{ items: numbered(2), onError, credential: { baseUrl: server.baseUrl, accessToken } },
			);
			server.close();
			expectNoSecret(traceOf(result), [accessToken]);
		},
	);

	it('leaves no OAuth code behind', async () => {
		const server = await answerWith(body.replaceAll(accessToken, oauthCode), status);
		const result = await bench.exchange(
			{ oauthCode: codeExpression },
			{ credential: { baseUrl: server.baseUrl, accessToken } },
		);
		server.close();
		expectNoSecret(traceOf(result), [accessToken, oauthCode]);
	});
});

it('no connection leaves no token behind', async () => {
	const baseUrl = `http://127.0.0.1:${await freePort()}`;
	const result = await bench.send(
		{ content: 'x', options: { maxRetries: 0 } },
		{ credential: { baseUrl, accessToken } },
	);
	expectNoSecret(traceOf(result), [accessToken]);
});

it('a time-out leaves no token behind', async () => {
	await bench.client.fault({ kind: 'delay', ms: 500 });
	const result = await bench.send({ content: 'x', options: { timeout: 100 } });
	expect(result.error?.message).toContain('did not answer');
	expectNoSecret(traceOf(result), [bench.sandbox.accessToken]);
});

it("a truncated answer's OAuth token stays out of the error", async () => {
	const server = await answerWith(
		'{"retCode":"000000","data":{"oauthToken":"bec21f569fb7e183205f94497ecbe9c5',
	);
	const result = await bench.exchange({ oauthCode }, { credential: { baseUrl: server.baseUrl } });
	server.close();
	expect(result.error?.message).toContain('cut off');
	expectNoSecret(traceOf(result), ['bec21f569fb7e183205f94497ecbe9c5']);
});
