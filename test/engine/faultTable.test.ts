import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type * as n8nWorkflow from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';

import type { FaultRequest } from '../../sandbox/client';
import { credentialsFor } from '../../testbed/credentials';
import { ENGINE_VERSIONS } from '../../testbed/n8n/cache';
import { freePort } from '../../testbed/process/ports';
import { ROOT } from '../../testbed/root';
import { openBench, type Bench, type NodeRun } from './harness';

// Pauses are a tenth as long here: how long they are, is tested beside the client (test/unit)
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<typeof n8nWorkflow>('n8n-workflow');
	return { ...actual, sleep: async (ms: number) => await actual.sleep(ms / 10) };
});

/** Where the table of this test stands for readers; `UPDATE_DOCS=1 npm test` writes it anew. */
const PAGE = path.join(ROOT, 'docs', 'faults.md');

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
	await bench.client.clear();
	// An earlier row may have revoked it
	token = await bench.client.issueToken();
});

let token = '';

/** What happens to a call. */
interface Fault {
	what: string;
	fault?: FaultRequest;
	/** Changes to the credential, computed at the time. */
	credential?: () => Promise<IDataObject> | IDataObject;
	options?: IDataObject;
	/** How often the call was tried, where nothing of that reaches the platform. */
	attempts?: number;
}

/** What it leads to: how often the platform was called, and what became of the call. */
interface Outcome {
	calls: number;
	/** Messages delivered, or codes exchanged. */
	done: number;
	/** `error.delivered` of the failed item; `-` when it did not fail. */
	delivered: '-' | 'no' | 'unknown';
	/** What the user reads; hosts and numbers that change are written `…`. */
	message: string;
}

type Row = Fault & Outcome;

const nobodyThere = async () => ({ baseUrl: `http://127.0.0.1:${await freePort()}` });
const busy = { options: { maxRetries: 2 } };
const lost = 'The connection to HOST was lost before its answer arrived (ECONNRESET)';
const noJson = 'HOST answered with something other than JSON, not as the platform does';
const ok = { delivered: '-', message: '' } as const;

