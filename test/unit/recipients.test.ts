import fc from 'fast-check';

import { InvalidFieldError, parameter } from '../../platform/checks';
import { parseId, parseRecipients } from '../../platform/recipients';

/** What an ID is made of here: letters and digits of any script, and signs that have no other meaning. */
const ID_CHARACTERS = [...'abcXYZ0123456789_-.@:/#王芳é'];
/** Read as they stand: these mean that there is no value, and are no IDs. */
const NO_VALUES = /^(?:null|undefined|none|nan|infinity|true|false|-?\d(?:\.\d+)?e[+-]\d+)$/i;
const id = fc
	.string({ unit: fc.constantFrom(...ID_CHARACTERS), minLength: 1, maxLength: 40 })
	.filter((text) => !NO_VALUES.test(text));

const SEPARATORS = [',', '，', ';', '；', '、', '|', '｜', ' ', '\u3000', '\t', '\n', '\r\n'];
const separator = fc.array(fc.constantFrom(...SEPARATORS), { minLength: 1, maxLength: 3 });
const INVISIBLE = ['\u200B', '\uFEFF', '\u200D', '\u00AD', '\u2060', '\u202A'];
const QUOTES = ['""', "''", '“”', '‘’', '「」', '«»', '``', '＂＂'].map((pair) => [
	pair[0],
	pair[1],
]);

/** An ID as people and programs write it, and the ID. */
const written = fc
	.tuple(
		id,
		fc.option(fc.constantFrom(...QUOTES), { nil: ['', ''] }),
		fc.array(fc.constantFrom(...INVISIBLE), { maxLength: 2 }),
		fc.array(fc.constantFrom(...INVISIBLE), { maxLength: 2 }),
	)
	.map(([bare, [open, close], before, after]) => ({
		bare,
		text: `${before.join('')}${open}${bare}${close}${after.join('')}`,
	}));

const unique = (ids: string[]) => [...new Set(ids)];

/** The IDs, or the rule that is broken. */
function read(value: unknown): string[] | string {
	try {
		return parseRecipients(value);
	} catch (error) {
		if (error instanceof InvalidFieldError) return error.rule;
		throw error;
	}
}

describe('IDs come back exactly', () => {
	it('from a text, whatever separates them and stands around them', () => {
		const list = fc.array(fc.tuple(written, separator), { minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(list, fc.array(fc.constantFrom(...SEPARATORS)), (parts, before) => {
				const text = parts.map(([{ text: one }, between]) => one + between.join('')).join('');
				expect(parseRecipients(before.join('') + text)).toEqual(
					unique(parts.map(([{ bare }]) => bare)),
				);
			}),
			{ numRuns: 500 },
		);
	});

	it('from a list, and from its JSON', () => {
		const entry = fc.oneof(
			written.map(({ text, bare }) => ({ given: text as unknown, bare })),
			fc.maxSafeInteger().map((number) => ({ given: number as unknown, bare: String(number) })),
		);
		fc.assert(
			fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
				const given = entries.map((one) => one.given);
				const ids = unique(entries.map(({ bare }) => bare));
				expect(parseRecipients(given)).toEqual(ids);
				expect(parseRecipients(` \n${JSON.stringify(given, null, 1)}\u200B`)).toEqual(ids);
			}),
			{ numRuns: 300 },
		);
	});

	it('with all their digits from JSON, and never from a number that has lost some', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 30n }), (number) => {
				expect(parseRecipients(`[${number}, "${number}1"]`)).toEqual([`${number}`, `${number}1`]);
				expect(parseRecipients(number)).toEqual([`${number}`]);
				expect(read([Number(number)])).toBe('longNumber');
			}),
		);
	});

	it('as the same list when they are read again', () => {
		fc.assert(
			fc.property(fc.array(id, { minLength: 1 }), (ids) => {
				const once = parseRecipients(ids.join('\n'));
				expect(parseRecipients(once)).toEqual(once);
				expect(parseRecipients(once.join(','))).toEqual(once);
			}),
		);
	});
});

