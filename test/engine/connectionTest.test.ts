import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { credentialsFor } from '../../testbed/credentials';
import { freePort } from '../../testbed/process/ports';
import { answerWith, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

type Changes = ICredentialDataDecryptedObject;

const pasted = async (changes: Changes = {}) =>
	await bench.engine.testCredential('tzeApi', {
		...bench.credentials().tzeApi,
		...changes,
	});

const app = async (changes: Changes = {}) =>
	await bench.engine.testCredential('tzeAppApi', {
		...credentialsFor(bench.sandbox).tzeAppApi,
		...changes,
	});

describe.each([
	['an access token', pasted],
	['an app key', app],
])('the test of %s', (_name, test) => {
	it.each<Changes>([{}, { messagePath: '' }, { messagePath: '\u200b' }, { recipientField: '' }])(
		'is green where calls can be made: %j',
		async (changes) => {
			expect(await test(changes)).toEqual({ status: 'OK', message: 'Connection successful!' });
		},
	);

	it.each([200, 401, 403, 500])(
		'is green for a refusal in the envelope of the platform, with HTTP status %d',
		async (httpStatus) => {
			await bench.client.fault({
				kind: 'refuse',
				retCode: 'X1',
				retDesc: '无权限',
				httpStatus,
				times: 9,
				path: '/oauth',
			});
			expect((await test()).status).toBe('OK');
		},
	);

	it.each([
		[{ baseUrl: '' }, /^'Base URL' is empty\. Open the credential and fill in 'Base URL'/],
		[{ baseUrl: 'platform' }, /^'Base URL' is not a valid address\. Give scheme and host/],
		[
			{ baseUrl: '127.0.0.1:4100' },
			/^'Base URL' does not say .* Put http:\/\/ .* 127\.0\.0\.1:4100/,
		],
		[{ baseUrl: 'http://api.tze.cn' }, /^'Base URL' must begin with https:\/\/.* Use https/],
		[
			{ messagePath: 'send it' },
			/^'Message Path' is not the path of a call\. Paste the path alone/,
		],
		[{ messagePath: 'https://evil.example/x' }, /^'Message Path' leads to evil\.example/],
		[{ recipientField: 'a, b' }, /^'Recipient Field' is not the name of a single field\. Give/],
		[{ recipientFormat: 'xml' }, /^'Recipient Format' cannot be "xml"\. Choose one of/],
		[{ testRecipients: '{1001}' }, /^'Test Recipients': the 1st entry is not an ID/],
		[{ recipientField: '__proto__' }, /^'Recipient Field' may not hold the name "__proto__"/],
		[{ recipientField: 'msgType' }, /^'Recipient Field' cannot be "msgType": .* Copy the name/],
	])('is red for %j, and says so', async (changes, words) => {
		const { status, message } = await test(changes);
		expect(status).toBe('Error');
		expect(message).toMatch(words);
	});
});

it.each([
	[{ accessToken: '' }, /^'Access Token' is empty\. Open the credential and paste the accessToken/],
	[{ accessToken: undefined }, /^'Access Token' is empty/],
	[{ accessToken: 'seven77' }, /^'Access Token' is too short to be a secret: at least 8/],
	[
		{ accessToken: 'Bearer secret-1' },
		/^'Access Token' holds more than its value.* Paste the value/,
	],
	[{ accessToken: 'accessToken={{ACCESS_TOKEN}}' }, /^'Access Token' holds a placeholder/],
])('the test of an access token is red for %j', async (changes, words) => {
	const { status, message } = await pasted(changes as Changes);
	expect(status).toBe('Error');
	expect(message).toMatch(words);
	expect(message).not.toContain('secret-1');
});

it.each(['', 'a-stored-token'])(
	'the test of an app key fetches one token; at hand: "%s"',
	async (token) => {
		expect((await app({ accessToken: token })).status).toBe('OK');
		expect((await bench.client.stats()).renewals).toBe(1);
	},
);

it.each([
	[{ appId: '' }, /^'App ID' is empty\. Copy 'App ID'/],
	[{ appKey: '{{APP_KEY}}' }, /^'App Key' holds a placeholder/],
	[{ appKey: 'seven77' }, /^'App Key' is too short to be a secret: at least 8/],
	[{ tokenPath: 'curl it' }, /^'Token Path' is not the path of a call/],
	// The token at hand is good, but the key would bring no other
	[
		{ appKey: 'a-wrong-key', accessToken: 'a-stored-token' },
		/^The platform issued no access token: /,
	],
	[
		{ appKey: 'a-wrong-key' },
		/^The platform issued no access token: .* 'App ID' or 'App Key' is probably wrong/,
	],
])('the test of an app key is red for %j', async (changes, words) => {
	const { status, message } = await app(changes);
	expect(status).toBe('Error');
	expect(message).toMatch(words);
});

const NOT_THE_PLATFORM =
	/^'Base URL' answers, but not as the TZE open platform does\. Check the address/;
const NO_TOKEN = /^No access token: 127\.0\.0\.1:\d+ answered .* Check 'Base URL' and 'Token Path'/;

describe.each([
	['a number as code', '{"retCode":0}'],
	['JSON without a code', '{"code":"000000"}'],
	['an empty code', '{"retCode":""}'],
	['a list', '[]'],
	['a page', '<h1>Portal</h1>'],
	['nothing', ''],
])('where %s answers', (_what, body) => {
	it.each([
		['an access token', pasted, NOT_THE_PLATFORM],
		['an app key', app, NO_TOKEN],
	])('the test of %s is red', async (_name, test, words) => {
		const server = await answerWith(body);
		const { status, message } = await test({ baseUrl: server.baseUrl });
		server.close();
		expect(status).toBe('Error');
		expect(message).toMatch(words);
	});
});

it('the test is red for an exchange that does not answer as its gateway does', async () => {
	await bench.client.fault({
		kind: 'status',
		httpStatus: 400,
		body: '{"retCode":0}',
		path: '/oauth',
	});
	expect((await app()).message).toMatch(NOT_THE_PLATFORM);
});

it('follows no redirect with the token, and names where it leads without its query', async () => {
	const location = `${bench.sandbox.url}/oauth/getOauthToken?accessToken=secret-2`;
	const server = await answerWith('', 302, { location });
	const { status, message } = await pasted({ baseUrl: server.baseUrl });
	server.close();
	expect(status).toBe('Error');
	expect(message).toMatch(
		/^'Base URL' answers with a redirect to http:\/\/127\.0\.0\.1:\d+, which/,
	);
	expect(message).not.toContain('secret-2');
	expect((await bench.client.stats()).requests).toBe(0);
});

it.each([
	[
		'an access token',
		pasted,
		/^'Base URL': no connection to 127.* \(nobody answers there\)\. Check/,
	],
	[
		'an app key',
		app,
		/^No access token: 127.* could not be reached \(nobody answers there\)\. Che/,
	],
])('with nobody there, the test of %s is red in our words', async (_name, test, words) => {
	const { status, message } = await test({ baseUrl: `http://127.0.0.1:${await freePort()}` });
	expect(status).toBe('Error');
	expect(message).toMatch(words);
});
