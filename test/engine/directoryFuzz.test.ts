import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { caseOf, FIXED_SEED } from '../fuzz/random';
import { directoryServer } from './fakeDirectory';
import { openBench, type Bench } from './harness';

const CASES = 5_000;
/** Items of a run: each gets an answer that was made up for it. */
const GROUP = 250;
const TOKEN = 'fuzz/token+of=the=directory';
const MARK = '<a href="https://evil.example">';

/** What programs and attackers may put into a field. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom<unknown>(
		...['', ' ', MARK, TOKEN, `x${TOKEN}y`, '0', '7', '-1', '1e5', '9007199254740993', '张三'],
		...['\0', '\uD800', 'x'.repeat(70_000), 0, 7, -3, 1.5, 1e300, true, false, null, [], {}],
		...[[[]], { a: { b: TOKEN } }, { [TOKEN]: 1 }, ['P1'], [null], [{}]],
	),
	fc.jsonValue(),
);
const names = [
	...['user_id', 'org_id', 'name', 'org_name', 'gender', 'status', 'org_type', 'child_type'],
	...['has_child', 'user_family', 'user_org', 'user_type', '__proto__', 'error', 'message', TOKEN],
];
const id = fc.oneof(
	{ weight: 4, arbitrary: fc.stringMatching(/^[A-Z]\d{1,6}$/) },
	{ weight: 2, arbitrary: fc.nat() },
	odd,
);
const fields = fc.array(fc.tuple(fc.constantFrom(...names), odd), { maxLength: 4 });
const entry = fc.oneof(
	{
		weight: 8,
		arbitrary: fc
			.tuple(id, id, fields)
			.map(([user, org, more]) =>
				Object.fromEntries([['user_id', user], ['org_id', org], ...more]),
			),
	},
	odd,
);
const list = fc.array(entry, { maxLength: 3 });
const payload = fc.oneof(
	{ weight: 4, arbitrary: entry },
	{ weight: 4, arbitrary: list },
	{ weight: 2, arbitrary: list.map((members) => ({ count: 3, page: 1, member_list: members })) },
	odd,
);
const code = fc.oneof(
	{ weight: 6, arbitrary: fc.constant<unknown>('000000') },
	fc.constantFrom<unknown>('100001', '', ' 000000', 0, 100001, null, undefined, TOKEN, MARK),
);
const answers = fc.oneof(
	{
		weight: 8,
		arbitrary: fc
			.tuple(fc.boolean(), code, odd, payload)
			.map(([isB, is, words, what]) =>
				isB
					? { code: is, message: words, result: what }
					: { retCode: is, retDesc: words, data: what },
			),
	},
	fc.constantFrom(
		'',
		'{',
		'[]',
		'"000000"',
		`<p>${TOKEN}</p>${MARK}`,
		'{"code":"000000","result":[',
	),
);
const cases = fc.record({
	operation: fc.constantFrom('get', 'get', 'getChildren', 'getDepartments', 'getMembers'),
	answer: answers,
});

let bench: Bench;
let server: Awaited<ReturnType<typeof directoryServer>>;
beforeAll(async () => {
	bench = await openBench();
	server = await directoryServer(({ query: { user_id: user = '', org_id: org = '' } }) => {
		const made = caseOf(cases, FIXED_SEED, Number(`${user}${org}`.replace('X', '')));
		return made.answer;
	});
});
afterAll(async () => {
	server.close();
	await bench.close();
});

it('whatever is answered ends in entries with an ID, or in a short sentence', async () => {
	const counts = { entries: 0, errors: 0 };
	const wanted = (index: number) => caseOf(cases, FIXED_SEED, index).operation;
	const operations = [...new Set(Array.from({ length: 50 }, (_, index) => wanted(index)))];
	const all = Array.from({ length: CASES }, (_, index) => index);
	for (const operation of operations) {
		const own = all.filter((index) => wanted(index) === operation);
		for (let from = 0; from < own.length; from += GROUP) {
			const items = own.slice(from, from + GROUP).map((index) => ({ index }));
			const target = { __rl: true, mode: 'id', value: '={{ "X" + $json.index }}' };
			const isUser = operation === 'get' && from % (2 * GROUP) === 0;
			const simplify = from % (3 * GROUP) !== 0;
			const run = await bench.directory(
				{
					resource: isUser ? 'user' : 'organization',
					operation,
					userId: target,
					orgId: target,
					simplify,
					options: { maxRetries: 0 },
				},
				{
					items,
					onError: 'continueRegularOutput',
					credential: { baseUrl: server.baseUrl, accessToken: TOKEN },
				},
			);
			expect(run.error).toBeUndefined();
			for (const { json, pairedItem } of run.items) {
				const { item } = pairedItem as { item: number };
				const shown = `case ${items[item].index} of ${operation}`;
				const error = json.error as IDataObject | undefined;
				if (error === undefined || !('delivered' in error)) {
					counts.entries++;
					const known = isUser || operation === 'getMembers' ? json.personId : json.org_id;
					if (simplify) expect([shown, typeof known]).toEqual([shown, 'string']);
					continue;
				}
				counts.errors++;
				for (const words of [error.message, error.description]) {
					expect([shown, String(words).length < 2_000]).toEqual([shown, true]);
					expect([shown, /<.*|.*unforeseen.*/.exec(String(words))]).toEqual([shown, null]);
				}
				expect([shown, error.delivered]).toEqual([shown, 'no']);
			}
			const stored = JSON.stringify(run.run.data.resultData.runData.Node);
			expect(stored).not.toContain(TOKEN);
			expect(stored).not.toContain(encodeURIComponent(TOKEN));
		}
	}
	expect(counts.entries).toBeGreaterThan(CASES / 10);
	expect(counts.errors).toBeGreaterThan(CASES / 10);
}, 240_000);
