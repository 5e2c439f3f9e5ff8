import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';

import { exampleNames, readExample } from '../../testbed/examples';
import { ROOT } from '../../testbed/root';
import { openBench, type Bench } from './harness';
import { Tables } from './tables';

// The Wait node brings a form, whose sanitizer jest cannot load; no form is shown here
jest.mock('sanitize-html', () => (html: string) => html);

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const files = exampleNames();

const run: Bench['runExample'] = async (...example) => await bench.runExample(...example);

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

it.each(files)('%s lets nobody call it unasked', (name) => {
	const open = readExample(name)
		.nodes.filter(({ type }) => type === 'n8n-nodes-base.webhook')
		.filter(({ parameters }) => parameters.authentication !== 'headerAuth')
		.map((node) => node.name);
	// A browser comes back from the platform there, and has no key: nothing is sent, and a code is needed
	expect(open).toEqual(name === 'bind-a-person-after-login.json' ? ['Login Redirect'] : []);
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

it('keeps whom nothing reached apart from those whom it may have reached', async () => {
	const retDesc = 'no such person';
	await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc, match: 'P1002' });
	await bench.client.fault({ kind: 'cutAfter', match: 'P2001' });
	const { output } = await run('notify-a-list-with-text.json');
	const seen = (name: string) =>
		output(name).map(({ json }) => [json.name, (json.error as IDataObject | undefined)?.delivered]);
	expect(seen('May Be Tried Again')).toEqual([['李建国', 'no']]);
	expect(seen('Look First')).toEqual([['陈美玲', 'unknown']]);
	expect(output('Delivered')).toHaveLength(1);
	expect((await arrived()).map(([, recipients]) => recipients)).toEqual([['P1001'], ['P2001']]);
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
			head: { text: 'Leave request', bgColor: 'FF1463D8' },
			body: {
				fileCount: '1',
				form: [
					{ key: 'Type', value: 'Personal' },
					{ key: 'From' },
					{ key: 'To' },
					{ key: 'Days', value: '3' },
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

describe('announce to thousands at once', () => {
	const recipients = Array.from({ length: 1200 }, (_, n) => String(10_000 + n));
	const [first, second, third] = [0, 500, 1000].map((from) => recipients.slice(from, from + 500));

	/** Runs it for the 1,200; the pause before the retry is short. */
	async function announce() {
		const workflow = readExample('announce-to-thousands.json');
		for (const node of workflow.nodes) {
			if (node.name === 'Wait Before Retry') node.parameters.amount = 0.01;
		}
		const notice = { title: 'T', summary: 'S', id: 'N-1', page: 'https://a.example' };
		const json = { ...notice, mobilePage: 'https://a.example/m', recipients };
		const { output, run } = await bench.engine.run(workflow, {
			credentials: bench.credentials(),
			pinData: { Announcement: [{ json }] },
		});
		expect(run.data.resultData.error).toBeUndefined();
		/** The people of each item that came to a node, whichever of its runs it came in. */
		const people = (name: string) =>
			(run.data.resultData.runData[name] ?? [])
				.flatMap(({ data }) => data?.main[0] ?? [])
				.map(({ json }) => (json.error as IDataObject | undefined)?.recipients ?? json.recipients);
		return { output, people };
	}
	const sent = async () => (await bench.client.messages()).messages.map((one) => one.recipients);

	it('sends one list in parts', async () => {
		const { people } = await announce();
		expect((await sent()).sort()).toEqual([first, second, third]);
		expect(people('Delivered')).toEqual([first, second, third]);
	});

	it('tries the people of a refused part once more, and nobody else', async () => {
		const match = `"${second[0]}"`;
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match });
		await bench.client.fault({ kind: 'cutAfter', match: `"${third[0]}"` });
		const { people } = await announce();
		expect((await sent()).sort()).toEqual([first, second, third]);
		expect(people('Wait Before Retry')).toEqual([second]);
		expect(people('Delivered').sort()).toEqual([first, second]);
		expect(people('Look First')).toEqual([third]);
		expect(people('Not Delivered')).toEqual([]);
	});

	it('keeps the people of a part that is refused twice', async () => {
		const match = `"${first[0]}"`;
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match, times: 2 });
		const { people } = await announce();
		expect(people('Not Delivered')).toEqual([first]);
		expect((await sent()).sort()).toEqual([second, third]);
	});
});

