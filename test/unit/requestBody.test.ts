import fc from 'fast-check';

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

	it("cannot go into a message's own field", () => {
		const around = { ...plain, recipients: ['1'], recipientField: 'text' };
		expect(() => toRequestBody(message, around)).toThrow('recipientField: reservedName');
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

	it.each([['[]'], ['1'], ['{a:1}'], ['"x"'], [[1]], [7]])('%j are refused', (value) => {
		expect(() => parseExtraBodyFields(value)).toThrow('options.extraBodyFields: notJsonObject');
	});

	it.each(['msgType', 'msgtype', 'text', 'link', 'oa', 'busiId', 'pcUrl', 'appUrl', 'personIds'])(
		'may not overwrite %s',
		(key) => {
			const around = { ...plain, recipients: ['1'], extraBodyFields: { [key]: 'x' } };
			expect(() => toRequestBody(message, around)).toThrow('overwritesMessage');
		},
	);

	it('never change what the message says', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.string()), (fields) => {
				const extraBodyFields = parseExtraBodyFields(fields);
				const build = () => toRequestBody(message, { ...plain, extraBodyFields });
				let body;
				try {
					body = build();
				} catch {
					return;
				}
				expect(body).toMatchObject({ msgType: 'text', msgtype: 'text', text: { content: 'hi' } });
			}),
		);
	});
});
