import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { createHash } from 'node:crypto';

import { credentialsFor } from '../../testbed/credentials';
import type { CredentialStore } from '../../testbed/engine/engine';
import {
	exampleNames,
	readExample,
	readExampleTexts,
	type ExampleLanguage,
	type WorkflowFile,
} from '../../testbed/examples';
import { FakePostgres, type Statement } from './fakePostgres';
import { openBench, type Bench } from './harness';
import { Tables } from './tables';

// Wait and Form nodes bring a sanitizer that jest cannot load; no form is shown here
jest.mock('sanitize-html', () => (html: string) => html);

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());

const texts = readExampleTexts('zh-CN');

/** One way through an example; names of nodes and of a form's fields are the English ones. */
interface Way {
	startNode?: string;
	/** What nodes put out instead of running; asked for each run. */
	pinned?: () => Promise<Record<string, IDataObject[]>> | Record<string, IDataObject[]>;
	/** What is so before the run: faults, rows of tables. */
	before?: (tables: Tables) => Promise<void> | void;
	change?: (workflow: WorkflowFile) => void;
	answer?: (statement: Statement) => IDataObject[];
	/** Changes to the credential with an app key. */
	credential?: CredentialStore[string];
}

const START = { Start: [{}] };
const inHours = (hours: number) => new Date(Date.now() + hours * 60 * 60 * 1000).toISOString();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
async function refuse(match: string, times = 1): Promise<void> {
	await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match, times });
}
async function lose(match: string): Promise<void> {
	await bench.client.fault({ kind: 'cutAfter', match });
}

const CALL = { headers: { 'content-type': 'application/json' } };
const webhook = (body: IDataObject, more = {}): Way => ({
	startNode: 'Incoming Call',
	pinned: () => ({ 'Incoming Call': [{ ...CALL, ...more, body }] }),
});
const page = 'https://school.example';
const card = { recipients: 'P1001', title: 'T', content: 'C', pcUrl: page, appUrl: page };
const stored = () => [{ differs: false, accepted: 1, stored: 1 }];

/** A login by which somebody comes back with the key `k`, and what the tables hold then. */
const comesBack = (before: Way['before'], ref = 'k'): Way => ({
	startNode: 'Login',
	pinned: () => ({
		Login: [{ personId: 'P1001', oauthToken: 'a'.repeat(32), expiresAt: inHours(360), ref }],
	}),
	before: async (tables) => {
		tables
			.rowsOf('tze_invitations')
			.push({ keyHash: sha256('k'), ownUser: 'T-1001', validUntil: inHours(1) });
		await before?.(tables);
	},
});
const account = { ownUser: 'T-1001', personId: 'P1001', oauthToken: 'x', boundAt: inHours(-300) };

const redirected = (change: (code: IDataObject) => IDataObject, before?: Way['before']): Way => ({
	startNode: 'Login Redirect',
	pinned: async () => ({
		'Login Redirect': [{ query: change({ ...(await bench.client.codes())[0] }) }],
	}),
	before,
});
const isBound = (codeHash: string) => async (tables: Tables) => {
	const [{ personId }] = await bench.client.codes();
	tables.rows.push({ personId, codeHash, oauthToken: 'x', expiresAt: inHours(9) });
};

const answered = { data: { approved: true }, respondedBy: 'P1001' };
const form = {
	...{ 'Name of the Pupil': '陈小雨', 'Type of Leave': 'x', 'First Day': '2026-11-30' },
	...{ 'Last Day': '2026-12-01', 'Reason for Leave': '发烧', 'ID of the Parent': 'P2001' },
};
const asks = (...answers: IDataObject[]): Way => ({
	startNode: 'Leave Form',
	pinned: () =>
		Object.fromEntries(
			[
				...['Leave Form', 'Ask the Class Teacher', 'Remind the Class Teacher'],
				'Ask the Head of Grade',
			]
				.slice(0, answers.length + 1)
				.map((name, index) => [name, [index === 0 ? form : answers[index - 1]]]),
		),
});

const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format();
const row = { date: today, class: '五（3）', teacher: '王芳', personId: 'P1001', menu: '米饭' };

