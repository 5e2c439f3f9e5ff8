import { readAnswer } from '../../nodes/TzeSendMessage/answers/answer';
import { timeIn } from '../../nodes/TzeSendMessage/answers/answerPage';
import { GivenAnswers } from '../../nodes/TzeSendMessage/answers/given';
import {
	readAsked,
	writeAsked,
	type FieldType,
	type Question,
} from '../../nodes/TzeSendMessage/answers/question';
import { sendAndWait } from '../../nodes/TzeSendMessage/operations/sendAndWait';
import { readWaitLimit } from '../../nodes/TzeSendMessage/answers/waitLimit';
import { fakeContext } from './fakeContext';

const NOW = Date.parse('2026-09-01T00:00:00Z');

it.each([
	['en', 'Asia/Shanghai', 'November 27, 2026 at 3:23 AM (GMT+8)'],
	['zh-CN', 'Asia/Shanghai', '2026年11月27日 3:23 (GMT+8)'],
	['en', 'UTC', 'November 26, 2026 at 7:23 PM (UTC)'],
] as const)('a time on a page names its zone: %s, %s', (language, timeZone, said) => {
	// A newer Unicode writes a narrow space before AM
	const time = timeIn('2026-11-26T19:23:00Z', { language, timeZone }).replaceAll(/\s/g, ' ');
	expect(time).toBe(said);
});

describe('the wait limit', () => {
	const limit = (values: object) => readWaitLimit(values, 'Asia/Shanghai', NOW).toISOString();

	it('is none when nobody set it', () => {
		expect(readWaitLimit(null, 'UTC', NOW).getUTCFullYear()).toBe(3000);
	});

	it.each([
		[{ resumeAmount: 2, resumeUnit: 'days' }, '2026-09-03T00:00:00.000Z'],
		[{ resumeAmount: '0.5' }, '2026-09-01T00:30:00.000Z'],
		[{}, '2026-09-01T01:00:00.000Z'],
		[
			{ limitType: 'atSpecifiedTime', maxDateAndTime: '2026-09-02T08:00:00' },
			'2026-09-02T00:00:00.000Z',
		],
		[
			{ limitType: 'atSpecifiedTime', maxDateAndTime: '2026-09-02T08:00:00Z' },
			'2026-09-02T08:00:00.000Z',
		],
	])('%j ends at %s', (values, end) => {
		expect(limit(values)).toBe(end);
	});

	it.each([
		[{ resumeAmount: 0 }, 'notDuration'],
		[{ resumeAmount: -1 }, 'notDuration'],
		[{ resumeAmount: 'soon' }, 'notDuration'],
		[{ resumeAmount: 1e300 }, 'notDuration'],
		[{ resumeUnit: 'years' }, 'notAnOption'],
		[{ limitType: 'never' }, 'notAnOption'],
		[{ limitType: 'atSpecifiedTime' }, 'required'],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: 'tomorrow' }, 'notDate'],
		[{ limitType: 'atSpecifiedTime', maxDateAndTime: '2026-08-31T08:00:00Z' }, 'isPast'],
	])('%j is refused: %s', (values, rule) => {
		expect(() => limit(values)).toThrow(rule);
	});
});

describe('the answers that a process remembers', () => {
	it('are found for ten minutes, with when they were given', () => {
		let now = NOW;
		const given = new GivenAnswers(() => now);
		expect(given.find('a')).toBeUndefined();
		expect(given.add('a')).toBe('2026-09-01T00:00:00.000Z');
		now += 10 * 60_000;
		expect(given.find('a')).toBe('2026-09-01T00:00:00.000Z');
		now += 1;
		expect(given.find('a')).toBeUndefined();
	});

	it('are a thousand, the newest', () => {
		const given = new GivenAnswers(() => NOW);
		for (let number = 0; number <= 1000; number++) given.add(String(number));
		expect(given.find('0')).toBeUndefined();
		expect(given.find('1')).toBeDefined();
		expect(given.find('1000')).toBeDefined();
	});
});

