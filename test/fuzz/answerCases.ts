import fc from 'fast-check';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** What the fuzzer of answers makes up: one answer, down to its bytes, and what may come of it. */

/** Secrets of a case, as they are put into answers where `%NAME%` stands. */
export interface Secrets {
	/** The access token that the call was made with. */
	TOKEN: string;
	/** What the call itself holds and nobody may store: an OAuth code, an app key. */
	OWN: string;
	/** What the platform issues: an OAuth token, an access token. */
	ISSUED: string;
}

/** What an answer says, in text or bytes. */
interface Content {
	kind:
		/** The platform's success. */
		| 'success'
		/** The platform's refusal. */
		| 'refusal'
		/** Anything else: nobody can tell what became of the call. */
		| 'other';
	/** With placeholders for secrets. */
	text: string;
	/** Bytes in the place of the text. */
	bytes?: Buffer;
	/** What `data` of a success must be in the output, as JSON; left out where that is not known. */
	data?: string;
	/** False when even the package cannot read it, though it is a success: too long, in another encoding. */
	isReadable: boolean;
}

const CODINGS = [
	'none',
	'gzip',
	'x-gzip',
	'deflate',
	'raw deflate',
	'br',
	'broken',
	'lie',
] as const;
const FRAMINGS = [
	...(['length', 'chunked', 'close', 'http 1.0'] as const),
	...(['short length', 'long length', 'both', 'bad chunk'] as const),
];
const DELIVERIES = ['whole', 'pieces', 'slow', 'drip', 'cut head', 'cut body', 'stall'] as const;

export interface AnswerCase {
	status: number;
	headers: ReadonlyArray<readonly [name: string, value: string]>;
	trailers: ReadonlyArray<readonly [name: string, value: string]>;
	content: Content;
	coding: (typeof CODINGS)[number];
	framing: (typeof FRAMINGS)[number];
	delivery: (typeof DELIVERIES)[number];
	/** Whether 103 comes before. */
	hasEarlyHints: boolean;
}

/** Bytes as they are sent one after the other, each after a pause, and how the connection ends. */
export interface Delivery {
	pieces: ReadonlyArray<readonly [bytes: Buffer, pauseMs: number]>;
	end: 'end' | 'destroy' | 'hang';
}

/** The package reads so much of an answer (docs/interface.md). */
const LIMIT = 256 * 1024;

const SUCCESS = '000000';

// ---- Contents

/** JSON text in which no number changes on its way through JavaScript. */
const smallJson = fc
	.jsonValue({ maxDepth: 3 })
	.map((value) =>
		JSON.stringify(
			JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
				typeof part === 'number' && Math.abs(part) > 1e15 ? 7 : part,
			),
		),
	)
	.filter((text) => !text.includes('__proto__'));

/** Texts of others: markup, secrets, quotes, letters that turn around, halves of letters. */
const fewWords = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 40 }),
	fc.constantFrom(
		...['ok', '无权限', '<a href="https://evil.example">here</a>', '<img src=x onerror=alert(1)>'],
		...['token %TOKEN% is void', 'code %OWN% was used', 'see ?accessToken=%TOKEN_ENCODED%&x=1'],
		...['a\u0000b\u0007c', '\u202Eevil', 'EPERM messagePermission', '{host} {code} {reason}'],
		...['$& $1 $`', '\ud800 half', 'line\nline\r\nline', '   '],
	),
);

const words = fc.oneof(
	{ weight: 4, arbitrary: fewWords },
	{
		weight: 1,
		arbitrary: fc
			.constantFrom('x', '啊', '<', '%TOKEN% ', '\u0000')
			.chain((unit) => fc.constantFrom(300, 5_000, 100_000).map((length) => unit.repeat(length))),
	},
);

