import type { INode } from 'n8n-workflow';

import type { CredentialStore } from '../../testbed/engine/engine';
import { openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** Calls an address with n8n's own HTTP Request node and a credential of this package. */
async function request(url: string, credentials: CredentialStore) {
	const [type] = Object.keys(credentials);
	const nodes: INode[] = [
		{
			id: '1',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		},
		{
			id: '2',
			name: 'HTTP Request',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			position: [0, 0],
			credentials: { [type]: { id: type, name: type } },
			parameters: {
				method: 'POST',
				url,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: type,
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '{"msgType":"text","text":{"content":"x"}}',
			},
		},
	];
	const connections = {
		Start: { main: [[{ node: 'HTTP Request', type: 'main' as const, index: 0 }]] },
	};
	const { run, output } = await bench.engine.run(
		{ name: 'x', nodes, connections, settings: {} },
		{ credentials },
	);
	return { error: run.data.resultData.error, json: output('HTTP Request')[0]?.json };
}

it('uses the pasted token', async () => {
	const { json } = await request(
		bench.sandbox.url + bench.sandbox.messagePath,
		bench.credentials(),
	);
	expect(json).toMatchObject({ retCode: '000000' });
});

it('sends the token without what it was pasted with', async () => {
	const { url, messagePath, accessToken } = bench.sandbox;
	const credentials = bench.credentials({
		accessToken: `“accessToken”：“${accessToken}\u200b”\r\n`,
	});
	const { json } = await request(url + messagePath, credentials);
	expect(json).toMatchObject({ retCode: '000000' });
});

it.each([
	['', /^'Access Token' is empty\. Open the credential/],
	['Bearer bec2f0', /^'Access Token' holds more than its value/],
])('makes no call with a token that cannot be one: "%s"', async (accessToken, words) => {
	const { url, messagePath } = bench.sandbox;
	const { error } = await request(url + messagePath, bench.credentials({ accessToken }));
	expect(error?.message).toMatch(words);
	expect(error?.message).not.toContain('bec2f0');
	expect((await bench.client.stats()).requests).toBe(0);
});

it('does not quote an address that is none', async () => {
	const { error } = await request('https://bec2f0 x', bench.credentials());
	expect(error?.message).not.toContain('bec2f0');
});

it('fetches a token with the app key', async () => {
	const { url: baseUrl, messagePath, appId, appKey } = bench.sandbox;
	const { json } = await request(baseUrl + messagePath, { tzeAppApi: { baseUrl, appId, appKey } });
	expect(json).toMatchObject({ retCode: '000000' });
});

it('renews an app-key token that has run out', async () => {
	const { url: baseUrl, messagePath, appId, appKey } = bench.sandbox;
	const { json } = await request(baseUrl + messagePath, {
		tzeAppApi: { baseUrl, appId, appKey, accessToken: 'an-old-token', accessTokenExpiresAt: 1 },
	});
	expect(json).toMatchObject({ retCode: '000000' });
	expect((await bench.client.messages()).total).toBe(1);
});

it.each([{ kind: 'cutAfter' }, { kind: 'status', httpStatus: 500 }] as const)(
	'does not send again with an app key what may have been delivered: %j',
	async (fault) => {
		const { url: baseUrl, messagePath, appId, appKey } = bench.sandbox;
		await bench.client.fault({ ...fault, path: '/sandbox' });
		const { error } = await request(baseUrl + messagePath, {
			tzeAppApi: { baseUrl, appId, appKey },
		});
		expect(error).toBeDefined();
		expect((await bench.client.stats()).byPath[messagePath]).toBe(1);
	},
);

it('makes no other call when one with a pasted token fails', async () => {
	const { url, messagePath } = bench.sandbox;
	await bench.client.fault({ kind: 'status', httpStatus: 401, path: messagePath });
	const { error } = await request(url + messagePath, bench.credentials());
	expect(error).toBeDefined();
	expect((await bench.client.stats()).byPath).toEqual({ [messagePath]: 1 });
});

it('is not given the token for plain http to another host', async () => {
	const { error } = await request('http://api.example/x', bench.credentials());
	expect(error?.message).toContain('The access token is not sent to api.example over plain http');
});
