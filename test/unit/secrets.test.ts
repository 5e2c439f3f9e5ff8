import fc from 'fast-check';

import { concealer, concealIn } from '../../transport/secrets';

/** Each way of writing it is another text. */
const SECRET = `a+b/c=(d)!e'f*~"k\\0`;
const encoded = encodeURIComponent(SECRET);
const strict = 'a%2Bb%2Fc%3D%28d%29%21e%27f%2A%7E%22k%5C0';
const hex = (sign: string) => sign.charCodeAt(0).toString(16);
const lower = (text: string) => text.replace(/%../g, (code) => code.toLowerCase());
const base64 = (text: string) => Buffer.from(text).toString('base64');
/** Every character as one escape. */
const escaped = (before: string, digits: number, after = '') =>
	[...SECRET]
		.map((sign) => before + sign.charCodeAt(0).toString(16).padStart(digits, '0') + after)
		.join('');

const FORMS = [
	['plain', SECRET],
	['in capital letters', SECRET.toUpperCase()],
	['encoded by JavaScript', encoded],
	['encoded by RFC 3986', strict],
	['encoded by RFC 3986, in lower-case hex', lower(strict)],
	['encoded in hex of both cases', strict.replace('%2B', '%2b').replace('%2A', '%2a')],
	['encoded by Java', strict.replace('%2A', '*')],
	['encoded twice', encodeURIComponent(encoded)],
	['encoded four times', encodeURIComponent(encodeURIComponent(encodeURIComponent(encoded)))],
	['with every character encoded', escaped('%', 2)],
	['in JSON', JSON.stringify(SECRET).slice(1, -1)],
	['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
	['in JSON of many escapes', escaped('\\u', 4)],
	['in a script', escaped('\\x', 2)],
	['in a script, by code points', escaped('\\u{', 1, '}')],
	['in a script, by code points with zeros', escaped('\\u{', 8, '}')],
	['in HTML, by numbers with zeros', escaped('&#x', 12, ';')],
	['in some signs escaped', SECRET.replace(/[^a-z\\]/g, (sign) => `\\u00${hex(sign)}`)],
	['encoded by old scripts', escaped('%u', 4)],
	['in HTML, by numbers', escaped('&#x', 1, ';')],
	['in HTML, by names', SECRET.replaceAll('"', '&quot;').replaceAll("'", '&apos;')],
	['in HTML of an address', encoded.replaceAll('%', '&#37;')],
	['in HTML of a part of an escape', SECRET.replaceAll('+', '%2&#x000042;')],
	['in hex', Buffer.from(SECRET).toString('hex')],
] as const;

describe('a secret', () => {
	const hide = concealer([SECRET]);

	it.each(FORMS)('is hidden wherever it stands: %s', (_name, form) => {
		expect(hide(`${form} is not ${form}, but ${form}.`)).toBe('*** is not ***, but ***.');
	});

	it('is hidden as often as it stands there', () => {
		expect(hide(`${SECRET}${SECRET}`)).toBe('******');
	});

	it.each(['', 'a', 'ab', 'abc'])('is hidden in base64, behind "%s"', (before) => {
		for (const encoding of ['base64', 'base64url'] as const) {
			const text = Buffer.from(`${before}${SECRET}:x`).toString(encoding);
			const [left] = hide(text).split('***').reverse();
			expect(hide(text)).toContain('***');
			// What follows the secret, and the sign that it shares with it
			expect(left.length).toBeLessThanOrEqual(6);
		}
	});

	it.each([
		[32, 12],
		[24, 12],
		[22, 12],
		[21, 11],
		[16, 9],
		[9, 5],
		[8, 5],
	])('of %d characters counts as one from %d in a row', (length, piece) => {
		const secret = 'q7mz4kx0w2ny8bv5tj1hc9rd3fgs6lpu'.slice(0, length);
		const hidden = concealer([secret]);
		for (let from = 0; from + piece <= length; from++) {
			expect(hidden(`<${secret.slice(from, from + piece)}>`)).toBe('<***>');
			const less = `<${secret.slice(from, from + piece - 1)}>`;
			expect(hidden(less)).toBe(less);
		}
	});

	it('is hidden without the white space that was issued around it', () => {
		const issued = `\n${' '.repeat(20)}issued-token\t`;
		expect(concealer([issued])('x issued-token x')).toBe('x *** x');
	});

	it('of fewer than 8 characters is not searched for', () => {
		expect(concealer(['7777777'])('77777778')).toBe('77777778');
	});

	it('is no pattern', () => {
		expect(concealer(['a.c.e.g.i', '$&$&$&$&'])('abcdefghi a.c.e.g.i $&$&$&$&')).toBe(
			'abcdefghi *** ***',
		);
	});

	it('that looks escaped itself is hidden', () => {
		const odd = '100%25&amp;\\u0041-and-more';
		expect(concealer([odd])(`<${odd}> <${encodeURIComponent(odd)}>`)).toBe('<***> <***>');
	});

	it('is searched among signs that have no name in HTML', () => {
		const text = '&constructor; &tostring; &#xz; &#; &; \\u{} \\u{110000} &#1114112;';
		expect(hide(text)).toBe(text);
	});

	it('that is nothing but escapes hides no single signs', () => {
		expect(concealer(['\\\\\\\\'.repeat(2)])('a \\ b')).toBe('a \\ b');
	});

	it('of another alphabet is hidden', () => {
		const hidden = concealer(['密钥密钥密钥密钥']);
		expect(hidden(`钥匙😀密钥密钥密钥密钥 ${encodeURIComponent('密钥密钥密钥密钥')}`)).toBe(
			'钥匙😀*** ***',
		);
	});

	it('leaves all other texts as they are', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
				expect(hide(text)).toBe(text);
			}),
		);
	});
});

