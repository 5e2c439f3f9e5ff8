import axios from 'axios';

import { findUser, ROOT_ORG_ID } from '../../sandbox/town';
import { startBench, type TestBench } from './support';

interface Entry {
	org_id: string;
	org_name: string;
	[field: string]: unknown;
}
interface Answer<R = unknown> {
	code?: string;
	message?: string;
	result?: R;
	retCode?: string;
	retDesc?: string;
}
interface Members {
	count: string;
	member_list: Array<{ user_id: string; name: string; user_type: string }>;
}

let bench: TestBench;
beforeAll(async () => {
	bench = await startBench();
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

const CALLS = {
	user: '/user/openapi/user/get-user-info',
	org: '/user/openapi/org/get-org-info',
	departments: '/user/openapi/org/get-org-child-list',
	children: '/user/openapi/org-tree/get-child-list',
	members: '/user/openapi/user/get-org-member-simple-list',
};

async function ask<R = unknown>(
	call: keyof typeof CALLS,
	params: Record<string, string | number>,
	accessToken = bench.sandbox.accessToken,
): Promise<Answer<R>> {
	const url = bench.sandbox.url + CALLS[call];
	const { data } = await axios.get<Answer<R>>(url, {
		params: { accessToken, ...params },
		proxy: false,
		validateStatus: () => true,
	});
	return data;
}

const childrenOf = async (orgId: string) =>
	(await ask<Entry[]>('children', { org_id: orgId })).result ?? [];
const membersOf = async (params: Record<string, string | number>) =>
	(await ask<Members>('members', { page_size: 500, ...params })).result?.member_list ?? [];

/** Everything below an organization, itself included. */
async function treeOf(orgId: string): Promise<string[]> {
	const below = await Promise.all((await childrenOf(orgId)).map((one) => treeOf(one.org_id)));
	return [orgId, ...below.flat()];
}

describe('a user', () => {
	test('is told with every field of the table', async () => {
		expect(await ask('user', { user_id: 'P3001' })).toEqual({
			code: '000000',
			message: '成功',
			result: {
				user_id: 'P3001',
				name: '陈小雨',
				gender: '0',
				birthdate: expect.stringMatching(/^2015-\d\d-\d\d$/),
				status: '1',
				platform_code: '329900',
				province_code: '320000',
				city_code: '329900',
				area_code: '329901',
				user_family: [{ bind_user_id: 'P2001', relation_name: '母亲', relation_type: '2' }],
				user_org: [{ org_id: '3201453', org_name: '五年级（3）班', org_type: '7' }],
			},
		});
	});

	test('that is a guardian is known, and bound to the pupil', async () => {
		const { result } = await ask('user', { user_id: 'P2001' });
		expect(result).toMatchObject({
			name: '陈美玲',
			user_family: [{ bind_user_id: 'P3001', relation_name: '女儿', relation_type: '-2' }],
			user_org: [],
		});
	});

	test('who is nobody is refused', async () => {
		expect(await ask('user', { user_id: 'P9' })).toEqual({
			code: '100001',
			message: '[sandbox] there is no user "P9"',
			result: null,
		});
	});
});

describe('an organization', () => {
	test('is told with every field of the table', async () => {
		expect((await ask('org', { org_id: '3201001' })).result).toEqual({
			org_id: '3201001',
			org_name: '云溪市实验小学',
			org_short_name: '实验小学',
			org_type: '2',
			platform_code: '329900',
			province_code: '320000',
			createtime: '2020-09-01 08:00:00',
			updatetime: '2026-09-01 08:00:00',
		});
	});

	test.each(['org', 'departments', 'children', 'members'] as const)(
		'that is none is refused: %s',
		async (call) => {
			expect(await ask(call, { org_id: '1' })).toMatchObject({
				code: '100001',
				message: '[sandbox] there is no organization "1"',
			});
		},
	);
});

describe('the next level', () => {
	test('has how each belongs, and whether something is below it', async () => {
		expect(bench.sandbox.rootOrgId).toBe(ROOT_ORG_ID);
		const children = await childrenOf(ROOT_ORG_ID);
		expect(children.map((one) => [one.org_type, one.child_type, one.has_child])).toEqual([
			['2', '1', '1'],
			['2', '1', '1'],
			['2', '2', '1'],
			['9', '3', '0'],
		]);
		expect(children.map((one) => one.display_order)).toEqual(['1', '2', '3', '4']);
		expect(Object.keys(children[0])).toEqual(
			'org_id org_name org_type child_type has_child display_order'.split(' '),
		);
	});

	test.each([
		[{ child_type: '2' }, ['3203001']],
		[{ child_type: '2,3' }, ['3203001', '3200901']],
		[{ org_type: '9' }, ['3200901']],
		[{ org_type: '2,9', child_type: '3' }, ['3200901']],
		[{ org_type: '10' }, []],
		[{ is_filter: '0', org_type: '9' }, ['3200901']],
	])('can be narrowed: %j', async (narrowed, expected) => {
		const { result } = await ask<Entry[]>('children', { org_id: ROOT_ORG_ID, ...narrowed });
		expect(result?.map((one) => one.org_id)).toEqual(expected);
	});

	test('leads to schools, stages, grades and classes', async () => {
		const ids = await treeOf(ROOT_ORG_ID);
		const types = await Promise.all(
			ids.map(async (id) => (await ask<Entry>('org', { org_id: id })).result?.org_type),
		);
		const counts = (type: string) => types.filter((one) => one === type).length;
		expect(['1', '2', '5', '6', '7', '9'].map(counts)).toEqual([1, 3, 4, 18, 48, 1]);
	});
});

describe('departments', () => {
	const idsOf = async (params: Record<string, string>) =>
		(await ask<Entry[]>('departments', { org_id: '3201001', ...params })).result?.map(
			({ org_id, parent_id, org_type }) => [org_id, parent_id, org_type],
		);

	test('come with those that are within them', async () => {
		const all = await idsOf({});
		expect(all).toHaveLength(6);
		expect(all?.slice(0, 2)).toEqual([
			['3201101', '3201001', '4'],
			['3201102', '3201101', '4'],
		]);
		expect(await idsOf({ is_all: '1' })).toEqual(all);
	});

	test('of one level, or below one of them', async () => {
		expect(await idsOf({ is_all: '0' })).toHaveLength(3);
		expect(await idsOf({ parent_id: '3201101' })).toHaveLength(3);
		expect(await idsOf({ parent_id: '3201106' })).toEqual([]);
	});

	test('have teachers', async () => {
		expect(await membersOf({ org_id: '3201101' })).toContainEqual({
			user_id: 'P1001',
			name: '王芳',
			user_type: '1',
		});
	});
});

describe('members', () => {
	test('of a class are its pupils and its teacher, and can be told apart', async () => {
		const org_id = '3201453';
		const everybody = (await membersOf({ org_id })).map((one) => one.user_id);
		const pupils = (await membersOf({ org_id, user_type: 0 })).map((one) => one.user_id);
		const teachers = (await membersOf({ org_id, user_type: 1 })).map((one) => one.user_id);
		expect(teachers).toEqual(['P1001']);
		expect(pupils).toHaveLength(12);
		expect(everybody).toEqual([...teachers, ...pupils]);
	});

	test('of a school are its teachers, not those of what is below it', async () => {
		const members = await membersOf({ org_id: '3201001' });
		expect(members).toHaveLength(20);
		expect(members.every((one) => one.user_type === '1')).toBe(true);
	});

	test('of the whole town are 60 teachers and 600 pupils, some of them found twice', async () => {
		const ids = await treeOf(ROOT_ORG_ID);
		const all = (await Promise.all(ids.map((org_id) => membersOf({ org_id })))).flat();
		const typeById = new Map(all.map((one) => [one.user_id, one.user_type]));
		const types = [...typeById.values()];
		expect(types.filter((type) => type === '1')).toHaveLength(60);
		expect(types.filter((type) => type === '0')).toHaveLength(600);
		expect(all.length).toBeGreaterThan(typeById.size);
	});

	test('come in pages of 10 unless asked otherwise', async () => {
		const page = async (params: object) =>
			(await ask<Members>('members', { org_id: '3201001', ...params })).result;
		const [first, second, third] = [
			await page({}),
			await page({ page: 2 }),
			await page({ page: 3 }),
		];
		expect([first, second, third].map((one) => one?.member_list.length)).toEqual([10, 10, 0]);
		expect(first).toMatchObject({ count: '20', page: '1', page_size: '10' });
		expect(second?.member_list[0].user_id).not.toBe(first?.member_list[0].user_id);
	});

	test('have a class with a pair of siblings, and a pupil without guardians', async () => {
		const pupils = await membersOf({ org_id: '3201453', user_type: 0 });
		const families = pupils.map(({ user_id }) =>
			(findUser(user_id)?.family ?? []).map((one) => one.userId).join(),
		);
		expect(families.filter((family) => family === '')).toHaveLength(1);
		expect(new Set(families).size).toBe(families.length - 1);
	});
});

describe('what is wrong is refused with a sentence', () => {
	test.each([
		['user', {}, 'user_id is missing'],
		['user', { user_id: '' }, 'user_id must not be empty'],
		['org', { org_id: ROOT_ORG_ID, x: '1' }, 'x is not a known field'],
		['departments', { org_id: ROOT_ORG_ID, is_all: '2' }, 'is_all must be 0 or 1'],
		['departments', { org_id: ROOT_ORG_ID, parent_id: '7' }, 'there is no organization "7"'],
		['children', { org_id: ROOT_ORG_ID, child_type: '4' }, 'child_type must be 1, 2 or 3'],
		['children', { org_id: ROOT_ORG_ID, child_type: '1,' }, 'child_type must be 1, 2 or 3'],
		['children', { org_id: ROOT_ORG_ID, org_type: '11' }, 'org_type must be a number from 1 to 10'],
		[
			'children',
			{ org_id: ROOT_ORG_ID, child_type: '1', is_filter: '0' },
			'is_filter and child_type may not be there together',
		],
		[
			'children',
			{ org_id: ROOT_ORG_ID, is_filter: '1' },
			'is_filter 1 has an answer of another form',
		],
		['members', { org_id: ROOT_ORG_ID, user_type: '2' }, 'user_type must be 0 or 1'],
		['members', { org_id: ROOT_ORG_ID, page: '0' }, 'page must be a whole number from 1 on'],
		[
			'members',
			{ org_id: ROOT_ORG_ID, page_size: '501' },
			'page_size may be at most 500, and is 501',
		],
	] as Array<[keyof typeof CALLS, Record<string, string>, string]>)(
		'%s %j',
		async (call, params, sentence) => {
			const { code, message, result } = await ask(call, params);
			expect([code, result]).toEqual(['100001', null]);
			expect(message).toContain(`[sandbox] ${sentence}`);
		},
	);

	test('a parameter that is there twice', async () => {
		const { url, accessToken } = bench.sandbox;
		const { data } = await bench.get(
			`${url}${CALLS.org}?accessToken=${accessToken}&org_id=1&org_id=2`,
		);
		expect(data).toContain('[sandbox] the query parameter org_id was given more than once');
	});

	test('a token, in the envelope of the gateway', async () => {
		expect(await ask('org', { org_id: ROOT_ORG_ID }, 'wrong')).toEqual({
			retCode: 'SBX102',
			retDesc:
				'[sandbox] the accessToken is unknown, or was revoked; a sandbox that was started anew may have a new one',
			data: null,
		});
	});

	test.each([
		['POST', CALLS.org],
		['GET', '/oauth/getOauthToken'],
	])('another method, as a gateway does: %s %s', async (method, path) => {
		const { status } = await fetch(bench.sandbox.url + path, { method });
		expect(status).toBe(404);
	});
});

describe('the spelling', () => {
	test('can be numbers, of ids and codes alike', async () => {
		expect(await bench.control.directory({ spelling: 'number' })).toEqual({
			spelling: 'number',
			crowd: 0,
		});
		const { result } = await ask('user', { user_id: 'P3001' });
		expect(result).toMatchObject({
			user_id: 'P3001',
			gender: 0,
			status: 1,
			user_family: [{ relation_type: 2 }],
			user_org: [{ org_id: 3201453, org_type: 7 }],
		});
	});

	test('is that of the start again when all is forgotten', async () => {
		await bench.control.directory({ spelling: 'number' });
		await bench.control.clear();
		expect(await ask('org', { org_id: '3201001' })).toMatchObject({ result: { org_type: '2' } });
	});

	test('that is none is refused', async () => {
		await expect(bench.control.directory({ spelling: 'word' as 'text' })).rejects.toThrow(
			'spelling',
		);
	});
});

describe('a crowd', () => {
	const org_id = '3290001';

	test('is an organization of as many teachers, each of whom is known', async () => {
		await bench.control.directory({ crowd: 20_000 });
		expect((await childrenOf(ROOT_ORG_ID)).at(-1)).toMatchObject({ org_id, child_type: '3' });
		const last = await membersOf({ org_id, page: 40 });
		expect(last).toHaveLength(500);
		expect(last.at(-1)?.user_id).toBe('P9019999');
		expect(await membersOf({ org_id, page: 41 })).toEqual([]);
		expect(await membersOf({ org_id, user_type: 0 })).toEqual([]);
		const { result } = await ask('user', { user_id: 'P9019999' });
		expect(result).toMatchObject({ name: last.at(-1)?.name });
	});

	test('is not there unless it is asked for', async () => {
		expect(await ask('org', { org_id })).toMatchObject({ code: '100001' });
		expect(await ask('user', { user_id: 'P9000000' })).toMatchObject({ code: '100001' });
	});
});

describe('faults', () => {
	test('refuse in the envelope of the call', async () => {
		await bench.control.fault({ kind: 'refuse', retCode: '100001', retDesc: 'Not today' });
		expect(await ask('org', { org_id: ROOT_ORG_ID })).toEqual({
			code: '100001',
			message: 'Not today',
			result: null,
		});
		expect((await bench.control.stats()).refused).toBe(1);
	});

	test('can be for a call with this in its query', async () => {
		await bench.control.fault({ kind: 'noCode', match: 'org_id=3202001' });
		expect((await ask('org', { org_id: ROOT_ORG_ID })).code).toBe('000000');
		expect((await ask('org', { org_id: '3202001' })).code).toBeUndefined();
	});
});

test('the log has the query, without the token', async () => {
	await ask('members', { org_id: '3201001', page: 2 });
	const [logged] = await bench.control.requests();
	expect(logged).toMatchObject({
		method: 'GET',
		path: CALLS.members,
		query: { org_id: '3201001', page: '2' },
		retCode: '000000',
		body: null,
	});
	expect(JSON.stringify(logged)).not.toContain(bench.sandbox.accessToken);
});
