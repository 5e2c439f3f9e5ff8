import {
	integerInRange,
	InvalidFieldError,
	isBlank,
	oneOf,
	optionalHttpUrl,
	optionalText,
	parameter,
	requiredHttpUrl,
	requiredText,
	shorten,
	stripInvisible,
	yesOrNo,
} from '../../platform/checks';

const FIELD = parameter('body', 'title');

/** What `$now` and its like are, as far as it matters here. */
const luxonDate = (iso: string | null) => ({ isLuxonDateTime: true, toISO: () => iso });

/** What a check makes of a value: its result, or the rule that is broken, and what is said of it. */
function tryOut(check: () => unknown): unknown {
	try {
		return check();
	} catch (error) {
		if (!(error instanceof InvalidFieldError)) throw error;
		expect(error).toMatchObject({ whose: 'parameter', path: ['body', 'title'] });
		return [error.rule, error.details];
	}
}

describe('left empty', () => {
	it.each([undefined, null, '', ' ', ' \r\n\t\u3000', '\u200b\ufeff', '\u2800\u00ad'])(
		'is %j',
		(value) => {
			expect(isBlank(value)).toBe(true);
		},
	);

	it.each([0, false, '0', 'x', [], {}])('is not %j', (value) => {
		expect(isBlank(value)).toBe(false);
	});
});

describe('a text', () => {
	it.each([
		['x', 'x'],
		[' x\n', ' x\n'],
		[0, '0'],
		[2.5, '2.5'],
		[false, 'false'],
		[true, 'true'],
	])('from %j is %j', (value, expected) => {
		expect(optionalText(value, FIELD)).toBe(expected);
		expect(requiredText(value, FIELD)).toBe(expected);
	});

	it.each(['', ' \n', null, undefined])('from %j is none', (value) => {
		expect(optionalText(value, FIELD)).toBeUndefined();
		expect(tryOut(() => requiredText(value, FIELD))).toEqual(['required', {}]);
	});

	it.each([
		[new Date(Date.UTC(2030, 0, 1)), '2030-01-01T00:00:00.000Z'],
		[luxonDate('2030-01-01T08:00:00.000+08:00'), '2030-01-01T08:00:00.000+08:00'],
		[10n ** 20n, '100000000000000000000'],
		[Number.MAX_SAFE_INTEGER, '9007199254740991'],
	])('from %p is %s', (value, expected) => {
		expect(optionalText(value, FIELD)).toBe(expected);
	});

	it.each([
		[2 ** 53, 'longNumber'],
		[NaN, 'noNumber'],
		[Infinity, 'noNumber'],
	])('is not %d, which is no longer what it was: %s', (value, rule) => {
		expect(tryOut(() => optionalText(value, FIELD))).toEqual([rule, { value }]);
	});

	it('is not a date that is none', () => {
		const noDates = [{ isLuxonDateTime: true }, { isLuxonDateTime: true, toISO: () => 7 }];
		for (const value of [new Date(NaN), luxonDate(null), ...noDates]) {
			expect(tryOut(() => optionalText(value, FIELD))).toEqual(['notText', {}]);
		}
	});

	it.each([
		['\u200b a b \ufeff\n', 'a b'],
		['a\u200bb', 'a\u200bb'],
		['😀 ', '😀'],
		[' \u00a0', ''],
	])('without what nobody sees around it: %j', (text, expected) => {
		expect(stripInvisible(text)).toBe(expected);
	});

	it.each([[[]], [['x']], [{}]])('cannot be made of %j', (value) => {
		expect(tryOut(() => optionalText(value, FIELD))).toEqual(['notText', {}]);
	});
});

describe('a web address', () => {
	it.each([
		[' https://a.example/x y?q=百度#z\n', 'https://a.example/x y?q=百度#z'],
		['HTTP://a.example', 'HTTP://a.example'],
	])('from %j is %j', (value, expected) => {
		expect(optionalHttpUrl(value, FIELD)).toBe(expected);
		expect(requiredHttpUrl(value, FIELD)).toBe(expected);
	});

	it.each([
		'/x',
		'a.example',
		'ftp://a.example',
		'blob:https://a.example/x',
		'data:text/html,https://a',
		'javascript:void("https://a")',
		'https://',
		'x https://a',
	])('is not %s', (value) => {
		expect(tryOut(() => optionalHttpUrl(value, FIELD))).toEqual(['notHttpUrl', { value }]);
	});

	it('may be left empty, or not', () => {
		expect(optionalHttpUrl(' ', FIELD)).toBeUndefined();
		expect(tryOut(() => requiredHttpUrl(' ', FIELD))).toEqual(['required', {}]);
	});
});

describe('a whole number', () => {
	const read = (value: unknown) => tryOut(() => integerInRange(value, FIELD, { min: 1, max: 50 }));

	it.each([
		[1, 1],
		[50, 50],
		['7', 7],
	])('from %j is %d', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it.each([undefined, null, '', ' '])('is missing in %j', (value) => {
		expect(read(value)).toEqual(['required', {}]);
	});

	it.each([0, 51, -1, 2.5, 'x', '1e3', NaN, Infinity, [1, 2], {}, true])('is not %j', (value) => {
		expect(read(value)).toEqual(['notInRange', { min: 1, max: 50, value: String(value) }]);
	});
});

describe('one of some values', () => {
	const read = (value: unknown) => tryOut(() => oneOf(value, FIELD, ['first', 'second']));

	it.each(['first', 'second'])('is %s', (value) => {
		expect(read(value)).toBe(value);
	});

	it.each(['', ' ', null, undefined])('is missing in %j', (value) => {
		expect(read(value)).toEqual(['required', {}]);
	});

	it.each(['Second', 'third', 0, ['first']])('is not %j', (value) => {
		const details = { value: String(value), options: 'first, second' };
		expect(read(value)).toEqual(['notAnOption', details]);
	});
});

describe('yes or no', () => {
	const read = (value: unknown) => tryOut(() => yesOrNo(value, FIELD));

	it('is refused by its rule however deep a list is nested', () => {
		const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
		expect(() => yesOrNo(deep, FIELD)).toThrow('notBoolean');
		expect(() => oneOf(deep, FIELD, ['first'])).toThrow('notAnOption');
		expect(() => integerInRange(deep, FIELD, { min: 1, max: 2 })).toThrow('notInRange');
	});

	it.each([
		[true, true],
		[false, false],
		['true', true],
		[' False\n', false],
	])('from %j is %s', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it.each(['', ' ', null, undefined])('is missing in %j', (value) => {
		expect(read(value)).toEqual(['required', {}]);
	});

	it.each(['yes', 1, 0, 'truee', []])('is not %j', (value) => {
		expect(read(value)).toEqual(['notBoolean', { value: String(value) }]);
	});
});

describe('what is quoted', () => {
	it.each([
		['x'.repeat(60), 'x'.repeat(60)],
		['x'.repeat(61), `${'x'.repeat(60)}…`],
		['😀'.repeat(61), `${'😀'.repeat(60)}…`],
		// n8n's editor shows sentences as HTML
		['<a href="https://evil.example">x</a>', '‹a href="https://evil.example">x‹/a>'],
		['a\u0000b\u001bc\u202Ed\u2066e\u0085f', 'a b c d e f'],
		['two\nlines\tand more', 'two\nlines\tand more'],
	])('of %s is %s', (value, expected) => {
		expect(shorten(value)).toBe(expected);
	});
});
