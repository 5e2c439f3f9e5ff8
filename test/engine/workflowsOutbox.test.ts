import type { IDataObject } from 'n8n-workflow';

import { credentialsFor } from '../../testbed/credentials';
import { readExample } from '../../testbed/examples';
import { FakePostgres } from './fakePostgres';
import { openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const JSON_CALL = { 'content-type': 'application/json' };

describe('accept', () => {
	/** Status and body of the answer to a call, and the values that were stored. */
	async function call(
		body: unknown,
		{ headers = JSON_CALL, differs = false }: { headers?: IDataObject; differs?: boolean } = {},
	) {
		const postgres = new FakePostgres(({ values }) => {
			const { recipients } = JSON.parse(String(values[0])) as { recipients: string[] };
			const stored = differs ? 0 : recipients.length;
			return [{ differs, accepted: recipients.length, stored }];
		});
		const result = await bench.engine.run(readExample('outbox-accept.json'), {
			credentials: { tzeAppApi: credentialsFor(bench.sandbox).tzeAppApi },
			startNode: 'Incoming Call',
			pinData: { 'Incoming Call': [{ json: { headers, body } as IDataObject }] },
			nodeTypes: postgres.nodeTypes,
		});
		expect(result.run.data.resultData.error).toBeUndefined();
		const { statusCode, body: answer } = result.response as unknown as {
			statusCode: number;
			body: IDataObject;
		};
		return {
			answer: [statusCode, answer] as const,
			hasLooked: 'Dry Run' in result.run.data.resultData.runData,
			stored: postgres.statements.map(({ values }) => values),
		};
	}
	const address = 'https://school.example';
	const link = { recipients: '1001', title: 'T', content: 'C', pcUrl: address, appUrl: address };
	const card = { ...link, msgType: 'oa', headText: 'H' };

	it('stores what a dry run would send, for whom it is for', async () => {
		const { answer, stored } = await call({ ...link, recipients: [' 1001', 1002, '"1001"'] });
		expect(answer).toEqual([200, { accepted: 2, stored: 2 }]);
		const [[json, requestId]] = stored;
		expect(JSON.parse(String(json))).toMatchObject({
			recipients: ['1001', '1002'],
			message: { msgType: 'link', link: { title: 'T', pcUrl: address } },
		});
		expect(requestId).toBeNull();
	});

	it.each([
		'application/x-www-form-urlencoded',
		'text/plain;charset=UTF-8',
		'multipart/form-data; boundary=x',
		undefined,
	])('answers 415 to %s', async (type) => {
		const { answer, stored } = await call(link, { headers: { 'content-type': type } });
		expect(answer).toEqual([415, { error: expect.stringContaining('Send JSON') }]);
		expect(stored).toEqual([]);
	});

	it('answers 409 when the requestId is that of another message', async () => {
		const { answer } = await call({ ...link, requestId: 'r' }, { differs: true });
		expect(answer).toEqual([409, { error: expect.stringContaining('requestId of its own') }]);
	});

	const long = (count: number) => 'ü'.repeat(count);
	it.each<[string, unknown, number, RegExp]>([
		['a title', { ...link, title: long(1001) }, 400, /"title" must be a text of at most 1000/],
		['a title that is a list', { ...link, title: ['T'] }, 400, /"title" must be a text/],
		['a content', { ...link, content: long(20_001) }, 400, /"content" must be a text of at most/],
		['a PC URL', { ...link, pcUrl: `https://${long(70_000)}` }, 400, /"pcUrl" must be/],
		['an app URL', { ...link, appUrl: `https://${long(70_000)}` }, 400, /"appUrl" must be/],
		['a picture', { ...link, picUrl: `https://${long(70_000)}` }, 400, /"picUrl" must be/],
		['a head', { ...card, headText: long(70_000) }, 400, /"headText" must be/],
		['a color', { ...card, headBgColor: ' '.repeat(70_000) }, 400, /"headBgColor" must be/],
		['a message type', { ...link, msgType: long(70_000) }, 400, /"msgType" must be/],
		['a requestId', { ...link, requestId: long(201) }, 400, /"requestId" must be/],
		['an ID', { ...link, recipients: ['1', long(256)] }, 400, /at most 255 characters/],
		['an ID in a text', { ...link, recipients: `1,${long(256)}` }, 400, /at most 255/],
		['a body', { ...card, body: { content: long(20_001) } }, 400, /"body" holds more than/],
		['a body as text', { ...card, body: ' '.repeat(20_001) }, 400, /"body" holds more than/],
		['a body of many keys', { ...card, body: manyKeys(30_000) }, 400, /"body" holds more than/],
		['a deep body', { ...card, body: { form: nested(3000) } }, 400, /more levels than a card/],
		[
			'a list of people',
			{ ...link, recipients: Array.from({ length: 200_000 }, (_, n) => n) },
			413,
			/"recipients" names more than 10,000 people: make several calls/,
		],
		['people in a text', { ...link, recipients: '1,'.repeat(10_001) }, 413, /several calls/],
		['a text of people', { ...link, recipients: ' '.repeat(300_001) }, 413, /several calls/],
	])('refuses a long call before anything looks at it: %s', async (_what, body, status, words) => {
		const { answer, hasLooked, stored } = await call(body);
		expect(answer).toEqual([status, { error: expect.stringMatching(words) }]);
		expect([hasLooked, stored]).toEqual([false, []]);
	});

	it.each<[string, unknown, RegExp]>([
		['half an address', { ...link, pcUrl: 'http://[bad' }, /'PC URL' is not/],
		['a NUL', { ...link, title: 'a\u0000' }, /cannot be stored/],
		['half a character', { ...card, body: { content: '\ud800' } }, /cannot be stored/],
		['a NUL in JSON', { ...card, body: '{"content":"a\\u0000"}' }, /cannot be stored/],
		['an invisible requestId', { ...link, requestId: '\u200b\u0000' }, /"requestId" must be/],
		['a requestId that is none', { ...link, requestId: true }, /"requestId" must be/],
		['a rounded requestId', { ...link, requestId: 2 ** 60 }, /"requestId" must be/],
	])('answers 400 to %s', async (_what, body, words) => {
		const { answer, stored } = await call(body);
		expect(answer).toEqual([400, { error: expect.stringMatching(words) }]);
		expect(stored).toEqual([]);
	});

	it('takes the longest call that it allows', async () => {
		const recipients = Array.from({ length: 10_000 }, (_, n) => `P${n}`);
		const { answer } = await call({ ...link, recipients, content: long(20_000) });
		expect(answer).toEqual([200, { accepted: 10_000, stored: 10_000 }]);
	});

	it.each([' r ', 'r\u00a0', '\ufeffr', '\r\nr\u2028', '\u200br'])(
		'reads the requestId %j as "r"',
		async (requestId) => {
			const { stored } = await call({ ...link, requestId });
			expect(stored[0][1]).toBe('r');
		},
	);

	it('reads the requestId 7 as "7"', async () => {
		const { stored } = await call({ ...link, requestId: 7 });
		expect(stored[0][1]).toBe('7');
	});
});

describe('drain', () => {
	it('writes down of an answer only what can be stored', async () => {
		const claimed = ['1', '2', '3'].map((id) => ({
			id,
			recipient: `P${id}`,
			msg_type: 'link',
			title: 'T',
			content: 'C',
			pc_url: 'https://school.example',
			app_url: 'https://school.example',
		}));
		const postgres = new FakePostgres(({ node }) =>
			node === 'Claim' ? claimed : [{ delivered: 0, failed: 3 }],
		);
		const retDesc = `a\u0000\ud800${'x'.repeat(5000)}`;
		// A refusal may mean the token, too: it is tried with another one before it counts
		const refusal = { kind: 'refuse', retCode: 'X1', retDesc, times: 9 } as const;
		await bench.client.fault({ ...refusal, match: '"P2"' });
		const { run } = await bench.engine.run(readExample('outbox-drain.json'), {
			credentials: { tzeAppApi: credentialsFor(bench.sandbox).tzeAppApi },
			startNode: 'Every 5 Seconds',
			pinData: { 'Every 5 Seconds': [{ json: {} }] },
			nodeTypes: postgres.nodeTypes,
		});
		expect(run.data.resultData.error).toBeUndefined();
		const [claim, record] = postgres.statements;
		expect(claim.values).toEqual(['execution', 100, 180, 4, 30]);
		expect(record.values.slice(1)).toEqual([30, 'execution']);
		const outcomes = JSON.parse(String(record.values[0])) as IDataObject[];
		expect(outcomes.map(({ id, delivered }) => [id, delivered])).toEqual([
			['1', true],
			['2', false],
			['3', true],
		]);
		const { reason } = outcomes[1] as { reason: string };
		expect(reason.length).toBeLessThanOrEqual(1000);
		expect(reason).not.toMatch(/[\u0000\ud800-\udfff]/u);
	});
});

function manyKeys(count: number): IDataObject {
	return Object.fromEntries(Array.from({ length: count }, (_, n) => [n, '']));
}

function nested(depth: number): unknown {
	return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}