/** What may stand beside an ID: what separates, quotes, the brackets of JSON, what nobody sees. */
const BORDER =
	/^[\s,，;；、|｜[\]"'`´＂＇“”„‟‘’‚‛«»‹›「」『』\p{C}\p{Default_Ignorable_Code_Point}\u2800]$/u;

/** Whether an ID stands in a text as a whole. */
function standsAlone(one: string, text: string): boolean {
	const isBorder = (character: string | undefined) =>
		character === undefined || BORDER.test(character);
	for (let at = text.indexOf(one); at !== -1; at = text.indexOf(one, at + 1)) {
		const before = Array.from(text.slice(0, at)).at(-1);
		const [after] = Array.from(text.slice(at + one.length));
		if (isBorder(before) && isBorder(after)) return true;
	}
	return false;
}

describe('whatever is given', () => {
	const anyText = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 60 }),
		fc.string({
			unit: fc.constantFrom(...'[]{}()<>"\'“”,，;| \n\u200B王1a.-:e+null'),
			maxLength: 60,
		}),
		fc.json(),
	);

	it('a text yields IDs that stand in it as whole words, or nothing at all', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const ids = read(text);
				if (typeof ids === 'string') return;
				expect(ids.length).toBeGreaterThan(0);
				for (const one of ids) {
					// In JSON, a text may be written in escapes
					const plain = text.includes('\\') ? `${text} ${unescaped(text)}` : text;
					expect([one, standsAlone(one, plain)]).toEqual([one, true]);
				}
			}),
			{ numRuns: 3000 },
		);
	});

	it('a value yields texts without white space, brackets and quotes, each once, or nothing at all', () => {
		fc.assert(
			fc.property(
				fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
				(value) => {
					const ids = read(value);
					if (typeof ids === 'string') return;
					expect(ids.length).toBeGreaterThan(0);
					expect(unique(ids)).toEqual(ids);
					for (const one of ids) expect(one).toMatch(/^[^\s[\](){}<>"'“”,，;；|\p{C}]+$/u);
				},
			),
			{ numRuns: 2000 },
		);
	});

	it('an entry that is no ID stops the whole list', () => {
		const wrong = fc.constantFrom<unknown>(
			null,
			undefined,
			NaN,
			Infinity,
			1.5,
			2 ** 53,
			true,
			{},
			[],
			['1'],
			new Date(0),
			'[object Object]',
			'null',
			'a b',
			'a,b',
			'(a)',
			'a"b',
			'1.5e+20',
			'a\u200Bb',
		);
		fc.assert(
			fc.property(fc.array(id), wrong, fc.array(id), (before, entry, after) => {
				expect(typeof read([...before, entry, ...after])).toBe('string');
			}),
		);
	});
});

it('a list in a list, however deep, is no ID', () => {
	const depth = 100_000;
	expect(read(`${'['.repeat(depth)}"1001"${']'.repeat(depth)}`)).toBe('notRecipient');
});

/** The texts of a JSON text as they read; `''` when it is none. */
function unescaped(text: string): string {
	try {
		const texts: string[] = [];
		JSON.parse(text, (_key, value: unknown) => {
			if (typeof value === 'string') texts.push(value);
			return value;
		});
		return texts.join(' ');
	} catch {
		return '';
	}
}

describe('the entry that is wrong is counted as people count', () => {
	it.each([
		[1, '1st'],
		[2, '2nd'],
		[3, '3rd'],
		[4, '4th'],
		[11, '11th'],
		[12, '12th'],
		[13, '13th'],
		[21, '21st'],
		[102, '102nd'],
		[111, '111th'],
	])('%i: %s', (position, ordinal) => {
		const list = [...Array.from({ length: position - 1 }, (_, n) => `p${n}`), null];
		try {
			parseRecipients(list);
			throw new Error('Nothing was thrown');
		} catch (error) {
			expect((error as InvalidFieldError).details).toMatchObject({ position, ordinal });
		}
	});
});

describe('one ID', () => {
	const read = (value: unknown) => parseId(value, parameter('userId'));

	it.each([
		['P1001', 'P1001'],
		[' “P1001” ', 'P1001'],
		['"0017"', '0017'],
		[1001, '1001'],
		[0, '0'],
	])('%j is %s', (value, text) => expect(read(value)).toBe(text));

	it.each<[unknown, string]>([
		...['', ' ', null, undefined].map((value): [unknown, string] => [value, 'required']),
		...['P1 P2', 'P1,P2', '""', 'null', '{"a":1}', 'x'.repeat(256), NaN, 1.5].map(
			(value): [unknown, string] => [value, 'notId'],
		),
		...[['P1'], { id: 'P1' }, true].map((value): [unknown, string] => [value, 'notId']),
		[2 ** 60, 'longNumber'],
	])('%j is none: %s', (value, rule) => {
		expect(() => read(value)).toThrow(expect.objectContaining({ rule }));
	});
});