/** `data` that may be large. */
const data: fc.Arbitrary<{ text: string; isKept: boolean }> = fc.oneof(
	{ weight: 6, arbitrary: smallJson.map((text) => ({ text, isKept: true })) },
	{
		weight: 2,
		arbitrary: fc.constantFrom(90, 100, 101, 5_000, 60_000).chain((depth) =>
			fc.constantFrom(['[', ']'], ['{"a":', '}']).map(([open, close]) => ({
				text: `${open.repeat(depth - 1)}${open === '[' ? '[]' : '{}'}${close.repeat(depth - 1)}`,
				isKept: depth <= 100,
			})),
		),
	},
	{
		weight: 2,
		arbitrary: fc
			.constantFrom('"x"', '1', '[]', '{"k":"v"}', '"\\n\\u4e2d"', '12.5', 'null', '1e3')
			.chain((entry) =>
				fc.constantFrom(1_000, 20_000, 100_000).map((count) => {
					const all = Math.min(count, Math.floor(200_000 / (entry.length + 1)));
					return { text: `[${Array.from({ length: all }, () => entry).join(',')}]`, isKept: true };
				}),
			),
	},
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			...['"%TOKEN%"', '{"%TOKEN%":"%OWN%"}', '["%TOKEN_ENCODED%"]'].map((text) => ({
				text,
				isKept: false,
			})),
			// Digits that a double does not hold become a text
			{ text: '{"id":12345678901234567890,"n":[1e400,-1234567890123456789]}', isKept: false },
		),
	},
);

const quotedWords = words.map((text) => JSON.stringify(text));
const fewQuotedWords = fewWords.map((text) => JSON.stringify(text));

/** What the answer is to. */
export type Asked = 'message' | 'exchange' | 'token';

/** The members in which a call's own success lies, if it has any. */
function payloadOf(asked: Asked, data: string | undefined): string[] {
	switch (asked) {
		case 'message':
			return data === undefined ? [] : [`"data":${data}`];
		case 'exchange':
			return [`"data":{"more":${data ?? '1'},"oauthToken":"%ISSUED%","expiry":${data ?? '1'}}`];
		case 'token':
			return [`"tokenInfo":{"accessToken":"%ISSUED%","validTime":${data ?? '1'}}`];
	}
}

const successes = (asked: Asked): fc.Arbitrary<Content> =>
	fc
		.record({
			data: fc.option(data, { nil: undefined }),
			retDesc: fc.oneof(quotedWords, smallJson),
			more: fc.array(fc.tuple(fc.constantFrom('a', 'traceId', 'constructor'), smallJson), {
				maxLength: 2,
			}),
			isDataFirst: fc.boolean(),
			space: fc.constantFrom('', ' ', '\n\t', ' '.repeat(3_000)),
		})
		.map(({ data: payload, retDesc, more, isDataFirst, space }): Content => {
			const members = [
				`"retCode":"${SUCCESS}"`,
				`"retDesc":${retDesc}`,
				...more.map(([name, value]) => `"${name}":${value}`),
			];
			members.splice(isDataFirst ? 0 : members.length, 0, ...payloadOf(asked, payload?.text));
			const text = `${space}{${members.join(`,${space}`)}}${space}`;
			const isShort = Buffer.byteLength(text.replaceAll('%TOKEN%', ' '.repeat(60))) < LIMIT - 2_000;
			// Of what is too long, the beginning counts
			const isReadable = isShort || (asked === 'message' && !isDataFirst);
			const isKnown = asked === 'message' && payload?.isKept === true && isShort;
			const content: Content = { kind: 'success', text, isReadable };
			if (isKnown) content.data = JSON.stringify(JSON.parse(payload.text));
			return content;
		});

/** A success behind which there is so much that nobody reads it to its end. */
const longSuccesses = (asked: Asked): fc.Arbitrary<Content> =>
	fc
		.record({
			size: fc.constantFrom(LIMIT - 100, LIMIT, LIMIT + 1, 1_000_000, 3_000_000),
			unit: fc.constantFrom('x', ' ', '啊', '\\n', '"'),
			isFirst: fc.boolean(),
		})
		.map(({ size, unit, isFirst }): Content => {
			const escaped = unit === '"' ? '\\"' : unit;
			const filling = `"filling":"${escaped.repeat(Math.ceil(size / Buffer.byteLength(escaped)))}"`;
			const said = [`"retCode":"${SUCCESS}","retDesc":"ok"`, ...payloadOf(asked, undefined)];
			const text = `{${(isFirst ? [...said, filling] : [filling, ...said]).join(',')}}`;
			return { kind: 'success', text, isReadable: isFirst };
		});

const refusal: fc.Arbitrary<Content> = fc
	.record({
		retCode: fc.oneof(
			fc.constantFrom('100001', 'X', '0', '00000', '0000000', '<b>', '%TOKEN%', '000000 '),
			fc.constantFrom('9', '<').map((sign) => sign.repeat(50_000)),
		),
		retDesc: fc.oneof(quotedWords, smallJson),
	})
	.map(({ retCode, retDesc }): Content => {
		const text = `{"retCode":${JSON.stringify(retCode)},"retDesc":${retDesc}}`;
		return { kind: 'refusal', text, isReadable: true };
	});

