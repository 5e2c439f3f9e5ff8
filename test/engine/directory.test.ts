import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';

import { directoryServer, found, type Asked } from './fakeDirectory';
import { openBench, workflowOf, type Bench, type NodeRunOptions } from './harness';

let bench: Bench;
let answer: (asked: Asked) => unknown;
let server: Awaited<ReturnType<typeof directoryServer>>;
beforeAll(async () => {
	bench = await openBench();
	server = await directoryServer((asked) => answer(asked));
});
afterAll(async () => {
	server.close();
	await bench.close();
});
beforeEach(() => {
	server.asked.length = 0;
});

const look = async (parameters: IDataObject, { credential, ...options }: NodeRunOptions = {}) =>
	await bench.directory(parameters, {
		credential: { baseUrl: server.baseUrl, ...credential },
		...options,
	});

const byId = (value: unknown) => ({ __rl: true, mode: 'id', value }) as IDataObject;
const user = (value: unknown = '={{ $json.id }}'): IDataObject => ({
	resource: 'user',
	operation: 'get',
	userId: byId(value),
});
const organization = (operation: string, orgId: unknown = 'O1'): IDataObject => ({
	resource: 'organization',
	operation,
	orgId: byId(orgId),
});
const everybody = { ...organization('getMembers'), returnAll: true };
const calls = () => server.asked.map(({ call }) => call);
const queries = () => server.asked.map(({ query }) => query);

/** People `U0`, `U1`, …, a page of them. */
const people = (count: number, { page, page_size }: Record<string, string>) =>
	Array.from({ length: count }, (_, n) => ({ user_id: `U${n}`, name: `n${n}` })).slice(
		(Number(page) - 1) * Number(page_size),
		Number(page) * Number(page_size),
	);

