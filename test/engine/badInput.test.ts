import type { IDataObject } from 'n8n-workflow';

import { EMPTY_FIELD, numbered, openBench, type Bench, type NodeRunOptions } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const target = { pcUrl: 'https://a.example', appUrl: 'https://a.example/m' };
const link = { msgType: 'link', title: 'T', content: 'C', ...target };
const oa = { msgType: 'oa', headText: 'H', ...target };
const rows = (count: number) => ({
	fields: Array.from({ length: count }, () => ({ key: 'k', value: 'v' })),
});

/** A mistake, and what it leads to: the message, and how its help goes on behind "Item 0: ". */
type Case = [
	parameters: Record<string, unknown>,
	message: string,
	help: string,
	options?: NodeRunOptions,
];
/** JSON that is nested deeper than JavaScript can write down again. */
const DEEP = `{"title":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
const wholeAddress = 'Give the whole address, beginning with https:// or http://';
const cases: Case[] = [
	[{ content: '={{ $json.missing }}' }, "'Content' is empty", "Fill in 'Content', or check"],
	[{ content: '={{ [1] }}' }, "'Content' is not a text", "'Content' takes a text or a number"],
	[
		{ content: 'x', recipients: '={{ [{ id: 1 }] }}' },
		"'Recipients': the 1st entry is an object, not an ID",
		'Pick the field that holds the ID: {{ $json.people.map((person) => person.id) }}',
	],
	[
		{ content: 'x', recipients: '={{ $json.missing }}' },
		"'Recipients': nobody is named",
		'Give at least one ID, or check',
	],
	[
		{ content: 'x', recipients: '={{ [""] }}' },
		"'Recipients': nobody is named",
		'Give at least one ID, or check',
	],
	[{ ...link, title: ' ' }, "'Title' is empty", "Fill in 'Title', or check"],
	[{ ...link, busiId: '={{ "" }}' }, "'Business ID' is empty", "Fill in 'Business ID', or check"],
	[
		{ ...link, pcUrl: '/notices/1' },
		"'PC URL' is not a full web address: /notices/1",
		wholeAddress,
	],
	[
		{ ...link, appUrl: 'ftp://a.example' },
		"'App URL' is not a full web address: ftp://a.example",
		wholeAddress,
	],
	[{ ...link, picUrl: 'x.png' }, "'Picture URL' is not a full web address: x.png", wholeAddress],
	[
		{ ...oa, headText: 'x'.repeat(256) },
		"'Head Text' is too long: 256 characters, at most 255 are allowed",
		"Shorten 'Head Text' to 255 characters",
	],
	[
		{ ...oa, headBgColor: '0xFFCC0000' },
		"'Head Background Color' is not a color: 0xFFCC0000",
		'Use 6 hex digits, RRGGBB, with or without #',
	],
	[
		{ ...oa, body: { form: rows(7) } },
		"'Body > Form' has 7 rows, at most 6 are allowed",
		'Remove rows: the platform shows 6',
	],
	[
		{ ...oa, body: { imageUrl: 'x.png' } },
		"'Body > Image URL' is not a full web address: x.png",
		wholeAddress,
	],
	[
		{ content: 'x', options: { extraBodyFields: '[1]' } },
		"'Options > Extra Body Fields' is not a JSON object",
		'Write an object with quoted names',
	],
	[
		{ content: 'x', options: { extraBodyFields: '{"text":1}' } },
		'\'Options > Extra Body Fields\' may not contain "text": it belongs to the message',
		'Remove "text" from \'Options > Extra Body Fields\'',
	],
	...[DEEP, '={{ $json.deep }}', '={{ JSON.parse($json.deep) }}'].map((extraBodyFields): Case => [
		{ content: 'x', options: { extraBodyFields } },
		"'Options > Extra Body Fields' is nested too deeply: at most 100 levels are allowed",
		'Lists and objects may stand within each other 100 levels deep.',
		{ items: [{ deep: DEEP }] },
	]),
	[
		{ ...oa, specifyBody: 'json', bodyJson: `={{ JSON.parse($json.deep) }}` },
		"'Body (JSON)' is nested too deeply: at most 100 levels are allowed",
		'Lists and objects may stand within each other 100 levels deep.',
		{ items: [{ deep: DEEP }] },
	],
	[
		{ content: 'x', options: { concurrency: 51 } },
		"'Options > Messages at Once' must be a whole number from 1 to 50, not 51",
		"Give 'Options > Messages at Once' a whole number",
	],
	[
		{ ...link, ...oa, msgType: '={{ "card" }}' },
		'\'Message Type\' cannot be "card"',
		'Choose one of: text, link, oa',
	],
	// Of a workflow that a newer version has stored
	[
		{ content: 'x', operation: 'sendAndForget' },
		'\'Operation\' "sendAndForget" is not known to this version of the package',
		'The workflow may come from a newer version',
	],
	[
		{ content: 'x' },
		"'Message Path' is empty (in the credential)",
		'The address of the message call is not public',
		{ credential: { messagePath: '' } },
	],
	[
		{ content: 'x' },
		"'Message Path' leads to evil.example, but the 'Base URL' of the credential is on HOST (in the credential)",
		"The access token is sent to the host of the 'Base URL' only",
		{ credential: { messagePath: 'https://evil.example/send' } },
	],
	[
		{ content: 'x' },
		"'Base URL' is not a valid address (in the credential)",
		'Give scheme and host, and a path if needed',
		{ credential: { baseUrl: 'https://user:secret@' } },
	],
	[
		{ content: 'x' },
		"'Base URL' does not say whether 127.0.0.1:4100 speaks https or http (in the credential)",
		'Put http:// (this machine only) or https:// before 127.0.0.1:4100',
		{ credential: { baseUrl: '127.0.0.1:4100' } },
	],
	[
		{ content: 'x' },
		"'Base URL' is too long: 100008 characters, at most 8192 are allowed (in the credential)",
		"Shorten 'Base URL' to 8192 characters",
		{ credential: { baseUrl: `https://${'/'.repeat(100_000)}` } },
	],
	[
		{ content: 'x' },
		"'Message Path' is not the path of a call (in the credential)",
		'Paste the path alone',
		{ credential: { messagePath: 'curl -X POST /msg/send' } },
	],
	[
		{ content: 'x' },
		"'Access Token' holds more than its value, or signs that cannot belong to it (in the credential)",
		'Paste the value alone',
		{ credential: { accessToken: 'Bearer bec2f0' } },
	],
	[
		{ content: 'x' },
		"'Access Token' is too short to be a secret: at least 8 characters are needed (in the credential)",
		'Copy the whole value',
		{ credential: { accessToken: 'seven77' } },
	],
	[
		{ content: 'x', recipients: '1001' },
		'\'Recipient Field\' may not hold the name "__proto__" (in the credential)',
		'JavaScript has another use for that name',
		{ credential: { recipientField: '__proto__' } },
	],
	[
		{ content: 'x', options: { extraBodyFields: '{"a":[{"__proto__":1}]}' } },
		'\'Options > Extra Body Fields\' may not hold the name "__proto__"',
		'JavaScript has another use for that name',
	],
	[
		{ content: 'x', options: { extraBodyFields: '={{ JSON.parse(\'{"constructor":1}\') }}' } },
		'\'Options > Extra Body Fields\' may not hold the name "constructor"',
		'JavaScript has another use for that name',
	],
	[
		{ content: 'x' },
		"'Access Token' holds a placeholder of an example (in the credential)",
		'Put the real value of your application in its place',
		{ credential: { accessToken: '{{ACCESS_TOKEN}}' } },
	],
	[
		{ content: 'x', recipients: '1' },
		"'Recipient Field' is not the name of a single field (in the credential)",
		'Give the name alone, such as personIds',
		{ credential: { recipientField: 'personIds, deptIds' } },
	],
	[
		{ content: 'x' },
		"'Base URL' must begin with https://, since plain http to api.tze.cn would expose the access token (in the credential)",
		'Use https. Plain http is accepted for this machine only',
		{ credential: { baseUrl: 'http://api.tze.cn' } },
	],
	[
		{ content: 'x' },
		"'Access Token' is empty (in the credential)",
		'Open the credential and paste the accessToken',
		{ credential: { accessToken: '' } },
	],
	[
		{ content: 'x', recipients: '1' },
		"'Recipient Field' is empty (in the credential)",
		'Recipients are given, but the credential does not say',
		{ credential: { recipientField: '' } },
	],
];

