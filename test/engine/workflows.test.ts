import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

import type { RunOptions } from '../../testbed/engine/engine';
import { exampleNames, readExample } from '../../testbed/examples';
import { ROOT } from '../../testbed/root';
import { openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const files = exampleNames();

async function run(name: string, options: Partial<RunOptions> = {}) {
	const result = await bench.engine.run(readExample(name), {
		credentials: bench.credentials(),
		...options,
	});
	const { error } = result.run.data.resultData;
	if (error !== undefined) throw error;
	return result;
}

/** `[type, recipients, busiId]` of what arrived, sorted. */
async function arrived() {
	const { messages } = await bench.client.messages();
	return messages
		.map(({ msgType, recipients, busiId }) => [msgType, recipients, busiId ?? null])
		.sort();
}

describe.each(files)('%s', (name) => {
	it('holds no ids, credentials or pinned data', () => {
		const file = readExample(name) as unknown as IDataObject;
		expect(Object.keys(file).sort()).toEqual([
			'connections',
			'name',
			'nodes',
			'pinData',
			'settings',
		]);
		expect(file.pinData).toEqual({});
		for (const node of file.nodes as IDataObject[]) {
			expect(node).not.toHaveProperty('credentials');
			expect(node).not.toHaveProperty('id');
			expect(node).not.toHaveProperty('webhookId');
		}
	});
});

it('every workflow is run by a test', () => {
	// Here, in longList.test.ts, and with PostgreSQL in test/queue
	const sources = ['engine', 'queue'].flatMap((room) => {
		const tests = path.join(ROOT, 'test', room);
		return readdirSync(tests).map((file) => readFileSync(path.join(tests, file), 'utf8'));
	});
	const runs = /\b(?:run|readExample|importFile)\('([^']+\.json)'/g;
	const named = sources.flatMap((source) => [...source.matchAll(runs)].map(([, name]) => name));
	expect([...new Set(named)].sort()).toEqual(files.sort());
});

it('notifies a list with text', async () => {
	const { output } = await run('notify-a-list-with-text.json');
	expect(await arrived()).toEqual([
		['text', ['P1001'], null],
		['text', ['P1002'], null],
		['text', ['P2001'], null],
	]);
	expect(output('Delivered')).toHaveLength(3);
});

it('keeps those who could not be notified', async () => {
	await bench.client.fault({
		kind: 'refuse',
		retCode: 'X1',
		retDesc: 'no such person',
		match: 'P1002',
	});
	const { output } = await run('notify-a-list-with-text.json');
	expect(
		output('Try Again Later').map(({ json }) => [
			json.personId,
			(json.error as IDataObject).message,
		]),
	).toEqual([['P1002', 'no such person']]);
	expect(output('Delivered')).toHaveLength(2);
});

it('announces with a link card', async () => {
	await run('announce-with-a-link-card.json');
	expect(await arrived()).toEqual([['link', ['P1001', 'P1002', 'P2001'], 'NOTICE-2026-042']]);
});

it('asks for an approval with an oa card', async () => {
	await run('approval-notice-as-oa-card.json');
	const [{ message }] = (await bench.client.messages()).messages;
	expect(message).toMatchObject({
		busiId: 'LEAVE-7',
		oa: {
			head: { text: '请假审批', bgColor: 'FF1463D8' },
			body: {
				fileCount: '1',
				form: [
					{ key: '类型', value: '事假' },
					{ key: '开始' },
					{ key: '结束' },
					{ key: '天数', value: '3' },
				],
			},
		},
	});
});

it('sends one notice in three forms', async () => {
	await run('one-notice-in-three-forms.json');
	expect(await arrived()).toEqual([
		['link', ['P1001', 'P1002'], 'NOTICE-2026-051-link'],
		['oa', ['P1001', 'P1002'], 'NOTICE-2026-051-oa'],
		['text', ['P1001', 'P1002'], null],
	]);
});

it('sends a message by webhook', async () => {
	const body = { recipients: ['P1001'], content: '你好' };
	const pinData = { 'Incoming Call': [{ json: { body } }] };
	await run('send-a-message-by-webhook.json', { pinData, startNode: 'Incoming Call' });
	expect(await arrived()).toEqual([['text', ['P1001'], null]]);
});

describe('bind a person after login', () => {
	/** A visit to the redirect's address. */
	async function visit(query: IDataObject, tables = new Tables()) {
		const result = await run('bind-a-person-after-login.json', {
			startNode: 'Login Redirect',
			pinData: { 'Login Redirect': [{ json: { query } }] },
			services: tables.services,
		});
		return { tables, response: result.response as unknown as { statusCode: number; body: string } };
	}

	it('keeps the token and says welcome', async () => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		const { tables, response } = await visit({ personId, oauthCode });
		expect(response.statusCode).toBe(200);
		expect(response.body).toContain('绑定成功');
		expect(tables.rows).toEqual([
			{
				personId,
				oauthToken: expect.stringMatching(/^[0-9a-f]{32}$/),
				expiresAt: expect.anything(),
			},
		]);
	});

	it('answers a code that was used before calmly, and keeps what it has', async () => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		const { tables } = await visit({ personId, oauthCode });
		const before = structuredClone(tables.rows);
		const { response } = await visit({ personId, oauthCode }, tables);
		expect(response.statusCode).toBe(400);
		expect(response.body).toContain('绑定未完成');
		expect(tables.rows).toEqual(before);
	});

	it('does not say welcome when the token could not be kept', async () => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		// No error output there: n8n's Data Table node would put this out as a success
		const visiting = visit({ personId, oauthCode }, new Tables('read-only'));
		await expect(visiting).rejects.toHaveProperty('message', 'The table cannot be written');
	});
});

/** n8n's data tables in memory: they belong to its server, which is not part of these tests. */
class Tables {
	readonly names: string[] = [];
	readonly rows: IDataObject[] = [];

	constructor(private readonly mode?: 'read-only') {}

	readonly services = {
		'data-table': {
			dataTableProxyProvider: {
				getDataTableAggregateProxy: async () => ({
					getManyAndCount: async ({ filter }: { filter: { name: string } }) => {
						const data = this.names
							.filter((name) => name === filter.name)
							.map((name) => ({ id: name, name }));
						return { count: data.length, data };
					},
					createDataTable: async ({ name }: { name: string }) => {
						this.names.push(name);
						return { id: name, name };
					},
				}),
				getDataTableProxy: async () => ({
					getColumns: async () =>
						['personId', 'oauthToken', 'expiresAt'].map((name) => ({
							name,
							type: name === 'expiresAt' ? 'date' : 'string',
						})),
					upsertRow: async ({
						data,
						filter,
					}: {
						data: IDataObject;
						filter: { filters: Array<{ columnName: string; value: unknown }> };
					}) => {
						if (this.mode === 'read-only') throw new Error('The table cannot be written');
						const [{ columnName, value }] = filter.filters;
						const row = this.rows.find((candidate) => candidate[columnName] === value);
						if (row === undefined) this.rows.push(data);
						else Object.assign(row, data);
						return [data];
					},
				}),
			},
		},
	} as unknown as Partial<IWorkflowExecuteAdditionalData>;
}
