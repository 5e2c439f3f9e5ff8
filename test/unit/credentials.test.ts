import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { TzeApi } from '../../credentials/TzeApi.credentials';
import { TzeAppApi } from '../../credentials/TzeAppApi.credentials';
import { progressOf } from '../../transport/progress';
import { answer, REFUSAL, START, SUCCESS, type Step } from './fakes';

const pasted: ICredentialType = new TzeApi();
const app: ICredentialType = new TzeAppApi();

const names = ({ properties }: ICredentialType) => properties.map(({ name }) => name);
function field({ properties }: ICredentialType, name: string): INodeProperties {
	const found = properties.find((property) => property.name === name);
	if (found === undefined) throw new Error(`No field ${name}`);
	return found;
}

/** Has a credential authorize a call, as n8n does. */
async function authenticate(
	{ authenticate: authorize }: ICredentialType,
	data: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
) {
	if (typeof authorize !== 'function') throw new Error('No function of its own');
	return await authorize(data, options);
}

/** Stored credentials depend on these names (docs/interface.md). */
it('the credentials keep their names and those of their settings', () => {
	const messages = ['messagePath', 'recipientField', 'recipientFormat', 'testRecipients'];
	const shared = [...messages, 'rootOrgId'];
	expect([pasted.name, ...names(pasted)]).toEqual([
		...['tzeApi', 'baseUrl', 'accessToken', ...shared],
		'connectionTest',
	]);
	expect([app.name, ...names(app)]).toEqual([
		'tzeAppApi',
		...['baseUrl', 'appId', 'appKey', 'tokenPath', ...shared],
		...['accessToken', 'accessTokenIssuedAt', 'accessTokenExpiresAt'],
	]);
});

describe.each([
	['pasted token', pasted],
	['app key', app],
])('%s', (_name, type) => {
	it.each([
		['baseUrl', 'https://api.tze.cn'],
		['messagePath', ''],
		['recipientField', 'personIds'],
		['recipientFormat', 'array'],
	])('begins with %s "%s"', (name, value) => {
		expect(field(type, name).default).toBe(value);
	});

	it('offers both forms of recipients', () => {
		const { options } = field(type, 'recipientFormat');
		expect(options).toMatchObject([{ value: 'array' }, { value: 'commaSeparated' }]);
	});

	it('puts its token into calls by itself', async () => {
		const options = { url: 'https://api.tze.cn/x' };
		expect(await authenticate(type, { accessToken: 'a+b/c/d/e=' }, options)).toEqual({
			...options,
			qs: { accessToken: 'a+b/c/d/e=' },
		});
	});
});

it('a pasted token is used without what a paste brings along', async () => {
	const options = { url: 'https://api.tze.cn/x' };
	const { qs } = await authenticate(pasted, { accessToken: ' a+b/c/d/e=\n' }, options);
	expect(qs).toEqual({ accessToken: 'a+b/c/d/e=' });
});

it('the path for tokens is the one that other cities use', () => {
	expect(field(app, 'tokenPath').default).toBe('/apigateway/getAccessToken');
});

it.each([
	[pasted, 'accessToken'],
	[app, 'appKey'],
	[app, 'accessToken'],
	[app, 'accessTokenIssuedAt'],
	[app, 'accessTokenExpiresAt'],
])('a secret is not shown: $name, %s', (type, name) => {
	expect(field(type, name).typeOptions?.password).toBe(true);
});

it('n8n knows which field it has to fill in', () => {
	const expirable = app.properties.filter(({ typeOptions }) => typeOptions?.expirable === true);
	expect(expirable).toMatchObject([{ name: 'accessToken', type: 'hidden', default: '' }]);
});

describe('a token for n8n', () => {
	beforeEach(() => {
		jest.spyOn(Date, 'now').mockReturnValue(START);
	});
	afterEach(() => jest.restoreAllMocks());

	/** What n8n gets for a credential, when the gateway does this. */
	function ask(gateway: Step, data = {}) {
		const credentials = {
			baseUrl: 'https://api.tze.cn',
			tokenPath: '/token',
			appId: 'app',
			appKey: 'an-apps-key',
			accessToken: '',
			...data,
		};
		const httpRequest = jest.fn(
			async () => (await gateway(credentials, {} as IHttpRequestOptions)) as unknown,
		);
		const fetchToken = async () =>
			await app.preAuthentication?.call({ helpers: { httpRequest } }, credentials);
		return { credentials, httpRequest, fetchToken };
	}

	it('is fetched, which counts as being fetched until the call goes on', async () => {
		const { credentials, fetchToken } = ask(
			answer({ ...SUCCESS, data: { accessToken: 'a-token-of-a-test' } }),
		);
		const token = fetchToken();
		expect(progressOf(credentials)).toEqual({ step: 'fetchingToken' });
		expect(await token).toEqual({
			accessToken: 'a-token-of-a-test',
			accessTokenIssuedAt: String(START),
			accessTokenExpiresAt: '',
		});
		expect(progressOf(credentials)).toEqual({ step: 'fetchingToken' });
	});

	it("is refused in the platform's words, and the call was not made", async () => {
		const { credentials, fetchToken } = ask(answer({ ...REFUSAL, retDesc: '无权限' }));
		await expect(fetchToken()).rejects.toThrow(
			'The platform issued no access token: 无权限 (code 100002)',
		);
		expect(progressOf(credentials)).toMatchObject({
			step: 'refused',
			error: { problem: { kind: 'refused' } },
		});
	});

	it('is refused in our words when there are none', async () => {
		const { fetchToken } = ask(answer({ retCode: '1' }));
		await expect(fetchToken()).rejects.toThrow(
			'The platform issued no access token: it gave no reason (code 1)',
		);
	});

	it('is not asked for with a setting that breaks a rule', async () => {
		const { httpRequest, fetchToken } = ask(answer(SUCCESS), { appId: '' });
		await expect(fetchToken()).rejects.toThrow(/^'App ID' is empty\. Copy 'App ID'/);
		expect(httpRequest).not.toHaveBeenCalled();
	});

	it('is none after a call, since n8n would make that call again', async () => {
		const { credentials, httpRequest, fetchToken } = ask(answer(SUCCESS), { accessToken: 't' });
		await authenticate(app, credentials, { url: 'https://api.tze.cn' });
		expect(await fetchToken()).toEqual({});
		expect(httpRequest).not.toHaveBeenCalled();
	});
});
