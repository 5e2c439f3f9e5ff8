import fc from 'fast-check';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { WorkflowFile } from '../../../testbed/examples';
import type { CredentialReference } from '../../../testbed/n8n/client';
import { until } from '../../../testbed/process/until';
import { caseOf, FIXED_SEED } from '../../fuzz/random';
import { inLine, nodeOf, startNode } from '../handMade';
import { expectSame, outside, type Step, type World } from '../world';
import { ACCOUNTS, rowsOf } from './workflows';
import { storedCredential } from './credential';

/** How many requests each of the two nodes gets; the engine's fuzzers make thousands. */
const REQUESTS = 100;

/** Would be seen in a page that shows something of a request without escaping it. */
const HARM = `<i id="harm'">`;

interface Call {
	method: string;
	/** Behind the path, as it goes over the wire. */
	query: string;
	headers: Record<string, string>;
	body: string;
}

const percentTwice = (text: string) => encodeURIComponent(encodeURIComponent(text));
const value = fc.constantFrom(
	'',
	'P1001',
	'0'.repeat(32),
	HARM,
	'a'.repeat(5_000),
	'P1\r\nset-cookie: harm=1',
	'\u0000',
	'../../../etc/passwd',
	'{{ $execution.id }}',
	'😀',
);
const encoded = fc.oneof(
	{ weight: 3, arbitrary: value.map(encodeURIComponent) },
	{ weight: 1, arbitrary: value.map(percentTwice) },
	{ weight: 1, arbitrary: fc.constantFrom('%', '%zz', '%ff%fe', '<i>"\'') },
);

/** A query of pairs, some of them doubled, nested, or named like a part of every object. */
const queryOf = (names: readonly string[]) =>
	fc
		.array(
			fc.tuple(
				fc.constantFrom(...names, ...names.map((name) => `${name}[]`), '__proto__[x]', 'a[b][c]'),
				encoded,
			),
			{ maxLength: 6 },
		)
		.map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('&'));

const headers = fc.constantFrom<Record<string, string>>(
	{},
	{ 'accept-language': 'zh-CN' },
	{ 'accept-language': `${HARM}${'q=0,'.repeat(500)}` },
	{ 'sec-purpose': 'prefetch' },
	{ cookie: `tze=${'x'.repeat(3_000)}; ${'a=b; '.repeat(200)}` },
	{ 'user-agent': 'facebookexternalhit/1.1' },
);

const loginCalls = fc.record<Call & { address: string }>({
	address: fc.constantFrom('', '/start', '/start/', '/other'),
	method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
	query: queryOf(['personId', 'oauthCode', 'state', 'ref']),
	headers,
	body: fc.constantFrom('', `personId=P1001&oauthCode=${HARM}`),
});

/** None of these is an answer: the signature is another one, or what is sent is none of the form's. */
const answerCalls = fc.oneof(
	fc.record<Call & { signature: 'kept' | 'altered' | 'none' }>({
		signature: fc.constantFrom('altered', 'none'),
		method: fc.constantFrom('GET', 'POST', 'POST', 'HEAD', 'PUT'),
		query: queryOf(['question', 'recipient', 'signature']),
		headers,
		body: fc.constantFrom('answer=approve', 'answer=decline', ''),
	}),
	fc.record<Call & { signature: 'kept' | 'altered' | 'none' }>({
		signature: fc.constant('kept'),
		method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'HEAD', 'DELETE'),
		query: fc.constant(''),
		headers: fc.constantFrom<Record<string, string>>(
			{ 'content-type': 'application/x-www-form-urlencoded' },
			{ 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'zh' },
			{ 'content-type': 'application/json' },
			{ 'content-type': 'text/plain' },
			{ 'content-type': 'multipart/form-data; boundary=x' },
			{},
		),
		body: fc.constantFrom(
			'',
			'answer=',
			`answer=${HARM}`,
			'answer=approve&answer=decline',
			'answer[x]=approve',
			'approved=true',
			'{"answer":["approve"]}',
			'{"answer":',
			'--x\r\ncontent-disposition: form-data; name="other"\r\n\r\napprove\r\n--x--',
			`answer=${'x'.repeat(70_000)}`,
			'%',
		),
	}),
);

/** What no request may bring about, tried on the real addresses of both nodes. */
export const answersFuzzSteps: Step[] = [
	{
		title:
			'200 made-up requests to the addresses of a login and of a question: no error of the server, no echo, no run, no answer',
		async run(world) {
			await fuzzLogin(world);
			await fuzzQuestion(world);
		},
	},
];

