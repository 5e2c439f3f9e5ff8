import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { authenticateWith, wasCalledWith } from '../../credentials/authenticate';
import { parseAccessToken } from '../../platform/addresses';
import { dataForOneCall, noteProgress, progressOf } from '../../transport/progress';
import { START } from './fakes';

beforeEach(() => {
	jest.spyOn(Date, 'now').mockReturnValue(START);
});
afterEach(() => jest.restoreAllMocks());

/** Awkward: its form in an address is another one. */
const ACCESS_TOKEN = 'a+b=c!d(e)f';
const URL_OF_CALL = 'https://api.tze.cn/x';

const parse = ({ accessToken }: ICredentialDataDecryptedObject) => parseAccessToken(accessToken);

/** What n8n is handed back for a call. */
async function authenticate(
	changes: object = {},
	credentials: ICredentialDataDecryptedObject = { accessToken: ACCESS_TOKEN },
) {
	const options = { url: URL_OF_CALL, ...changes } as IHttpRequestOptions;
	return await authenticateWith(parse)(credentials, options);
}

/** Why a call may not be made. */
async function refusalOf(changes: object, credentials?: ICredentialDataDecryptedObject) {
	return await authenticate(changes, credentials).then(
		() => undefined,
		(error: unknown) => error,
	);
}

describe('the access token', () => {
	it('goes into the query as it is: n8n encodes it', async () => {
		expect((await authenticate()).qs).toEqual({ accessToken: ACCESS_TOKEN });
	});

	it('leaves the other parameters, and everything else, as they are', async () => {
		const call = { method: 'POST', body: { a: 1 }, qs: { appId: '7', accessToken: 'of a user' } };
		expect(await authenticate(call)).toEqual({
			...call,
			url: URL_OF_CALL,
			qs: { appId: '7', accessToken: ACCESS_TOKEN },
		});
	});

	it('does not go anywhere when it is none', async () => {
		const credentials = { accessToken: ' ' };
		const error = await refusalOf({}, credentials);
		expect(error).toMatchObject({ message: expect.stringMatching(/^'Access Token' is empty\. /) });
		expect(progressOf(credentials)).toEqual({ step: 'refused', error });
	});

	it('loses the white space of a paste', async () => {
		const { qs } = await authenticate({}, { accessToken: ` ${ACCESS_TOKEN}\n` });
		expect(qs).toEqual({ accessToken: ACCESS_TOKEN });
	});

	it.each([
		[{ url: 'https://api.tze.cn/x' }],
		[{ url: undefined, uri: 'https://api.tze.cn/x' }],
		[{ url: '/x', baseURL: 'https://api.tze.cn' }],
		[{ url: 'https://api.tze.cn/x', baseURL: 'http://api.tze.cn/' }],
		[{ url: 'HTTP://localhost:4100/x' }],
	])('goes to %j', async (call) => {
		expect((await authenticate(call)).qs).toEqual({ accessToken: ACCESS_TOKEN });
	});

	it.each([
		[{ url: 'http://api.tze.cn/x' }, 'not sent to api.tze.cn over plain http'],
		[{ url: undefined, uri: 'http://api.tze.cn/x' }, 'not sent to api.tze.cn over plain http'],
		[{ url: '/x', baseURL: 'http://api.tze.cn' }, 'not sent to api.tze.cn over plain http'],
		[{ url: 'http://localhost.evil.example/x' }, 'not sent to localhost.evil.example'],
		[{ url: `http://${ACCESS_TOKEN}.example/x` }, 'not sent to ***.example over plain http'],
		[{ url: 'blob:https://api.tze.cn/x' }, 'is not sent: the address'],
		[{ url: 'ftp://api.tze.cn/x' }, 'is not sent: the address'],
		[{ url: '/x' }, 'is not sent'],
		[{ url: '' }, 'is not sent'],
	])('does not go to %j', async (call, message) => {
		const credentials = { accessToken: ACCESS_TOKEN };
		const error = await refusalOf(call, credentials);
		expect(error).toMatchObject({ message: expect.stringContaining(message) });
		expect(progressOf(credentials)).toEqual({ step: 'refused', error });
		expect(wasCalledWith(credentials)).toBe(false);
	});
});

describe('a token that has run out', () => {
	it.each([String(START - 1), START - 1])('is not sent (%j): n8n renews it', async (instant) => {
		const credentials = { accessToken: ACCESS_TOKEN, accessTokenExpiresAt: instant };
		// n8n fetches another one on this status
		const error = await refusalOf({}, credentials);
		expect(error).toMatchObject({ response: { status: 401 } });
		expect(progressOf(credentials)).toEqual({ step: 'refused', error });
	});

	it.each([String(START), '', undefined])('is not one that ends at "%s"', async (instant) => {
		const credentials = { accessToken: ACCESS_TOKEN, accessTokenExpiresAt: instant ?? '' };
		expect((await authenticate({}, credentials)).qs).toEqual({ accessToken: ACCESS_TOKEN });
	});
});

describe('a call', () => {
	it('is known to have been made', async () => {
		const credentials = { accessToken: ACCESS_TOKEN };
		expect(wasCalledWith(credentials)).toBe(false);
		await authenticate({}, credentials);
		expect(progressOf(credentials)).toEqual({ step: 'authorized' });
		expect(wasCalledWith(credentials)).toBe(true);
		// n8n's connection test empties it to fetch a new one
		credentials.accessToken = '';
		expect(wasCalledWith(credentials)).toBe(false);
	});

	it('is not made twice with data that is good for one', async () => {
		const once = dataForOneCall({ accessToken: ACCESS_TOKEN });
		await authenticate({}, once);
		expect(await refusalOf({}, once)).toMatchObject({
			message: 'The call is not made a second time, since it may have been carried out',
		});
		expect(progressOf(once)).toEqual({ step: 'authorized' });
	});

	it('may be made with the same stored data as often as wanted', async () => {
		const stored = { accessToken: ACCESS_TOKEN };
		noteProgress(stored, { step: 'authorized' });
		expect((await authenticate({}, stored)).qs).toEqual({ accessToken: ACCESS_TOKEN });
	});
});