describe('several secrets', () => {
	it('are all hidden', () => {
		expect(concealer(['one-more', 'two+2=22', 'thr33333'])('one-more, two%2B2=22, x, four')).toBe(
			'***, ***, x, four',
		);
	});

	it('may be the beginning of one another', () => {
		const both = ['one+one+', 'one+one+two+two'];
		for (const secrets of [both, both.toReversed()]) {
			expect(concealer(secrets)('one+one+two+two one%2Bone%2B')).toBe('*** ***');
		}
	});

	it('may come later', () => {
		const secrets = new Set<string>();
		const hide = concealer(secrets);
		expect(hide('a later token')).toBe('a later token');
		secrets.add('later token');
		expect(hide('a later token')).toBe('a ***');
	});

	it('may be empty, which hides nothing', () => {
		expect(concealer(['', ' '])('one two')).toBe('one two');
		expect(concealer([])('one two')).toBe('one two');
	});
});

describe('a value', () => {
	const hide = concealer(['12345678901234', SECRET]);

	it('is searched in its texts, its numbers and its names', () => {
		expect(
			concealIn(
				{ list: [SECRET, { [SECRET]: 12345678901234, ok: 7 }], none: null, yes: true },
				hide,
			),
		).toEqual({ list: ['***', { '***': '***', ok: 7 }], none: null, yes: true });
	});

	it('keeps all its fields, in their order, when names become one', () => {
		const value = { a: 1, [SECRET]: 2, '*** 2': 3, [encoded]: 4, z: 5 };
		expect(Object.entries(concealIn(value, hide))).toEqual([
			['a', 1],
			['***', 2],
			['*** 2', 3],
			['*** 3', 4],
			['z', 5],
		]);
	});

	it('keeps a field that JavaScript takes for something else', () => {
		const text = '{"__proto__":{"a":1}}';
		expect(JSON.stringify(concealIn(JSON.parse(text), hide))).toBe(text);
	});

	it('may be nested deeply', () => {
		const deep: unknown = JSON.parse(
			`${'['.repeat(100_000)}"${base64(SECRET)}"${']'.repeat(100_000)}`,
		);
		let part = concealIn(deep, hide);
		while (Array.isArray(part)) [part] = part as unknown[];
		expect(part).toMatch(/^\*\*\*.{0,4}$/);
	});
});

describe('the search', () => {
	it.each(['%25', '&#37;', '\\\\', '%3', '&', '%;', '\\}', '&lt;', 'a+b/c=(d)!e'])(
		'comes to an end in a long text of %j',
		(part) => {
			const hide = concealer([SECRET]);
			const text = part.repeat(300_000 / part.length);
			expect(hide(text).length).toBeLessThanOrEqual(text.length);
		},
	);
});