/** `check-my-platform.json` with a call of this platform, and whom to try it with. */
const checks = (testRecipients: string): Way => ({
	change(workflow) {
		const { url, messagePath, accessToken } = bench.sandbox;
		const sampleCall = `POST ${url}${messagePath}?accessToken=${accessToken}\n{"msgtype":"text","personIds":["P1001"]}`;
		const values: IDataObject = { sampleCall, testRecipients, sendTestMessages: true };
		for (const node of workflow.nodes) {
			const { assignments, options } = node.parameters as {
				assignments?: { assignments: Array<{ name: string; value: unknown }> };
				options?: { batching?: { batch: IDataObject } };
			};
			for (const one of assignments?.assignments ?? []) one.value = values[one.name];
			if (options?.batching) options.batching.batch.batchInterval = 0;
			if (node.parameters.nodeCredentialType === 'tzeApi') {
				node.credentials = { tzeApi: { id: '1', name: 'TZE' } };
			}
		}
	},
});

/** The ways on which, together, every node of an example runs. */
const WAYS: Record<string, Way[]> = {
	'announce-to-thousands.json': [
		{},
		{ before: async () => await refuse('P1001') },
		{ before: async () => await refuse('P1001', 2) },
		{ before: async () => await lose('P1001') },
	],
	'announce-with-a-link-card.json': [{}],
	'approval-notice-as-oa-card.json': [{}],
	'bind-a-person-after-login.json': [
		redirected((code) => code),
		redirected(() => ({})),
		redirected((code) => code, isBound('of another code')),
	],
	'bind-accounts-1-invite.json': [{}],
	'bind-accounts-2-login.json': [
		comesBack(undefined),
		comesBack(undefined, 'guessed'),
		comesBack((tables) => void tables.rowsOf('tze_accounts').push({ ...account, personId: 'P9' })),
		comesBack((tables) => void tables.failing.add('upsertRow tze_accounts')),
	],
	'bind-accounts-3-renew.json': [
		{
			startNode: 'Every Morning',
			before: (tables) =>
				void tables
					.rowsOf('tze_accounts')
					.push(
						{ ...account, expiresAt: inHours(71) },
						{ ...account, ownUser: 'T-2', personId: '', expiresAt: inHours(71) },
					),
		},
	],
	'bind-accounts-4-unbind.json': [
		{ before: (tables) => void tables.rowsOf('tze_accounts').push({ ...account }) },
	],
	'check-my-platform.json': [checks(''), checks('P1001, P1002')],
	'guardians-of-a-class.json': [
		{},
		{ before: async () => await refuse('user_id=P3019') },
		{ before: async () => await refuse('P2001') },
		{ before: async () => await lose('P2001') },
	],
	'leave-approval.json': [
		asks(answered),
		asks({}, answered),
		asks({}, {}, answered),
		asks({}, {}, {}),
	],
	'notify-a-list-with-text.json': [
		{
			before: async () => {
				await refuse('P1002');
				await lose('P2001');
			},
		},
	],
	'notify-a-long-list.json': [
		{
			before: async () => {
				await refuse('"P1001"');
				await refuse('"P1002"', 2);
				await lose('"P2001"');
			},
		},
	],
	'one-notice-in-three-forms.json': [{}],
	'outbox-accept.json': [
		{ ...webhook(card), answer: stored },
		{ ...webhook(card), answer: () => [{ differs: true, accepted: 1, stored: 0 }] },
		webhook({ ...card, title: 'x'.repeat(1001) }),
		webhook({ ...card, title: 'a\u0000' }),
		webhook({ ...card, pcUrl: 'nowhere' }),
		webhook(card, { headers: {} }),
		{ ...webhook(card), credential: { messagePath: '' } },
	],
	'outbox-drain.json': [
		{
			startNode: 'Every 5 Seconds',
			answer: ({ values }) =>
				values.length === 5
					? ['1', '2'].map((id) => ({
							...{ id, recipient: `P${id}`, msg_type: 'link', title: 'T', content: 'C' },
							...{ pc_url: page, app_url: page },
						}))
					: [{ delivered: 0, failed: 2 }],
		},
	],
	'send-a-message-by-webhook.json': [
		webhook({ recipients: ['P1001'], content: '你好' }),
		webhook({}),
		webhook({}, { headers: {} }),
		{
			...webhook({ recipients: ['P1001'], content: '你好' }),
			before: async () => await refuse('P1001'),
		},
	],
	'tell-all-teachers-of-a-school.json': [
		{},
		{ before: async () => await refuse('"P1001"') },
		{ before: async () => await lose('"P1001"') },
	],
	'todays-menu-to-class-teachers.json': [
		{ startNode: 'Weekdays at 7:30' },
		{
			startNode: 'Start by Hand',
			pinned: () => ({
				'Sample Rows': [
					{
						rows: [
							row,
							{ ...row, personId: 'P1999' },
							{ ...row, personId: 'P1002' },
							{ ...row, menu: '' },
						],
					},
				],
			}),
			before: async () => await refuse('米饭'),
		},
		{
			startNode: 'Start by Hand',
			pinned: () => ({ 'Sample Rows': [{ rows: [row] }] }),
			before: async () => await lose('米饭'),
		},
	],
};

