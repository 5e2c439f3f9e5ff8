import type { IDataObject } from 'n8n-workflow';
import { inspect } from 'node:util';

import { credentialsFor } from '../../testbed/credentials';
import type { CredentialStore } from '../../testbed/engine/engine';
import { answerWith, numbered, openBench, type Bench, type NodeRunOptions } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench({ voidOlderTokens: true });
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const MINUTE = 60_000;

/** What n8n has stored: shared by every run that is given it. */
function store(changes: IDataObject = {}): CredentialStore {
	const data = { ...credentialsFor(bench.sandbox).tzeAppApi, ...changes };
	return { tzeAppApi: data as CredentialStore[string] };
}

async function send(
	credentials: CredentialStore,
	count = 1,
	{ maxRetries = 3, ...options }: NodeRunOptions & { maxRetries?: number } = {},
) {
	return await bench.send(
		{ authentication: 'appKey', content: '=m{{ $json.n }}', options: { maxRetries } },
		{ items: numbered(count), credentials, ...options },
	);
}

async function counts() {
	const [{ total: delivered }, { renewals }] = await Promise.all([
		bench.client.messages({ limit: 1 }),
		bench.client.stats(),
	]);
	return { delivered, renewals };
}

it('fetches one token for all items in flight and keeps it in the credential', async () => {
	const credentials = store();
	const { json } = await send(credentials, 30);
	expect(json).toHaveLength(30);
	expect(await counts()).toEqual({ delivered: 30, renewals: 1 });
	expect(credentials.tzeAppApi).toMatchObject({
		accessToken: expect.stringMatching(/./),
		accessTokenIssuedAt: expect.stringMatching(/^\d{13}$/),
		accessTokenExpiresAt: expect.stringMatching(/^\d{13}$/),
	});
});

it('understands what its settings were pasted with', async () => {
	const { url, appId, appKey, messagePath } = bench.sandbox;
	const credentials = store({
		baseUrl: `${url}/apigateway/getAccessToken`,
		appId: `appId=${appId}`,
		appKey: `「${appKey}」\n`,
		tokenPath: 'POST\t/apigateway/getAccessToken?accessToken={{ACCESS_TOKEN}}',
		messagePath: `POST ${url}${messagePath}?accessToken=ACCESS_TOKEN`,
		recipientField: '"personIds":',
	});
	await send(credentials);
	expect(await counts()).toEqual({ delivered: 1, renewals: 1 });
});

it('uses a stored token', async () => {
	const credentials = store();
	await send(credentials);
	await send(credentials);
	expect(await counts()).toEqual({ delivered: 2, renewals: 1 });
});

it('renews a token that runs out within a minute before using it', async () => {
	const credentials = store();
	await send(credentials);
	credentials.tzeAppApi.accessTokenExpiresAt = Date.now() + 0.9 * MINUTE;
	await send(credentials);
	expect(await counts()).toEqual({ delivered: 2, renewals: 2 });
	expect(await bench.client.stats()).toMatchObject({ refused: 0 });
});

it('renews an old token once after a refusal, for all items in flight, and loses none', async () => {
	const credentials = store();
	await send(credentials);
	await bench.client.revokeTokens();
	credentials.tzeAppApi.accessTokenIssuedAt = Date.now() - 2 * MINUTE;
	const { json } = await send(credentials, 30);
	expect(json).toHaveLength(30);
	expect(await counts()).toEqual({ delivered: 31, renewals: 2 });
});

it("takes a refusal of a fresh token as the message's own fault, after looking once", async () => {
	const credentials = store();
	await send(credentials);
	await bench.client.fault({
		kind: 'refuse',
		retCode: 'X1',
		retDesc: '无权限',
		times: 100,
		match: '"m3"',
	});
	const { json, errors } = await send(credentials, 10, { onError: 'continueErrorOutput' });
	expect(json).toHaveLength(9);
	expect(errors).toMatchObject([
		{ n: 3, error: { message: '无权限', retCode: 'X1', delivered: 'no' } },
	]);
	expect((await counts()).renewals).toBe(2);
});

it.each([
	{ kind: 'refuse', retCode: 'Q9', retDesc: '次数已用完' },
	{ kind: 'status', httpStatus: 503 },
] as const)(
	"tells a message's own refusal and goes on with the token at hand, when none is issued: %j",
	async (fault) => {
		const credentials = store();
		await send(credentials);
		credentials.tzeAppApi.accessTokenIssuedAt = Date.now() - 2 * MINUTE;
		await bench.client.fault({ ...fault, path: '/apigateway', times: 99 });
		await bench.client.fault({
			kind: 'refuse',
			retCode: 'X1',
			retDesc: '无权限',
			times: 9,
			match: '"m3"',
		});
		const { json, errors } = await send(credentials, 10, {
			onError: 'continueErrorOutput',
			maxRetries: 1,
		});
		expect(errors).toMatchObject([
			{
				error: {
					message: '无权限',
					delivered: 'no',
					description: expect.stringMatching(/access token: /),
				},
			},
		]);
		expect(json).toHaveLength(9);
	},
);

