import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

import { ROOT } from '../../testbed/root';

const PUBLISHED = ['nodes/run', 'nodes/pages', 'credentials', 'transport', 'platform'];

/**
 * The rooms of the house (docs/architecture.md), and those that each may import from; one of them may
 * be a file of its own. A room that is not here may be imported by nobody.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
	// The sandbox shares nothing with the package, its texts included
	'locales/sandbox.zh-CN.json': [],
	locales: [],
	platform: [],
	transport: ['platform'],
	credentials: ['transport', 'platform'],
	'nodes/pages': [],
	'nodes/run': ['credentials', 'transport', 'platform'],
	'nodes/TzeSendMessage': [...PUBLISHED, 'locales'],
	'nodes/TzeOauthExchange': PUBLISHED,
	'nodes/TzeDirectory': PUBLISHED,
	'nodes/TzeLoginTrigger': [...PUBLISHED, 'locales'],
	sandbox: ['locales/sandbox.zh-CN.json'],
	testbed: ['sandbox'],
	// What others may take from scripts: how a command reads its options, for commands stand in bench and
	// test, too; a part of the build, and what is told of a sandbox and a
	// playground, which tests look at
	'scripts/commandLine.js': ['scripts/commands.js'],
	'scripts/commands.js': ['testbed'],
	'scripts/edition.d.ts': [],
	'scripts/describeSandbox.ts': ['sandbox', 'locales'],
	'scripts/describePlayground.ts': ['sandbox', 'scripts/describeSandbox.ts'],
	scripts: [
		...['scripts/commandLine.js', 'scripts/commands.js', 'scripts/describeSandbox.ts'],
		...['scripts/describePlayground.ts', 'testbed', 'sandbox'],
	],
	bench: ['scripts/commandLine.js', 'testbed', 'sandbox'],
	test: [
		...['scripts/commandLine.js', 'scripts/commands.js', 'scripts/edition.d.ts'],
		...['testbed', 'sandbox', ...PUBLISHED, 'nodes/TzeSendMessage', 'nodes/TzeOauthExchange'],
		...['nodes/TzeDirectory', 'nodes/TzeLoginTrigger', 'locales'],
		...['locales/sandbox.zh-CN.json', 'scripts/describeSandbox.ts'],
		'scripts/describePlayground.ts',
	],
};

const files = [...new Set(Object.keys(MAY_IMPORT).map((room) => room.split('/')[0]))]
	.flatMap((top) =>
		readdirSync(path.join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((file) =>
			path.join(top, file),
		),
	)
	.filter((file) => /\.(?:ts|js|mjs|json)$/.test(file) && !/node_modules|dist\//.test(file))
	.map((file) => file.split(path.sep).join('/'));

/** The files of ours that a source imports, types included. */
function importsOf(file: string, source: string): string[] {
	return ts
		.preProcessFile(source, true, !file.endsWith('.ts'))
		.importedFiles.map(({ fileName }) => fileName)
		.filter((name) => name.startsWith('.'))
		.map((name) => path.posix.join(path.posix.dirname(file), name))
		.map((target) => {
			const places = ['', '.ts', '.d.ts', '.js', '/index.ts'].map((end) => target + end);
			// The compiled file of a source
			places.push(target.replace(/\.js$/, '.ts'));
			return places.find((place) => files.includes(place)) ?? target;
		});
}

const roomOf = (file: string) =>
	Object.keys(MAY_IMPORT).find((room) => file === room || file.startsWith(`${room}/`)) ??
	file.split('/')[0];

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
	files.map((file) => [file, importsOf(file, readFileSync(path.join(ROOT, file), 'utf8'))]),
);

it('finds the arrows of the house', () => {
	expect(house.get('nodes/run/connection.ts')).toContain('transport/call.ts');
	expect(house.get('nodes/TzeSendMessage/operations/send.ts')).toContain(
		'nodes/TzeSendMessage/messageTypes/index.ts',
	);
	expect(house.get('test/engine/harness.ts')).toContain('testbed/engine/engine.ts');
	expect(house.get('testbed/credentials.ts')).toEqual(['sandbox/index.ts']);
	expect(house.get('scripts/bootstrap.mjs')).toContain('testbed/process/lock.js');
	expect(house.get('scripts/commands.js')).toEqual(['testbed/n8n/versions.json']);
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
	['sandbox/http.ts', "import texts from '../locales/zh-CN.json';"],
	['nodes/run/items.ts', "import { send } from '../TzeSendMessage/operations/send';"],
	['credentials/fields.ts', "export * from '../nodes/run/texts';"],
	['sandbox/http.ts', "import { freePort } from '../testbed/process/ports';"],
	['testbed/examples.ts', "import { readCommandLine } from '../scripts/commandLine';"],
	['testbed/process/lock.js', "const { COMMANDS } = require('../../scripts/commands');"],
	['testbed/n8n/server.ts', "import { connect } from '../../nodes/run/connection';"],
	['scripts/screenshots.ts', "import { startCluster } from '../test/queue/cluster';"],
	['bench/n8n.ts', "import type { World } from '../test/e2e/world';"],
	['scripts/demo.ts', "import { report } from '../bench/report';"],
	['test/e2e/index.ts', "import { demo } from '../../scripts/demo';"],
	['nodes/run/items.ts', "import { until } from '../../testbed/process/until';"],
])('would see a wrong arrow: %s has %s', (file, line) => {
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
