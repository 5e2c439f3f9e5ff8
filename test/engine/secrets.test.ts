import type { IDataObject } from 'n8n-workflow';
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

/** Sends a message to a platform that answers this success. */
async function sendTo(data: unknown, credential: IDataObject = { accessToken }) {
	const server = await answerWith(JSON.stringify({ retCode: '000000', retDesc: 'success', data }));
	const result = await bench.send(
		{ content: 'x' },
		{ credential: { ...credential, baseUrl: server.baseUrl } },
	);
	server.close();
	return result;
}

it.each([
	['as the name of a field', { [accessToken]: 1, b: { [accessToken]: 2 } }, { '***': 1 }],
	['encoded twice', [encodeURIComponent(encodeURIComponent(accessToken))], ['***']],
	['in lower-case hex', [encodeURIComponent(accessToken).toLowerCase()], ['***']],
	['in JSON', [JSON.stringify({ accessToken })], ['{"accessToken":"***"}']],
	['in HTML', [accessToken.replaceAll('&', '&amp;').replaceAll("'", '&#39;')], ['***']],
	['by its first half', [accessToken.slice(0, 15)], ['***']],
])('success that repeats a token %s is put out without it', async (_how, data, told) => {
	const result = await sendTo(data);
	expect(result.json).toMatchObject([{ data: told }]);
	expectNoSecret(traceOf(result), [accessToken]);
});

it('success that repeats a token in base64 is put out without it', async () => {
	const inBase64 = Buffer.from(`app:${accessToken}`).toString('base64');
	const result = await sendTo({ inBase64 });
	const trace = traceOf(result);
	for (let from = 8; from < 24; from++) {
		expect(trace).not.toContain(inBase64.slice(from, from + 16));
	}
});

it('a token of digits is put out neither as a number nor as a text', async () => {
	const digits = '902813774650';
	const result = await sendTo({ id: 902_813_774_650, ids: [digits] }, { accessToken: digits });
	expect(result.json).toMatchObject([{ data: { id: '***', ids: ['***'] } }]);
	expectNoSecret(traceOf(result), [digits]);
});

it('a token is not told as the host of a redirect', async () => {
	const token = 't0ken-0f-the-application';
	for (const location of [`https://${token}.example/`, `https://${token}@a.example/`]) {
		const server = await answerWith('', 302, { location });
		const credential = { baseUrl: server.baseUrl, accessToken: token };
		const result = await bench.send({ content: 'x' }, { credential });
		const { message } = await bench.engine.testCredential('tzeApi', credential);
		server.close();
		expect(result.error?.description).toMatch(/redirect to (?:https:\/\/\*\*\*\.example|…),/);
		expect(message).toMatch(/redirect to (?:https:\/\/\*\*\*\.example|…),/);
		expectNoSecret(traceOf(result) + message, [token]);
	}
});

it('a token is not told as a host that was typed', async () => {
	const token = 't0ken-0f-the-application';
	for (const changes of [
		{ baseUrl: `http://${token}.example` },
		{ messagePath: `https://${token}.example/send` },
	]) {
		const credential = { accessToken: token, ...changes };
		const result = await bench.send({ content: 'x' }, { credential });
		expect(result.error?.message).toContain('***.example');
		expectNoSecret(traceOf(result), [token]);
	}
});

it.each(['soon: TOKEN', { accessToken: 'TOKEN' }, ['TOKEN'], 'TOKEN'])(
	'an exchange does not pass on a token in the place of an instant: %j',
	async (expiry) => {
		const data = { oauthToken: 'bec21f569fb7e183205f94497ecbe9c5', expiry };
		const body = JSON.stringify({ retCode: '000000', data }).replaceAll('TOKEN', accessToken);
		const server = await answerWith(body);
		const result = await bench.exchange(
			{ oauthCode: codeExpression },
			{ credential: { baseUrl: server.baseUrl, accessToken } },
		);
		server.close();
		expect(result.json).toEqual([{ ...data, expiry: null, expiresAt: null }]);
		expectNoSecret(traceOf(result), [accessToken]);
	},
);

it('an exchange does not put the access token out as an OAuth token', async () => {
	const server = await answerWith(
		JSON.stringify({ retCode: '000000', data: { oauthToken: accessToken } }),
	);
	const result = await bench.exchange(
		{ oauthCode },
		{ credential: { baseUrl: server.baseUrl, accessToken } },
	);
	server.close();
	expect(result.error?.message).toMatch(/holds no oauthToken$/);
	expectNoSecret(traceOf(result), [accessToken]);
});

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

	it.each([
		['white space around it', ' \tissu3d+token/of=an&app\n'],
		['quotes and a backslash in it', 'issu3d"token\\of"an-app'],
	])('leaves no token behind that was issued with %s', async (_what, accessToken) => {
		const data = { [accessToken]: `${accessToken.trim()}, ${JSON.stringify(accessToken)}` };
		const server = await answerWith(
			JSON.stringify({ retCode: '000000', tokenInfo: { accessToken }, data }),
		);
		const tzeAppApi = { baseUrl: server.baseUrl, appId: 'app', appKey: 'k3y+of/the=app' };
		const result = await bench.send(
			{ authentication: 'appKey', content: 'x' },
			{ credentials: { tzeAppApi: { ...tzeAppApi, messagePath: '/send' } } },
		);
		server.close();
		expect(Object.values(result.json[0].data as object)).toEqual([
			expect.stringMatching(/^\*\*\*, "(?: \\t)?\*\*\*(?:\\n)?"$/),
		]);
		expectNoSecret(traceOf(result), [accessToken.trim()]);
	});

	it.each([
		['a success', '000000'],
		['a refusal', 'X'],
	])('leaves no key behind when the platform repeats it in %s', async (_what, retCode) => {
		const appKey = 'k3y+of/the=app!more';
		const accessToken = 'st0red-token-of-an-app';
		const body = { retCode, retDesc: `key ${appKey}`, data: { [appKey]: btoa(appKey) } };
		const server = await answerWith(JSON.stringify(body));
		const tzeAppApi = { baseUrl: server.baseUrl, appId: 'app', appKey, accessToken };
		const result = await bench.send(
			{ authentication: 'appKey', content: 'x' },
			{
				onError: 'continueRegularOutput',
				credentials: { tzeAppApi: { ...tzeAppApi, messagePath: '/send' } },
			},
		);
		server.close();
		expect(JSON.stringify(result.json)).toContain('key ***');
		expectNoSecret(traceOf(result), [appKey, btoa(appKey)]);
	});

	it('does not use a token that is too short to be kept secret', async () => {
		const server = await answerWith('{"retCode":"000000","data":{"accessToken":"seven77"}}');
		const tzeAppApi = { baseUrl: server.baseUrl, appId: 'app', appKey: 'k3y+of/the=app' };
		const result = await bench.send(
			{ authentication: 'appKey', content: 'x' },
			{ credentials: { tzeAppApi: { ...tzeAppApi, messagePath: '/send' } } },
		);
		server.close();
		expect(result.error?.message).toMatch(
			/^No access token: 127\.0\.0\.1:\d+ issued one of fewer than 8 characters/,
		);
		expect(server.received).toHaveLength(1);
		expect(traceOf(result)).not.toContain('seven77');
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