/** Answers of others, and damaged ones. */
const other: fc.Arbitrary<Content> = fc
	.oneof(
		// JSON without a code, or with one that is no text
		fc
			.constantFrom(
				'null',
				'0',
				'200',
				'""',
				'true',
				'[]',
				'{}',
				'["000000"]',
				'000000',
				'[[[[]]]]',
			)
			.chain((code) =>
				quotedWords.map((text) => `{"retCode":${code},"message":${text},"error":{"msg":${text}}}`),
			),
		smallJson.map((value) => `{"RetCode":"${SUCCESS}","value":${value}}`),
		smallJson.map((value) => `[${value}]`),
		quotedWords.map((text) => `{"code":"${SUCCESS}","error":{"message":${text}}}`),
		// Broken JSON
		fewQuotedWords.map(
			(text) => `{"retCode":"${SUCCESS}","retDesc":${text},"data":{"oauthToken":"%ISSUED%`,
		),
		fc
			.constantFrom('{', '[', '{"a":', '{"a"', '[[', '"\\')
			.chain((unit) => fc.constantFrom(1, 20_000, 90_000).map((count) => unit.repeat(count))),
		// Pages
		words.map((text) => `<html><body><h1>${text}</h1><script>%TOKEN%</script></body></html>`),
		fc
			.constantFrom(
				'<',
				'>',
				'<a',
				'<script',
				'<script>',
				'</script',
				'<!--',
				'< >',
				'&lt;',
				'\n',
				'"',
			)
			.chain((unit) => fc.constantFrom(1, 1_000, 100_000).map((count) => unit.repeat(count))),
		words,
		fc.constantFrom('', ' ', '\uFEFF', 'null', '0', '"000000"', 'true', '000000'),
	)
	.map((text): Content => ({ kind: 'other', text, isReadable: true }));

const bytes: fc.Arbitrary<Content> = fc
	.oneof(
		fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
		fc.constantFrom(0, 0xff, 0xe4, 0x5c).map((byte) => Buffer.alloc(100_000, byte)),
		fc.constant(Buffer.from(`{"retCode":"${SUCCESS}"}`, 'utf16le')),
	)
	// Random bytes that begin a JSON text are none
	.map((array) => Buffer.concat([Buffer.from([0xfe]), array]))
	.map((array): Content => ({ kind: 'other', text: '', bytes: array, isReadable: true }));

/** A success in UTF-8 with a mark of it, or with bytes that are none within its texts. */
const oddlyEncoded: fc.Arbitrary<Content> = fc.boolean().map((hasMark): Content => {
	const odd = Buffer.from([0xb3, 0xc9, 0xb9, 0xa6, 0xff, 0xc0]);
	const parts = [
		...(hasMark ? [Buffer.from([0xef, 0xbb, 0xbf])] : []),
		Buffer.from(
			`{"retCode":"${SUCCESS}","tokenInfo":{"accessToken":"plain-issued-token"},"data":{"oauthToken":"plain-issued-token"},"retDesc":"`,
		),
		...[odd, Buffer.from('"}')],
	];
	return { kind: 'success', text: '', bytes: Buffer.concat(parts), isReadable: true };
});

/** 300 MB in 0.3 MB. */
const member = gzipSync(Buffer.alloc(100_000_000, 0x20));
const bomb = Buffer.concat([member, member, member]);
const BOMB: Content = { kind: 'other', text: '', bytes: bomb, isReadable: false };

// ---- The rest of an answer

const STATUSES = [
	...[201, 202, 203, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308],
	...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 413, 414, 415, 417, 418, 421, 422],
	...[423, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 520, 599, 600, 999],
];

const usualHeader = fc.oneof(
	fc
		.constantFrom(
			'application/json',
			'text/html',
			'application/json; charset=gbk',
			'text/xml;;;',
			'',
		)
		.map((value) => ['Content-Type', value] as const),
	fc
		.constantFrom(
			'0',
			'1',
			'-5',
			'1e9',
			'9'.repeat(400),
			'soon',
			'Wed, 21 Oct 2099 07:28:00 GMT',
			'',
		)
		.map((value) => ['Retry-After', value] as const),
	fc
		.constantFrom(
			...[
				'/login',
				'https://login.example/?accessToken=%TOKEN%',
				'https://a@b/',
				'javascript:alert(1)',
			],
			...[
				'',
				'//[',
				`https://${'a'.repeat(5_000)}.example/`,
				'https://%TOKEN%.example/',
				'http://<b>/',
			],
		)
		.map((value) => ['Location', value] as const),
	fc
		.constantFrom('Set-Cookie', 'X-Token', 'WWW-Authenticate')
		.map((name) => [name, `t=%TOKEN%; ${'x'.repeat(200)}`] as const),
);