it('finds the token that another worker has stored, instead of fetching one more', async () => {
	const credentials = store();
	await send(credentials);
	const ours = { tzeAppApi: { ...credentials.tzeAppApi } };
	// The other worker's renewal voids our token; ours is still what we have read
	credentials.tzeAppApi.accessTokenExpiresAt = 1;
	await send(credentials);
	const { accessToken } = credentials.tzeAppApi;
	await bench.client.fault({ kind: 'delay', ms: 300, path: '/sandbox' });
	const late = send(ours);
	setTimeout(() => Object.assign(ours.tzeAppApi, { accessToken }), 150);
	expect((await late).json).toHaveLength(1);
	expect((await bench.client.stats()).renewals).toBe(2);
	expect((await bench.client.stats()).refused).toBeGreaterThan(0);
});

it('three runs with a bad message each lose no good one, on a platform that voids the older token', async () => {
	const shared = store();
	await bench.client.fault({
		kind: 'refuse',
		retCode: 'X1',
		retDesc: 'no such person',
		times: 99,
		match: '"m7"',
	});
	const runs = await Promise.all(
		[60, 60, 60].map(
			async (count) => await send(shared, count, { onError: 'continueErrorOutput' }),
		),
	);
	expect(
		runs.map(({ errors }) => errors.map(({ error }) => (error as IDataObject).message)),
	).toEqual([['no such person'], ['no such person'], ['no such person']]);
});

it('renews a token that runs out while a list is sent', async () => {
	const credentials = store();
	await send(credentials);
	credentials.tzeAppApi.accessTokenExpiresAt = Date.now() + MINUTE + 500;
	await bench.client.fault({ kind: 'delay', ms: 300, times: 30 });
	const { json } = await send(credentials, 30);
	expect(json).toHaveLength(30);
	expect(await counts()).toEqual({ delivered: 31, renewals: 2 });
	expect((await bench.client.stats()).refused).toBe(0);
});

it.each([1, 2])(
	'lets two workers renew at the same moment, on a platform that voids the older token (%i)',
	async () => {
		const shared = store({ accessToken: 'has run out', accessTokenExpiresAt: 1 });
		const results = await Promise.all([send(shared, 40), send(shared, 40)]);
		expect(results.map(({ json, error }) => error?.message ?? json.length)).toEqual([40, 40]);
		expect((await counts()).delivered).toBe(80);
	},
);

it('exchanges codes, too', async () => {
	const credentials = store({ accessToken: 'a-void-token', accessTokenIssuedAt: 1 });
	const [item] = await bench.client.codes();
	const { json } = await bench.exchange(
		{ authentication: 'appKey' },
		{ items: [{ ...item }], credentials },
	);
	expect(json).toMatchObject([{ personId: item.personId, oauthToken: expect.stringMatching(/./) }]);
});

