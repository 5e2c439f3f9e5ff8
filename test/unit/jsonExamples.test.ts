import { isRecord, LongNumber, parseJson, parseSendable, writeJson } from '../../platform/json';

it.each([
	[{}, true],
	[{ a: 1 }, true],
	[null, false],
	[[], false],
	['{}', false],
	[undefined, false],
])('%j is an object: %s', (value, expected) => {
	expect(isRecord(value)).toBe(expected);
});

it.each([
	['null', null],
	['[1]', [1]],
	['"x"', 'x'],
	['', undefined],
	['{a:1}', undefined],
	[
		'[9007199254740991,-9007199254740991,0.12345678901234567,1e3]',
		[9007199254740991, -9007199254740991, 0.12345678901234567, 1000],
	],
	[
		'{"id":12345678901234567890,"text":"id: 12345678901234567890 \\" 1"}',
		{ id: '12345678901234567890', text: 'id: 12345678901234567890 " 1' },
	],
	['[-12345678901234567890]', ['-12345678901234567890']],
])('%s stands for %j', (text, expected) => {
	expect(parseJson(text)).toEqual(expected);
});

describe('what is sent', () => {
	it.each([
		'{"id":12345678901234567890}',
		'[[-12345678901234567890,1.5,"a",null,{"b":true}]]',
		'{"a":"12345678901234567890"}',
	])('keeps all digits of a number: %s', (text) => {
		expect(writeJson(parseSendable(text) ?? null)).toBe(text);
	});

	it('is shown with the digits as a text', () => {
		expect(JSON.parse(JSON.stringify({ id: new LongNumber('12345678901234567890') }))).toEqual({
			id: '12345678901234567890',
		});
	});

	it('is as JSON writes it, without what JSON cannot carry', () => {
		const value = {
			text: 'a"\n学',
			none: null,
			missing: undefined,
			list: [0, false, []],
			inner: {},
		};
		expect(writeJson(value as never)).toBe(JSON.stringify(value));
	});

	it('is nothing when the text is none', () => {
		expect(parseSendable('{a:1}')).toBeUndefined();
	});
});