describe.each(cases)('%j', (parameters, message, help, options) => {
	it(`says: ${message}`, async () => {
		const { error } = await bench.send(parameters as never, options);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: message.replace('HOST', new URL(bench.sandbox.url).host),
			context: { itemIndex: 0, delivered: 'no' },
			description: expect.stringContaining(`Item 0: ${help}`),
		});
		expect(error?.description).toMatch(/^Item 0: /);
		expect((await bench.client.stats()).requests).toBe(0);
	});
});

describe('a mistake in one item', () => {
	const parameters = { content: '={{ $json.n === 3 ? "" : "m" + $json.n }}' };

	it('stops the run before anything is sent', async () => {
		const { error } = await bench.send(parameters, { items: numbered(5) });
		expect(error).toMatchObject({
			message: "'Content' is empty",
			description: expect.stringContaining('Nothing was sent for any of the 5 items.'),
			context: { itemIndex: 3 },
		});
		expect((await bench.client.stats()).requests).toBe(0);
	});

	it('leaves the other items alone when the node continues', async () => {
		const { json } = await bench.send(parameters, {
			items: numbered(5),
			onError: 'continueRegularOutput',
		});
		expect(
			json.map(({ error, retCode }) => (error as IDataObject | undefined)?.message ?? retCode),
		).toEqual(['000000', '000000', '000000', "'Content' is empty", '000000']);
		expect((await bench.client.messages()).total).toBe(4);
	});

	it('goes to the error output, together with the item, when there is one', async () => {
		const { json, errors } = await bench.send(parameters, {
			items: numbered(5),
			onError: 'continueErrorOutput',
		});
		expect(json).toHaveLength(4);
		expect(errors).toEqual([
			{
				n: 3,
				error: {
					message: "'Content' is empty",
					description: expect.stringMatching(/^Item 3: Fill in 'Content'/),
					delivered: 'no',
					parameter: 'content',
				},
			},
		]);
	});

	it('tells whether it is safe to try again', async () => {
		const { json } = await bench.send(parameters, {
			items: numbered(4),
			onError: 'continueRegularOutput',
		});
		expect(json[3]).toEqual({
			error: {
				message: "'Content' is empty",
				description: expect.stringMatching(/^Item 3: /),
				delivered: 'no',
				parameter: 'content',
			},
		});
	});

	it('of an option that can differ from item to item is that item alone', async () => {
		const { json, errors } = await bench.send(
			{
				content: 'x',
				options: { extraBodyFields: "={{ $json.n === 0 ? $('Nowhere').item.json : {} }}" },
			},
			{ items: numbered(3), onError: 'continueErrorOutput' },
		);
		expect({ sent: json.length, failed: errors.map(({ n }) => n) }).toEqual({
			sent: 2,
			failed: [0],
		});
	});

	it('of the credential is told with the number of each item', async () => {
		const { errors } = await bench.send(
			{ content: 'x' },
			{ items: numbered(3), onError: 'continueErrorOutput', credentials: {} },
		);
		expect(errors.map(({ error }) => (error as IDataObject).description)).toEqual(
			[0, 1, 2].map(
				(n) => expect.stringMatching(new RegExp(`^Item ${n}: Open the node`)) as unknown,
			),
		);
	});

	it('of the credential is the mistake of every item', async () => {
		const options = {
			items: numbered(3),
			onError: 'continueErrorOutput',
			credential: { messagePath: '' },
		} as const;
		const { json, errors } = await bench.send({ content: 'x' }, options);
		expect(json).toEqual([]);
		expect(errors.map(({ error }) => (error as IDataObject).message)).toEqual(
			Array(3).fill("'Message Path' is empty (in the credential)"),
		);
	});
});

it('that n8n itself can see is named by n8n', async () => {
	await expect(bench.send({ content: '' })).rejects.toThrow(EMPTY_FIELD);
});

it("shows an expression's own error", async () => {
	const { error } = await bench.send({ content: "={{ $('Nowhere').item.json.x }}" });
	expect(error).toMatchObject({
		message: "Referenced node doesn't exist",
		context: { itemIndex: 0 },
	});
});

it.each([
	['={{ $now.toISO }}', 'this is a function, please add ()'],
	['={{ 1 + }}', 'invalid syntax'],
])("tells in n8n's words that an expression is wrong: %s", async (content, words) => {
	const { errors } = await bench.send({ content }, { onError: 'continueErrorOutput' });
	expect(errors).toMatchObject([{ error: { message: words, delivered: 'no' } }]);
});
