import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '..', '..');

/**
 * The rooms of the house (docs/architecture.md), and those that each may import from. A room that is
 * not here may be imported by nobody.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
	platform: [],
	transport: ['platform'],
	credentials: ['transport', 'platform'],
	'nodes/run': ['credentials', 'transport', 'platform'],
	'nodes/TzeSendMessage': ['nodes/run', 'credentials', 'transport', 'platform'],
	'nodes/TzeOauthExchange': ['nodes/run', 'credentials', 'transport', 'platform'],
	sandbox: [],
};

/** Rooms with tests, tools and measurements: only circles are looked for there. */
const AROUND = ['scripts', 'test', 'bench'];

const files = [
	...new Set([...Object.keys(MAY_IMPORT), ...AROUND].map((room) => room.split('/')[0])),
]
	.flatMap((top) =>
		readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' }).map((file) =>
			path.join(top, file),
		),
	)
	.filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
	.map((file) => file.split(path.sep).join('/'));

/** The files of ours that a source imports, types included. */
function importsOf(file: string, source: string): string[] {
	return ts
		.preProcessFile(source)
		.importedFiles.map(({ fileName }) => fileName)
		.filter((name) => name.startsWith('.'))
		.map((name) => path.posix.join(path.posix.dirname(file), name.replace(/\.js$/, '')))
		.map((target) => (files.includes(`${target}.ts`) ? `${target}.ts` : `${target}/index.ts`));
}

const roomOf = (file: string) =>
	Object.keys(MAY_IMPORT).find((room) => file.startsWith(`${room}/`)) ?? file.split('/')[0];

/** The arrows that run the wrong way. */
function wrongArrows(arrows: ReadonlyMap<string, readonly string[]>): string[] {
	return [...arrows].flatMap(([file, targets]) => {
		const from = roomOf(file);
		const allowed = MAY_IMPORT[from];
		if (allowed === undefined) return [];
		return targets
			.filter((target) => roomOf(target) !== from && !allowed.includes(roomOf(target)))
			.map((target) => `${file} -> ${target}`);
	});
}

/** Files that import each other, however long the way round; each circle once. */
function circles(arrows: ReadonlyMap<string, readonly string[]>): string[] {
	const found = new Set<string>();
	const done = new Set<string>();
	const walk = (file: string, way: readonly string[]) => {
		const start = way.indexOf(file);
		if (start >= 0) {
			const circle = way.slice(start);
			const first = circle.indexOf([...circle].sort()[0]);
			found.add([...circle.slice(first), ...circle.slice(0, first)].join(' -> '));
		} else if (!done.has(file)) {
			for (const target of arrows.get(file) ?? []) walk(target, [...way, file]);
			done.add(file);
		}
	};
	for (const file of arrows.keys()) walk(file, []);
	return [...found];
}

const house = new Map(
	files.map((file) => [file, importsOf(file, readFileSync(path.join(root, file), 'utf8'))]),
);

it('finds the arrows of the house', () => {
	expect(house.get('nodes/run/connection.ts')).toContain('transport/call.ts');
	expect(house.get('nodes/TzeSendMessage/operations/send.ts')).toContain(
		'nodes/TzeSendMessage/messageTypes/index.ts',
	);
});

it('has no arrow that runs the wrong way', () => {
	expect(wrongArrows(house)).toEqual([]);
});

it('has no circle', () => {
	expect(circles(house)).toEqual([]);
});

it.each([
	['transport/call.ts', "import { connect } from '../nodes/run/connection';"],
	['platform/json.ts', "import type { Answer } from '../transport/http';"],
	['sandbox/http.ts', "import { isRecord } from '../platform/json';"],
	['nodes/run/items.ts', "import { send } from '../TzeSendMessage/operations/send';"],
	['credentials/fields.ts', "export * from '../nodes/run/texts';"],
])('would see a wrong arrow in %s', (file, line) => {
	expect(wrongArrows(new Map([[file, importsOf(file, line)]]))).toHaveLength(1);
});

it('would see a circle', () => {
	const arrows = new Map([
		['a', ['b']],
		['b', ['c']],
		['c', ['a', 'b']],
		['d', ['a']],
	]);
	expect(circles(arrows)).toEqual(['a -> b -> c', 'b -> c']);
});