/** Goes such a way, and answers what was done: by node the items of each output, and what arrived. */
async function go(file: string, way: Way, language?: ExampleLanguage) {
	const nameOf = (name: string) => (language === undefined ? name : (texts[name] ?? name));
	await bench.client.clear();
	const tables = new Tables();
	await way.before?.(tables);
	const workflow = readExample(file, language);
	for (const { type, parameters } of workflow.nodes) {
		if (type === 'n8n-nodes-base.wait') parameters.amount = 0.01;
	}
	way.change?.(workflow);
	const pinned = Object.entries((await way.pinned?.()) ?? START).map(([name, items]) => [
		nameOf(name),
		items.map((item) => ({
			json: Object.fromEntries(Object.entries(item).map(([key, one]) => [nameOf(key), one])),
		})),
	]);
	const { run, response } = await bench.engine.run(workflow, {
		credentials: {
			...bench.credentials(),
			tzeAppApi: { ...credentialsFor(bench.sandbox).tzeAppApi, ...way.credential },
		},
		...(way.startNode === undefined ? {} : { startNode: nameOf(way.startNode) }),
		pinData: Object.fromEntries(pinned) as Record<string, INodeExecutionData[]>,
		services: tables.services,
		nodeTypes: new FakePostgres(way.answer ?? (() => [])).nodeTypes,
	});
	const { runData, error } = run.data.resultData;
	const { messages } = await bench.client.messages();
	return {
		nodes: Object.entries(runData).map(([name, runs]) => [
			name,
			runs.map(({ data }) => data?.main.map((items) => items?.length ?? 0) ?? []),
		]),
		arrived: messages.map(({ msgType, recipients }) => [msgType, recipients]).sort(),
		hasFailed: error !== undefined,
		status: (response as { statusCode?: number } | undefined)?.statusCode,
		/** Everything that a person could read. */
		said: JSON.stringify([
			Object.values(runData).map((runs) => runs.map(({ data }) => data?.main)),
			messages.map(({ message }) => message),
			response ?? '',
			error?.message ?? '',
		]),
	};
}

const sentences = Object.entries(texts)
	.filter(([text, chinese]) => /[a-z]+ [a-z]+ [a-z]+/i.test(text) && !chinese.includes(text))
	.map(([text]) => JSON.stringify(text).slice(1, -1));

describe.each(exampleNames())('%s in Chinese', (file) => {
	it('does on each way what the English one does, in other words, and runs all of its nodes', async () => {
		const hasRun = new Set<unknown>();
		for (const way of WAYS[file]) {
			const english = await go(file, way);
			const { said, ...chinese } = await go(file, way, 'zh-CN');
			const { nodes, arrived, hasFailed, status } = english;
			const translated = nodes.map(([name, runs]) => [texts[String(name)], runs]);
			expect(chinese).toEqual({ nodes: translated, arrived, hasFailed, status });
			expect(sentences.filter((sentence) => said.includes(sentence))).toEqual([]);
			for (const [name] of chinese.nodes) hasRun.add(name);
		}
		const names = readExample(file, 'zh-CN')
			.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote')
			.map(({ name }) => name);
		expect(names.filter((name) => !hasRun.has(name))).toEqual([]);
	});
});
