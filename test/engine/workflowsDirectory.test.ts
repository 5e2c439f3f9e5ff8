import type { IDataObject } from 'n8n-workflow';

import { findUser } from '../../sandbox/town';
import { readExample } from '../../testbed/examples';
import { openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const sent = async () => (await bench.client.messages()).messages;
const USER_INFO = '/user/openapi/user/get-user-info';
const MEMBERS = '/user/openapi/user/get-org-member-simple-list';

/** Runs an example with other settings, from the trigger with this name. */
async function run(file: string, settings: IDataObject = {}, startNode = 'Start') {
	const workflow = readExample(file);
	const node = workflow.nodes.find(({ name }) => name === 'Settings');
	if (node !== undefined) {
		const usual = JSON.parse(String(node.parameters.jsonOutput)) as IDataObject;
		node.parameters.jsonOutput = JSON.stringify({ ...usual, ...settings });
	}
	return await bench.engine.run(workflow, { credentials: bench.credentials(), startNode });
}

describe('tell all teachers of a school', () => {
	it('reaches each teacher of the school once, in one call', async () => {
		await run('tell-all-teachers-of-a-school.json');
		const messages = await sent();
		expect(messages).toHaveLength(1);
		const { recipients } = messages[0];
		expect(recipients.toSorted()).toEqual(Array.from({ length: 20 }, (_, n) => `P${1001 + n}`));
	});

	it('sends one call for each 100 people', async () => {
		await bench.client.directory({ crowd: 250 });
		const { output } = await run('tell-all-teachers-of-a-school.json', { orgId: '3290001' });
		const parts = (await sent()).map(({ recipients }) => recipients);
		expect(parts.map((part) => part.length).sort()).toEqual([100, 100, 50]);
		expect(new Set(parts.flat()).size).toBe(250);
		expect(output('Delivered')).toHaveLength(3);
	});

	it('sends nothing where nobody is found', async () => {
		const nobody = JSON.stringify({ code: '000000', message: '成功', result: [] });
		await bench.client.fault({
			kind: 'status',
			path: MEMBERS,
			httpStatus: 200,
			body: nobody,
			times: 100,
		});
		const { run: done } = await run('tell-all-teachers-of-a-school.json');
		expect(done.data.resultData.error).toBeUndefined();
		expect(await sent()).toEqual([]);
	});

	it('keeps a part that was refused apart from one that may have arrived', async () => {
		await bench.client.directory({ crowd: 250 });
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'no', match: 'P9000000' });
		await bench.client.fault({ kind: 'cutAfter', match: 'P9000100' });
		const { output } = await run('tell-all-teachers-of-a-school.json', { orgId: '3290001' });
		const peopleIn = (name: string) =>
			output(name).map(({ json }) => (json.error as IDataObject).recipients as string[]);
		expect(peopleIn('Not Delivered').map(([first]) => first)).toEqual(['P9000000']);
		expect(peopleIn('Look First').map(([first]) => first)).toEqual(['P9000100']);
	});
});

describe('guardians of a class', () => {
	const pupils = ['P3001', 'P3019', 'P3037', 'P3055', 'P3073', 'P3091'];
	const more = ['P3109', 'P3127', 'P3145', 'P3163', 'P3181', 'P3199'];
	const guardiansOf = (ids: string[]) => [
		...new Set(ids.flatMap((id) => (findUser(id)?.family ?? []).map(({ userId }) => userId))),
	];

	it('tells each guardian once, and lists the pupil who has none', async () => {
		const { output } = await run('guardians-of-a-class.json');
		const messages = await sent();
		expect(messages.map(({ recipients }) => recipients.toSorted())).toEqual([
			guardiansOf([...pupils, ...more]).sort(),
		]);
		expect(messages[0].recipients).toContain('P2001');
		expect(output('Pupils without Guardians').map(({ json }) => json)).toEqual([
			{ personId: 'P3055', name: '吴文博' },
		]);
		expect(output('Not Looked Up')).toEqual([]);
	});

	it.each([
		['has no ID yet', { bind_user_id: null, relation_name: '母亲', relation_type: '1' }],
		['is of a relation that nobody knows', { bind_user_id: 'P2999', relation_type: '母亲' }],
	])('lists a pupil one of whose family %s', async (_what, other) => {
		const known = { bind_user_id: 'P2001', relation_name: '父亲', relation_type: '2' };
		const result = { user_id: 'P3001', name: '陈小雨', user_family: [known, other] };
		const body = JSON.stringify({ code: '000000', message: '成功', result });
		const fault = { kind: 'status', path: USER_INFO, httpStatus: 200, body } as const;
		await bench.client.fault({ ...fault, match: 'user_id=P3001' });
		const { output } = await run('guardians-of-a-class.json');
		expect(output('Pupils without Guardians').map(({ json }) => json.personId)).toContain('P3001');
		const [{ recipients }] = await sent();
		expect(recipients).toContain('P2001');
		expect(recipients).not.toContain('P2999');
	});

	it('lists a pupil of whom the platform tells nothing, and tells the guardians of the others', async () => {
		const refusal = { kind: 'refuse', retCode: '100001', retDesc: '无权限' } as const;
		await bench.client.fault({ ...refusal, path: USER_INFO, match: 'user_id=P3019' });
		await bench.client.fault({ ...refusal, path: USER_INFO, match: 'user_id=P3037' });
		const { output } = await run('guardians-of-a-class.json');
		expect(output('Not Looked Up').map(({ json }) => json.personId)).toEqual(['P3019', 'P3037']);
		const left = [...pupils, ...more].filter((id) => id !== 'P3019' && id !== 'P3037');
		expect((await sent())[0].recipients.toSorted()).toEqual(guardiansOf(left).sort());
	});

	it('sends nothing when nobody has a guardian', async () => {
		await bench.client.fault({
			kind: 'status',
			path: MEMBERS,
			httpStatus: 200,
			body: JSON.stringify({
				code: '000000',
				message: '成功',
				result: [{ user_id: 'P3055', name: '吴文博', user_type: '0' }],
			}),
		});
		const { output } = await run('guardians-of-a-class.json');
		expect(await sent()).toEqual([]);
		expect(output('Pupils without Guardians')).toHaveLength(1);
	});
});

