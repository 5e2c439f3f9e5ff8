import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** What comes back, and what the user is told of it: the stars show that it came, and was hidden. */
const answers: Array<[name: string, body: string, status: number, told: RegExp]> = [
	[
		'a refusal that repeats it',
		JSON.stringify({ retCode: 'X', retDesc: `bad token ${accessToken}` }),
		200,
		/bad token \*\*\*/,
	],
	[
		'a refusal whose code is it',
		JSON.stringify({ retCode: accessToken, retDesc: '' }),
		200,
		/gave no reason \(code \*\*\*\)/,
	],
	[
		'a page that repeats it',
		`<p>GET /x?accessToken=${encodeURIComponent(accessToken)} ${accessToken}</p>`,
		404,
		/begins: \\?"GET \/x\?accessToken=\*\*\* \*\*\*\\?"/,
	],
	[
		'a page that repeats it across the cut',
		`<p>${'x'.repeat(100)}${accessToken}</p>`,
		404,
		/x{100}\*\*\*\\?"/,
	],
	[
		'HTTP 503 that repeats it',
		JSON.stringify({ retCode: 'X', retDesc: accessToken }),
		503,
		/: \*\*\*"/,
	],
];

/** Answers of which nothing is told, so that there is nothing to hide. */
const untold: typeof answers = [
	['a server error that repeats it', `<p>${accessToken}</p>`, 500, /failed with HTTP status 500/],
	['broken JSON that repeats it', `{"retCode":"${accessToken}`, 200, /cut off or damaged/],
];

describe.each([...answers, ...untold])('%s', (_name, body, status, told) => {
	it.each(['stopWorkflow', 'continueErrorOutput'] as const)(
		'leaves no token behind (%s)',
		async (onError) => {
			const server = await answerWith(body, status);
			const result = await bench.send(
				{ content: 'x', options: { maxRetries: 0, includeMessage: true } },
				{ items: numbered(2), onError, credential: { baseUrl: server.baseUrl, accessToken } },
			);
			server.close();
			expect(toldOf(result)).toMatch(told);
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
		if (!body.includes(encodeURIComponent(accessToken))) expect(toldOf(result)).toMatch(told);
		expectNoSecret(traceOf(result), [accessToken, oauthCode]);
	});
});

/** What the user reads of a run: its output, and its error. */
function toldOf({ json, errors, error }: NodeRun): string {
	const { message, description } = error ?? {};
	return JSON.stringify([json, errors, message, description]);
}

it('success that repeats a token is put out without it', async () => {
	const data = { echo: [`?${accessToken}`], kept: 'the rest' };
	const server = await answerWith(JSON.stringify({ retCode: '000000', retDesc: 'success', data }));
	const result = await bench.send(
		{ content: 'x' },
		{ credential: { baseUrl: server.baseUrl, accessToken } },
	);
	server.close();
	expect(result.json).toMatchObject([{ data: { echo: ['?***'], kept: 'the rest' } }]);
	expectNoSecret(traceOf(result), [accessToken]);
});

describe('with an app key', () => {
	const stored = 'st0red+token/of=an&earlier!run';
	const issued = (n: number) => `issu3d+token/number=${n}&more!'()*`;

	/**
	 * A platform that issues a token whenever it is asked, and repeats every token that it has seen, with
	 * the words of a refusal.
	 */
	async function repeating() {
		const tokens: string[] = [];
		const server = createServer((request, response) => {
			const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
			if (pathname === '/token') {
				const accessTokens = { accessToken: issued(tokens.length) };
				response.end(JSON.stringify({ retCode: '000000', tokenInfo: accessTokens }));
				return;
			}
			tokens.push(searchParams.get('accessToken') ?? '');
			response.end(JSON.stringify({ retCode: 'X', retDesc: `not ${tokens.join(', ')} !` }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		return { baseUrl: `http://127.0.0.1:${port}`, tokens, close: () => server.close() };
	}

	it.each([
		['a stored and two renewed tokens', { accessToken: stored, accessTokenIssuedAt: '1' }],
		['tokens that were just fetched', { accessToken: '' }],
	])('leaves behind no part of %s', async (_name, changes) => {
		const server = await repeating();
		const tzeAppApi = {
			...{ baseUrl: server.baseUrl, tokenPath: '/token', messagePath: '/send' },
			...{ appId: 'app', appKey: 'k3y+of/the=app', ...changes },
		};
		const result = await bench.send(
			{ authentication: 'appKey', content: 'x' },
			{ credentials: { tzeAppApi } },
		);
		server.close();
		// The last refusal repeats them all
		expect(server.tokens.length).toBeGreaterThan(1);
		const stars = server.tokens.map(() => '***').join(', ');
		expect(result.error?.message).toBe(`not ${stars} !`);
		expectNoSecret(traceOf(result), [...server.tokens, tzeAppApi.appKey]);
	});

	it('leaves no key behind when the platform repeats it in why it issues no token', async () => {
		const appKey = 'k3y+of/the=app!more';
		const server = await answerWith(
			JSON.stringify({ retCode: 'X', retDesc: `${appKey} is not ${encodeURIComponent(appKey)}` }),
		);
		const { baseUrl } = server;
		const result = await bench.send(
			{ authentication: 'appKey', content: 'x' },
			{ credentials: { tzeAppApi: { baseUrl, messagePath: '/send', appId: 'app', appKey } } },
		);
		server.close();
		expect(result.error?.message).toContain('*** is not ***');
		expectNoSecret(traceOf(result), [appKey]);
	});
});

it('no connection leaves no token behind', async () => {
	const baseUrl = `http://127.0.0.1:${await freePort()}`;
	const result = await bench.send(
		{ content: 'x', options: { maxRetries: 0 } },
		{ credential: { baseUrl, accessToken } },
	);
	expect(result.error?.message).toContain('No connection to 127.0.0.1');
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
