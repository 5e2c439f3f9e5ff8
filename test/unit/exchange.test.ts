import type { IDataObject } from 'n8n-workflow';

import { exchange } from '../../nodes/TzeOauthExchange/operations/exchange';
import { TzeOauthExchange } from '../../nodes/TzeOauthExchange/TzeOauthExchange.node';
import type * as fakes from './fakes';
import { answer, errorOf, failing, REFUSAL, SUCCESS } from './fakes';
import { fakeContext, performOne, type FakeRun } from './fakeContext';

// Time passes only while everybody waits: how long that is, is tested beside the client
jest.mock('n8n-workflow', () => {
	const { VirtualClock } = jest.requireActual<typeof fakes>('./fakes');
	return { ...jest.requireActual<object>('n8n-workflow'), sleep: new VirtualClock().sleep };
});

const CODE = 'c0de+1/2=';
const TOKEN = { oauthToken: `o:${CODE}`, expiry: 1602052142464 };
const respond = answer({ ...SUCCESS, data: TOKEN });

/** Exchanges the code of the first item. */
async function run(parameters: IDataObject, changes: FakeRun = {}) {
	const { context, requests } = fakeContext({ parameters: [parameters], respond, ...changes });
	const work = await exchange.open(context, new Set());
	return { requests, output: performOne(work, work.prepare(0)[0]) };
}

it('sends the code alone, without what a paste brings along', async () => {
	const { requests, output } = await run({ oauthCode: `\u200b ${CODE}\n`, personId: 'P1' });
	await output;
	expect(requests).toMatchObject([
		{
			method: 'POST',
			url: 'https://api.tze.cn/oauth/getOauthToken',
			body: JSON.stringify({ oauthCode: CODE }),
			timeout: 30_000,
		},
	]);
});

it('puts out whose token it is, and the token as it came', async () => {
	const { output } = await run({ oauthCode: CODE, personId: 'P1' });
	expect(await output).toEqual({
		personId: 'P1',
		...TOKEN,
		expiresAt: '2020-10-07T06:29:02.464Z',
	});
});

it('reads the code of each item', async () => {
	const parameters = [{ oauthCode: 'one' }, { oauthCode: 'two', personId: 'P2' }];
	const { context } = fakeContext({ parameters });
	const { prepare } = await exchange.open(context, new Set());
	expect([prepare(0), prepare(1)]).toEqual([
		[{ oauthCode: 'one', personId: undefined }],
		[{ oauthCode: 'two', personId: 'P2' }],
	]);
});

it('exchanges one code at a time', async () => {
	const { context } = fakeContext({ parameters: [{ oauthCode: CODE }] });
	const { pace } = await exchange.open(context, new Set());
	const first = await pace.enter();
	let hasSecond = false;
	const second = pace.enter().then((turn) => {
		hasSecond = true;
		return turn;
	});
	await new Promise(setImmediate);
	expect(hasSecond).toBe(false);
	first?.end();
	expect(await second).toBeDefined();
});

it('wants a code', async () => {
	await expect(run({ oauthCode: ' ' })).rejects.toThrow('oauthCode: required');
});

it('a success without a token may have used the code up', async () => {
	const { output } = await run({ oauthCode: CODE }, { respond: answer({ ...SUCCESS, data: {} }) });
	expect(await errorOf(output)).toMatchObject({
		problem: 'incomplete',
		delivered: 'unknown',
		facts: { host: 'api.tze.cn', status: 200 },
	});
});

describe('the access token', () => {
	const accessToken = '16020521424640+';
	const credential = { baseUrl: 'https://api.tze.cn', accessToken };
	const exchanged = async (data: object) => {
		const changes = { credential, respond: answer({ ...SUCCESS, data }) };
		return await (
			await run({ oauthCode: CODE }, changes)
		).output;
	};

	it.each([accessToken, `for ${encodeURIComponent(accessToken)}`])(
		'is not taken for an OAuth token: %s',
		async (oauthToken) => {
			expect(await errorOf(exchanged({ oauthToken }))).toMatchObject({ problem: 'incomplete' });
		},
	);

	it('may begin as an OAuth token does', async () => {
		const oauthToken = '16020521424640-and-another';
		const { context } = fakeContext({
			credential,
			parameters: [{ oauthCode: CODE, personId: accessToken }],
			respond: answer({ ...SUCCESS, data: { oauthToken } }),
		});
		expect(await new TzeOauthExchange().execute.call(context)).toMatchObject([
			[{ json: { personId: '***', oauthToken } }],
		]);
	});

	it.each([16020521424640, '16020521424640', accessToken])(
		'does not come out as the instant %s',
		async (expiry) => {
			expect(await exchanged({ oauthToken: 'bec2f0', expiry })).toEqual({
				oauthToken: 'bec2f0',
				expiry: null,
				expiresAt: null,
			});
		},
	);
});

it('the code does not come back in a refusal', async () => {
	const retDesc = `${CODE} is no code`;
	const { output } = await run({ oauthCode: CODE }, { respond: answer({ ...REFUSAL, retDesc }) });
	expect((await errorOf(output)).facts.retDesc).toBe('*** is no code');
});

it.each([
	['a busy platform', answer('', 503)],
	['a server error', answer('', 500)],
	['a connection that was lost', failing({ code: 'ECONNRESET' })],
])('a code is not sent again after %s', async (_what, outcome) => {
	const { requests, output } = await run({ oauthCode: CODE }, { respond: outcome });
	expect((await errorOf(output)).delivered).toBe('unknown');
	expect(requests).toHaveLength(1);
});

it('a code that was never sent is sent again', async () => {
	const outcomes = [failing({ code: 'ECONNREFUSED' }), respond];
	const { requests, output } = await run(
		{ oauthCode: CODE },
		{ respond: (data, options, call) => outcomes[call](data, options) },
	);
	expect(await output).toMatchObject(TOKEN);
	expect(requests).toHaveLength(2);
});

describe('with an app key', () => {
	const tried = async (ageMs: number) => {
		const issuedAt = String(Date.now() - ageMs);
		const credential = {
			baseUrl: 'https://api.tze.cn',
			appKey: 'an-apps-key',
			accessToken: 'st0red-token',
			accessTokenIssuedAt: issuedAt,
		};
		const { requests, output } = await run(
			{ oauthCode: CODE, authentication: 'appKey' },
			{ credential, respond: answer(REFUSAL) },
		);
		await errorOf(output);
		return requests.length;
	};

	it('a code that was refused is sent once more with another token, when the first was old', async () => {
		expect(await tried(3_600_000)).toBe(2);
	});

	it('a code that was refused with a fresh token is not sent again', async () => {
		expect(await tried(1000)).toBe(1);
	});
});
