import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { answerWith, expectShown, numbered, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** What the platform got. */
async function received() {
	return (await bench.client.messages()).messages.map(
		({ message }) => message as unknown as IDataObject,
	);
}

const link = {
	msgType: 'link',
	pcUrl: 'http://www.baidu.com',
	appUrl: 'http://www.baidu.com',
	picUrl: 'http://xxx.yyy.com/zzz.jpg',
	content: '百度一下',
	title: '百度',
	busiId: 'AQWER1234',
};
const oa = {
	msgType: 'oa',
	headText: 'Leave',
	pcUrl: 'https://a.example/1',
	appUrl: 'https://a.example/m/1',
	busiId: 'L-1',
};

describe("the seed's examples", () => {
	it('text leaves as it stands there', async () => {
		const content = 'zhxy msg text test 12';
		await bench.send({ content, options: { typeKey: 'msgtype' } });
		expect(await received()).toEqual([{ msgtype: 'text', text: { content } }]);
	});

	it('text carries both type keys by default', async () => {
		await bench.send({ content: 'x' });
		expect(await received()).toEqual([
			{ msgType: 'text', msgtype: 'text', text: { content: 'x' } },
		]);
	});

	it('link leaves as it stands there', async () => {
		await bench.send({ ...link, options: { typeKey: 'msgtype' } });
		const { msgType: _, ...fields } = link;
		expect(await received()).toEqual([{ msgtype: 'link', link: fields }]);
	});

	it('oa leaves as settled', async () => {
		await bench.send({
			...oa,
			headBgColor: '#1463d8',
			body: {
				title: 'T',
				content: 'C',
				imageUrl: 'https://a.example/x.png',
				fileCount: '={{ 3 }}',
				author: 'A',
				form: { fields: [{ key: 'Days', value: '={{ 1 + 2 }}' }] },
			},
			options: { typeKey: 'msgType' },
		});
		expect(await received()).toEqual([
			{
				msgType: 'oa',
				busiId: 'L-1',
				pcUrl: 'https://a.example/1',
				appUrl: 'https://a.example/m/1',
				oa: {
					head: { text: 'Leave', bgColor: 'FF1463D8' },
					body: {
						title: 'T',
						content: 'C',
						imageUrl: 'https://a.example/x.png',
						fileCount: '3',
						author: 'A',
						form: [{ key: 'Days', value: '3' }],
					},
				},
			},
		]);
	});
});

describe('output', () => {
	it('is the answer and what was sent to whom', async () => {
		const { json } = await bench.send({ ...link, recipients: '1001, 1002' });
		expect(json).toEqual([
			{
				retCode: '000000',
				retDesc: 'success',
				data: { msgId: expect.stringMatching(/./) },
				msgType: 'link',
				busiId: 'AQWER1234',
				recipients: ['1001', '1002'],
			},
		]);
		expectShown('TzeSendMessage/__schema__/v1.0.0/send.json', json[0]);
	});

	it('holds the message when asked for', async () => {
		const { json } = await bench.send({ content: 'x', options: { includeMessage: true } });
		expect(json[0].message).toEqual({ msgType: 'text', msgtype: 'text', text: { content: 'x' } });
	});

	it('is in input order and paired, whatever comes back first', async () => {
		await bench.client.fault({ kind: 'delay', ms: 300, match: '"m0"' });
		const { items } = await bench.send(
			{ content: '=m{{ $json.n }}', options: { includeMessage: true } },
			{ items: numbered(30) },
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			numbered(30).map(({ n }) => ({ item: n })),
		);
		expect(items.map(({ json }) => json.message)).toMatchObject(
			numbered(30).map(({ n }) => ({ text: { content: `m${n as number}` } })),
		);
	});

	it('gives every execution and item its own busiId by default', async () => {
		const { busiId: _, ...withoutId } = link;
		const { json } = await bench.send(withoutId, { items: numbered(2) });
		expect(json.map(({ busiId }) => busiId)).toEqual(['execution-0', 'execution-1']);
	});
});

describe('what arrives', () => {
	it('is exactly the text that was asked for', async () => {
		const texts = fc.sample(
			fc
				.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
				.filter((text) => text.trim() !== ''),
			{ numRuns: 200, seed: 7 },
		);
		texts.push(
			'שלום\u202Eعالم',
			'"quotes" \\ {{ $json }} `x`',
			'a\r\nb\n\n\tc',
			'👩‍👩‍👧‍👦',
			'学'.repeat(100_000),
		);
		await bench.send(
			{ content: '={{ $json.text }}', options: { concurrency: 1 } },
			{ items: texts.map((text) => ({ text })) },
		);
		expect((await received()).map((message) => message.text)).toEqual(
			texts.map((content) => ({ content })),
		);
	});

	it('goes to the recipients of each item', async () => {
		await bench.send(
			{ content: 'x', recipients: '={{ ["p" + $json.n, $json.n] }}', options: { concurrency: 1 } },
			{ items: numbered(2) },
		);
		expect((await received()).map(({ personIds }) => personIds)).toEqual([
			['p0', '0'],
			['p1', '1'],
		]);
	});

	it('has the recipients as one text when the credential says so', async () => {
		await bench.send(
			{ content: 'x', recipients: 'a\nb' },
			{ credential: { recipientFormat: 'commaSeparated' } },
		);
		expect((await received())[0].personIds).toBe('a,b');
	});

	it('has the extra fields of each item', async () => {
		const options = { extraBodyFields: '={{ { agentId: $json.n } }}', concurrency: 1 };
		await bench.send({ content: 'x', options }, { items: numbered(2) });
		expect((await received()).map(({ agentId }) => agentId)).toEqual([0, 1]);
	});

	it('takes the message type of each item', async () => {
		const parameters = {
			...oa,
			...link,
			msgType: '={{ $json.type }}',
			options: { concurrency: 1 },
		};
		await bench.send(parameters, { items: [{ type: 'text' }, { type: 'oa' }, { type: 'link' }] });
		expect((await received()).map(({ msgType }) => msgType)).toEqual(['text', 'oa', 'link']);
	});
});

describe('pace', () => {
	it.each([1, 3, 10])('has as many as %i messages at once, and never more', async (concurrency) => {
		const count = concurrency * 4;
		// Long enough for all of them to be under way together, on a busy machine as well
		await bench.client.fault({ kind: 'delay', ms: 250, times: count });
		await bench.send({ content: 'x', options: { concurrency } }, { items: numbered(count) });
		expect(await bench.client.stats()).toMatchObject({
			maxInFlight: concurrency,
			requests: count,
		});
	});

	it('reads the credential once', async () => {
		const { credentialReads } = await bench.send({ content: 'x' }, { items: numbered(50) });
		expect(credentialReads).toBe(1);
	});
});

describe('digits', () => {
	const DIGITS = '12345678901234567890';

	/** Sends to a server that keeps what it gets letter by letter. */
	async function send(parameters: IDataObject, data = '{}', items?: IDataObject[]) {
		const answer = `{"retCode":"000000","retDesc":"success","data":${data}}`;
		const { baseUrl, received: bodies, close } = await answerWith(answer);
		const { json, error } = await bench.send(
			{ content: 'x', ...parameters },
			{ credential: { baseUrl }, items },
		);
		close();
		return { json, error, bodies };
	}

	it('of extra body fields arrive as they were typed', async () => {
		const extraBodyFields = `{"agentId": ${DIGITS}, "list": [-${DIGITS}, 1.50, "${DIGITS}"]}`;
		const { bodies, json } = await send({ options: { extraBodyFields, includeMessage: true } });
		expect(bodies).toEqual([
			`{"msgType":"text","msgtype":"text","text":{"content":"x"},"agentId":${DIGITS},"list":[-${DIGITS},1.5,"${DIGITS}"]}`,
		]);
		expect(json).toMatchObject([{ message: { agentId: DIGITS } }]);
	});

	it('that an expression has lost already are an error', async () => {
		const { error, bodies } = await send({
			options: { extraBodyFields: `={{ { agentId: ${DIGITS} } }}` },
		});
		expect(error?.message).toBe(
			"'Options > Extra Body Fields' has lost digits: 12345678901234567000",
		);
		expect(bodies).toEqual([]);
	});

	it.each([
		['Content', { content: `={{ ${DIGITS} }}` }],
		['Business ID', { ...link, busiId: '={{ $json.id }}' }],
	])('that %s has lost are an error', async (field, parameters) => {
		const { error, bodies } = await send(parameters, '{}', [{ id: Number(DIGITS) }]);
		expect(error?.message).toBe(`'${field}' has lost digits: 12345678901234567000`);
		expect(bodies).toEqual([]);
	});

	it('of an answer come out as text', async () => {
		const { json } = await send({}, `{"msgId":${DIGITS},"ids":[${DIGITS},7],"text":"x ${DIGITS}"}`);
		expect(json).toMatchObject([
			{ data: { msgId: DIGITS, ids: [DIGITS, 7], text: `x ${DIGITS}` } },
		]);
	});

	it('of the body as JSON are kept', async () => {
		const bodyJson = `{"fileCount": ${DIGITS}, "form": [{"key": "ID", "value": ${DIGITS}}]}`;
		await bench.send({ ...oa, specifyBody: 'json', bodyJson });
		expect(await received()).toMatchObject([
			{ oa: { body: { fileCount: DIGITS, form: [{ key: 'ID', value: DIGITS }] } } },
		]);
	});
});

describe("the user's own fields", () => {
	it.each([
		[
			'a refusal',
			async () => await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'x' }),
			'x',
		],
		['a mistake', async () => undefined, '={{ "" }}'],
	])('stay as they came on the error output after %s', async (_name, prepare, content) => {
		await prepare();
		const own = {
			message: '停课',
			details: { a: 1 },
			retCode: 'mine',
			recipients: 'all',
			data: null,
		};
		const { errors } = await bench.send(
			{ content },
			{ items: [own], onError: 'continueErrorOutput' },
		);
		expect(errors).toEqual([{ ...own, error: expect.objectContaining({ delivered: 'no' }) }]);
	});
});