const messages: Row[] = [
	{ what: 'nothing goes wrong', calls: 1, done: 1, ...ok },
	{
		what: 'nobody listens at the address',
		credential: nobodyThere,
		options: { maxRetries: 1 },
		attempts: 2,
		calls: 0,
		done: 0,
		delivered: 'no',
		message: 'No connection to HOST (ECONNREFUSED)',
	},
	{
		what: 'the host name does not exist',
		credential: () => ({ baseUrl: 'https://no-such-host.invalid' }),
		options: { maxRetries: 0 },
		calls: 0,
		done: 0,
		delivered: 'no',
		message: 'No connection to HOST (CODE)',
	},
	{
		what: 'the server speaks no TLS',
		credential: () => ({ baseUrl: bench.sandbox.url.replace('http:', 'https:') }),
		options: { maxRetries: 0 },
		calls: 0,
		done: 0,
		delivered: 'no',
		message: 'No connection to HOST (CODE)',
	},
	{
		what: 'HTTP 429 with `Retry-After`, once',
		fault: { kind: 'status', httpStatus: 429, retryAfter: 1 },
		calls: 2,
		done: 1,
		...ok,
	},
	{ what: 'HTTP 503, once', fault: { kind: 'status', httpStatus: 503 }, calls: 2, done: 1, ...ok },
	{
		what: 'HTTP 429, for good',
		fault: { kind: 'status', httpStatus: 429, times: 9 },
		...busy,
		calls: 3,
		done: 0,
		delivered: 'no',
		message: 'HOST is too busy (HTTP status 429)',
	},
	{
		what: 'HTTP 503, for good',
		fault: { kind: 'status', httpStatus: 503, times: 9 },
		...busy,
		calls: 3,
		done: 0,
		delivered: 'no',
		message: 'HOST is too busy (HTTP status 503)',
	},
	{
		what: 'HTTP 500',
		fault: { kind: 'status', httpStatus: 500 },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST failed with HTTP status 500',
	},
	{
		what: 'HTTP 502',
		fault: { kind: 'status', httpStatus: 502 },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST failed with HTTP status 502',
	},
	...[400, 401, 403, 404, 405, 407, 410, 413, 415].map((httpStatus): Row => ({
		what: `HTTP ${httpStatus} with a page`,
		fault: { kind: 'status', httpStatus },
		calls: 1,
		done: 0,
		delivered: 'no',
		message: noJson,
	})),
	...[408, 409, 422].map((httpStatus): Row => ({
		what: `HTTP ${httpStatus} with a page`,
		fault: { kind: 'status', httpStatus },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: noJson,
	})),
	{
		what: 'HTTP 403 with a reason of a gateway',
		fault: { kind: 'status', httpStatus: 403, body: '{"message":"IP not in whitelist"}' },
		calls: 1,
		done: 0,
		delivered: 'no',
		message:
			'HOST answered with JSON that has no retCode, not as the platform does: IP not in whitelist',
	},
	{
		what: 'a `retCode` that is a number',
		fault: {
			kind: 'status',
			httpStatus: 200,
			body: '{"retCode":100001,"retDesc":"接收人不存在"}',
		},
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message:
			'HOST answered with JSON whose retCode is no text, not as the platform does: 接收人不存在',
	},
	{
		what: 'an answer that comes byte by byte, without an end',
		fault: { kind: 'dribble' },
		options: { timeout: 500 },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: 'HOST did not answer within 0.5 seconds',
	},
	{
		what: 'no answer in time',
		fault: { kind: 'delay', ms: 1500 },
		options: { timeout: 500 },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: 'HOST did not answer within 0.5 seconds',
	},
	{
		what: 'connection cut before the call was read',
		fault: { kind: 'cutBefore' },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: lost,
	},
	{
		what: 'connection cut after the call was carried out',
		fault: { kind: 'cutAfter' },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: lost,
	},
	{
		what: 'connection cut in the middle of the answer',
		fault: { kind: 'cutMidAnswer' },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: lost,
	},
	{
		what: 'an HTML page with HTTP 200',
		fault: { kind: 'html' },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST answered with something other than JSON, not as the platform does',
	},
	{
		what: 'an empty answer',
		fault: { kind: 'empty' },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST answered with nothing, not as the platform does',
	},
	{
		what: 'an answer that breaks off',
		fault: { kind: 'truncatedJson' },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: 'HOST answered with JSON that is cut off or damaged',
	},
	{
		what: 'an answer of more than 256 KB that does not begin with a `retCode`',
		fault: {
			kind: 'status',
			httpStatus: 200,
			body: `{"data":"${'x'.repeat(262_144)}","retCode":"000000"}`,
		},
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST answered with more than 256 KB, which was not read to its end',
	},
	{
		what: 'JSON without `retCode`',
		fault: { kind: 'noCode' },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message:
			'HOST answered with JSON that has no retCode, not as the platform does: JSON, but not the envelope of the platform',
	},
	{
		what: 'a refusal',
		fault: { kind: 'refuse', retCode: 'X1', retDesc: '无权限' },
		calls: 1,
		done: 0,
		delivered: 'no',
		message: '无权限',
	},
	{
		what: 'a refusal with HTTP 403',
		fault: { kind: 'refuse', retCode: 'X1', retDesc: '无权限', httpStatus: 403 },
		calls: 1,
		done: 0,
		delivered: 'no',
		message: '无权限',
	},
	{
		what: 'a refusal with HTTP 500',
		fault: { kind: 'refuse', retCode: 'X1', retDesc: '系统错误', httpStatus: 500 },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST failed with HTTP status 500: 系统错误',
	},
	{
		what: 'a token that is not valid (pasted token)',
		credential: () => ({ accessToken: 'a-void-token' }),
		calls: 1,
		done: 0,
		delivered: 'no',
		message:
			'[sandbox] the accessToken is unknown, or was revoked; a sandbox that was started anew may have a new one',
	},
];

