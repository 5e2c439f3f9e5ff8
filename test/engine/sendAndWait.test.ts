import type { IDataObject, IRun } from 'n8n-workflow';

import type { WaitingAnswer, WaitingRequest } from '../../testbed/engine/engine';
import { expectShown, openBench, workflowOf, type Bench, type NodeRunOptions } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const QUESTION = {
	operation: 'sendAndWait',
	msgType: 'oa',
	title: 'Leave request',
	message: 'Three days for Ms. Li?',
	recipients: 'P1001, P1002',
	approvalOptions: { values: { approvalType: 'double' } },
};

const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' };

/** Asks, and returns what is needed to answer. */
async function ask(changes: IDataObject = {}, options: NodeRunOptions = {}) {
	const parameters = { sendTo: 'recipients', ...QUESTION, ...changes };
	const { run, error, errors, json } = await bench.send(parameters, options);
	const { messages } = await bench.client.messages();
	const links = new Map(
		messages.map((one) => [
			one.recipients.join(),
			one.msgType === 'oa'
				? one.message.pcUrl
				: one.msgType === 'link'
					? one.message.link.pcUrl
					: '',
		]),
	);
	const request = async (url: string, more: Partial<WaitingRequest> = {}, waiting: IRun = run) =>
		await bench.engine.request(
			workflowOf('tzeSendMessage', parameters),
			waiting,
			{ method: 'GET', headers: FORM, url, ...more },
			{ credentials: bench.credentials() },
		);
	return {
		...{ run, error, errors, json, messages, links },
		get: async (url: string) => (await request(url)).response,
		post: async (url: string, body: unknown) => await request(url, { method: 'POST', body }),
		request,
	};
}

const outputOf = ({ run }: WaitingAnswer) =>
	run?.data.resultData.runData.Node.at(-1)?.data?.main[0]?.map(({ json }) => json);

const linkOf = (links: Map<string, string>, person: string): string => {
	const link = links.get(person);
	if (link === undefined) throw new Error(`no message for ${person}`);
	return link;
};

