import { fullOa, seedLink, seedText, startBench, textTo, type TestBench } from './support';

let bench: TestBench;
beforeAll(async () => {
	bench = await startBench();
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

/** A copy of a message with another value at a path; JSON leaves out what is `undefined`. */
function put(message: object, path: string, value: unknown): object {
	const [name, ...rest] = path.split('.');
	const inner: unknown = Reflect.get(message, name);
	const isLeaf = rest.length === 0 || typeof inner !== 'object' || inner === null;
	return { ...message, [name]: isLeaf ? value : put(inner, rest.join('.'), value) };
}

const link = (path: string, value: unknown) => put(seedLink, `link.${path}`, value);
const oa = (path: string, value: unknown) => put(fullOa, path, value);

const FORM_ENTRY = { key: 'k', value: 'v' };

describe('what is accepted', () => {
	const accepted: Array<[string, object]> = [
		["the seed's text example", seedText],
		["the seed's link example", seedLink],
		['the oa message with every field', fullOa],
		['an oa message with a head alone', { ...fullOa, oa: { head: { text: 'Approval' } } }],
		['msgType as the tables spell it', { msgType: 'text', text: seedText.text }],
		['both spellings with one value', { ...seedText, msgType: 'text' }],
		['a link without a picture', link('picUrl', '')],
		['fields of an application at top level', { ...seedText, priority: 1 }],
		['a head text of 255 characters', oa('oa.head.text', '好'.repeat(255))],
		['six form entries', oa('oa.body.form', Array(6).fill(FORM_ENTRY))],
		['a lower-case color', oa('oa.head.bgColor', 'ffcc0000')],
		['recipients as an array', { ...seedText, personIds: ['P1', 'P2'] }],
		['recipients separated by commas', { ...seedText, personIds: 'P1, P2' }],
	];
	test.each(accepted)('%s', async (_name, message) => {
		expect(await bench.send(message)).toEqual({
			retCode: '000000',
			retDesc: 'success',
			data: { msgId: expect.stringMatching(/^sbx-\d+$/) },
		});
		const { messages } = await bench.control.messages();
		expect(messages.map((one) => one.message)).toEqual([message]);
	});

	test('a content of 1 MB arrives as it was', async () => {
		const content = '家长👏 "\n'.repeat(60_000);
		await bench.send(textTo(content));
		const { messages } = await bench.control.messages();
		expect(messages[0].message).toEqual(textTo(content));
	});
});

describe('what is refused, and stores nothing', () => {
	const refused: Array<[string, unknown, string]> = [
		['no type key', { text: { content: 'x' } }, 'msgType (or msgtype) is missing'],
		['contradicting types', { ...seedText, msgType: 'link' }, 'msgType and msgtype contradict'],
		['an unknown type', { msgType: 'card' }, 'msgType must be one of text, link, oa, not "card"'],
		['a type that is no string', { msgtype: 1 }, 'msgtype must be a string, not a number'],
		['a long type', { msgType: 'x'.repeat(11) }, 'msgType may have at most 10 characters'],
		['an array', [seedText], 'the body must be a JSON object, not an array'],
		['text missing', { msgType: 'text' }, 'text is missing'],
		['text no object', { msgType: 'text', text: 'x' }, 'text must be an object, not a string'],
		['content missing', { msgType: 'text', text: {} }, 'text.content is missing'],
		['content empty', textTo(''), 'text.content must not be empty'],
		[
			'content a number',
			{ msgType: 'text', text: { content: 1 } },
			'text.content must be a string, not a number',
		],
		[
			'an unknown key in text',
			{ msgType: 'text', text: { content: 'x', title: 'y' } },
			'text.title is not a known field',
		],
		...(['pcUrl', 'appUrl', 'title', 'busiId', 'content', 'picUrl'] as const).map(
			(key): [string, object, string] => [
				`link.${key} missing`,
				link(key, undefined),
				`link.${key} is missing`,
			],
		),
		...(['title', 'busiId', 'content'] as const).map((key): [string, object, string] => [
			`link.${key} empty`,
			link(key, ''),
			`link.${key} must not be empty`,
		]),
		['a relative pcUrl', link('pcUrl', '/a'), 'link.pcUrl must be an absolute http://'],
		[
			'a pcUrl with a blank behind it',
			link('pcUrl', 'https://a.example/x '),
			'link.pcUrl must be an',
		],
		['a pcUrl that is no address', link('pcUrl', 'https://[a'), 'link.pcUrl must be an absolute'],
		['an ftp appUrl', link('appUrl', 'ftp://a'), 'link.appUrl must be an absolute http'],
		['picUrl null', link('picUrl', null), 'link.picUrl must be a string, not null'],
		['an unknown key in link', link('url', 'x'), 'link.url is not a known field'],
		...(['busiId', 'pcUrl', 'appUrl', 'oa'] as const).map((key): [string, object, string] => [
			`oa's ${key} missing`,
			oa(key, undefined),
			`[sandbox] ${key} is missing`,
		]),
		['oa with a relative pcUrl', oa('pcUrl', 'a'), 'pcUrl must be an absolute http://'],
		['oa with an empty busiId', oa('busiId', ''), 'busiId must not be empty'],
		['no head', oa('oa.head', undefined), 'oa.head is missing'],
		['no head text', oa('oa.head.text', undefined), 'oa.head.text is missing'],
		[
			'a head text of 256 characters',
			oa('oa.head.text', 'x'.repeat(256)),
			'oa.head.text may have at most 255 characters, and has 256',
		],
		['a 0x color', oa('oa.head.bgColor', '0xCC0000'), 'oa.head.bgColor must be exactly'],
		['a 6-digit color', oa('oa.head.bgColor', 'CC0000'), 'exactly 8 hex digits'],
		['an unknown key in head', oa('oa.head.x', 1), 'oa.head.x is not a known field'],
		['an unknown key in oa', oa('oa.title', 'x'), 'oa.title is not a known field'],
		['an unknown key in body', oa('oa.body.x', 1), 'oa.body.x is not a known field'],
		[
			'a fileCount that is a number',
			oa('oa.body.fileCount', 3),
			'oa.body.fileCount must be a string, not a number',
		],
		[
			'seven form entries',
			oa('oa.body.form', Array(7).fill(FORM_ENTRY)),
			'oa.body.form may have at most 6 entries, and has 7',
		],
		['no form entry', oa('oa.body.form', []), 'oa.body.form must have at least 1 entry'],
		[
			'a form entry without value',
			oa('oa.body.form', [FORM_ENTRY, { key: 'k' }]),
			'oa.body.form[1].value is missing',
		],
		[
			'a form entry with a third key',
			oa('oa.body.form', [{ ...FORM_ENTRY, id: '1' }]),
			'oa.body.form[0].id is not a known field',
		],
		['a number as recipients', { ...seedText, personIds: 7 }, 'personIds must be an array'],
		['no recipient in the array', { ...seedText, personIds: [] }, 'personIds must have at least 1'],
		['an empty recipient', { ...seedText, personIds: ['a', ''] }, 'personIds[1] must not be empty'],
		[
			'a recipient that is a number',
			{ ...seedText, personIds: [1] },
			'personIds[0] must be a string, not a number',
		],
		['an empty id between commas', { ...seedText, personIds: 'a,,b' }, 'id 2 is empty'],
	];
	test.each(refused)('%s', async (_name, message, problem) => {
		const { retCode, retDesc, data } = await bench.send(message);
		expect(retCode).toMatch(/^SBX30[12]$/);
		expect(retDesc).toMatch(/^\[sandbox\] /);
		expect(retDesc).toContain(problem);
		expect(retDesc).not.toContain(';'); // one reason
		expect(data).toBeNull();
		expect((await bench.control.messages()).total).toBe(0);
	});

	test('a body that is not JSON', async () => {
		const { status, data } = await bench.call(
			bench.sandbox.messagePath,
			Buffer.from('{"msgType":'),
		);
		expect(status).toBe(200);
		expect(data).toEqual({
			retCode: 'SBX001',
			retDesc: '[sandbox] the body is not JSON',
			data: null,
		});
	});
});

test('an unknown address answers HTTP 404 with a page', async () => {
	const { status, headers } = await bench.call('/message/send', seedText);
	expect(status).toBe(404);
	expect(headers['content-type']).toContain('text/html');
});

test('of more mistakes than anybody reads, some are told and the others are counted', async () => {
	const text = { content: 'x', a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 };
	const { retDesc } = await bench.send({ msgType: 'text', text });
	expect(retDesc).toMatch(/(text\.\w is not a known field; ){5}and 2 more$/);
	expect(retDesc).not.toContain('text.f');
});
