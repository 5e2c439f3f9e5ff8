import { readState, TreeWalk, type Below } from '../../nodes/TzeDirectory/treeWalk';

const TREE: Record<string, string[]> = {
	R: ['A', 'B'],
	A: ['C', 'R'],
	B: ['C', 'D'],
	C: [],
	D: ['A'],
};
const asked: string[] = [];
const below = async (id: string): Promise<Below[]> => {
	asked.push(id);
	return TREE[id].map((child) => ({ id: child, name: child, hasChildren: child !== 'C' }));
};
beforeEach(() => {
	asked.length = 0;
});

it('meets each organization once, level by level, and asks none that has nothing below it', async () => {
	const walk = new TreeWalk('R');
	const met: Array<string | undefined> = [];
	while (walk.current !== undefined) {
		met.push(walk.current);
		await walk.advance(below);
	}
	expect(met).toEqual(['R', 'A', 'B', 'C', 'D']);
	expect(asked).toEqual(['R', 'A', 'B', 'D']);
	expect(walk.count).toBe(5);
});

it('tells what it finds, each once', async () => {
	const walk = new TreeWalk('R');
	const found = [];
	while (walk.current !== undefined) found.push((await walk.advance(below)).map(({ id }) => id));
	expect(found).toEqual([['A', 'B'], ['C'], ['D'], [], []]);
	expect(await walk.advance(below)).toEqual([]);
});

it('stays where it is when the next level cannot be read', async () => {
	const walk = new TreeWalk('R');
	await expect(walk.advance(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
	expect(walk.current).toBe('R');
});

it('is taken up again where it was put down', async () => {
	const first = new TreeWalk('R');
	await first.advance(below);
	await first.advance(below);
	const more = { page: 3, first: 'P', offered: ['P', 'Q'] };
	const state = readState(JSON.stringify({ ...first.state, ...more }));
	expect(state).toMatchObject(more);
	const second = new TreeWalk('R', state);
	expect(second.current).toBe('B');
	const found = [];
	while (second.current !== undefined) found.push(...(await second.advance(below)));
	expect(found.map(({ id }) => id)).toEqual(['D']);
});

it.each([
	...[undefined, '', 'x', '[]', '{}', '{"open":["a"],"seen":["a"],"leaves":[],"page":"1"}'],
	...['{"open":[1],"seen":[],"leaves":[],"page":1}', '{"open":["a"],"seen":["a"],"page":1}'],
])('a text that holds no walk is none: %p', (text) => expect(readState(text)).toBeUndefined());
