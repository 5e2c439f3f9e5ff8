import { accessTokenRequest } from '../../platform/appKey';
import { AccessTokenError } from '../../transport/errors';
import { fetchAccessToken } from '../../transport/fetchToken';
import {
	answer,
	failing,
	hanging,
	REFUSAL,
	START,
	SUCCESS,
	VirtualClock,
	type Step,
} from './fakes';

const APP = {
	baseUrl: 'https://api.tze.cn',
	tokenPath: '/apigateway/getAccessToken',
	appId: 'app',
	appKey: 'an-apps-key',
};

beforeEach(() => {
	jest.spyOn(Date, 'now').mockReturnValue(START);
});
afterEach(() => jest.restoreAllMocks());

/** What n8n is told, when the gateway does this; and what the gateway was asked. */
function fetchFrom(gateway: Step, changes: Partial<typeof APP> = {}) {
	const httpRequest = jest.fn(
		async (_options: object) => (await gateway(APP, { url: '' })) as unknown,
	);
	const token = fetchAccessToken({ helpers: { httpRequest } }, { ...APP, ...changes });
	return { httpRequest, token };
}

async function errorFrom(gateway: Step, changes?: Partial<typeof APP>): Promise<AccessTokenError> {
	const error = await fetchFrom(gateway, changes).token.catch((reason: unknown) => reason);
	if (error instanceof AccessTokenError) return error;
	throw new Error('No access token error', { cause: error });
}

describe('a token', () => {
	it('is asked for with a signature, and no secret', async () => {
		const { httpRequest, token } = fetchFrom(
			answer({ ...SUCCESS, data: { accessToken: 'a-token-of-a-test' } }),
		);
		await token;
		expect(httpRequest.mock.calls).toEqual([
			[
				expect.objectContaining({
					method: 'POST',
					url: 'https://api.tze.cn/apigateway/getAccessToken',
					body: JSON.stringify(accessTokenRequest('app', 'an-apps-key', START)),
					timeout: 30_000,
					disableFollowRedirect: true,
				}),
			],
		]);
		expect(JSON.stringify(httpRequest.mock.calls)).not.toContain('an-apps-key');
	});

	it('is asked for without the white space of a paste', async () => {
		const pasted = { appId: ' app\n', appKey: '\tan-apps-key ', tokenPath: ' /token ' };
		const { httpRequest, token } = fetchFrom(
			answer({ ...SUCCESS, data: { accessToken: 'a-token-of-a-test' } }),
			pasted,
		);
		await token;
		expect(httpRequest.mock.calls[0]).toMatchObject([
			{
				url: 'https://api.tze.cn/token',
				body: JSON.stringify(accessTokenRequest('app', 'an-apps-key', START)),
			},
		]);
	});

	it.each([
		[START + 1, String(START + 1)],
		[START, ''],
		[7200, ''],
		[undefined, ''],
	])('that ends at %s is kept with its instants as texts: "%s"', async (validTime, expected) => {
		const { token } = fetchFrom(
			answer({ ...SUCCESS, tokenInfo: { accessToken: 'a-token-of-a-test', validTime } }),
		);
		expect(await token).toEqual({
			accessToken: 'a-token-of-a-test',
			accessTokenIssuedAt: String(START),
			accessTokenExpiresAt: expected,
		});
	});
});

describe('no token', () => {
	it.each([200, 400, 401, 404])('is final when the gateway says no: HTTP %d', async (status) => {
		expect(await errorFrom(answer(REFUSAL, status))).toMatchObject({
			isFinal: true,
			problem: { kind: 'refused', ...REFUSAL },
		});
		expect(await errorFrom(answer('<p>', status))).toMatchObject({
			isFinal: true,
			problem: { kind: 'notThePlatform', host: 'api.tze.cn', status },
		});
	});

	it.each([429, 500, 502, 503])('is not final when the gateway is busy: %d', async (status) => {
		for (const body of ['<p>', REFUSAL]) {
			const busy = answer(body, status, { 'retry-after': '7' });
			expect(await errorFrom(busy)).toMatchObject({ isFinal: false, retryAfterMs: 7000 });
			const silent = await errorFrom(answer(body, status));
			expect([silent.isFinal, silent.retryAfterMs]).toEqual([false, undefined]);
		}
	});

	it.each([
		['ECONNREFUSED', { code: 'ECONNREFUSED' }],
		['timedOut', { code: 'ECONNABORTED' }],
		['socket hang up', new Error('socket hang up')],
	])('is not final when the gateway does not answer: %s', async (reason, error) => {
		expect(await errorFrom(failing(error))).toMatchObject({
			isFinal: false,
			problem: { kind: 'unanswered', host: 'api.tze.cn', reason },
		});
	});

	it('is waited for no longer than the whole answer may take', async () => {
		const { now, sleep } = new VirtualClock();
		const httpRequest = async () => (await hanging(APP, { url: '' })) as unknown;
		const token = fetchAccessToken({ helpers: { httpRequest } }, APP, { now, sleep });
		await expect(token).rejects.toMatchObject({
			isFinal: false,
			problem: { kind: 'unanswered', reason: 'timedOut' },
		});
		expect(now() - START).toBeLessThanOrEqual(30_200);
	});

	it('is told with the reason in what the gateway says', async () => {
		expect(
			await errorFrom(answer({ message: 'IP not in whitelist, an-apps-key' }, 403)),
		).toMatchObject({
			problem: { kind: 'notThePlatform', status: 403, reason: 'IP not in whitelist, ***' },
		});
	});

	it('is told without the key, its signature, and a token beside the refusal', async () => {
		const { keyInfo } = accessTokenRequest('app', 'an-apps-key', START);
		const retDesc = `an-apps-key ${keyInfo} ${keyInfo.toLowerCase()} bec2f0bec2f0 ?`;
		const data = { accessToken: 'bec2f0bec2f0' };
		expect(await errorFrom(answer({ ...REFUSAL, retDesc, data }))).toMatchObject({
			problem: { kind: 'refused', retDesc: '*** *** *** *** ?' },
		});
	});

	it.each(['seven77', ' seven77\n'])('is final when it is too short: %j', async (accessToken) => {
		expect(await errorFrom(answer({ ...SUCCESS, data: { accessToken } }))).toMatchObject({
			isFinal: true,
			problem: { kind: 'tooShort', host: 'api.tze.cn', min: 8 },
		});
	});

	it('is final when the gateway says yes, and sends none', async () => {
		expect(await errorFrom(answer(SUCCESS))).toMatchObject({
			isFinal: true,
			problem: { kind: 'missing', host: 'api.tze.cn' },
		});
	});

	it.each([
		{ baseUrl: 'http://api.tze.cn' },
		{ appId: ' ' },
		{ appKey: '' },
		{ appKey: 'seven77' },
	])('is final, and not asked for, when a setting breaks a rule: %j', async (changes) => {
		const gateway = jest.fn(answer(SUCCESS));
		expect(await errorFrom(gateway, changes)).toMatchObject({
			isFinal: true,
			problem: { kind: 'invalidSetting' },
		});
		expect(gateway).not.toHaveBeenCalled();
	});
});