describe('a question', () => {
	it('goes to everybody by a card with a link of their own, and then waits', async () => {
		const { run, messages, links } = await ask({
			body: { title: 'B', form: { fields: [{ key: 'Days', value: '3' }] } },
		});
		expect(run.waitTill).toEqual(new Date('3000-01-01T00:00:00.000Z'));
		expect(messages).toHaveLength(2);
		expect(new Set(links.values()).size).toBe(2);
		const [first, second] = messages.map(({ message }) => message as unknown as IDataObject);
		expect(first).toMatchObject({
			oa: {
				head: { text: QUESTION.title },
				body: { title: 'B', content: QUESTION.message, form: [{ key: 'Days', value: '3' }] },
			},
			appUrl: first.pcUrl,
		});
		expect(first.busiId).toMatch(/^execution-Node-0-P100[12]$/);
		expect(first.busiId).not.toBe(second.busiId);
	});

	it('is answered by the button alone; looking at it answers nothing', async () => {
		const { links, get, post } = await ask();
		const url = linkOf(links, 'P1002');
		const page = await get(url);
		expect(page.statusCode).toBe(200);
		expect(page.text).toContain(QUESTION.message);
		expect(page.text).toContain('in the name of P1002');
		expect(page.headers['cache-control']).toBe('no-store');

		const before = Date.now();
		const answer = await post(url, { answer: 'approve' });
		expect(answer.response.text).toContain('Thank you');
		const [json] = outputOf(answer) ?? [];
		expect(json).toEqual({
			data: { approved: true },
			respondedBy: 'P1002',
			respondedAt: expect.any(String),
			sent: [
				expect.objectContaining({ retCode: '000000', recipients: ['P1001'] }),
				expect.objectContaining({ retCode: '000000', recipients: ['P1002'] }),
			],
		});
		expectShown('TzeSendMessage/__schema__/v1.0.0/sendAndWait.json', json);
		expect(Date.parse(String(json.respondedAt))).toBeGreaterThanOrEqual(before);
		expect(answer.run?.status).toBe('success');
	});

	it('can be declined, unless that is not offered', async () => {
		const both = await ask();
		const url = linkOf(both.links, 'P1001');
		expect(outputOf(await both.post(url, { answer: 'decline' }))?.[0].data).toEqual({
			approved: false,
		});
		await bench.client.clear();
		const one = await ask({ approvalOptions: {} });
		const refused = await one.post(linkOf(one.links, 'P1001'), { answer: 'decline' });
		expect(refused.response.statusCode).toBe(422);
		expect(refused.run).toBeUndefined();
	});

	it('takes the first answer: the second finds out when that was', async () => {
		const { links, get, post } = await ask();
		const first = await post(linkOf(links, 'P1001'), { answer: 'approve' });
		expect(first.run).toBeDefined();
		const second = await post(linkOf(links, 'P1002'), { answer: 'decline' });
		expect(second.run).toBeUndefined();
		expect(second.response.statusCode).toBe(410);
		expect(second.response.text).toMatch(/answered on .*\d{4}/);
		expect(second.response.text).not.toContain('P1001');
		expect((await get(linkOf(links, 'P1001'))).text).toContain('Already answered');
	});

	it('has one link when it is shared, and nobody is named', async () => {
		const { links, messages, post } = await ask({ answerLink: 'shared', msgType: 'link' });
		expect(messages).toHaveLength(1);
		const [json] = outputOf(await post(linkOf(links, 'P1001,P1002'), { answer: 'approve' })) ?? [];
		expect(Object.keys(json)).toEqual(['data', 'respondedAt', 'sent']);
	});

	it('is asked in the language of the browser', async () => {
		const { links, request } = await ask();
		const url = linkOf(links, 'P1001');
		const headers = { ...FORM, 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' };
		const { response } = await request(url, { headers });
		expect(response.text).toContain('lang="zh-CN"');
		expect(response.text).toContain('同意');
	});

	it('goes to the people of a test, whose links name them', async () => {
		const credential = { testRecipients: 'P2001' };
		const { links, messages, post } = await ask({}, { credential });
		expect(messages).toHaveLength(1);
		const [json] = outputOf(await post(linkOf(links, 'P2001'), { answer: 'approve' })) ?? [];
		expect(json).toMatchObject({
			respondedBy: 'P2001',
			sent: [{ recipients: ['P2001'], redirectedFrom: ['P1001', 'P1002'] }],
		});
	});

	it('is only shown by a dry run', async () => {
		const { run, messages, json } = await ask({ options: { dryRun: true } });
		expect(run.waitTill).toBeUndefined();
		expect(messages).toEqual([]);
		expect(json).toHaveLength(2);
		expect(json[0]).toMatchObject({ dryRun: true, recipients: ['P1001'] });
	});
});

describe('a link', () => {
	it.each<[string, (url: string) => string]>([
		['with another person', (url) => url.replace('recipient=P1001', 'recipient=P1002')],
		['with another question', (url) => url.replace(/question=\w/, 'question=x')],
		['with another signature', (url) => url.replace(/signature=\w{4}/, 'signature=0000')],
		['without a signature', (url) => url.replace(/&signature=\w+/, '')],
		['with two persons', (url) => `${url}&recipient=P1002`],
		['without the person', (url) => url.replace('recipient=P1001&', '')],
	])('%s is refused', async (_name, change) => {
		const { links, request } = await ask();
		const url = change(linkOf(links, 'P1001'));
		const { response, run } = await request(url, { method: 'POST', body: { answer: 'approve' } });
		expect(response.statusCode).toBe(401);
		expect(run).toBeUndefined();
	});

	it('to an earlier question of the same node answers none but that', async () => {
		const first = await ask();
		const old = linkOf(first.links, 'P1001');
		await bench.client.clear();
		const second = await ask();
		const { response, run } = await second.post(old, { answer: 'approve' });
		expect(run).toBeUndefined();
		expect(response.statusCode).toBe(410);
		expect(response.text).toContain('No answer needed any more');
	});
});

it('that a loop asks again is not answered by the link to its first round', async () => {
	const parameters = { sendTo: 'recipients', ...QUESTION, recipients: 'P1001' };
	const file = workflowOf('tzeSendMessage', parameters);
	file.connections.Node = { main: [[{ node: 'Node', type: 'main', index: 0 }]] };
	const options = { credentials: bench.credentials() };
	const first = await bench.engine.run(file, { ...options, pinData: { Trigger: [{ json: {} }] } });
	const post = async (run: IRun, url: string) => {
		const request = { method: 'POST', url, headers: FORM, body: { answer: 'approve' } };
		return await bench.engine.request(file, run, request, options);
	};
	const urls = async () =>
		(await bench.client.messages()).messages.map((one) =>
			one.msgType === 'oa' ? one.message.pcUrl : '',
		);
	const [old] = await urls();
	const { run: second } = await post(first.run, old);
	if (second === undefined) throw new Error('not answered');
	expect(second.waitTill).toBeDefined();
	const [, current] = await urls();

	const late = await post(second, old);
	expect(late.run).toBeUndefined();
	expect(late.response.statusCode).toBe(410);
	expect(late.response.text).toContain('Already answered');
	const { contextData } = second.data.executionData ?? {};
	const asked = JSON.parse(String(contextData?.['node:Node'].tzeAsked)) as {
		earlier: Array<{ id: string; answeredAt?: string }>;
	};
	expect(asked.earlier).toEqual([
		{ id: new URL(old).searchParams.get('question'), answeredAt: expect.any(String) },
	]);
	expect((await post(second, current)).run).toBeDefined();
});

describe('a form', () => {
	const field = (fieldLabel: string, fieldType: string, more: IDataObject = {}) => ({
		...{ fieldLabel, fieldType, ...more },
	});
	const options = { fieldOptions: { values: [{ option: 'One' }, { option: 'Two' }] } };
	const values = [
		field('Why?', 'textarea', { requiredField: true, fieldName: 'why' }),
		field('Days', 'number', { requiredField: true }),
		field('From', 'date'),
		field('Kind', 'dropdown', { ...options, requiredField: true }),
		field('Size', 'radio', options),
		field('Extras', 'checkbox', options),
		field('respondedBy', 'text'),
		field('Sure', 'boolean'),
	];
	const FORM_QUESTION = { responseType: 'customForm', formFields: { values } };

	it('gives typed fields, and only those that it declares', async () => {
		const { links, post } = await ask(FORM_QUESTION);
		const answer = await post(linkOf(links, 'P1001'), {
			'field-0': 'a\r\nb',
			'field-1': '2.5',
			'field-2': '2028-02-29',
			'field-3': '1',
			'field-5': ['1', '0'],
			'field-6': 'the minister',
			'field-7': 'no',
			'field-8': 'more',
			admin: 'true',
		});
		const [json] = outputOf(answer) ?? [];
		expect(json.data).toEqual({
			why: 'a\nb',
			Days: 2.5,
			From: '2028-02-29',
			Kind: 'Two',
			Size: null,
			Extras: ['One', 'Two'],
			respondedBy: 'the minister',
			Sure: false,
		});
		expect(json.respondedBy).toBe('P1001');
	});

	it('is sent in parts, which n8n 2 demands, and its files are not looked at', async () => {
		const { links, get, request } = await ask(FORM_QUESTION);
		const url = linkOf(links, 'P1001');
		expect((await get(url)).text).toContain('enctype="multipart/form-data"');
		const fields = { 'field-0': 'a', 'field-1': '1', 'field-2': '2028-02-29', 'field-3': '1' };
		const answer = await request(url, {
			method: 'POST',
			headers: { 'content-type': 'multipart/form-data; boundary=x' },
			body: { data: { ...fields, 'field-7': 'no' }, files: { 'field-0': { size: 1 } } },
		});
		expect(outputOf(answer)?.[0].data).toMatchObject({ why: 'a', Days: 1, Sure: false });
	});

	it('shows again what was typed, and what is wrong with it', async () => {
		const { links, post } = await ask(FORM_QUESTION);
		const { response, run } = await post(linkOf(links, 'P1001'), {
			'field-0': '</textarea><script>alert(1)</script>',
			'field-1': 'many',
			'field-2': '2026-02-29',
			'field-3': '2',
			'field-5': ['7'],
			'field-7': 'maybe',
		});
		expect(run).toBeUndefined();
		expect(response.statusCode).toBe(422);
		expect(response.text).not.toContain('<script>');
		expect(response.text).toContain('&lt;/textarea&gt;&lt;script&gt;');
		for (const text of [
			'a number, such as',
			'a date that exists',
			'one of the options',
			'yes or no',
		])
			expect(response.text).toContain(text);
	});

	it('takes a text, which must not be empty', async () => {
		const { links, post } = await ask({ responseType: 'freeText' });
		const url = linkOf(links, 'P1001');
		expect((await post(url, { text: ' \u200B' })).response.statusCode).toBe(422);
		expect(outputOf(await post(url, { text: 'Fine.' }))?.[0].data).toEqual({ text: 'Fine.' });
	});

	it.each<[string, number, Partial<WaitingRequest>]>([
		['JSON', 415, { headers: { 'content-type': 'application/json' } }],
		['several parts', 415, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
		['nothing', 415, { headers: {} }],
		['too much', 413, { rawBody: Buffer.alloc(64 * 1024 + 1) }],
	])('of %s is turned away', async (_name, status, more) => {
		const { links, request } = await ask();
		const body = { answer: 'approve' };
		const { response, run } = await request(linkOf(links, 'P1001'), {
			...{ method: 'POST', body },
			...more,
		});
		expect(response.statusCode).toBe(status);
		expect(run).toBeUndefined();
	});

	it.each<[string, IDataObject, string]>([
		['without fields', { formFields: {} }, "'Form Elements' is empty"],
		[
			'with a name twice',
			{ formFields: { values: [field('A', 'text'), field('A', 'date')] } },
			'stands there twice',
		],
		[
			'with an empty label',
			{ formFields: { values: [field(' ', 'text')] } },
			"'Form Elements > Values > Label' is empty",
		],
		[
			'with a name that JavaScript uses',
			{ formFields: { values: [field('__proto__', 'text')] } },
			'may not hold the name',
		],
		[
			'with a choice of nothing',
			{
				formFields: {
					values: [field('A', 'radio', { fieldOptions: { values: [{ option: '' }] } })],
				},
			},
			"'Form Elements > Values > Options > Values > Option' is empty",
		],
		[
			'with a kind of field that nobody knows',
			{ formFields: { values: [field('A', 'file')] } },
			'file',
		],
	])('%s is refused before anything is sent', async (_name, changes, words) => {
		const { error, messages, run } = await ask({ responseType: 'customForm', ...changes });
		expect(error?.message).toContain(words);
		expect(messages).toEqual([]);
		expect(run.waitTill).toBeUndefined();
	});
});

describe('a question that does not reach everybody', () => {
	const inOrder = { recipients: 'P1001, P1002, P2001', options: { concurrency: 1 } };
	const refuse = { kind: 'refuse', retCode: 'X1', retDesc: 'No', after: 1 } as const;

	it('does not wait, and the error says who got it', async () => {
		await bench.client.fault(refuse);
		const { error, run, messages } = await ask(inOrder);
		expect(run.waitTill).toBeUndefined();
		expect(messages.map(({ recipients }) => recipients)).toEqual([['P1001']]);
		expect(error?.description).toContain('The question reached P1001, so');
	});

	it('is one item on the error output, and nobody else is asked', async () => {
		await bench.client.fault(refuse);
		const { errors, json, run, messages } = await ask(inOrder, { onError: 'continueErrorOutput' });
		expect(run.waitTill).toBeUndefined();
		expect(json).toEqual([]);
		expect(messages).toHaveLength(1);
		expect(errors).toEqual([
			{
				error: {
					message: 'No',
					description: expect.stringContaining('The question reached P1001, so'),
					delivered: 'no',
					httpCode: '200',
					retCode: 'X1',
					recipients: ['P1002', 'P2001'],
				},
			},
		]);
	});

	it('may have reached whom nobody can say', async () => {
		await bench.client.fault({ kind: 'cutAfter', after: 1 });
		const { error } = await ask(inOrder);
		expect(error?.context?.delivered).toBe('unknown');
		expect(error?.description).toContain('reached P1001 and may have reached P1002, so');
	});
});

describe('several items', () => {
	it('are refused: an execution waits once', async () => {
		const { error, messages } = await ask({}, { items: [{}, {}] });
		expect(error?.message).toContain('asks one question at a time, but 2 items came in');
		expect(messages).toEqual([]);
	});
});

describe('the wait', () => {
	it.each<[string, IDataObject, number]>([
		['hours', { resumeAmount: 1.5, resumeUnit: 'hours' }, 5_400_000],
		['minutes', { resumeAmount: 10, resumeUnit: 'minutes' }, 600_000],
	])('ends after %s', async (_name, limit, ms) => {
		const values = { limitType: 'afterTimeInterval', ...limit };
		const before = Date.now();
		const { run } = await ask({ options: { limitWaitTime: { values } } });
		const end = run.waitTill?.getTime() ?? 0;
		expect(end - before).toBeGreaterThanOrEqual(ms);
		expect(end - Date.now()).toBeLessThanOrEqual(ms);
	});

	it('cannot end in the past', async () => {
		const values = { limitType: 'atSpecifiedTime', maxDateAndTime: '2020-01-01T08:00:00' };
		const { error, messages } = await ask({ options: { limitWaitTime: { values } } });
		expect(error?.message).toContain('has passed');
		expect(messages).toEqual([]);
	});
});

describe('links that lead to this machine alone', () => {
	const hintsOf = async (baseUrl: string) => {
		const credential = { baseUrl };
		const { run } = await ask({ options: { dryRun: true } }, { credential });
		return run.data.resultData.runData.Node[0].hints?.map(({ message }) => message);
	};

	it('are hinted at, unless the platform is on it, too', async () => {
		expect(await hintsOf('https://api.tze.cn')).toEqual([
			expect.stringContaining('lead to localhost:5678, which only this machine can open'),
		]);
		expect(await hintsOf(bench.sandbox.url)).toEqual([]);
	});
});