describe('a field', () => {
	const read = (type: FieldType, value: unknown, required = false) =>
		readAnswer(
			{
				kind: 'customForm',
				fields: [{ name: 'x', label: 'X', type, required, options: ['A', 'B'] }],
			},
			{ 'field-0': value },
		);

	it.each<[FieldType, unknown, unknown]>([
		['text', ' a\nb ', ' a b '],
		['text', '0', '0'],
		['textarea', 'a\r\nb\u0000\uD800', 'a\nb\uFFFD'],
		['textarea', 'a\tb\u0008\u000B\u001F\u007Fc', 'a\tbc'],
		['number', '-1.5e2', -150],
		['number', '', null],
		['date', '2024-02-29', '2024-02-29'],
		['radio', '1', 'B'],
		['checkbox', '0', ['A']],
		['checkbox', undefined, []],
		['checkbox', ['1', '0', '1'], ['A', 'B']],
		['boolean', 'yes', true],
	])('of type %s takes %j', (type, value, expected) => {
		expect(read(type, value)).toEqual({ data: { x: expected } });
	});

	it.each<[FieldType, unknown, string]>([
		['text', ['a', 'b'], 'notOneValue'],
		['number', '0x10', 'notNumber'],
		['number', '1e999', 'notNumber'],
		['number', '9007199254740993', 'notNumber'],
		['number', '1,5', 'notNumber'],
		['date', '2026-02-29', 'notDate'],
		['date', '2026-2-1', 'notDate'],
		['dropdown', 'A', 'notOption'],
		['dropdown', '2', 'notOption'],
		['dropdown', '01', 'notOption'],
		['checkbox', ['0', '9'], 'notOption'],
		['boolean', 'true', 'notYesOrNo'],
	])('of type %s refuses %j: %s', (type, value, problem) => {
		expect(read(type, value)).toMatchObject({ problems: { 'field-0': problem } });
	});

	it.each<[FieldType, unknown]>([
		['text', '\u200B \u2800'],
		['number', undefined],
		['checkbox', []],
	])('of type %s that is required refuses %j', (type, value) => {
		expect(read(type, value, true)).toMatchObject({ problems: { 'field-0': 'missing' } });
	});
});

describe('a node', () => {
	const openAs = async (type: string) => {
		const { context, node } = fakeContext();
		node.type = type;
		return await sendAndWait.open(context, new Set());
	};

	it('does not ask as a plain tool of an agent, but as the review of one', async () => {
		await expect(openAs('n8n-nodes-tze.tzeSendMessageTool')).rejects.toThrow('notAsTool');
		expect(await openAs('n8n-nodes-tze.tzeSendMessageHitlTool')).toBeDefined();
	});

	it('waits without a limit in a review, where what came in may look like an approval', async () => {
		const parameters = [{ 'options.limitWaitTime.values': { resumeAmount: 1 } }];
		const { context, node } = fakeContext({ parameters });
		node.type = 'n8n-nodes-tze.tzeSendMessageHitlTool';
		const { prepare } = await sendAndWait.open(context, new Set());
		expect(() => prepare(0)).toThrow('options.limitWaitTime: noLimitInReview');
	});
});

describe('what is kept of a question', () => {
	it('comes back as it was, with the last of the earlier ones', () => {
		const question = { id: 'q', title: '{{ $json }} "\\' } as Question;
		const earlier = Array.from({ length: 60 }, (_, number) => ({ id: String(number) }));
		const asked = readAsked(writeAsked({ question, earlier }));
		expect(asked?.question).toEqual(question);
		expect(asked?.earlier.map(({ id }) => id)).toEqual(earlier.slice(10).map(({ id }) => id));
	});

	it.each([undefined, '', '{', '[]', '{"question":1}', { question: {} }])(
		'is not found in %j',
		(stored) => {
			expect(readAsked(stored)).toBeUndefined();
		},
	);
});
