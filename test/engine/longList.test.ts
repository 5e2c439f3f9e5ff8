import type { IDataObject, INode } from 'n8n-workflow';

import { readExample, type WorkflowFile } from '../../testbed/examples';
import { numbered, openBench, type Bench } from './harness';

// The Wait node brings a form, whose sanitizer jest cannot load; no form is shown here
jest.mock('sanitize-html', () => (html: string) => html);

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** Person IDs of what arrived, in the order of arrival. */
async function arrived(): Promise<string[]> {
	const { messages } = await bench.client.messages();
	return messages.flatMap(({ recipients }) => recipients);
}

/** A refusal for one person, so many times. */
async function refuse(personId: string, times = 1) {
	const match = `NOTICE-2026-060-${personId}"`;
	await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match, times });
}

describe('notify-a-long-list.json', () => {
	/** Runs it for so many people, in batches of 50 and with short pauses. */
	async function run(count: number, change: (workflow: WorkflowFile) => void = () => undefined) {
		const workflow = readExample('notify-a-long-list.json');
		change(workflow);
		const set = (name: string, parameters: IDataObject) => {
			const node = workflow.nodes.find((candidate) => candidate.name === name);
			Object.assign((node as INode).parameters, parameters);
		};
		set('Loop Over Items', { batchSize: 50 });
		set('Pause', { amount: 0.01 });
		set('Wait Before Retry', { amount: 0.01 });
		const people = Array.from({ length: count }, (_, n) => ({
			personId: String(5000 + n),
			name: `人${n}`,
		}));
		const result = await bench.engine.run(workflow, {
			credentials: bench.credentials(),
			pinData: { People: [{ json: { people } }] },
		});
		expect(result.run.data.resultData.error).toBeUndefined();
		/** How often a node ran, and the people whom all of its runs put out. */
		const seen = (name: string) => {
			const runs = result.run.data.resultData.runData[name] ?? [];
			const json = runs.flatMap(({ data }) => data?.main[0] ?? []).map((item) => item.json);
			const ids = json.map(({ personId, recipients }) => personId ?? [recipients].flat()[0]);
			return { runs: runs.length, json, ids };
		};
		return { people: people.map(({ personId }) => personId), seen };
	}

	it('sends to everybody once, batch by batch', async () => {
		const { people, seen } = await run(320);
		expect((await arrived()).sort()).toEqual(people);
		expect(seen('Pause').runs).toBe(7);
		expect(seen('Delivered').ids).toEqual(people);
		expect(seen('Send Once More').runs).toBe(0);
		expect(seen('Look First').runs).toBe(0);
	});

	it('tries once more whom certainly nothing reached, and only those', async () => {
		// Refused once: 5003 and 5120; always: 5177; answered by a cut, but carried out: 5200
		await refuse('5003');
		await refuse('5120');
		await refuse('5177', 2);
		await bench.client.fault({ kind: 'cutAfter', match: 'NOTICE-2026-060-5200"' });
		const { people, seen } = await run(320);

		expect((await arrived()).sort()).toEqual(people.filter((id) => id !== '5177'));
		expect(seen('Wait Before Retry').ids).toEqual(['5003', '5120', '5177']);
		expect(seen('Delivered').ids.sort()).toEqual(
			people.filter((id) => !['5177', '5200'].includes(id)),
		);
		expect(seen('Not Delivered').json).toEqual([
			expect.objectContaining({
				personId: '5177',
				name: '人177',
				error: expect.objectContaining({ message: '无权限' }),
			}),
		]);
		expect(seen('Look First').ids).toEqual(['5200']);
	});

	it('goes on when a whole batch fails', async () => {
		// The second batch: 5050 to 5099
		for (let id = 5050; id < 5100; id++) await refuse(String(id));
		const { people, seen } = await run(160);
		expect((await arrived()).sort()).toEqual(people);
		expect(seen('Pause').runs).toBe(4);
		expect(seen('Wait Before Retry').ids).toHaveLength(50);
		expect(seen('Delivered').ids.sort()).toEqual(people);
	});

	describe('without its Merge node', () => {
		const back = [{ node: 'Pause', type: 'main' as const, index: 0 }];

		it('ends at a batch that fails as a whole, when only the success output leads back', async () => {
			for (let id = 5050; id < 5100; id++) await refuse(String(id));
			await run(160, ({ connections }) => {
				connections['Send Link Card'] = { main: [back] };
			});
			expect((await arrived()).at(-1)).toBe('5049');
		});

		it('is done more than once, when both outputs lead back', async () => {
			await refuse('5003');
			const { seen } = await run(160, ({ connections }) => {
				connections['Send Link Card'] = { main: [back, back] };
			});
			expect(seen('Outcome').runs).toBeGreaterThan(1);
		});
	});

	it('tells apart what the retry leaves open', async () => {
		await refuse('5003');
		await bench.client.fault({ kind: 'cutBefore', times: 1, after: 10 });
		const { seen } = await run(10);
		expect(seen('Look First').ids).toEqual(['5003']);
		expect(seen('Not Delivered').runs).toBe(0);
	});
});