describe('send a message by webhook', () => {
	/** Status and body of the answer to a call. */
	async function call(
		body: unknown,
		credential: IDataObject = {},
		headers: IDataObject = { 'content-type': 'application/json' },
	) {
		const { response } = await run('send-a-message-by-webhook.json', {
			credentials: bench.credentials(credential),
			startNode: 'Incoming Call',
			pinData: { 'Incoming Call': [{ json: { headers, body } as IDataObject }] },
		});
		const { statusCode, body: answer } = response as unknown as {
			statusCode: number;
			body: unknown;
		};
		return [statusCode, answer];
	}
	const body = { recipients: ['P1001'], content: '你好' };

	it("answers in the platform's words", async () => {
		expect(await call(body)).toEqual([200, { retCode: '000000', retDesc: 'success' }]);
		expect(await arrived()).toEqual([['text', ['P1001'], null]]);
	});

	it.each<[string, unknown, string]>([
		['no body', undefined, "'Content' is empty"],
		['nobody', { content: 'x' }, "'Recipients': nobody is named"],
		['an empty list', { ...body, recipients: [] }, "'Recipients': nobody is named"],
		[
			'objects',
			{ ...body, recipients: [{ id: 1 }] },
			"'Recipients': the 1st entry is an object, not an ID",
		],
		['no content', { recipients: 'P1001' }, "'Content' is empty"],
		['a content that is no text', { ...body, content: [1] }, "'Content' is not a text"],
	])('answers 400 to %s', async (_name, wrong, error) => {
		expect(await call(wrong)).toEqual([400, { error, delivered: 'no' }]);
		expect((await bench.client.stats()).requests).toBe(0);
	});

	// What a page of another site can send without asking: n8n reads it like JSON
	it.each([
		'application/x-www-form-urlencoded',
		'multipart/form-data; boundary=application/json',
		'text/plain;charset=UTF-8',
		'application/xml',
		'application/jsonp',
		undefined,
	])('answers 415 to %s', async (type) => {
		expect(await call(body, {}, { 'content-type': type })).toEqual([
			415,
			{ error: expect.stringContaining('Send JSON'), delivered: 'no' },
		]);
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;charset=gbk'])(
		'takes %s',
		async (type) => {
			expect(await call(body, {}, { 'content-type': type })).toEqual([200, expect.anything()]);
		},
	);

	it('answers 502 to a refusal, with its code', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限' });
		expect(await call(body)).toEqual([502, { error: '无权限', delivered: 'no', retCode: 'X1' }]);
	});

	it('answers 502 when nobody knows whether it arrived', async () => {
		await bench.client.fault({ kind: 'cutAfter' });
		expect(await call(body)).toEqual([
			502,
			{ error: expect.stringContaining('was lost before its answer'), delivered: 'unknown' },
		]);
	});

	it('answers 502, not 400, when the credential is the reason', async () => {
		const error = "'Message Path' is empty (in the credential)";
		expect(await call(body, { messagePath: '' })).toEqual([502, { error, delivered: 'no' }]);
		expect(await call(body, { recipientField: '' })).toEqual([
			502,
			{ error: "'Recipient Field' is empty (in the credential)", delivered: 'no' },
		]);
	});
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
		expect(response.body).toContain('You are bound');
		expect(tables.rows).toEqual([
			{
				personId,
				oauthToken: expect.stringMatching(/^[0-9a-f]{32}$/),
				expiresAt: expect.anything(),
				codeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
			},
		]);
		expect(JSON.stringify(tables.rows)).not.toContain(oauthCode);
	});

	it('says welcome again when the page is reloaded, and asks the platform nothing', async () => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		const { tables } = await visit({ personId, oauthCode });
		const before = structuredClone(tables.rows);
		await bench.client.resetStats();
		const { response } = await visit({ personId, oauthCode }, tables);
		expect([response.statusCode, response.body]).toEqual([
			200,
			expect.stringContaining('You are bound'),
		]);
		expect((await bench.client.stats()).requests).toBe(0);
		expect(tables.rows).toEqual(before);
	});

	it.each<[string, (bound: IDataObject) => IDataObject]>([
		['a wrong code', () => ({ personId: 'P2001', oauthCode: 'guessed' })],
		['no code', ({ personId }) => ({ personId })],
		['another person with the code', ({ oauthCode }) => ({ personId: 'P1002', oauthCode })],
		['nothing', () => ({})],
		['two persons', ({ personId, oauthCode }) => ({ personId: [personId, 'x'], oauthCode })],
		['two codes', ({ personId, oauthCode }) => ({ personId, oauthCode: [oauthCode, 'x'] })],
	])('does not say welcome to %s', async (_name, query) => {
		const [bound] = await bench.client.codes();
		const { tables } = await visit({ ...bound });
		const before = structuredClone(tables.rows);
		const { response } = await visit(query({ ...bound }), tables);
		expect([response.statusCode, response.body]).toEqual([
			400,
			expect.stringContaining('Not bound'),
		]);
		expect(tables.rows).toEqual(before);
	});

	it.each<[string, unknown]>([
		['no person', undefined],
		['an empty person', ''],
		['white space', ' \u3000'],
		['what cannot be seen', '\u200b\u0000'],
		['two in one', 'P1001 P1002'],
		['half a character', 'P\ud800'],
		['a very long person', 'P'.repeat(256)],
		['a list', ['P1001']],
	])('keeps no token without one person: %s', async (_name, personId) => {
		const [{ oauthCode }] = await bench.client.codes();
		await bench.client.resetStats();
		const { tables, response } = await visit({ personId, oauthCode } as IDataObject);
		expect([response.statusCode, response.body]).toEqual([
			400,
			expect.stringContaining('Not bound'),
		]);
		expect(tables.rows).toEqual([]);
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it.each([
		['of the same person', 'P1001'],
		['of somebody else', 'P3001'],
	])('does not replace a binding by another code %s, and says so', async (_whose, owner) => {
		const [{ oauthCode }] = await bench.client.codes({ personId: 'P1001' });
		const { tables } = await visit({ personId: 'P1001', oauthCode });
		const before = structuredClone(tables.rows);
		const [later] = await bench.client.codes({ personId: owner });
		await bench.client.resetStats();
		for (const personId of ['P1001', ' P1001 ']) {
			const { response } = await visit({ personId, oauthCode: later.oauthCode }, tables);
			expect([response.statusCode, response.body]).toEqual([
				409,
				expect.stringMatching(/Bound already[^]*ask the administrator/),
			]);
		}
		expect(tables.rows).toEqual(before);
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it.each<[string, (tables: Tables) => void]>([
		[
			'its token has expired',
			({ rows }) => Object.assign(rows[0], { expiresAt: new Date(Date.now() - 1000) }),
		],
		['its row was deleted', ({ rows }) => rows.pop()],
	])('binds again when %s', async (_name, change) => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		const { tables } = await visit({ personId, oauthCode });
		const [{ oauthToken }] = structuredClone(tables.rows);
		change(tables);
		const [later] = await bench.client.codes({ personId });
		const { response } = await visit({ ...later }, tables);
		expect(response.statusCode).toBe(200);
		expect(tables.rows).toEqual([expect.objectContaining({ personId })]);
		expect(tables.rows[0].oauthToken).not.toBe(oauthToken);
	});

	it('keeps a token that says nothing of its end', async () => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		const { tables } = await visit({ personId, oauthCode });
		Object.assign(tables.rows[0], { expiresAt: null });
		const [later] = await bench.client.codes({ personId });
		const { response } = await visit({ ...later }, tables);
		expect(response.statusCode).toBe(409);
	});

	it('does not say welcome when the token could not be kept', async () => {
		const [{ personId, oauthCode }] = await bench.client.codes();
		// No error output there: n8n's Data Table node would put this out as a success
		const visiting = visit({ personId, oauthCode }, new Tables('read-only'));
		await expect(visiting).rejects.toHaveProperty('message', 'The table cannot be written');
	});
});