const appKey: Row[] = [
	{
		what: 'a token that is not valid and older than 60 s',
		credential: () => ({ accessToken: 'a-void-token', accessTokenIssuedAt: 1 }),
		calls: 3,
		done: 1,
		...ok,
	},
	{
		what: 'a token past its expiry',
		credential: () => ({ accessToken: 'a-void-token', accessTokenExpiresAt: 1 }),
		calls: 2,
		done: 1,
		...ok,
	},
	{
		what: 'a refusal with a fresh token',
		credential: () => ({ accessToken: token, accessTokenIssuedAt: Date.now() }),
		fault: { kind: 'refuse', retCode: 'X1', retDesc: '无权限', times: 9, path: '/sandbox' },
		calls: 3,
		done: 0,
		delivered: 'no',
		message: '无权限',
	},
	{
		what: 'a wrong app key',
		credential: () => ({ appKey: 'a-wrong-key' }),
		calls: 1,
		done: 0,
		delivered: 'no',
		message:
			'The platform issued no access token: [sandbox] keyInfo is not the upper-case hex HMAC-SHA1 of appId + appKey + timeStamp, keyed with appKey (code SBX403)',
	},
	{
		what: 'HTTP 503 when asked for a token, once',
		fault: { kind: 'status', httpStatus: 503, path: '/apigateway' },
		calls: 3,
		done: 1,
		...ok,
	},
	{
		what: 'HTTP 503 when asked for a token, for good',
		fault: { kind: 'status', httpStatus: 503, path: '/apigateway', times: 99 },
		options: { maxRetries: 2 },
		calls: 3,
		done: 0,
		delivered: 'no',
		message: 'No access token: HOST answered with HTTP status 503, but not as the platform does',
	},
	{
		what: 'a token that is not valid and older than 60 s, and no other is issued',
		credential: () => ({ accessToken: 'a-void-token', accessTokenIssuedAt: 1 }),
		fault: { kind: 'refuse', retCode: 'X1', retDesc: '无权限', times: 99, path: '/apigateway' },
		calls: 2,
		done: 0,
		delivered: 'no',
		message:
			'[sandbox] the accessToken is unknown, or was revoked; a sandbox that was started anew may have a new one',
	},
	{
		what: 'an answer without an end when asked for a token',
		fault: { kind: 'dribble', path: '/apigateway' },
		options: { maxRetries: 0 },
		calls: 1,
		done: 0,
		delivered: 'no',
		message: 'No access token: HOST could not be reached (timedOut)',
	},
	{
		what: 'connection cut when asked for a token, once',
		fault: { kind: 'cutAfter', path: '/apigateway' },
		calls: 3,
		done: 1,
		...ok,
	},
];

const exchanges: Row[] = [
	{ what: 'nothing goes wrong', calls: 1, done: 1, ...ok },
	{
		what: 'nobody listens at the address',
		credential: nobodyThere,
		attempts: 4,
		calls: 0,
		done: 0,
		delivered: 'no',
		message: 'No connection to HOST (ECONNREFUSED)',
	},
	{
		what: 'HTTP 429 with `Retry-After`',
		fault: { kind: 'status', httpStatus: 429, retryAfter: 1 },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST is too busy (HTTP status 429)',
	},
	{
		what: 'HTTP 503',
		fault: { kind: 'status', httpStatus: 503 },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST is too busy (HTTP status 503)',
	},
	{
		what: 'HTTP 500',
		fault: { kind: 'status', httpStatus: 500 },
		calls: 1,
		done: 0,
		delivered: 'unknown',
		message: 'HOST failed with HTTP status 500',
	},
	{
		what: 'an answer that comes byte by byte, without an end',
		fault: { kind: 'dribble' },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: 'HOST did not answer within 30 seconds',
	},
	{
		what: 'HTTP 404 with a page',
		fault: { kind: 'status', httpStatus: 404 },
		calls: 1,
		done: 0,
		delivered: 'no',
		message: noJson,
	},
	{
		what: 'connection cut after the call was carried out',
		fault: { kind: 'cutAfter' },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: lost,
	},
	{
		what: 'an answer that breaks off',
		fault: { kind: 'truncatedJson' },
		calls: 1,
		done: 1,
		delivered: 'unknown',
		message: 'HOST answered with JSON that is cut off or damaged',
	},
	{
		what: 'a refusal',
		fault: { kind: 'refuse', retCode: 'X1', retDesc: '授权码无效' },
		calls: 1,
		done: 0,
		delivered: 'no',
		message: '授权码无效',
	},
];

