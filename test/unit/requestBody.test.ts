import fc from 'fast-check';

import { writeJson } from '../../platform/json';
import { textMessage } from '../../platform/messages';
import { parseExtraBodyFields, toRequestBody, type Delivery } from '../../platform/requestBody';

const plain: Delivery = {
	typeKey: 'both',
	recipients: [],
	recipientField: 'personIds',
	recipientFormat: 'array',
	extraBodyFields: {},
};
const message = textMessage({ content: 'hi' });

describe('the type key', () => {
	it.each([
		['both', { msgType: 'text', msgtype: 'text' }],
		['msgType', { msgType: 'text' }],
		['msgtype', { msgtype: 'text' }],
	] as const)('%s', (typeKey, expected) => {
		expect(toRequestBody(message, { ...plain, typeKey })).toEqual({
			...expected,
			text: { content: 'hi' },
		});
	});
});

describe('recipients', () => {
	it('go out as a list', () => {
		expect(toRequestBody(message, { ...plain, recipients: ['1', '2'] }).personIds).toEqual([
			'1',
			'2',
		]);
	});

	it('go out as a text with commas', () => {
		const around = { ...plain, recipients: ['1', '2'], recipientFormat: 'commaSeparated' } as const;
		expect(toRequestBody(message, around).personIds).toBe('1,2');
	});

	it('leave no field when there are none', () => {
		expect(toRequestBody(message, plain)).not.toHaveProperty('personIds');
	});

	it('need a field to go into', () => {
		const around = { ...plain, recipients: ['1'], recipientField: ' ' };
		expect(() => toRequestBody(message, around)).toThrow('recipientField: required');
	});

	it.each(['text', 'link', 'msgType', 'msgtype', ' busiId '])(
		"cannot go into a message's own field, %s",
		(recipientField) => {
			const around = { ...plain, recipients: ['1'], recipientField };
			expect(() => toRequestBody(message, around)).toThrow('recipientField: reservedName');
		},
	);

	it.each(['__proto__', 'constructor', ' "prototype": '])(
		'cannot go into a field that would be lost, %s',
		(recipientField) => {
			const around = { ...plain, recipients: ['1'], recipientField };
			expect(() => toRequestBody(message, around)).toThrow('recipientField: unsafeName');
		},
	);

	it('go into a field whose name was pasted with blanks', () => {
		const around = { ...plain, recipients: ['1'], recipientField: ' toUsers\n' };
		expect(toRequestBody(message, around)).toMatchObject({ toUsers: ['1'] });
	});
});

