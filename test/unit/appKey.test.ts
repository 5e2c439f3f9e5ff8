import { accessTokenRequest, readAccessToken } from '../../platform/appKey';
import { readEnvelope, type Envelope } from '../../platform/envelopes';

/** Computed with `printf '%s' "$appId$appKey$timeStamp" | openssl dgst -sha1 -hmac "$appKey"`. */
it.each([
	['app1', 'key1', 1602052142464, 'C2DA34367121502F098216073428476A395F2E48'],
	['sandbox-app', 'k-äöü-密钥', 1700000000000, 'F58CBE5AD7DE275CCF7C6AF8940B5B1074D5948C'],
	['A', '0123456789abcdef', 1795504725546, '8EB4147E682CD21AF9981A01747960C2E24B24BF'],
])('signs for %s as openssl does', (appId, appKey, now, keyInfo) => {
	expect(accessTokenRequest(appId, appKey, now)).toEqual({
		appId,
		timeStamp: String(now),
		keyInfo,
	});
});

describe('the token in an answer', () => {
	const now = 1_700_000_000_000;
	const read = (payload: object) =>
		readAccessToken(
			readEnvelope(JSON.stringify({ retCode: '000000', ...payload })) as Envelope,
			now,
		);

	it.each([
		[{ tokenInfo: { accessToken: 't' } }, { accessToken: 't', expiresAt: undefined }],
		[{ data: { accessToken: 't' } }, { accessToken: 't', expiresAt: undefined }],
		[
			{ tokenInfo: { accessToken: 't', validTime: now + 1 } },
			{ accessToken: 't', expiresAt: now + 1 },
		],
		[
			{ tokenInfo: { accessToken: 't', validTime: `${now + 1}` } },
			{ accessToken: 't', expiresAt: now + 1 },
		],
		[
			{ tokenInfo: { accessToken: 't', validTime: 'Infinity' } },
			{ accessToken: 't', expiresAt: undefined },
		],
		[
			{ tokenInfo: { accessToken: 't', validTime: 9e99 } },
			{ accessToken: 't', expiresAt: undefined },
		],
		[
			{ tokenInfo: { accessToken: 't', validTime: 7200 } },
			{ accessToken: 't', expiresAt: undefined },
		],
		[
			{ tokenInfo: { accessToken: 't', validTime: now } },
			{ accessToken: 't', expiresAt: undefined },
		],
	])('%j', (payload, expected) => {
		expect(read(payload)).toEqual(expected);
	});

	it.each([[{}], [{ tokenInfo: {} }], [{ tokenInfo: { accessToken: '' }, data: [] }]])(
		'is missing in %j',
		(payload) => {
			expect(read(payload)).toBeUndefined();
		},
	);
});
