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
} from '../../platform/checks';

const FIELD = parameter('body', 'title');

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
	it.each([undefined, null, '', ' ', ' \r\n\t\u3000'])('is %j', (value) => {
		expect(isBlank(value)).toBe(true);
	});

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
	const read = (value: unknown) =>
		tryOut(() => integerInRange(value, FIELD, { min: 1, max: 50, fallback: 10 }));

	it.each([
		[1, 1],
		[50, 50],
		['7', 7],
		[undefined, 10],
		[null, 10],
		['', 10],
		[' ', 10],
	])('from %j is %d', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it.each([0, 51, -1, 2.5, 'x', '1e3', NaN, Infinity, [1, 2], {}])('is not %j', (value) => {
		expect(read(value)).toEqual(['notInRange', { min: 1, max: 50, value: String(value) }]);
	});
});

describe('one of some values', () => {
	const read = (value: unknown) => tryOut(() => oneOf(value, FIELD, ['first', 'second']));

	it.each([
		['second', 'second'],
		['', 'first'],
		[null, 'first'],
		[undefined, 'first'],
	])('from %j is %s', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it.each(['Second', 'third', 0, ['first']])('is not %j', (value) => {
		const details = { value: String(value), options: 'first, second' };
		expect(read(value)).toEqual(['notAnOption', details]);
	});
});

describe('what is quoted', () => {
	it.each([
		['x'.repeat(60), 'x'.repeat(60)],
		['x'.repeat(61), `${'x'.repeat(60)}…`],
		['😀'.repeat(61), `${'😀'.repeat(60)}…`],
	])('of %s is %s', (value, expected) => {
		expect(shorten(value)).toBe(expected);
	});
});
