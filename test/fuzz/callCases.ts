import fc from 'fast-check';
import { parse as parseForm, stringify as writeForm } from 'node:querystring';

import {
	ACCESS_TOKEN_PATH,
	CONTROL_PATH,
	INBOX_PATH,
	LOGIN_PATH,
	MESSAGE_PATH,
	OAUTH_TOKEN_PATH,
} from '../../sandbox/constants';

/** A line of a call's head. */
type Header = readonly [name: string, value: string];

/** A call of one of the example webhooks, or of the sandbox, as it arrives over the wire. */
export interface CallCase {
	target: 'accept' | 'send' | 'bind' | 'sandbox';
	method: string;
	/** Of the sandbox. */
	path: string;
	/** Values that a query holds: texts, or lists of texts. `CODE` stands for a good code. */
	query: Record<string, string | string[]>;
	contentType: string | undefined;
	headers: readonly Header[];
	body: Buffer;
}

/** In a query, what stands for something that is known only when the case is run. */
export const CODE = 'a code of P1001';
export const TOKEN = 'the access token';

const ODD_WORDS = [
	...[
		'',
		' ',
		'\u3000',
		'\u200b',
		'\u0000',
		'a\u0000b',
		'\ud800',
		'x\udfff',
		'\u202e',
		'\ufeff',
		'😀',
		'é',
	],
	...[
		"O'Neill'; DROP TABLE tze_outbox; --",
		'$1',
		'{{ $env }}',
		'={{ 1 + 1 }}',
		'<script>alert(1)</script>',
	],
	...[
		'null',
		'[object Object]',
		'__proto__',
		'%00',
		'../../etc/passwd',
		'http://[bad',
		'https://',
		'[',
		'{',
	],
	...['[[[[', '["P1001"', '{"a":1}', '[1e400]', '9007199254740993', '\\u0000', '\\', '"'],
];

const repeated = (lengths: readonly number[]) =>
	fc
		.tuple(
			fc.constantFrom('a', 'ü', ' ', '"', '[', '\u200b', '😀', '\\', ',', '\ud800', '\u0000'),
			fc.constantFrom(...lengths),
			fc.constantFrom('', 'https://', 'x'),
		)
		.map(([letter, length, before]) => before + letter.repeat(length));

const oddText = fc.oneof(
	{ weight: 20, arbitrary: fc.constantFrom(...ODD_WORDS) },
	{ weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
	{ weight: 6, arbitrary: repeated([199, 200, 201, 255, 256, 1001, 2001, 5000]) },
	{ weight: 1, arbitrary: repeated([20_001, 70_000, 300_001]) },
);

const nested = (depth: number, open: string, close: string) =>
	JSON.parse(open.repeat(depth) + 'null' + close.repeat(depth)) as unknown;

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 12, arbitrary: oddText },
	{ weight: 2, arbitrary: fc.integer() },
	{ weight: 2, arbitrary: fc.constantFrom(0.1, 1e21, 2 ** 60, -0) },
	{ weight: 3, arbitrary: fc.constantFrom<unknown>(true, false, null, [], {}, [[]], [null], [{}]) },
	{ weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
	{
		weight: 2,
		arbitrary: fc.constantFrom(
			{ isLuxonDateTime: true },
			{ toJSON: 'x', toString: 1 },
			JSON.parse('{"__proto__":{"x":1},"constructor":1,"length":3}') as unknown,
		),
	},
	{
		weight: 1,
		arbitrary: fc
			.constantFrom(6, 100, 2000)
			.map((depth) => [nested(depth, '[', ']'), nested(depth, '{"a":', '}')])
			.chain((both) => fc.constantFrom(...both)),
	},
);

/** Mostly what belongs there. */
const mostly = (...good: unknown[]) =>
	fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: oddValue });

/** Made once: most of the time of a case would go into them. */
const LONG_LISTS = [2000, 10_000, 10_001, 50_000].flatMap((count): unknown[] => {
	const numbers = Array.from({ length: count }, (_, n) => n);
	return [numbers, numbers.map((n) => `P${n}`).join(',')];
});

const recipients = fc.oneof(
	{ weight: 30, arbitrary: mostly('P1001', ['P1001', 'P1002'], 'P1001，P1002', ['P1001', 1002]) },
	{ weight: 5, arbitrary: fc.array(oddValue, { maxLength: 4 }) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(...LONG_LISTS),
	},
);

const address = 'https://school.example/n?a=1';
const card = fc.record(
	{
		content: mostly('内容'),
		fileCount: mostly(2),
		form: mostly([{ key: '天数', value: 3 }]),
		x: oddValue,
	},
	{ requiredKeys: ['content'] },
);