const header = fc.oneof(
	{ weight: 40, arbitrary: usualHeader },
	{ weight: 1, arbitrary: fc.constant(['X-Long', 'y'.repeat(20_000)] as const) },
);

const mostly = <Value>(usual: Value, others: readonly Value[], weight = 20): fc.Arbitrary<Value> =>
	fc.oneof(
		{ weight, arbitrary: fc.constant(usual) },
		{ weight: 4, arbitrary: fc.constantFrom(...others) },
	);

const cases = (asked: Asked): fc.Arbitrary<AnswerCase> =>
	fc.record({
		status: mostly(200, STATUSES),
		headers: fc.array(header, { maxLength: 3 }),
		trailers: fc.array(header, { maxLength: 1 }),
		content: fc.oneof(
			{ weight: 40, arbitrary: successes(asked) },
			{ weight: 4, arbitrary: longSuccesses(asked) },
			{ weight: 3, arbitrary: oddlyEncoded },
			{ weight: 18, arbitrary: refusal },
			{ weight: 30, arbitrary: other },
			{ weight: 5, arbitrary: bytes },
			{ weight: 1, arbitrary: fc.constant(BOMB) },
		),
		coding: mostly('none', CODINGS),
		framing: mostly('length', FRAMINGS),
		delivery: mostly('whole', DELIVERIES, 40),
		hasEarlyHints: mostly(false, [true]),
	});

export const ANSWER_CASES: Readonly<Record<Asked, fc.Arbitrary<AnswerCase>>> = {
	message: cases('message'),
	exchange: cases('exchange'),
	token: cases('token'),
};

// ---- What may come of it

/** Statuses that turn a call away, by the contract of docs/faults.md. */
const TURNED_AWAY = new Set([
	400, 401, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 421, 426, 431,
]);

/** True when the answer may be taken for a "no": then whoever gives it did not carry the call out. */
export function mayMeanNo({ status, content }: AnswerCase, isBusyNo: boolean): boolean {
	if (content.kind === 'refusal' || TURNED_AWAY.has(status)) return true;
	return isBusyNo && (status === 429 || status === 503);
}

/** True when the platform's success arrives whole, in a form that can be read. */
export function isPlainSuccess(answer: AnswerCase): boolean {
	const { content, status, coding, framing, delivery, headers } = answer;
	return (
		content.kind === 'success' &&
		content.isReadable &&
		status !== 204 &&
		status !== 304 &&
		coding !== 'broken' &&
		coding !== 'lie' &&
		['length', 'chunked', 'close', 'http 1.0'].includes(framing) &&
		['whole', 'pieces', 'slow'].includes(delivery) &&
		// More than Node reads of a head
		!headers.some(([, value]) => value.length > 16_000)
	);
}

// ---- Its bytes

/** The text with the secrets of a case in it. */
function filled(text: string, secrets: Secrets): string {
	return text
		.replaceAll('%TOKEN%', () => secrets.TOKEN)
		.replaceAll('%TOKEN_ENCODED%', () => encodeURIComponent(secrets.TOKEN))
		.replaceAll('%OWN%', () => secrets.OWN)
		.replaceAll('%ISSUED%', () => secrets.ISSUED);
}

const ENCODERS: Record<AnswerCase['coding'], (plain: Buffer) => Buffer> = {
	none: (plain) => plain,
	gzip: (plain) => gzipSync(plain, { level: 1 }),
	'x-gzip': (plain) => gzipSync(plain, { level: 1 }),
	deflate: (plain) => deflateSync(plain, { level: 1 }),
	'raw deflate': (plain) => deflateRawSync(plain, { level: 1 }),
	br: (plain) => brotliCompressSync(plain, { params: { 1: 1 } }),
	broken: (plain) => {
		const packed = gzipSync(plain, { level: 1 });
		packed.fill(0xaa, Math.min(12, packed.length));
		return packed;
	},
	lie: (plain) => plain,
};