/** Makes a row's fault happen to one call, and sees what comes of it. */
async function meet(
	row: Row,
	run: (credential: IDataObject) => Promise<NodeRun>,
	done: () => Promise<number>,
) {
	if (row.fault !== undefined) await bench.client.fault(row.fault);
	const { error } = await run((await row.credential?.()) ?? {});
	const { requests } = await bench.client.stats();
	const outcome: Outcome = {
		calls: requests,
		done: await done(),
		delivered: (error?.context?.delivered as Outcome['delivered'] | undefined) ?? '-',
		message: error === undefined ? '' : maskMoving(error.message),
	};
	const { calls, delivered, message } = row;
	expect(outcome).toEqual({ calls, done: row.done, delivered, message });
	if (row.attempts !== undefined) {
		expect(error?.description).toContain(`attempts: ${row.attempts}.`);
	}
}

function maskMoving(message: string): string {
	return message
		.replace(/127\.0\.0\.1:\d+|no-such-host\.invalid/, 'HOST')
		.replace(/\((ENOTFOUND|EAI_AGAIN|EPROTO|ERR_SSL_\w+)\)/, '(CODE)');
}

const deliveredMessages = async () => (await bench.client.messages()).total;

describe('a message with a pasted token', () => {
	it.each(messages)('$what', async (row) => {
		await meet(
			row,
			async (credential) =>
				await bench.send(
					{ content: 'x', options: row.options ?? {} },
					{ credential: { accessToken: token, ...credential } },
				),
			deliveredMessages,
		);
	});
});

describe('a message with an app key', () => {
	it.each(appKey)('$what', async (row) => {
		const { tzeAppApi } = credentialsFor(bench.sandbox);
		await meet(
			row,
			async (credential) =>
				await bench.send(
					{ authentication: 'appKey', content: 'x', options: row.options ?? {} },
					{
						credentials: {
							tzeAppApi: { ...tzeAppApi, ...(credential as object) },
						},
					},
				),
			deliveredMessages,
		);
	});
});

describe('the exchange of a code', () => {
	it.each(exchanges)('$what', async (row) => {
		const [{ oauthCode }] = await bench.client.codes();
		/** A code that was exchanged is refused the next time. */
		const usedUp = async () => {
			const again = await bench.exchange({ oauthCode }, { credential: { accessToken: token } });
			return again.error === undefined ? 0 : 1;
		};
		await meet(
			row,
			async (credential) =>
				await bench.exchange({ oauthCode }, { credential: { accessToken: token, ...credential } }),
			usedUp,
		);
	});
});

it('is what the page for readers says', () => {
	const page = [
		'# Faults and what comes of them',
		'',
		'Made by `test/engine/faultTable.test.ts`, which proves every row against the sandbox in the real engine of n8n:',
		`${ENGINE_VERSIONS.join(', ')}, and the newest that the registry has whole (\`npm run test:engines\`).`,
		'`UPDATE_DOCS=1 npm test -- faultTable` writes it anew.',
		'',
		'* **Calls**: how often the platform was called, the calls for an access token included.',
		'* **Done**: what the platform really carried out.',
		'* Tried with a Timeout of 0.5 s and, where a fault stays for good, fewer repeats than the default.',
		'* **Delivered**: `error.delivered` of the failed item. `no`: it is safe to try again. `unknown`: look before you do.',
		'',
		...section('Sending a message, with an access token', messages, 'message'),
		...section('Sending a message, with an app key', appKey, 'message'),
		...section('Exchanging an OAuth code', exchanges, 'code'),
	].join('\n');
	if (process.env.UPDATE_DOCS === '1') {
		// In one step: another run may be reading it
		writeFileSync(`${PAGE}.new`, page);
		return renameSync(`${PAGE}.new`, PAGE);
	}
	expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

function section(title: string, rows: Row[], unit: string): string[] {
	return [
		`## ${title}`,
		'',
		'| what happens | calls | done | delivered | what the user reads |',
		'| --- | --- | --- | --- | --- |',
		...rows.map(({ what, calls, done, delivered, message }) => {
			const reads =
				message === '' ? '' : `\`${message.replace('HOST', 'api.example').replace('CODE', '…')}\``;
			return `| ${what} | ${calls} | ${done === 1 ? `1 ${unit}` : 'nothing'} | ${delivered === '-' ? '' : delivered} | ${reads} |`;
		}),
		'',
	];
}