async function fuzzLogin(world: World): Promise<void> {
	const { n8n, imported } = world;
	const id = imported.get(ACCOUNTS.login);
	if (id === undefined) throw new Error(`${ACCOUNTS.login} is not live`);
	const before = await rowsOf(world, 'tze_accounts');
	const statuses: Record<number, number> = {};
	for (let index = 0; index < REQUESTS; index++) {
		const call = caseOf(loginCalls, FIXED_SEED, index);
		const status = await send(`${n8n.url}/webhook/tze-bind${call.address}`, call);
		statuses[status] = (statuses[status] ?? 0) + 1;
	}
	// A run would have stored nothing of itself, but would have changed the table
	await sleep(1_000);
	expectSame('accounts', await rowsOf(world, 'tze_accounts'), before);
	expectSame('some were let in to log in', (statuses[302] ?? 0) > 0, true);
	expectSame('some were refused', (statuses[400] ?? 0) > 0, true);
}

async function fuzzQuestion(world: World): Promise<void> {
	const { n8n, editor, control } = world;
	const tze = await storedCredential(world);
	const { id } = await n8n.client.importWorkflow(questionWorkflow(tze));
	await control.clearMessages();
	await editor.openWorkflow(id);
	await editor.executeWorkflow();
	const link = await until(
		'the question',
		async () => {
			const [message] = (await control.messages({ recipient: 'P1001' })).messages;
			return message?.msgType === 'oa' && message.message.pcUrl;
		},
		{ patienceMs: 20_000 },
	);
	for (let index = 0; index < REQUESTS; index++) {
		const { signature, ...call } = caseOf(answerCalls, FIXED_SEED, index);
		const url = new URL(link);
		if (signature === 'none') url.searchParams.delete('signature');
		if (signature === 'altered') url.searchParams.set('signature', '0'.repeat(64));
		await send(url.href, call);
	}
	const told = async () => (await control.messages({ recipient: 'P1002' })).messages.length;
	expectSame('answers before the answer', await told(), 0);

	// The same answer, three times at once
	const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };
	const answers = await Promise.all(
		[1, 2, 3].map(async () => (await outside.post<string>(link, 'answer=approve', form)).status),
	);
	expectSame('answers that were taken', answers.filter((status) => status === 200).length, 1);
	await until('the answer', async () => (await told()) > 0, { patienceMs: 20_000 });
	await sleep(1_000);
	expectSame('answers in the end', await told(), 1);
}

/** Sends a call as it is, and looks at what no answer may be. */
async function send(address: string, call: Call): Promise<number> {
	const { origin, pathname, search, hostname, port } = new URL(address);
	const joined = [search.slice(1), call.query].filter((part) => part !== '').join('&');
	const path = joined === '' ? pathname : `${pathname}?${joined}`;
	const sendsBody = !['GET', 'HEAD'].includes(call.method) && call.body !== '';
	const { status, text, setCookies } = await new Promise<{
		status: number;
		text: string;
		setCookies: string[];
	}>((resolve, reject) => {
		const made = request(
			{
				hostname,
				port,
				method: call.method,
				// What cannot stand in a request line is not sent by anybody
				path: path.replace(/[^\u0021-\u007e]/g, encodeURIComponent),
				headers: {
					'content-type': 'application/x-www-form-urlencoded',
					...call.headers,
					...(sendsBody ? { 'content-length': String(Buffer.byteLength(call.body)) } : {}),
				},
			},
			(response) => {
				const parts: Buffer[] = [];
				response.on('data', (part: Buffer) => parts.push(part));
				response.on('error', reject);
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						text: Buffer.concat(parts).toString('utf8'),
						setCookies: response.headers['set-cookie'] ?? [],
					}),
				);
			},
		);
		made.on('error', reject);
		made.end(sendsBody ? call.body : undefined);
	});
	const shown = `${call.method} ${origin}${path.slice(0, 300)} ${JSON.stringify(call.headers).slice(0, 200)} ${call.body.slice(0, 100)}`;
	expectSame(`an error of the server after ${shown}: ${text.slice(0, 300)}`, status < 500, true);
	expectSame(`an echo after ${shown}`, text.includes(HARM), false);
	const harmed = setCookies.filter((cookie) => cookie.startsWith('harm='));
	expectSame(`a cookie of the request's own after ${shown}`, harmed, []);
	return status;
}

function questionWorkflow(tzeApi: CredentialReference): WorkflowFile {
	return {
		name: 'TZE: a question that is put to the test',
		nodes: [
			startNode,
			nodeOf(
				'Ask',
				'n8n-nodes-tze.tzeSendMessage',
				1,
				[220, 0],
				{
					operation: 'sendAndWait',
					recipients: 'P1001',
					title: 'A question',
					message: 'Do you agree?',
					approvalOptions: { values: { approvalType: 'double' } },
					options: {},
				},
				{ id: '00000000-0000-4000-8000-000000000003', credentials: { tzeApi } },
			),
			nodeOf(
				'Tell',
				'n8n-nodes-tze.tzeSendMessage',
				1,
				[440, 0],
				{ recipients: 'P1002', content: 'answered', options: {} },
				{ id: '00000000-0000-4000-8000-000000000004', credentials: { tzeApi } },
			),
		],
		connections: inLine('Ask', 'Tell'),
		settings: { executionOrder: 'v1' },
	};
}