describe('extra body fields', () => {
	it.each([['{"a":1}'], [{ a: 1 }]])('from %j', (value) => {
		const extraBodyFields = parseExtraBodyFields(value);
		expect(toRequestBody(message, { ...plain, extraBodyFields })).toMatchObject({
			a: 1,
			msgType: 'text',
		});
	});

	it.each(['', ' ', null, undefined])('are missing in %j', (value) => {
		expect(() => parseExtraBodyFields(value)).toThrow('options.extraBodyFields: required');
	});

	it('from a text keep all digits of a number', () => {
		const extraBodyFields = parseExtraBodyFields('{"agentId":12345678901234567890}');
		const body = toRequestBody(message, { ...plain, typeKey: 'msgType', extraBodyFields });
		expect(writeJson(body)).toBe(
			'{"msgType":"text","text":{"content":"hi"},"agentId":12345678901234567890}',
		);
	});

	it.each([2 ** 53, NaN, Infinity])('from an object may not hold %d', (agentId) => {
		expect(() => parseExtraBodyFields({ list: [{ agentId }] })).toThrow('longNumber');
	});

	it('from an object are as JSON carries them', () => {
		const date = new Date(0);
		expect(parseExtraBodyFields({ a: undefined, half: 0.5, date })).toEqual({
			half: 0.5,
			date: date.toISOString(),
		});
	});

	it.each([['[]'], ['1'], ['{a:1}'], ['"x"'], [[1]], [7]])('%j are refused', (value) => {
		expect(() => parseExtraBodyFields(value)).toThrow('options.extraBodyFields: notJsonObject');
	});

	it.each([5_000, 100_000])('that are nested %d levels deep are refused', (depth) => {
		const text = `{"a":${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}}`;
		const rule = 'options.extraBodyFields: tooDeep';
		expect(() => parseExtraBodyFields(text)).toThrow(rule);
		expect(() => parseExtraBodyFields(JSON.parse(text))).toThrow(rule);
	});

	it('that hold themselves are refused', () => {
		const fields: Record<string, unknown> = {};
		fields.self = fields;
		expect(() => parseExtraBodyFields(fields)).toThrow('options.extraBodyFields: tooDeep');
	});

	it('that would be a text without end are refused', () => {
		let fields: Record<string, unknown> = { a: 1 };
		for (let depth = 0; depth < 60; depth++) fields = { left: fields, right: fields };
		expect(() => parseExtraBodyFields(fields)).toThrow('options.extraBodyFields: tooManyParts');
	});

	it('that hold one list twice are sent', () => {
		const shared = [1, 2];
		const fields = parseExtraBodyFields({ a: shared, b: { c: shared } });
		expect(writeJson(fields)).toBe('{"a":[1,2],"b":{"c":[1,2]}}');
	});

	it.each(['msgType', 'msgtype', 'text', 'link', 'oa', 'busiId', 'pcUrl', 'appUrl', 'personIds'])(
		'may not overwrite %s',
		(key) => {
			const around = { ...plain, recipients: ['1'], extraBodyFields: { [key]: 'x' } };
			expect(() => toRequestBody(message, around)).toThrow('overwritesMessage');
		},
	);

	it.each([
		'{"__proto__":{"a":1}}',
		'{"constructor":1}',
		'{"a":[{"prototype":null}]}',
		'{"id":12345678901234567890,"a":{"b":[[{"__proto__":1}]]}}',
	])('may not hold what would be lost on its way: %s', (text) => {
		expect(() => parseExtraBodyFields(text)).toThrow('options.extraBodyFields: unsafeName');
		const value: unknown = JSON.parse(text.replace(/\d{17,}/, '1'));
		expect(() => parseExtraBodyFields(value)).toThrow('options.extraBodyFields: unsafeName');
	});

	it('may be nested, but not too deeply', () => {
		const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
		expect(writeJson(parseExtraBodyFields(nested(100)))).toBe(nested(100));
		for (const depth of [101, 20_000]) {
			expect(() => parseExtraBodyFields(nested(depth))).toThrow('tooDeep');
		}
	});

	it('from an object are sent as its own toJSON says', () => {
		const extraBodyFields = parseExtraBodyFields({ a: { toJSON: () => ({ b: 1 }), c: 2 } });
		expect(writeJson(extraBodyFields)).toBe('{"a":{"b":1}}');
	});

	it('never change what the message says', () => {
		const own = ['msgType', 'msgtype', 'text', 'link', 'oa', 'busiId', 'pcUrl', 'appUrl'];
		const key = fc.oneof(fc.constantFrom(...own, 'personIds'), fc.string());
		let refused = 0;
		fc.assert(
			fc.property(
				fc.dictionary(key, fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()))),
				(fields) => {
					const unsafe = ['__proto__', 'constructor', 'prototype'];
					if (unsafe.some((name) => Object.hasOwn(fields, name))) {
						expect(() => parseExtraBodyFields(fields)).toThrow('unsafeName');
						return;
					}
					const extraBodyFields = parseExtraBodyFields(fields);
					const around = { ...plain, recipients: ['1'], extraBodyFields };
					// Whoever would overwrite something is refused, and nobody else
					if ([...own, 'personIds'].some((name) => Object.hasOwn(fields, name))) {
						refused++;
						expect(() => toRequestBody(message, around)).toThrow('overwritesMessage');
						return;
					}
					expect(toRequestBody(message, around)).toEqual({
						...fields,
						msgType: 'text',
						msgtype: 'text',
						text: { content: 'hi' },
						personIds: ['1'],
					});
				},
			),
		);
		expect(refused).toBeGreaterThan(0);
	});
});