describe('without a token', () => {
	it("says in the platform's own words why, asks once, and sends nothing", async () => {
		const { errors } = await send(store({ appKey: 'a-wrong-key' }), 5, {
			onError: 'continueErrorOutput',
		});
		expect(errors).toHaveLength(5);
		expect(errors[0]).toMatchObject({
			error: {
				message: expect.stringMatching(
					/^The platform issued no access token: \[sandbox\] .*\(code SBX403\)$/,
				),
				description: expect.stringContaining('App Key'),
				delivered: 'no',
			},
		});
		const { byPath } = await bench.client.stats();
		expect(byPath).toEqual({ '/apigateway/getAccessToken': 1 });
	});

	it.each([
		[{ appId: '' }, "'App ID' is empty (in the credential)"],
		[{ appKey: ' ' }, "'App Key' is empty (in the credential)"],
		[{ tokenPath: 'https://evil.example/x' }, /^'Token Path' leads to evil.example/],
		[{ baseUrl: 'http://api.tze.cn' }, /^'Base URL' must begin with https/],
	])('says what is wrong with the credential: %j', async (changes, message) => {
		const { error } = await send(store(changes));
		expect(error?.message).toMatch(message);
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it('hides an older token and the app key when the platform repeats them in its reason', async () => {
		const accessToken = 'older-token-0123456789';
		const retDesc = `已使用 ${accessToken} ${bench.sandbox.appKey}`;
		await bench.client.fault({
			kind: 'refuse',
			retCode: 'Q9',
			retDesc,
			times: 9,
			path: '/apigateway',
		});
		const credentials = store({ accessToken, accessTokenExpiresAt: '1' });
		const { error, run } = await send(credentials);
		expect(error?.message).toBe('The platform issued no access token: 已使用 *** *** (code Q9)');
		const trace = inspect(run, { depth: null, maxStringLength: null, showHidden: true });
		expect(trace).not.toContain(accessToken);
		expect(trace).not.toContain(bench.sandbox.appKey);
	});

	it('asks again when the platform is busy', async () => {
		await bench.client.fault({ kind: 'status', httpStatus: 503, path: '/apigateway' });
		const { json } = await send(store(), 3);
		expect(json).toHaveLength(3);
	});

	it('waits as long as the platform asks, once for all items in flight', async () => {
		const body = JSON.stringify({ retCode: 'B1', retDesc: '系统繁忙' });
		await bench.client.fault({
			kind: 'status',
			httpStatus: 503,
			retryAfter: 1,
			body,
			path: '/apigateway',
		});
		const start = Date.now();
		const { json } = await send(store(), 10);
		expect(json).toHaveLength(10);
		expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
		const { byPath } = await bench.client.stats();
		expect(byPath['/apigateway/getAccessToken']).toBe(2);
	});

	it('asks seldom while the platform issues none, however many items there are', async () => {
		await bench.client.fault({ kind: 'status', httpStatus: 503, times: 999, path: '/apigateway' });
		const start = Date.now();
		const { errors } = await send(store(), 30, { onError: 'continueErrorOutput', maxRetries: 1 });
		expect(errors).toHaveLength(30);
		const { byPath } = await bench.client.stats();
		expect(byPath['/apigateway/getAccessToken']).toBeLessThan((Date.now() - start) / 250 + 1);
	});

	it('costs the items in flight and no others when the platform stumbles once', async () => {
		await bench.client.fault({ kind: 'status', httpStatus: 503, path: '/apigateway' });
		const { json, errors } = await bench.send(
			{ authentication: 'appKey', content: 'x', options: { concurrency: 5, maxRetries: 0 } },
			{ items: numbered(50), credentials: store(), onError: 'continueErrorOutput' },
		);
		expect({ sent: json.length, failed: errors.length }).toEqual({ sent: 45, failed: 5 });
	});

	it('pauses before it asks again, also when it is told not to', async () => {
		await bench.client.fault({
			kind: 'status',
			httpStatus: 503,
			retryAfter: 0,
			times: 999,
			path: '/apigateway',
		});
		await send(store(), 10, { onError: 'continueErrorOutput', maxRetries: 1 });
		const { byPath } = await bench.client.stats();
		expect(byPath['/apigateway/getAccessToken']).toBeLessThan(10);
	});

	it('sends no token of another platform here, when Base URL was changed meanwhile', async () => {
		const credentials = store();
		await send(credentials);
		await bench.client.revokeTokens();
		credentials.tzeAppApi.accessTokenIssuedAt = 1;
		await bench.client.fault({ kind: 'delay', ms: 300, path: '/sandbox' });
		const late = send(credentials);
		setTimeout(
			() =>
				Object.assign(credentials.tzeAppApi, {
					baseUrl: 'http://localhost:1',
					accessToken: 'of another platform',
				}),
			100,
		);
		const { error } = await late;
		expect(error?.description).toContain("'Base URL' of the credential was changed");
		expect((await bench.client.stats()).renewals).toBe(1);
	});

	it("fails with n8n's reason when n8n cannot keep a token, and fetches no second one", async () => {
		const credentials = store();
		Object.freeze(credentials.tzeAppApi);
		const { errors } = await bench.send(
			{ authentication: 'appKey', content: 'x', options: { maxRetries: 0 } },
			{ items: numbered(10), credentials, onError: 'continueErrorOutput' },
		);
		expect(errors).toHaveLength(10);
		expect(errors[0]).toMatchObject({
			error: { message: expect.stringMatching(/^No access token: n8n could not get or keep one/) },
		});
		expect((await bench.client.stats()).renewals).toBe(1);
	});

	it('asks once for all items in flight when the platform issues none for now', async () => {
		await bench.client.fault({ kind: 'status', httpStatus: 503, times: 99, path: '/apigateway' });
		const { errors } = await bench.send(
			{ authentication: 'appKey', content: 'x', options: { concurrency: 10, maxRetries: 0 } },
			{ items: numbered(10), credentials: store(), onError: 'continueErrorOutput' },
		);
		expect(errors).toHaveLength(10);
		const { byPath } = await bench.client.stats();
		expect(byPath).toEqual({ '/apigateway/getAccessToken': 1 });
	});

	it('says so when something else answers', async () => {
		const server = await answerWith('<h1>Portal</h1>', 200);
		const { error } = await send(store({ baseUrl: server.baseUrl }));
		server.close();
		expect(error?.message).toMatch(
			/^No access token: 127.0.0.1:\d+ answered with HTTP status 200, but not as/,
		);
	});
});