const acceptBody = fc.record(
	{
		requestId: mostly('r', 7, null),
		msgType: mostly('link', 'oa', 'oa', null),
		recipients,
		title: mostly('T', '通知'),
		content: mostly('C'),
		pcUrl: mostly(address),
		appUrl: mostly(address),
		picUrl: mostly('', address),
		headText: mostly('H'),
		headBgColor: mostly('#1463D8'),
		body: fc.oneof(
			card,
			card.map((one) => JSON.stringify(one)),
			oddValue,
		),
		unknown: oddValue,
	},
	{ requiredKeys: ['recipients', 'title', 'content', 'pcUrl', 'appUrl', 'headText', 'msgType'] },
);

const sendBody = fc.record(
	{ recipients, content: mostly('你好', 'C', 7), unknown: oddValue },
	{ requiredKeys: ['recipients', 'content'] },
);

const contentType = fc.oneof(
	{ weight: 12, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8') },
	{
		weight: 4,
		arbitrary: fc.constantFrom(
			...[
				'application/x-www-form-urlencoded',
				'text/plain',
				'multipart/form-data; boundary=x',
				'application/xml',
			],
			...[
				'text/html',
				'application/jsonp',
				'APPLICATION/JSON;a=b',
				'; application/json',
				'*/*',
				' ',
				undefined,
			],
			...[
				'application/json; charset=utf-16le',
				'application/x-www-form-urlencoded; application/json',
			],
		),
	},
);

const encode = fc.oneof(
	{ weight: 20, arbitrary: fc.constant('utf8' as const) },
	{
		weight: 4,
		arbitrary: fc.constantFrom('utf16le', 'latin1', 'bom', 'cut', 'junk', 'twice', 'empty'),
	},
);

function toBytes(value: unknown, type: string | undefined, how: string): Buffer {
	const isForm = type?.startsWith('application/x-www-form-urlencoded') === true;
	const isRecord = typeof value === 'object' && value !== null;
	const text = isForm && isRecord ? toForm(value) : (JSON.stringify(value) ?? '');
	switch (how) {
		case 'utf16le':
		case 'latin1':
			return Buffer.from(text, how);
		case 'bom':
			return Buffer.from(`\ufeff${text}`);
		case 'cut':
			return Buffer.from(text.slice(0, text.length / 2));
		case 'junk':
			return Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0x80]), Buffer.from(text)]);
		case 'twice':
			return Buffer.from(text + text);
		case 'empty':
			return Buffer.alloc(0);
		default:
			return Buffer.from(text);
	}
}

/** As a page of another site would send it. */
function toForm(value: object): string {
	return writeForm(
		Object.fromEntries(
			Object.entries(value).map(([name, part]) => [
				wellFormed(name),
				wellFormed(typeof part === 'string' ? part : (JSON.stringify(part) ?? '')),
			]),
		),
	);
}

/** Without half characters, which no address and no form can hold. */
export function wellFormed(text: string): string {
	return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}

const whole = (body: fc.Arbitrary<unknown>) =>
	fc.oneof({ weight: 15, arbitrary: body }, { weight: 1, arbitrary: oddValue });

const queryText = fc.oneof(
	{ weight: 3, arbitrary: oddText.map((text) => text.slice(0, 500)) },
	{ weight: 1, arbitrary: fc.array(fc.constantFrom('P1001', CODE, '', 'x'), { maxLength: 3 }) },
);

const HEADERS: readonly Header[] = [
	['Content-Encoding', 'gzip'],
	['Transfer-Encoding', 'gzip'],
	['Expect', '100-continue'],
	['Expect', 'x'],
	['Content-Length', '1e3'],
	['Content-Length', '-1'],
	['Host', ''],
	['Host', 'evil.example'],
	['Upgrade', 'websocket'],
	['Origin', 'https://evil.example'],
	['Range', 'bytes=0-0'],
	['Accept', '\u00ff'],
	['X-Forwarded-Host', '<script>'],
	['X-Long', 'x'.repeat(20_000)],
	['__proto__', 'x'],
	['Cookie', '=;=;'],
	['Authorization', 'Bearer x'],
	['If-None-Match', '*'],
];

const PATHS = [
	...[
		MESSAGE_PATH,
		MESSAGE_PATH,
		MESSAGE_PATH,
		OAUTH_TOKEN_PATH,
		ACCESS_TOKEN_PATH,
		INBOX_PATH,
		LOGIN_PATH,
	],
	...['messages', 'codes', 'stats', 'requests', 'faults', '', 'nothing', 'assets/inbox.js'].map(
		(name) => `${CONTROL_PATH}/${name}`,
	),
	...[
		'/',
		'//',
		'/%',
		'/%00',
		'/%ff',
		'/../../etc/passwd',
		`${CONTROL_PATH}/assets/..%2f..%2fpackage.json`,
		'*',
	],
	...[
		'/sandbox/message/send/',
		'/SANDBOX/message/send',
		'/a'.repeat(5000),
		'/inbox/<script>',
		'http://evil.example/',
	],
];

const METHODS = [
	'GET',
	'HEAD',
	'PUT',
	'PATCH',
	'DELETE',
	'OPTIONS',
	'TRACE',
	'CONNECT',
	'BREW',
	'post',
	'',
];

