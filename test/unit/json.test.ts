import { isRecord, parseJson, toJsonObject } from '../../platform/json';

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
])('%j stands for %j', (text, expected) => {
	expect(parseJson(text)).toEqual(expected);
});

it('leaves out what JSON cannot carry', () => {
	const object = { text: '', none: null, missing: undefined, work: () => 1, list: [0] };
	expect(Object.entries(toJsonObject(object))).toEqual([
		['text', ''],
		['none', null],
		['list', [0]],
	]);
});
