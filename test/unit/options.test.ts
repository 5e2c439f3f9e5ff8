import type { INodeProperties } from 'n8n-workflow';

import { optionsField, readItemOptions, readRunOptions } from '../../nodes/TzeSendMessage/options';

/** All options, when a user has added these. */
function read(given: Record<string, unknown> = {}) {
	const find = (name: string, fallback: unknown) => (name in given ? given[name] : fallback);
	return { ...readRunOptions(find), ...readItemOptions(find) };
}
const field = (name: string) =>
	(optionsField.options as INodeProperties[]).find((option) => option.name === name);

it('have defaults', () => {
	expect(read()).toEqual({
		...{ concurrency: undefined, callsPerMinute: 0, maxRetries: 3 },
		...{ timeoutMs: 30_000, typeKey: 'both' },
		...{ dryRun: false, includeMessage: false, extraBodyFields: {}, recipientsPerCall: 0 },
	});
});

it('are read', () => {
	const given = {
		...{ concurrency: 2, messagesPerMinute: 60, maxRetries: 5, timeout: 700, typeKey: 'msgtype' },
		...{ dryRun: true, includeMessage: true, extraBodyFields: '{"a":1}', recipientsPerCall: 9 },
	};
	const { timeout: timeoutMs, messagesPerMinute: callsPerMinute, ...others } = given;
	expect(read(given)).toEqual({
		...others,
		...{ timeoutMs, callsPerMinute, extraBodyFields: { a: 1 } },
	});
});

it.each(['concurrency', 'maxRetries', 'timeout', 'typeKey', 'dryRun', 'recipientsPerCall'])(
	'are not guessed when an expression finds nothing: %s',
	(name) => {
		for (const value of ['', null, undefined]) {
			if (name === 'concurrency' && value === undefined) continue;
			expect(() => read({ [name]: value })).toThrow(`options.${name}: required`);
		}
	},
);

it.each(['dryRun', 'includeMessage'])('are yes or no: %s', (name) => {
	expect(read({ [name]: 'true' })).toMatchObject({ [name]: true });
	expect(() => read({ [name]: 'yes' })).toThrow(`options.${name}: notBoolean`);
});

it('a dry run is on as soon as it is added', () => {
	expect(field('dryRun')?.default).toBe(true);
});

it.each([
	['concurrency', 10],
	['messagesPerMinute', 0],
	['maxRetries', 3],
	['timeout', 30_000],
	['typeKey', 'both'],
	['recipientsPerCall', 0],
	['includeMessage', false],
	['extraBodyFields', '{}'],
])('begin in the form as they are used when left out: %s', (name, value) => {
	expect(field(name)?.default).toBe(value);
});

describe.each([
	['concurrency', 1, 50],
	['maxRetries', 0, 10],
	['messagesPerMinute', 0, 60_000],
	['recipientsPerCall', 0, 100_000],
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