describe("today's menu to class teachers", () => {
	const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format();
	const good = { date: today, class: '五（3）', teacher: '王芳', personId: 'P1001', menu: '米饭' };

	/** Through a real spreadsheet, which the workflow makes of these rows. */
	async function runRows(rows: IDataObject[]) {
		return await bench.engine.run(readExample('todays-menu-to-class-teachers.json'), {
			credentials: bench.credentials(),
			startNode: 'Start by Hand',
			pinData: { 'Sample Rows': [{ json: { rows } }] },
		});
	}

	it.each(['Start by Hand', 'Weekdays at 7:30'])('runs as it is from %s', async (startNode) => {
		const { output } = await run('todays-menu-to-class-teachers.json', {}, startNode);
		expect((await sent()).map(({ recipients, message }) => [recipients, message])).toEqual([
			[
				['P1001'],
				expect.objectContaining({
					text: { content: expect.stringContaining('tomatoes with egg') },
				}),
			],
		]);
		expect(output('Row with Holes').map(({ json }) => [json.row, json.why])).toEqual([
			[3, 'The row lacks teacher, personId'],
			[4, 'The row lacks menu'],
		]);
	});

	it.each(['date', 'teacher', 'personId', 'menu'])(
		'a row without %s is skipped and listed',
		async (column) => {
			const { output } = await runRows([good, { ...good, [column]: '' }]);
			expect(await sent()).toHaveLength(1);
			expect(output('Skipped').map(({ json }) => [json.row, json.why])).toEqual([
				[3, `The row lacks ${column}`],
			]);
		},
	);

	it('nobody of another name gets it, and nobody whom the platform does not know', async () => {
		const rows = [
			{ ...good, personId: 'P1002' },
			{ ...good, personId: 'P1999' },
		];
		const { run } = await runRows(rows);
		expect(await sent()).toEqual([]);
		const skipped = (run.data.resultData.runData.Skipped ?? [])
			.flatMap(({ data }) => data?.main[0] ?? [])
			.map(({ json }) => [json.row, json.personId, json.why]);
		expect(skipped.sort()).toEqual([
			[2, 'P1002', 'The platform knows this ID as 李建国'],
			[3, 'P1999', expect.stringContaining('there is no user "P1999"')],
		]);
	});

	it.each([
		['slashes', today.replaceAll('-', '/')],
		['no zeros', today.replaceAll('-0', '-')],
		['Chinese words', today.replace('-', '年').replace('-', '月') + '日'],
		["a spreadsheet's day", String(Date.parse(today) / 86_400_000 + 25_569)],
	])('a date in another form is read: %s', async (_name, date) => {
		await runRows([{ ...good, date }]);
		expect(await sent()).toHaveLength(1);
	});

	it.each([
		...['10月5日', '10/5', '12-25', '07:30', '10', '10.5', '12:00', '11月26', '2026-330'],
		...[today.slice(5), today.slice(5).replace('-', '月') + '日'],
	])('a date without a year is no day: %s', async (date) => {
		const { output } = await runRows([{ ...good, date }]);
		expect(await sent()).toEqual([]);
		expect(output('Skipped').map(({ json }) => json.why)).toEqual(['The row lacks date']);
	});

	it('a row that stands there twice is sent once', async () => {
		await runRows([good, good, { ...good, menu: '面条' }]);
		expect(await sent()).toHaveLength(2);
	});

	it('an answer about somebody else reaches nobody', async () => {
		for (const user_id of ['P1002', 'P1001,P1002']) {
			const result = { user_id, name: '王芳' };
			const body = JSON.stringify({ code: '000000', message: '成功', result });
			await bench.client.fault({ kind: 'status', path: USER_INFO, httpStatus: 200, body });
			const { output } = await runRows([good]);
			expect(await sent()).toEqual([]);
			expect(output('Skipped')).toHaveLength(1);
		}
	});

	it('rows of other days are left out', async () => {
		const { output } = await runRows([{ ...good, date: '2026-01-05' }]);
		expect(await sent()).toEqual([]);
		expect(output('Skipped')).toEqual([]);
	});

	it('a text that was refused is kept apart', async () => {
		const { messagePath: path } = bench.sandbox;
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'no', path });
		const { output } = await runRows([good]);
		expect(
			output('Not Delivered').map(({ json }) => (json.error as IDataObject).delivered),
		).toEqual(['no']);
	});
});