const linkMessage = fc.record(
	{
		msgType: mostly('link', 'text', 'oa'),
		personIds: recipients,
		text: mostly({ content: 'C' }),
		link: mostly({
			title: 'T',
			content: 'C',
			pcUrl: address,
			appUrl: address,
			picUrl: '',
			busiId: '1',
		}),
		oa: mostly({ head: { text: 'H' } }),
		busiId: mostly('1'),
		pcUrl: mostly(address),
		appUrl: mostly(address),
		x: oddValue,
	},
	{ requiredKeys: ['msgType', 'personIds', 'text', 'link'] },
);

const controlBody = fc.record(
	{ personId: mostly('P1001'), count: mostly(1), kind: oddValue, match: oddValue, times: oddValue },
	{ requiredKeys: [] },
);

const sandboxCase: fc.Arbitrary<CallCase> = fc
	.record({
		method: fc.oneof(
			{ weight: 5, arbitrary: fc.constant('POST') },
			{ weight: 3, arbitrary: fc.constantFrom(...METHODS) },
		),
		path: fc.oneof(
			{ weight: 12, arbitrary: fc.constantFrom(...PATHS) },
			{ weight: 1, arbitrary: oddText.map((text) => `/${text}`) },
		),
		query: fc.record(
			{
				accessToken: fc.oneof({ weight: 5, arbitrary: fc.constant(TOKEN) }, queryText),
				oauthCode: queryText,
				appId: queryText,
				recipient: queryText,
				limit: queryText,
				offset: queryText,
				redirect_uri: queryText,
			},
			{ requiredKeys: ['accessToken'] },
		),
		contentType,
		headers: fc.oneof(
			{ weight: 5, arbitrary: fc.constant<Header[]>([]) },
			{ weight: 1, arbitrary: fc.array(fc.constantFrom<Header>(...HEADERS), { maxLength: 3 }) },
		),
		content: fc.oneof(whole(linkMessage), whole(controlBody)),
		how: encode,
	})
	.map(({ content, how, query, ...rest }) => ({
		target: 'sandbox' as const,
		...rest,
		query: query as CallCase['query'],
		body: toBytes(content, rest.contentType, how),
	}));

const webhookCase = (target: 'accept' | 'send', body: fc.Arbitrary<unknown>) =>
	fc
		.record({ contentType, content: whole(body), how: encode })
		.map(({ contentType: type, content, how }): CallCase => ({
			target,
			method: 'POST',
			path: '',
			query: {},
			contentType: type,
			headers: [],
			body: toBytes(content, type, how),
		}));

const bindCase = fc
	.record(
		{
			personId: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('P1001', 'P3001') }, queryText),
			oauthCode: fc.oneof({ weight: 3, arbitrary: fc.constant(CODE) }, queryText),
			unknown: queryText,
		},
		{ requiredKeys: [] },
	)
	.map((query): CallCase => ({
		target: 'bind',
		method: 'GET',
		path: '',
		query: query as CallCase['query'],
		contentType: undefined,
		headers: [],
		body: Buffer.alloc(0),
	}));

/** Calls of the outbox's webhook. */
export const acceptCases = webhookCase('accept', acceptBody);

/** Of all calls; a workflow takes longer than an answer of the sandbox. */
export const callCases: fc.Arbitrary<CallCase> = fc.oneof(
	{ weight: 13, arbitrary: sandboxCase },
	{ weight: 3, arbitrary: acceptCases },
	{ weight: 2, arbitrary: webhookCase('send', sendBody) },
	{ weight: 2, arbitrary: bindCase },
);

/**
 * What n8n's server makes of a body before a workflow sees it (its body parser, 2.41); `undefined`
 * when it answers 422 by itself. Forms with files and XML are given as what they may become.
 */
export function readByN8n({ body, contentType: header }: CallCase): unknown {
	const [type = '', ...parameters] = (header ?? '')
		.toLowerCase()
		.split(';')
		.map((part) => part.trim());
	const charset = parameters.find((part) => part.startsWith('charset='))?.slice(8) ?? 'utf8';
	const text = body.toString(Buffer.isEncoding(charset) ? charset : 'utf8').replace(/^\ufeff/, '');
	if (body.length === 0) return {};
	if (type === 'application/x-www-form-urlencoded') return { ...parseForm(text) };
	if (type === 'text/plain') return text;
	const isJson = type === 'application/json';
	if (!isJson && !type.startsWith('multipart/') && !type.endsWith('/xml')) return {};
	try {
		return (JSON.parse(text) as unknown) ?? {};
	} catch {
		return isJson ? undefined : {};
	}
}

/** A case, short enough to be read. */
export function shownCall({
	target,
	method,
	path,
	query,
	contentType: type,
	headers,
	body,
}: CallCase): string {
	const short = (text: string) =>
		text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text;
	const parts = [
		target,
		method,
		short(path),
		short(JSON.stringify(query)),
		type,
		short(JSON.stringify(headers)),
	];
	return `${parts.join(' ')} ${short(JSON.stringify(body.toString()))}`;
}