const CODING_NAMES: Partial<Record<AnswerCase['coding'], string>> = {
	...{ gzip: 'gzip', 'x-gzip': 'x-gzip', deflate: 'deflate', 'raw deflate': 'deflate', br: 'br' },
	...{ broken: 'gzip', lie: 'gzip' },
};

/** How an answer is sent. */
export function deliveryOf(answer: AnswerCase, secrets: Secrets): Delivery {
	const { content, coding, delivery } = answer;
	// No length: nobody can know that the end is there
	const framing = delivery === 'drip' ? 'close' : answer.framing;
	const isBomb = content === BOMB;
	const plain = content.bytes ?? Buffer.from(filled(content.text, secrets), 'utf8');
	const body = isBomb ? plain : ENCODERS[coding](plain);
	const codingName = isBomb ? 'gzip' : CODING_NAMES[coding];

	const lines = answer.headers.map(([name, value]) => `${name}: ${filled(value, secrets)}`);
	if (codingName !== undefined) lines.push(`Content-Encoding: ${codingName}`);
	const isChunked = framing === 'chunked' || framing === 'bad chunk' || framing === 'both';
	if (isChunked) lines.push('Transfer-Encoding: chunked');
	if (framing === 'length' || framing === 'both') lines.push(`Content-Length: ${body.length}`);
	if (framing === 'short length') lines.push(`Content-Length: ${Math.floor(body.length / 2)}`);
	if (framing === 'long length') lines.push(`Content-Length: ${body.length + 10}`);
	const version = framing === 'http 1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
	const hints = answer.hasEarlyHints ? 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' : '';
	const head = Buffer.from(
		`${hints}${version} ${answer.status} What\r\n${lines.map((line) => `${line}\r\n`).join('')}Connection: close\r\n\r\n`,
		'latin1',
	);
	const framed = isChunked
		? chunked(body, framing === 'bad chunk', answer.trailers, secrets)
		: body;
	const all = Buffer.concat([head, framed]);

	switch (delivery) {
		case 'whole':
			return { pieces: [[all, 0]], end: 'end' };
		case 'pieces':
			return { pieces: split(all, 7).map((piece) => [piece, 0] as const), end: 'end' };
		case 'slow':
			return { pieces: split(all, 4).map((piece) => [piece, 5] as const), end: 'end' };
		case 'drip':
			// Byte by byte, for longer than anybody waits
			return {
				pieces: [[all, 0], ...Array.from({ length: 400 }, () => [Buffer.from(' '), 25] as const)],
				end: 'hang',
			};
		case 'cut head':
			return { pieces: [[head.subarray(0, head.length / 2), 0]], end: 'destroy' };
		case 'cut body':
			return { pieces: [[all.subarray(0, head.length + framed.length / 2), 0]], end: 'destroy' };
		case 'stall':
			return { pieces: [[all.subarray(0, head.length + framed.length / 2), 0]], end: 'hang' };
	}
}

function chunked(
	body: Buffer,
	isBad: boolean,
	trailers: AnswerCase['trailers'],
	secrets: Secrets,
): Buffer {
	const pieces = split(body, 3).flatMap((piece) => [
		Buffer.from(`${isBad ? 'zz' : piece.length.toString(16)}\r\n`),
		piece,
		Buffer.from('\r\n'),
	]);
	const lines = trailers
		.filter(([, value]) => value.length < 1_000)
		.map(([name, value]) => `${name}: ${filled(value, secrets)}\r\n`);
	return Buffer.concat([...pieces, Buffer.from(`0\r\n${lines.join('')}\r\n`)]);
}

/** In so many parts at most, none of them empty. */
function split(whole: Buffer, count: number): Buffer[] {
	const size = Math.max(1, Math.ceil(whole.length / count));
	const parts: Buffer[] = [];
	for (let at = 0; at < whole.length; at += size) parts.push(whole.subarray(at, at + size));
	return parts;
}

/** A case as a person reads it. */
export function shownCase({ content, ...rest }: AnswerCase): string {
	const said = content.bytes?.subarray(0, 100).toString('latin1') ?? content.text;
	const short = said.length > 160 ? `${said.slice(0, 160)}… (${said.length})` : said;
	const lines = (fields: AnswerCase['headers']) =>
		fields.map(([name, value]) => `${name}: ${value.slice(0, 60)}`);
	const [headers, trailers] = [lines(rest.headers), lines(rest.trailers)];
	return JSON.stringify({ ...rest, headers, trailers, kind: content.kind, content: short });
}
