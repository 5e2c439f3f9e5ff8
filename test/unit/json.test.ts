import fc from 'fast-check';

import {
	isTooDeep,
	LongNumber,
	parseJson,
	parseSendable,
	writeJson,
	type Sendable,
} from '../../platform/json';

/** A whole number that JavaScript would round, as JSON writes it. */
const longDigits = fc
	.tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 2n ** 53n + 1n, max: 10n ** 40n }))
	.map(([sign, digits]) => `${sign}${digits}`);

/** JSON text with such numbers in it, without white space; and what {@link parseJson} must make of it. */
const { document } = fc.letrec<{ document: Written; list: Written; object: Written }>((tie) => ({
	document: fc.oneof(
		{ maxDepth: 4 },
		longDigits.map((digits) => ({ text: digits, value: digits })),
		// Texts that look like numbers, quotes and escapes
		fc
			.oneof(fc.string({ unit: 'binary' }), longDigits, fc.constant('\\" 12345678901234567890'))
			.map(plain),
		fc
			.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
			.map((number) =>
				plain(Number.isInteger(number) && !Number.isSafeInteger(number) ? 0.5 : number + 0),
			),
		fc.constantFrom(true, false, null).map(plain),
		tie('list'),
		tie('object'),
	),
	list: fc.array(tie('document'), { maxLength: 5 }).map((parts) => ({
		text: `[${parts.map(({ text }) => text).join(',')}]`,
		value: parts.map(({ value }) => value),
	})),
	object: fc
		.uniqueArray(
			fc.tuple(
				fc.string().filter((key) => key !== '__proto__' && !/^\d+$/.test(key)),
				tie('document'),
			),
			{
				selector: ([key]) => key,
				maxLength: 5,
			},
		)
		.map((entries) => ({
			text: `{${entries.map(([key, { text }]) => `${JSON.stringify(key)}:${text}`).join(',')}}`,
			value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
		})),
}));

interface Written {
	text: string;
	value: unknown;
}

function plain(value: unknown): Written {
	return { text: JSON.stringify(value), value };
}

describe('JSON', () => {
	it('is read with all digits of its numbers, as texts', () => {
		fc.assert(
			fc.property(document, ({ text, value }) => {
				expect(parseJson(text)).toEqual(value);
			}),
			{ numRuns: 500 },
		);
	});

	it('is written again letter by letter, numbers as numbers', () => {
		fc.assert(
			fc.property(document, ({ text }) => {
				expect(writeJson(parseSendable(text) as Sendable)).toBe(text);
			}),
			{ numRuns: 500 },
		);
	});

	it('shows long numbers as texts where it is written by others', () => {
		fc.assert(
			fc.property(document, ({ text, value }) => {
				expect(JSON.parse(JSON.stringify(parseSendable(text)))).toEqual(value);
			}),
		);
	});

	it('is what JSON.parse takes, and nothing else', () => {
		const almost = fc.string({
			unit: fc.constantFrom(...'[]{},:"\\ 0123456789-+.eEnul\n'),
			maxLength: 40,
		});
		fc.assert(
			fc.property(fc.oneof(almost, fc.json()), (text) => {
				let isJson = true;
				try {
					JSON.parse(text);
				} catch {
					isJson = false;
				}
				expect(parseJson(text) !== undefined).toBe(isJson);
				expect(parseSendable(text) !== undefined).toBe(isJson);
			}),
			{ numRuns: 2000 },
		);
	});

	it.each([
		['[9007199254740991]', [9007199254740991]],
		['[9007199254740992]', ['9007199254740992']],
		['[-9007199254740993]', ['-9007199254740993']],
		['[12345678901234567890.5]', [12345678901234567000]],
		['[1e3]', [1000]],
		['[1e400]', ['1e400']],
		['["1e400", 1]', ['1e400', 1]],
		['{"a\\\\": 12345678901234567890}', { 'a\\': '12345678901234567890' }],
	])('%s', (text, value) => {
		expect(parseJson(text)).toEqual(value);
	});

	it('may hold texts of any length beside a long number', () => {
		const long = 'say "\\n" \\\\'.repeat(30_000);
		const text = JSON.stringify([long, '12345678901234567890']);
		expect(parseJson(`[${text},12345678901234567890]`)).toEqual([
			[long, '12345678901234567890'],
			'12345678901234567890',
		]);
	});

	it('leaves out what it cannot carry', () => {
		const value = { a: undefined, b: new LongNumber('12345678901234567890') };
		expect(writeJson(value as unknown as Sendable)).toBe('{"b":12345678901234567890}');
	});
});

describe('what is too deep', () => {
	const nested = (depth: number) =>
		JSON.parse(`${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`) as unknown;

	it.each([
		[nested(0), false],
		[nested(100), false],
		[nested(102), true],
		[nested(50_000), true],
		['[[[', false],
		[null, false],
		[undefined, false],
		[[[1], [2]].map((part) => [part, part]), false],
	])('is more than a hundred levels (%#)', (value, expected) => {
		expect(isTooDeep(value)).toBe(expected);
	});

	it('is what holds itself', () => {
		const value: Record<string, unknown> = {};
		value.self = [value];
		expect(isTooDeep(value)).toBe(true);
	});

	it('is not what stands in many places', () => {
		let value: unknown = [1];
		for (let level = 0; level < 90; level++) value = [value, value];
		expect(isTooDeep(value)).toBe(false);
	});
});