describe('what n8n makes of a failing item', () => {
	/** Ten link messages of which one (the fifth) is refused once, behind a node with these settings. */
	async function send(settings: Partial<INode>, refused = 4) {
		await bench.client.fault({
			kind: 'refuse',
			retCode: 'X1',
			retDesc: '无权限',
			match: `-${refused}"`,
		});
		const { run, json, errors } = await bench.send(
			{
				msgType: 'link',
				title: 'x',
				content: 'x',
				pcUrl: 'https://school.example',
				appUrl: 'https://school.example',
				recipients: '={{ $json.n }}',
				options: { concurrency: 1 },
			},
			{ items: numbered(10), settings },
		);
		const { messages } = await bench.client.messages();
		return {
			status: run.status,
			main: json,
			failed: errors,
			busiIds: messages.map(({ busiId }) => busiId),
		};
	}
	const ids = (...numbers: number[]) => numbers.map((n) => `execution-${n}`);
	const error = expect.objectContaining({
		message: '无权限',
		delivered: 'no',
		retCode: 'X1',
		recipients: ['4'],
	});

	it('Stop Workflow: nothing more is started', async () => {
		const { status, busiIds } = await send({});
		expect(status).toBe('error');
		expect(busiIds).toEqual(ids(0, 1, 2, 3));
	});

	it('Continue: the error stands in the item’s place, without the item’s own data', async () => {
		const { main, failed, busiIds } = await send({ onError: 'continueRegularOutput' });
		expect(main).toHaveLength(10);
		expect(main[4]).toEqual({ error });
		expect(failed).toEqual([]);
		expect(busiIds).toEqual(ids(0, 1, 2, 3, 5, 6, 7, 8, 9));
	});

	it('Continue (using error output): the error leaves apart, with the item’s own data', async () => {
		const { main, failed, busiIds } = await send({ onError: 'continueErrorOutput' });
		expect(main).toHaveLength(9);
		expect(failed).toEqual([{ n: 4, error }]);
		expect(busiIds).toEqual(ids(0, 1, 2, 3, 5, 6, 7, 8, 9));
	});

	it('Retry On Fail: what was delivered is sent again, with the same Business IDs', async () => {
		const { status, busiIds } = await send({ retryOnFail: true, maxTries: 2, waitBetweenTries: 1 });
		expect(status).toBe('success');
		expect(busiIds).toEqual([...ids(0, 1, 2, 3), ...ids(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)]);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'Retry On Fail sends all again beside %s when the first item fails',
		async (onError) => {
			const retry = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
			const { busiIds } = await send({ onError, ...retry }, 0);
			expect(busiIds).toEqual([
				...ids(1, 2, 3, 4, 5, 6, 7, 8, 9),
				...ids(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
			]);
		},
	);

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'Retry On Fail does nothing beside %s',
		async (onError) => {
			const retry = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
			const { busiIds } = await send({ onError, ...retry });
			expect(busiIds).toEqual(ids(0, 1, 2, 3, 5, 6, 7, 8, 9));
		},
	);
});

// The outbox without its database: what the table answers is given. The whole of it runs in test/queue
describe('outbox-accept.json', () => {
	const call = {
		requestId: 'notice-42',
		recipients: ['1001', 1002],
		title: '通知',
		content: '请点开查看。',
		pcUrl: 'https://school.example/notices/42',
		appUrl: 'http://127.0.0.1:8080/m',
		picUrl: '',
	};

	const oa = {
		msgType: 'oa',
		recipients: ['1001'],
		headText: '请假审批',
		headBgColor: '1463D8',
		body: { content: '事假', fileCount: 1, form: [{ key: '天数', value: 3 }] },
		pcUrl: 'https://school.example/approvals/7',
		appUrl: 'https://school.example/m/approvals/7',
	};

	async function accept(body: unknown, credential: IDataObject = {}) {
		const { sandbox } = bench;
		const app = { appId: sandbox.appId, appKey: sandbox.appKey, ...credential };
		const { response, run, output } = await bench.engine.run(readExample('outbox-accept.json'), {
			credentials: { tzeAppApi: { ...bench.credentials().tzeApi, accessToken: '', ...app } },
			startNode: 'Incoming Call',
			pinData: {
				'Incoming Call': [
					{ json: { headers: { 'content-type': 'application/json' }, body } as IDataObject },
				],
				Store: [{ json: { differs: false, accepted: 2, stored: 2 } }],
			},
		});
		expect(run.data.resultData.error).toBeUndefined();
		// Not even for a token
		expect((await bench.client.stats()).requests).toBe(0);
		const { statusCode, body: text } = response as unknown as { statusCode: number; body: unknown };
		return { answer: [statusCode, text], stored: output('Dry Run').map(({ json }) => json) };
	}

	it('answers what is stored', async () => {
		expect((await accept(call)).answer).toEqual([200, { accepted: 2, stored: 2 }]);
		const { requestId: _requestId, picUrl: _picUrl, ...least } = call;
		expect((await accept(least)).answer).toEqual([200, { accepted: 2, stored: 2 }]);
	});

	it('hands a card to the table as the platform will get it', async () => {
		const { answer, stored } = await accept(oa);
		expect(answer[0]).toBe(200);
		expect(stored).toMatchObject([
			{
				dryRun: true,
				recipients: ['1001'],
				message: {
					msgType: 'oa',
					pcUrl: oa.pcUrl,
					oa: {
						head: { text: '请假审批', bgColor: 'FF1463D8' },
						body: { content: '事假', fileCount: '1', form: [{ key: '天数', value: '3' }] },
					},
				},
			},
		]);
	});

	it.each<[string, unknown, string]>([
		['no object', [call], 'The body must be a JSON object.'],
		['no body', undefined, 'The body must be a JSON object.'],
		['a text', { ...call, msgType: 'text' }, '"msgType" must be "link" or "oa"'],
		['no recipients', { ...call, recipients: [] }, "'Recipients': nobody is named"],
		[
			'a recipient that is none',
			{ ...call, recipients: ['1001', null] },
			"'Recipients': the 2nd entry is not an ID: null",
		],
		['a recipient as text with a name', { ...call, recipients: '1001 <a@b>' }, 'the 2nd entry'],
		['a blank title', { ...call, title: ' ' }, "'Title' is empty"],
		['a content that is no text', { ...call, content: {} }, '"content" must be a text'],
		['an address without a scheme', { ...call, pcUrl: 'school.example' }, "'PC URL' is not"],
		['a scheme that is not http', { ...call, appUrl: 'javascript:alert(1)' }, "'App URL' is not"],
		['a long requestId', { ...call, requestId: 'x'.repeat(201) }, '"requestId" must be'],
		['NUL', { ...call, title: 'a\u0000' }, 'cannot be stored'],
		['NUL in a row', { ...oa, body: { form: [{ key: 'a\u0000' }] } }, 'cannot be stored'],
		['half a character', { ...call, content: '\ud83d' }, 'cannot be stored'],
		['a card without a head', { ...oa, headText: undefined }, "'Head Text' is empty"],
		['a part that nobody knows', { ...oa, body: { text: 'x' } }, 'may not contain "text"'],
		['a body that is no object', { ...oa, body: 'x' }, "'Body (JSON)' is not a JSON object"],
	])('refuses %s', async (_name, body, sentence) => {
		const { answer } = await accept(body);
		expect(answer).toEqual([400, { error: expect.stringContaining(sentence) }]);
	});

	it('asks the caller to come again when the credential is the reason', async () => {
		const { answer } = await accept(call, { messagePath: '' });
		expect(answer).toEqual([503, { error: "'Message Path' is empty (in the credential)" }]);
	});

	it('stores whom a message is for, also while test recipients get it', async () => {
		const { stored } = await accept(call, { testRecipients: 'me' });
		expect(stored).toMatchObject([{ recipients: ['me'], redirectedFrom: ['1001', '1002'] }]);
	});
});

describe('outbox-drain.json', () => {
	it('sends what was claimed, and hands over each outcome in its place', async () => {
		// More than once: a refused token would be renewed
		const match = '"busiId":"12"';
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match, times: 9 });
		const { sandbox } = bench;
		const target = { pc_url: 'https://school.example', app_url: 'https://school.example' };
		const link = { msg_type: 'link', title: '通知', content: 'x', pic_url: null };
		const none = { title: null, content: null, pic_url: null };
		const head = { msg_type: 'oa', head_text: '审批', head_bg_color: 'FF1463D8' };
		const body = { form: [{ key: '天数', value: '3' }] };
		const rows = [
			{ id: '11', ...link, head_text: null, head_bg_color: null, body: null },
			{ id: '12', ...link, head_text: null, head_bg_color: null, body: null },
			{ id: '13', ...none, ...head, body },
			{ id: '14', ...none, ...head, head_bg_color: null, body: null },
		].map((row) => ({ json: { ...row, ...target, recipient: `p-${row.id}` } }));
		const { output, run } = await bench.engine.run(readExample('outbox-drain.json'), {
			credentials: {
				tzeAppApi: { ...bench.credentials().tzeApi, appId: sandbox.appId, appKey: sandbox.appKey },
			},
			startNode: 'Every 5 Seconds',
			pinData: {
				'Every 5 Seconds': [{ json: {} }],
				Claim: rows,
				Record: [{ json: { delivered: 0, failed: 4 } }],
			},
		});
		expect(run.data.resultData.error).toBeUndefined();
		const [{ json }] = output('All Outcomes');
		expect(json.outcomes).toEqual([
			expect.objectContaining({ retCode: '000000', busiId: '11', recipients: ['p-11'] }),
			{ error: expect.objectContaining({ message: '无权限', delivered: 'no' }) },
			expect.objectContaining({ retCode: '000000', busiId: '13', recipients: ['p-13'] }),
			expect.objectContaining({ retCode: '000000', busiId: '14', recipients: ['p-14'] }),
		]);
		const { messages } = await bench.client.messages();
		const cards = messages.flatMap(({ message }) => ('oa' in message ? [message.oa] : []));
		expect(cards).toHaveLength(2);
		expect(cards).toContainEqual({ head: { text: '审批', bgColor: 'FF1463D8' }, body });
		expect(cards).toContainEqual({ head: { text: '审批' } });
		// Nothing was delivered, says the table: the platform may be down, so the round ends
		expect(run.data.resultData.runData.Claim).toHaveLength(1);
	});
});
