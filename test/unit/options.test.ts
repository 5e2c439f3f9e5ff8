import type { INodeProperties } from 'n8n-workflow';

import { optionsField, readRunOptions } from '../../nodes/TzeSendMessage/options';

const read = (given: Record<string, unknown> = {}) => readRunOptions((name) => given[name] ?? null);
const field = (name: string) =>
	(optionsField.options as INodeProperties[]).find((option) => option.name === name);

it('have defaults', () => {
	expect(read()).toEqual({ concurrency: 10, maxRetries: 3, timeoutMs: 30_000, typeKey: 'both' });
});

it('are read', () => {
	const given = { concurrency: 2, maxRetries: 5, timeout: 700, typeKey: 'msgtype' };
	expect(read(given)).toEqual({
		concurrency: 2,
		maxRetries: 5,
		timeoutMs: 700,
		typeKey: 'msgtype',
	});
});

it.each([
	['concurrency', 10],
	['maxRetries', 3],
	['timeout', 30_000],
	['typeKey', 'both'],
	['includeMessage', false],
	['extraBodyFields', '{}'],
])('begin in the form as they are used when left out: %s', (name, value) => {
	expect(field(name)?.default).toBe(value);
});

describe.each([
	['concurrency', 1, 50],
	['maxRetries', 0, 10],
	['timeout', 1, 2 ** 31 - 1],
])('%s', (name, min, max) => {
	it(`is from ${min} to ${max}, in the form as well`, () => {
		expect(field(name)?.typeOptions).toEqual({ minValue: min, maxValue: max });
		for (const value of [min, max]) expect(Object.values(read({ [name]: value }))).toContain(value);
	});

	it.each([min - 1, max + 1, min + 0.5, 'many'])('is not %s', (value) => {
		expect(() => read({ [name]: value })).toThrow(`options.${name}: notInRange`);
	});
});

it('offer each spelling of the type key', () => {
	expect(field('typeKey')?.options).toMatchObject([
		{ value: 'both' },
		{ value: 'msgType' },
		{ value: 'msgtype' },
	]);
	expect(() => read({ typeKey: 'MSGTYPE' })).toThrow('options.typeKey: notAnOption');
});
