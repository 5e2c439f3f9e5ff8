import { seedText, startBench, type TestBench } from './support';

let bench: TestBench;
afterEach(() => bench.sandbox.close());

const EXCHANGE = '/oauth/getOauthToken';
const GATEWAY = '/apigateway/getAccessToken';
const send = async (accessToken: string) =>
	(await bench.call(bench.sandbox.messagePath, seedText, accessToken)).data.retCode;

describe('oauth codes', () => {
	test('a code becomes a token that is valid for 15 days', async () => {
		bench = await startBench();
		const [{ oauthCode }] = await bench.control.codes();
		const before = Date.now();
		const { data } = await bench.call(EXCHANGE, { oauthCode });
		expect(data).toEqual({
			retCode: '000000',
			retDesc: 'success',
			data: { expiry: expect.any(Number), oauthToken: expect.stringMatching(/^[0-9a-f]{32}$/) },
		});
		const days = (Number(data.data?.expiry) - before) / 86_400_000;
		expect(days).toBeGreaterThanOrEqual(15);
		expect(days).toBeLessThan(15.01);
	});

	test('a code is good for one exchange', async () => {
		bench = await startBench();
		const [{ oauthCode }] = await bench.control.codes();
		await bench.call(EXCHANGE, { oauthCode });
		const { data } = await bench.call(EXCHANGE, { oauthCode });
		expect(data).toMatchObject({ retCode: 'SBX203', data: null });
		expect(data.retDesc).not.toContain(oauthCode);
	});

	test('a refused exchange leaves the code unused', async () => {
		bench = await startBench();
		const [{ oauthCode }] = await bench.control.codes();
		const refused = await bench.call(EXCHANGE, { oauthCode }, 'wrong');
		expect(refused.data.retCode).toBe('SBX102');
		expect((await bench.call(EXCHANGE, { oauthCode })).data.retCode).toBe('000000');
	});

	test('an unknown code is refused', async () => {
		bench = await startBench();
		expect((await bench.call(EXCHANGE, { oauthCode: 'bogus' })).data.retCode).toBe('SBX202');
	});

	test('an expired code is refused', async () => {
		bench = await startBench({ codeLifetimeMs: 0 });
		const [{ oauthCode }] = await bench.control.codes();
		expect((await bench.call(EXCHANGE, { oauthCode })).data.retCode).toBe('SBX204');
	});

	test('another field beside the code is refused', async () => {
		bench = await startBench();
		const [{ oauthCode }] = await bench.control.codes();
		const { data } = await bench.call(EXCHANGE, { oauthCode, personId: 'P1' });
		expect(data).toMatchObject({
			retCode: 'SBX201',
			retDesc: '[sandbox] personId is not a known field',
		});
	});

	test('codes belong to the person that was asked for', async () => {
		bench = await startBench();
		const codes = await bench.control.codes({ personId: 'P7', count: 3 });
		expect(codes.map(({ personId }) => personId)).toEqual(['P7', 'P7', 'P7']);
		expect(new Set(codes.map(({ oauthCode }) => oauthCode)).size).toBe(3);
	});
});

describe('access tokens', () => {
	test('a missing token is refused', async () => {
		bench = await startBench();
		expect(await send('')).toBe('SBX101');
	});

	test('a wrong token is refused, and not repeated', async () => {
		bench = await startBench();
		const { data } = await bench.call(bench.sandbox.messagePath, seedText, 'secret-of-mine');
		expect(data.retCode).toBe('SBX102');
		expect(data.retDesc).not.toContain('secret-of-mine');
	});

	test('a revoked token is refused, the others are not', async () => {
		bench = await startBench();
		const other = await bench.control.issueToken();
		expect(await bench.control.revokeTokens(bench.sandbox.accessToken)).toBe(1);
		expect(await send(bench.sandbox.accessToken)).toBe('SBX102');
		expect(await send(other)).toBe('000000');
	});

	test('all tokens can be revoked at once', async () => {
		bench = await startBench();
		const issued = await bench.control.issueToken();
		expect(await bench.control.tokens()).toEqual({ count: 2, static: 2, app: 0 });
		expect(await bench.control.revokeTokens()).toBe(2);
		expect(await send(issued)).toBe('SBX102');
	});
});

describe('getAccessToken', () => {
	/**
	 * Computed with
	 * `printf '%s' '<appId><appKey><timeStamp>' | openssl dgst -sha1 -hmac '<appKey>'`.
	 */
	const timeStamp = '1602052142464';
	const vectors = [
		{ appKey: 'S3cr3t/Key+=', keyInfo: '39EB305F0251D2027695A16CB1381A3A83F74F8D' },
		{ appKey: 'key-公', keyInfo: '0DBE59B37F724A18EEFA496927E082EAF4DA58CB' },
	];
	const appId = 'app-42';
	const [{ appKey, keyInfo }] = vectors;
	const ask = async (signature = keyInfo) =>
		(await bench.call(GATEWAY, { appId, timeStamp, keyInfo: signature }, '')).data;
	const tokenOf = async () => (await ask()).tokenInfo?.accessToken ?? '';

	test.each(vectors)('a right signature gets a token that works ($appKey)', async (vector) => {
		bench = await startBench({ appId, appKey: vector.appKey });
		const before = Date.now();
		const { retCode, tokenInfo } = await ask(vector.keyInfo);
		expect(retCode).toBe('000000');
		expect(tokenInfo).toMatchObject({ appId, appName: expect.any(String) });
		expect(tokenInfo?.validTime).toBeGreaterThan(before);
		expect(await send(tokenInfo?.accessToken ?? '')).toBe('000000');
	});

	test.each([
		['a signature of another key', vectors[1].keyInfo, 'SBX403'],
		['a lower-case signature', keyInfo.toLowerCase(), 'SBX401'],
	])('%s is refused', async (_name, signature, code) => {
		bench = await startBench({ appId, appKey });
		expect((await ask(signature)).retCode).toBe(code);
	});

	test('another application is refused', async () => {
		bench = await startBench({ appId: 'somebody-else', appKey });
		expect((await ask()).retCode).toBe('SBX402');
	});

	test('timeStamp must be a string', async () => {
		bench = await startBench({ appId, appKey });
		const { data } = await bench.call(GATEWAY, { appId, keyInfo, timeStamp: Number(timeStamp) });
		expect(data.retDesc).toBe('[sandbox] timeStamp must be a string, not a number');
	});

	test('a token expires', async () => {
		bench = await startBench({ appId, appKey, tokenLifetimeMs: 0 });
		expect(await send(await tokenOf())).toBe('SBX103');
	});

	test('a renewal leaves older tokens alone', async () => {
		bench = await startBench({ appId, appKey });
		const older = await tokenOf();
		await tokenOf();
		expect(await send(older)).toBe('000000');
	});

	test('a renewal voids older tokens of the application when asked to, not static ones', async () => {
		bench = await startBench({ appId, appKey, voidOlderTokens: true });
		const older = await tokenOf();
		const newer = await tokenOf();
		expect(await send(older)).toBe('SBX102');
		expect(await send(newer)).toBe('000000');
		expect(await send(bench.sandbox.accessToken)).toBe('000000');
	});

	test('renewals are counted', async () => {
		bench = await startBench({ appId, appKey });
		await tokenOf();
		await ask(vectors[1].keyInfo);
		expect(await bench.control.stats()).toMatchObject({ renewals: 1, refused: 1, requests: 2 });
	});
});
