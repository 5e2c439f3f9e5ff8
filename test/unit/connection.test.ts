import type { IDataObject } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { connect, type Connection } from '../../nodes/run/connection';
import { authenticationField, credentialChoices } from '../../nodes/run/authentication';
import type { Call } from '../../transport/call';
import type { Turn } from '../../transport/pace';
import { answer, errorOf, SUCCESS } from './fakes';
import { fakeContext, type FakeRun } from './fakeContext';

const CREDENTIAL = {
	baseUrl: 'https://api.tze.cn/',
	accessToken: ' a-token-of-a-test ',
	messagePath: '/msg',
};
const open = async (credential: IDataObject = {}, changes: Partial<FakeRun> = {}) =>
	await connect(
		fakeContext({ credential: { ...CREDENTIAL, ...(credential as object) }, ...changes }).context,
		new Set(),
	);

const CALL: Call = {
	policy: {
		onlyReads: false,
		busyDidNothing: true,
		maxReplacements: 2,
		mayReplaceFreshToken: true,
	},
	url: 'https://api.tze.cn/msg',
	body: {},
	timeoutMs: 200,
	maxRetries: 0,
};

describe('a credential', () => {
	it.each([
		['accessToken', 'tzeApi'],
		['appKey', 'tzeAppApi'],
	])('is the one that is chosen: %s', async (authentication, type) => {
		const { context, credentialTypes } = fakeContext({ parameters: [{ authentication }] });
		await connect(context, new Set());
		expect(credentialTypes).toEqual([type]);
		const choice = credentialChoices.find(({ name }) => name === type);
		expect(choice).toEqual({
			name: type,
			required: true,
			displayOptions: { show: { authentication: [authentication] } },
		});
	});

	it('of stored workflows is a pasted token', () => {
		expect(authenticationField.default).toBe('accessToken');
	});

	it.each([
		[{}, undefined, 'array'],
		[{ recipientField: 'toUsers', recipientFormat: 'commaSeparated' }, 'toUsers', 'commaSeparated'],
		[{ recipientField: ' ' }, ' ', 'array'],
	])('says how recipients are written: %j', async (credential, field, format) => {
		const { recipientField, recipientFormat, messagePath } = await open(credential);
		expect([recipientField, recipientFormat, messagePath]).toEqual([field, format, '/msg']);
	});

	it.each([
		[{ baseUrl: '' }, 'baseUrl: required'],
		[{ baseUrl: 'http://api.tze.cn' }, 'baseUrl: insecureUrl'],
		[{ accessToken: ' ' }, 'accessToken: required'],
		[{ accessToken: 'seven77' }, 'accessToken: tooShort'],
		[{ recipientFormat: 'other' }, 'recipientFormat: notAnOption'],
	])('is refused: %j', async (credential, message) => {
		await expect(open(credential)).rejects.toThrow(message);
	});

	it('needs no token when tokens are fetched', async () => {
		const parameters = [{ authentication: 'appKey' }];
		await expect(open({ accessToken: '' }, { parameters })).resolves.toBeDefined();
	});

	it("that cannot be read is told with n8n's reason", async () => {
		const { context, node } = fakeContext({ credential: new Error('not found') });
		await expect(connect(context, new Set())).rejects.toMatchObject({
			name: 'UnreadableCredentialError',
			message: 'not found',
		});
		const words = new NodeOperationError(node, 'Node does not have any credentials set');
		const failing = fakeContext({ credential: words });
		await expect(connect(failing.context, new Set())).rejects.toBe(words);
	});
});

/** A turn at a pace without limits. */
async function turnOf(paceOf: Connection['paceOf']): Promise<Turn> {
	const turn = await paceOf({}).enter();
	if (turn === undefined) throw new Error('No turn');
	return turn;
}

describe('a call', () => {
	it('is given up when the execution is stopped', async () => {
		const stop = new AbortController();
		const respond = async () => await new Promise(() => setImmediate(() => stop.abort()));
		const { call, paceOf } = await open({}, { signal: stop.signal, respond });
		expect(await errorOf(call(CALL, await turnOf(paceOf)))).toMatchObject({
			problem: 'stopped',
			delivered: 'unknown',
		});
	});

	it('fetches a token into data of its own, when there is none', async () => {
		const handed: unknown[] = [];
		const { context } = fakeContext({ parameters: [{ authentication: 'appKey' }] });
		context.helpers.httpRequestWithAuthentication = async (_type, _options, more) => {
			const data = more?.credentialsDecrypted?.data ?? {};
			handed.push({ ...data });
			data.accessToken = 'fetched-token';
			return answer(SUCCESS)();
		};
		context.getCredentials = async <T extends object>() =>
			({ ...CREDENTIAL, accessToken: handed.length === 0 ? '' : 'fetched-token' }) as unknown as T;
		const { call, paceOf } = await connect(context, new Set());
		await call(CALL, await turnOf(paceOf));
		await call(CALL, await turnOf(paceOf));
		expect(handed).toMatchObject([{ accessToken: '' }, { accessToken: 'fetched-token' }]);
	});
});