describe('a user', () => {
	it('is looked up by their ID, item by item, in order, with personId ready for a message', async () => {
		answer = ({ query }) => found({ user_id: query.user_id, name: '王芳', gender: '1', more: 1 });
		const { json, items } = await look(user(), { items: [{ id: 'P1' }, { id: 2 }] });
		const shown = { name: '王芳', gender: 1, gender_name: 'male' };
		expect(json).toEqual([
			{ personId: 'P1', user_id: 'P1', ...shown },
			{ personId: '2', user_id: '2', ...shown },
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(server.asked).toEqual([
			{ call: 'get-user-info', query: { user_id: 'P1' } },
			{ call: 'get-user-info', query: { user_id: '2' } },
		]);
	});

	it('comes as it came with Simplify off, from either envelope', async () => {
		const entry = { user_id: 9, gender: '1', more: { deep: [1] } };
		for (const body of [found(entry), { retCode: '000000', retDesc: '', data: entry }]) {
			answer = () => body;
			const { json } = await look({ ...user('9'), simplify: false });
			expect(json).toEqual([entry]);
		}
	});

	it('who is unknown is told in the words of the platform, with the item and the ID', async () => {
		answer = ({ query }) =>
			query.user_id === 'P9' ? { code: '100001', message: '用户不存在' } : found(query);
		const { json } = await look(user(), {
			items: [{ id: 'P1' }, { id: 'P9' }, { id: 'P2' }],
			onError: 'continueRegularOutput',
		});
		expect(json).toEqual([
			{ personId: 'P1', user_id: 'P1' },
			{
				error: {
					message: '用户不存在',
					description: expect.stringMatching(
						/^Item 1: The platform told nothing of user P9 \(code 100001\)\..*ID of a person/,
					),
					delivered: 'no',
					retCode: '100001',
					httpCode: '200',
					userId: 'P9',
				},
			},
			{ personId: 'P2', user_id: 'P2' },
		]);
	});

	const lacks = (where: string) =>
		`HOST reported success, but its answer lacks what was asked for, or holds it in a form that nobody knows: ${where}`;
	it.each<[string, unknown, string]>([
		['nothing', '', 'HOST answered with nothing, not as the platform does'],
		['no code', {}, 'HOST answered with JSON that has no retCode / code, not as the platform does'],
		[
			'a number as its code',
			{ code: 0, result: { user_id: 'P9' } },
			'HOST answered with JSON whose retCode / code is no text, not as the platform does',
		],
		['no result', { code: '000000' }, lacks('result')],
		['a result that is null', found(null), lacks('result')],
		['an empty result', found({}), lacks('result')],
		['a list', found([{ user_id: 'P9' }]), lacks('result')],
		['nobody’s name', found({ name: '王芳' }), lacks('result.user_id')],
		[
			'a page',
			'<h1>Login</h1>',
			'HOST answered with something other than JSON, not as the platform does',
		],
	])('whose answer holds %s is an error that says so', async (_what, body, message) => {
		answer = () => body;
		const { error } = await look(user('P9'));
		expect(error?.message.replace(/127[.\d:]+/, 'HOST')).toBe(message);
		expect(error?.context).toMatchObject({ itemIndex: 0, delivered: 'no' });
	});

	it.each<[unknown, string]>([
		['', "'User' is empty"],
		['P1, P2', "'User' is not one ID: P1, P2"],
		['={{ [1] }}', "'User' is not one ID: […]"],
		['={{ {} }}', "'User' is not one ID: {…}"],
		['={{ 12345678901234567890 }}', "'User' has lost digits: 12345678901234567000"],
		['={{ 1.5 }}', "'User' is not one ID: 1.5"],
		['={{ "null" }}', "'User' is not one ID: null"],
	])('with the ID %p is an error before any request', async (id, message) => {
		const { error } = await look(user(id === '' ? '={{ "" }}' : id));
		expect(error).toMatchObject({ message });
		expect(server.asked).toEqual([]);
	});

	it('is asked for again when the answer does not come in time: the call only reads', async () => {
		const held = { count: 0 };
		answer = ({ query }) => (held.count++ === 0 ? undefined : found(query));
		const { json } = await look({ ...user('P1'), options: { timeout: 300, maxRetries: 1 } });
		expect(json).toEqual([{ personId: 'P1', user_id: 'P1' }]);
	});
});

describe('an organization', () => {
	it('is looked up', async () => {
		answer = ({ query }) => found({ org_id: query.org_id, org_name: '一班', org_type: '7' });
		const { json } = await look(organization('get', '3201001'));
		expect(json).toEqual([
			{ org_id: '3201001', org_name: '一班', org_type: 7, org_type_name: 'class' },
		]);
		expect(server.asked).toEqual([{ call: 'get-org-info', query: { org_id: '3201001' } }]);
	});

	it('lists its children, an item for each', async () => {
		answer = () => found([{ org_id: 1 }, { org_id: 2, child_type: '2', has_child: 0 }]);
		const { json, items } = await look({
			...organization('getChildren'),
			childTypes: ['1', '2'],
			orgTypes: ['10', '7'],
		});
		expect(json).toEqual([
			{ org_id: '1' },
			{ org_id: '2', child_type: 2, child_type_name: 'subordinate', has_child: false },
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
		expect(server.asked).toEqual([
			{ call: 'get-child-list', query: { org_id: 'O1', child_type: '1,2', org_type: '10,7' } },
		]);
	});

	it('lists its departments', async () => {
		answer = () => found([{ org_id: 'D', parent_id: 'O1', org_type: 4 }]);
		const { json } = await look(organization('getDepartments'));
		await look({ ...organization('getDepartments'), allLevels: false, parentId: 'D' });
		expect(json).toEqual([
			{ org_id: 'D', parent_id: 'O1', org_type: 4, org_type_name: 'department' },
		]);
		expect(server.asked).toEqual([
			{ call: 'get-org-child-list', query: { org_id: 'O1', is_all: '1' } },
			{ call: 'get-org-child-list', query: { org_id: 'O1', is_all: '0', parent_id: 'D' } },
		]);
	});

	it('with nothing below it puts out nothing, and other items theirs', async () => {
		answer = ({ query }) => found(query.org_id === 'O1' ? [] : [{ org_id: 'C' }]);
		const { items, error } = await look(organization('getChildren', '={{ $json.id }}'), {
			items: [{ id: 'O1' }, { id: 'O2' }],
		});
		expect(error).toBeUndefined();
		expect(items).toEqual([{ json: { org_id: 'C' }, pairedItem: { item: 1 } }]);
	});

	it.each<[IDataObject, string]>([
		[{ operation: 'getFriends' }, '\'Operation\' "getFriends" is not known to this version'],
		[{ operation: 'getChildren', childTypes: ['4'] }, '\'Child Types\' cannot be "4"'],
		[{ operation: 'getMembers', userType: 'parent' }, '\'User Type\' cannot be "parent"'],
		[{ operation: 'getMembers', limit: 0 }, "'Limit' must be a whole number from 1"],
		[
			{ operation: 'getMembers', options: { maxCalls: 0 } },
			"'Options > Max Calls' must be a whole number",
		],
		[{ operation: 'getDepartments', parentId: 'a b' }, "'Parent ID' is not one ID: a b"],
	])('with %j is an error before any request', async (parameters, message) => {
		const { error } = await look({ ...organization('get'), ...parameters });
		expect(error?.message).toMatch(message);
		expect(server.asked).toEqual([]);
	});

	it('with an entry that has no ID is an error that says where, unless all comes as it came', async () => {
		const odd = [{ org_id: 'C' }, 'text', { org_name: 'x' }];
		answer = () => found(odd);
		const { error } = await look(organization('getChildren'));
		expect(error?.message).toMatch(/: result\[1\]$/);
		const { json } = await look({ ...organization('getChildren'), simplify: false });
		expect(json).toEqual([odd[0], { entry: 'text' }, odd[2]]);
	});
});

describe('members', () => {
	it('come up to the limit, in one call', async () => {
		answer = ({ query }) => found(people(120, query));
		const { json } = await look(organization('getMembers'));
		expect(json).toHaveLength(50);
		expect(json[49]).toEqual({ personId: 'U49', user_id: 'U49', name: 'n49' });
		expect(queries()).toEqual([{ org_id: 'O1', page: '1', page_size: '50' }]);
	});

	it.each([
		['student', '0'],
		['teacher', '1'],
	])('of the type %s are asked for by its number', async (userType, user_type) => {
		answer = () => found([]);
		await look({ ...everybody, userType });
		expect(queries()).toEqual([{ org_id: 'O1', user_type, page: '1', page_size: '500' }]);
	});

	it.each<[string, number, number]>([
		['a short page', 1001, 3],
		['an empty page', 1000, 3],
		['the first page, which is empty', 0, 1],
	])('come page by page, which end with %s', async (_what, count, pages) => {
		answer = ({ query }) => found(people(count, query));
		const { json, error } = await look(everybody);
		expect(error).toBeUndefined();
		expect(new Set(json.map(({ personId }) => personId)).size).toBe(count);
		expect(json).toHaveLength(count);
		expect(calls()).toEqual(Array(pages).fill('get-org-member-simple-list'));
	});

	it('come whole from a page of half a megabyte', async () => {
		answer = ({ query }) =>
			found(people(500, query).map((person) => ({ ...person, note: '注'.repeat(400) })));
		const { json, error } = await look({ ...everybody, options: { maxCalls: 2 } });
		expect(error).toBeUndefined();
		expect(json).toHaveLength(500);
	});

	it('that do not fit into an answer are an error, never some of them', async () => {
		answer = ({ query }) =>
			found(people(500, query).map((person) => ({ ...person, note: 'x'.repeat(20_000) })));
		const { error } = await look(everybody);
		expect(error?.message).toMatch(
			/answered with more than 8192 KB, which was not read to its end/,
		);
	});

	it('end with a page that repeats the one before it', async () => {
		answer = ({ query }) => found(people(500, { ...query, page: '1' }));
		const { json } = await look(everybody);
		expect(json).toHaveLength(500);
		expect(server.asked).toHaveLength(2);
	});

	it('are read on when pages are shorter than asked for, and the platform says that there are more', async () => {
		answer = ({ query }) =>
			found({
				count: 250,
				page: query.page,
				member_list: people(250, { ...query, page_size: '100' }),
			});
		const { json } = await look(everybody);
		expect(json).toHaveLength(250);
		expect(server.asked).toHaveLength(3);
	});

	it('that never end are an error when the calls are used up', async () => {
		answer = ({ query }) =>
			found(
				people(500, { ...query, page: '1' }).map(({ name }) => ({
					user_id: `${query.page}-${name}`,
				})),
			);
		const { error } = await look({ ...everybody, options: { maxCalls: 7 } });
		expect(error).toMatchObject({ message: "'Options > Max Calls' is 7, and that was not enough" });
		expect(server.asked).toHaveLength(7);
	});

	it('with somebody who has no ID are an error that names the page', async () => {
		answer = ({ query }) => found(query.page === '1' ? people(500, query) : [{ user_id: 'x' }, {}]);
		const { error } = await look(everybody);
		expect(error?.message).toMatch(/: page=2 result\[1\]\.user_id$/);
	});

	it('say that not every deployment lists them, where there is no such call', async () => {
		answer = () => ({ code: '100001', message: '接口不存在' });
		const { error } = await look(everybody);
		expect(error).toMatchObject({ message: '接口不存在' });
		expect(error?.description).toContain('Not every deployment of the platform has this call.');
	});
});

describe('members of everything below', () => {
	/** A school with two classes, of which one leads back to it; and another school beside it. */
	const CHILDREN: Record<string, unknown[]> = {
		O1: [
			{ org_id: 'C1', child_type: 1, has_child: 0 },
			{ org_id: 'C2', child_type: '2' },
			{ org_id: 'S2', child_type: '3' },
		],
		C2: [{ org_id: 'O1' }, { org_id: 'C1' }, { org_id: 3 }],
		3: [],
	};
	const MEMBERS: Record<string, string[]> = {
		...{ O1: ['T1', 'T2'], C1: ['T1', 'A'], C2: ['T2', 'B'], S2: ['X'], 3: ['A', 'C'] },
	};
	const tree = ({ call, query: { org_id } }: Asked) =>
		found(
			call === 'get-child-list'
				? CHILDREN[org_id]
				: MEMBERS[org_id].map((user_id) => ({ user_id })),
		);

	it('come each once, level by level, through loops, and from nothing that is only associated', async () => {
		answer = tree;
		const { json } = await look({ ...everybody, recurse: true });
		expect(json.map(({ personId }) => personId)).toEqual(['T1', 'T2', 'A', 'B', 'C']);
		expect(server.asked.map(({ call, query }) => `${call} ${query.org_id}`)).toEqual([
			'get-org-member-simple-list O1',
			'get-child-list O1',
			'get-org-member-simple-list C1',
			// C1 says that nothing is below it
			'get-org-member-simple-list C2',
			'get-child-list C2',
			'get-org-member-simple-list 3',
			'get-child-list 3',
		]);
	});

	it('are asked for no further than the limit', async () => {
		answer = tree;
		const { json } = await look({ ...everybody, recurse: true, returnAll: false, limit: 2 });
		expect(json).toHaveLength(2);
		expect(server.asked).toHaveLength(1);
	});

	it('name the organization that failed', async () => {
		answer = (asked) =>
			asked.query.org_id === 'C2' ? { code: '100001', message: '失败' } : tree(asked);
		const { error } = await look({ ...everybody, recurse: true });
		expect(error?.description).toMatch(/listed nobody of organization C2 /);
	});

	it('are an error when an organization on the way has no ID, also as they came', async () => {
		answer = (asked) => (asked.call === 'get-child-list' ? found([{}]) : tree(asked));
		const { error } = await look({ ...everybody, recurse: true, simplify: false });
		expect(error?.message).toMatch(/result\[0\]\.org_id$/);
	});
});

describe('secrets', () => {
	const accessToken = 'abcdefgh12345678';
	const credential = { accessToken };

	it('are taken out of whatever the platform answers, names of fields included', async () => {
		answer = () =>
			found({
				user_id: 'P1',
				name: `x ${accessToken}`,
				[accessToken]: 1,
				more: { [accessToken]: 2 },
			});
		const { json } = await look({ ...user('P1'), simplify: false }, { credential });
		expect(json).toEqual([{ user_id: 'P1', name: 'x ***', '***': 1, more: { '***': 2 } }]);
	});

	it('leave names and IDs whole that only share a piece with them', async () => {
		answer = () =>
			found({ user_id: accessToken.slice(0, 14), user_org: [{ org_id: accessToken.slice(2) }] });
		for (const simplify of [true, false]) {
			const { json } = await look({ ...user(accessToken.slice(0, 14)), simplify }, { credential });
			expect(json).toMatchObject([
				{ user_id: 'abcdefgh123456', user_org: [{ org_id: 'cdefgh12345678' }] },
			]);
		}
	});
});

describe('a list in the editor', () => {
	const list = async (
		method: string,
		credential: IDataObject,
		...asked: [filter?: string, paginationToken?: string]
	): Promise<INodeListSearchResult> => {
		const [, node] = workflowOf('tzeDirectory', {
			authentication: 'accessToken',
			...organization('get', ''),
		}).nodes;
		const credentials = bench.credentials({ baseUrl: server.baseUrl, ...credential });
		return await bench.engine.listSearch(node, method, credentials, ...asked);
	};
	/** What the editor shows in the place of a list. */
	const failed = async (...args: Parameters<typeof list>) =>
		await list(...args).then(
			() => undefined,
			(error: { message: string; description: string; constructor: { name: string } }) => ({
				message: error.message,
				description: error.description,
				name: error.constructor.name,
			}),
		);
	const rooted = { rootOrgId: 'R' };

	let schools = 120;
	beforeEach(() => {
		schools = 120;
	});
	/** A root with schools of two classes each, and a person in each class. */
	const town = ({ call, query: { org_id: id, page } }: Asked) => {
		const named = (org_id: string) => ({ org_id, org_name: `name of ${org_id}` });
		if (call === 'get-org-info') return found(named(id));
		if (call === 'get-child-list') {
			if (id === 'R') return found(Array.from({ length: schools }, (_, n) => named(`S${n}`)));
			const classes = ['a', 'b'].map((end) => ({ ...named(`${id}${end}`), has_child: '0' }));
			return found(id.startsWith('S') ? classes : []);
		}
		const isClass = /[ab]$/.test(id) && page === '1';
		return found(isClass ? [{ user_id: `P-${id}`, name: `person of ${id}` }] : []);
	};
	const all = async (method: string, filter?: string) => {
		const values: unknown[] = [];
		let pages = 0;
		let token: string | undefined;
		do {
			const page = await list(method, rooted, filter, token);
			values.push(...page.results.map(({ value }) => value));
			token = page.paginationToken as string | undefined;
			pages++;
		} while (token !== undefined);
		return { values, pages };
	};

	it('offers the organization of the credential and all below it, page by page, each once', async () => {
		answer = town;
		const first = await list('searchOrganizations', rooted);
		expect(first.results[0]).toEqual({ name: 'name of R (R)', value: 'R' });
		const { values, pages } = await all('searchOrganizations');
		expect(values).toHaveLength(1 + 120 * 3);
		expect(new Set(values).size).toBe(values.length);
		expect(pages).toBeGreaterThan(3);
	});

	it('offers what is called as searched for, in either case of letters, or by ID', async () => {
		answer = town;
		expect((await all('searchOrganizations', 'NAME OF s11b')).values).toEqual(['S11b']);
		expect((await all('searchOrganizations', 's119')).values).toEqual(['S119', 'S119a', 'S119b']);
	});

	it('offers people, each once', async () => {
		answer = town;
		schools = 60;
		const { values } = await all('searchUsers', 's1');
		expect(values).toHaveLength(2 * 11);
		expect(new Set(values).size).toBe(values.length);
		expect(await list('searchUsers', rooted, 'P-S7a')).toMatchObject({
			results: [{ name: 'person of S7a (P-S7a)', value: 'P-S7a' }],
		});
	});

	/** An organization below the root, and these pages of 500 for each of the two. */
	const crowded =
		(pageOf: (page: number) => unknown) =>
		({ call, query: { org_id: id, page } }: Asked) => {
			if (call === 'get-child-list') return found(id === 'R' ? [{ org_id: 'C' }] : []);
			return found(id === 'C' ? [{ user_id: 'last', name: 'last' }] : pageOf(Number(page)));
		};
	const people = (from: number, count: number) =>
		Array.from({ length: count }, (_, n) => ({ user_id: `n${from + n}`, name: 'x' }));

	it.each<[string, number, (page: number) => unknown]>([
		[
			'pages that are shorter than those asked for, of a count',
			331,
			(page) => ({
				count: 330,
				list: people((page - 1) * 50, [50, 50, 50, 50, 50, 50, 30][page - 1] ?? 0),
			}),
		],
		['the same page again and again', 101, () => people(0, 100)],
		[
			'somebody in two organizations',
			2,
			() => [...people(0, 1), { user_id: 'last', name: 'last' }],
		],
	])('offers everybody once, of %s', async (_what, count, pageOf) => {
		answer = crowded(pageOf);
		const { values } = await all('searchUsers');
		expect(values).toHaveLength(count);
		expect(new Set(values).size).toBe(count);
	});

	it('says which setting of the credential is missing, and what else can be done', async () => {
		for (const method of ['searchOrganizations', 'searchUsers']) {
			expect(await failed(method, { rootOrgId: '' })).toEqual({
				message: "'Root Organization ID' is empty (in the credential)",
				description: expect.stringMatching(
					/fill in 'Root Organization ID', or choose 'By ID' here\.$/,
				),
				name: 'NodeApiError',
			});
		}
		expect(server.asked).toEqual([]);
	});

	it('is empty when a search comes to its end without a result, as n8n says itself', async () => {
		answer = ({ call, query }) => (call === 'get-org-info' ? found(query) : found([]));
		expect(await list('searchOrganizations', rooted, 'x')).toEqual({ results: [] });
		expect(await list('searchUsers', rooted, 'x')).toEqual({ results: [] });
	});

	it('says that there is nobody at all', async () => {
		answer = ({ call, query }) => (call === 'get-org-info' ? found(query) : found([]));
		expect(await failed('searchUsers', rooted)).toMatchObject({
			message: 'None of the first 1 organizations from R on downwards lists a member',
		});
	});

	it('gives up a search that asks too much, and says so', async () => {
		answer = town;
		expect(await failed('searchUsers', rooted, 'nobody of this name')).toMatchObject({
			message: 'Nothing called "nobody of this name" among the first 319 organizations below R',
		});
		expect(server.asked.length).toBeLessThan(210);
	});

	it('says why it cannot be had, in the words of the platform, without secrets', async () => {
		const accessToken = 'abcdefgh12345678';
		answer = () => ({ code: '100001', message: `无权限 ${accessToken}` });
		expect(await failed('searchUsers', { ...rooted, accessToken })).toMatchObject({
			message: '无权限 ***',
			description: expect.stringMatching(/Not every deployment of the platform has this call\.$/),
		});
	});

	it('begins anew with a token that is none', async () => {
		answer = town;
		for (const token of ['x', '{}', '{"open":[1],"seen":[],"leaves":[],"page":1}']) {
			const { results } = await list('searchOrganizations', rooted, '', token);
			expect(results[0].value).toBe('R');
		}
	});
});