describe('the body as JSON', () => {
	const body = { title: 'T', content: 'C', imageUrl: 'https://a.example/x.png', author: 'A' };
	const whole = { ...body, fileCount: '2', form: [{ key: 'k', value: 'v' }] };

	it.each([
		['a text', JSON.stringify(whole)],
		['an expression', '={{ $json.body }}'],
		[
			'text with an expression',
			'={"title": "T", "content": "C", "imageUrl": "https://a.example/x.png", "author": "A", "fileCount": 2, "form": {{ JSON.stringify($json.body.form) }} }',
		],
	])('arrives from %s', async (_name, bodyJson) => {
		await bench.send({ ...oa, specifyBody: 'json', bodyJson }, { items: [{ body: whole }] });
		expect(await received()).toMatchObject([{ oa: { body: whole } }]);
	});

	it('may be empty', async () => {
		await bench.send({ ...oa, specifyBody: 'json', bodyJson: '{}' });
		expect(await received()).toMatchObject([{ oa: { head: { text: 'Leave' } } }]);
	});

	it.each([
		['[]', "'Body (JSON)' is not a JSON object"],
		['{"title": }', "'Body (JSON)' is not a JSON object"],
		['={{ $json.missing }}', "'Body (JSON)' is empty"],
		['{"headline": "x"}', '\'Body (JSON)\' may not contain "headline"'],
		['{"form": {"fields": []}}', "'Body (JSON) > form' is not a list of rows"],
		['{"form": [{"label": "x"}]}', '\'Body (JSON) > form\' may not contain "label"'],
		['{"form": ["x"]}', "'Body (JSON) > form' is not a JSON object"],
		['{"title": {}}', "'Body (JSON) > title' is not a text"],
		[
			`{"form": ${JSON.stringify(Array(7).fill({ key: 'k', value: 'v' }))}}`,
			"'Body (JSON) > form' has 7 rows, at most 6 are allowed",
		],
	])('is refused when it would be lost: %s', async (bodyJson, message) => {
		const { error } = await bench.send({ ...oa, specifyBody: 'json', bodyJson });
		expect(error).toMatchObject({ message, context: { delivered: 'no' } });
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it('is refused when its choice is none', async () => {
		const { error } = await bench.send({ ...oa, specifyBody: 'xml' });
		expect(error?.message).toBe('\'Specify Body\' cannot be "xml"');
	});
});

describe('nothing that was given is lost in silence', () => {
	it.each<[Record<string, unknown>, string, RegExp]>([
		[{ ...oa, body: '={{ $json }}' }, "'Body' cannot be one expression", /Using JSON/],
		[
			{ ...oa, body: { form: '={{ $json.rows }}' } },
			"'Body > Form' cannot be one expression",
			/Using JSON/,
		],
		[
			{ ...oa, body: { form: { fields: '={{ $json.rows }}' } } },
			"'Body > Form > Row' cannot be one expression",
			/Using JSON/,
		],
		[{ content: 'x', options: '={{ $json }}' }, "'Options' cannot be one expression", /of its own/],
	])('a group that is one expression: %j', async (parameters, message, help) => {
		const { error } = await bench.send(parameters as never, { items: [{ rows: [] }] });
		expect(error).toMatchObject({ message, description: expect.stringMatching(help) });
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it('a row with a label and no value, or a value and no label', async () => {
		const fields = [{ key: 'Days' }, { value: '3' }, { key: '', value: '' }];
		await bench.send({ ...oa, body: { form: { fields } } });
		expect(await received()).toMatchObject([
			{
				oa: {
					body: {
						form: [
							{ key: 'Days', value: '' },
							{ key: '', value: '3' },
						],
					},
				},
			},
		]);
	});
});

describe('nothing falls back to something else in silence', () => {
	it.each([
		["'Message Type' is empty", { ...oa, ...link, msgType: '={{ $json.missing }}' }],
		[
			"'Options > Type Key' is empty",
			{ content: 'x', options: { typeKey: '={{ $json.missing }}' } },
		],
		["'Options > Dry Run' is empty", { content: 'x', options: { dryRun: '={{ $json.missing }}' } }],
		[
			"'Options > Dry Run' must be true or false, not 1",
			{ content: 'x', options: { dryRun: '={{ 1 }}' } },
		],
		[
			"'Options > Recipients per Call' is empty",
			{ content: 'x', options: { recipientsPerCall: '={{ null }}' } },
		],
		[
			"'Options > Extra Body Fields' is empty",
			{ content: 'x', options: { extraBodyFields: '={{ $json.missing }}' } },
		],
		["'Content' is empty", { content: '={{ "\u200B\uFEFF" }}' }],
		["'Business ID' is empty", { ...link, busiId: '={{ "\u2800 \u200D" }}' }],
		["'Title' is empty", { ...link, title: '={{ "\u00AD" }}' }],
		["'Content' is not a number that can be sent: NaN", { content: '={{ 1 - "x" }}' }],
		["'Content' is not a text", { content: '={{ DateTime.fromISO("never") }}' }],
	])('%s', async (message, parameters) => {
		const { error } = await bench.send(parameters);
		expect(error).toMatchObject({ message, context: { delivered: 'no' } });
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it('dates go as ISO text, wherever they stand', async () => {
		const fields = [{ key: '时间', value: '={{ $now }}' }];
		await bench.send({ content: '={{ $now }}' });
		await bench.send({ ...oa, body: { form: { fields } } });
		await bench.send({ content: '={{ new Date(0) }}' });
		const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/);
		expect(await received()).toMatchObject([
			{ text: { content: iso } },
			{ oa: { body: { form: [{ key: '时间', value: iso }] } } },
			{ text: { content: '1970-01-01T00:00:00.000Z' } },
		]);
	});

	it.each([
		['1463D8', 'FF1463D8'],
		['#1463d8', 'FF1463D8'],
		['#1463D880', '801463D8'],
		['80FF00AA', '80FF00AA'],
	])('the color %s goes as %s', async (headBgColor, bgColor) => {
		await bench.send({ ...oa, headBgColor });
		expect(await received()).toMatchObject([{ oa: { head: { bgColor } } }]);
	});
});
