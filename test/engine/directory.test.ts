import { directoryServer, found, type Asked } from './fakeDirectory';
import { openBench, type Bench } from './harness';

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

const look = async (parameters: Record<string, unknown>, options = {}) =>
	await bench.directory(parameters as never, {
		credential: { baseUrl: server.baseUrl },
		...options,
	});

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const user = (value = '={{ $json.id }}') => ({
	resource: 'user',
	operation: 'get',
	userId: byId(value),
});
const organization = (operation: string, orgId = 'O1') => ({
	resource: 'organization',
	operation,
	orgId: byId(orgId),
});

describe('a user', () => {
	it('is looked up by their ID, item by item, in order', async () => {
		answer = ({ query }) =>
			found({ user_id: query.user_id, name: `n-${query.user_id}`, gender: '1' });
		const { json, items } = await look(user(), { items: [{ id: 'P1' }, { id: 'P2' }] });
		expect(json).toEqual([
			{ personId: 'P1', user_id: 'P1', name: 'n-P1', gender: 1, gender_name: 'male' },
			{ personId: 'P2', user_id: 'P2', name: 'n-P2', gender: 1, gender_name: 'male' },
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(server.asked.map(({ call }) => call)).toEqual(['get-user-info', 'get-user-info']);
	});
	it('unknown', async () => {
		answer = () => ({ code: '100001', message: '用户不存在' });
		const { error } = await look(user('P9'));
		expect(error).toMatchObject({ message: '用户不存在' });
		console.log(error?.description);
	});
	it('odd', async () => {
		for (const body of [
			'',
			'{}',
			found(undefined),
			found(null),
			found({}),
			found([]),
			found({ name: 'x' }),
			{ code: 0 },
			'<html>',
		]) {
			answer = () => body;
			const { error, json } = await look(user('P9'));
			console.log(JSON.stringify(body), error?.message, '|', error?.description, json);
		}
	});
});

describe('members', () => {
	it('many', async () => {
		answer = ({ query }) =>
			found(
				Array.from({ length: 500 }, (_, n) => ({
					user_id: `U${Math.min(Number(query.page), 40)}-${n}`,
					name: '张三',
					user_type: '0',
				})),
			);
		const before = Date.now();
		const { json, error } = await look({ ...organization('getMembers'), returnAll: true });
		console.log(json.length, error, server.asked.length, Date.now() - before);
	});
});
