import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	chmodSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tar from 'tar';

import { PackageDirectoryLoader } from 'n8n-core';

import { packPackage } from '../../testbed/n8n/pack';
import { ROOT } from '../../testbed/root';

const workflows = path.join(ROOT, '.github', 'workflows');
const read = (name: string) => readFileSync(path.join(workflows, name), 'utf8');

/** The jobs of a workflow by name, without comments; a job's lines are indented below its name. */
function jobsOf(yml: string): Map<string, string> {
	const [, jobs = ''] = yml.replace(/^\s*#.*\n/gm, '').split(/^jobs:\n/m);
	return new Map(
		jobs.split(/^ {2}(?=\w)/m).flatMap((job) => {
			const [, name, text] = /^(\w+):\n([^]*)$/.exec(job) ?? [];
			return name === undefined ? [] : [[name, text] as const];
		}),
	);
}

const uses = (text: string) => [...text.matchAll(/\buses: (.*)/g)].map(([, action]) => action);
const runs = (text: string) => [...text.matchAll(/\brun: (.*)/g)].map(([, line]) => line);

describe('workflows', () => {
	it.each(readdirSync(workflows))('%s uses actions by their commits alone', (name) => {
		const actions = uses(read(name));
		expect(actions.length).toBeGreaterThan(0);
		for (const action of actions) {
			expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
		}
	});

	it.each(readdirSync(workflows))('%s gives no more rights than its jobs ask for', (name) => {
		const [top] = read(name).split(/^jobs:\n/m);
		expect(top).toMatch(/^permissions:(?: \{\}|\n {2}contents: read)$/m);
		expect(top).not.toContain('write');
	});

	it('one job may publish', () => {
		const mayWrite = readdirSync(workflows).flatMap((name) =>
			[...jobsOf(read(name))]
				.filter(([, text]) => /: write\b|write-all/.test(text))
				.map(([job]) => `${name} ${job}`),
		);
		expect(mayWrite).toEqual(['publish.yml publish']);
	});
});

describe('the job that may publish', () => {
	const jobs = jobsOf(read('publish.yml'));
	const job = jobs.get('publish') ?? '';

	it('takes what another job has tested, behind an environment, for tags alone', () => {
		expect([...jobs.keys()]).toEqual(['test', 'publish']);
		expect(job).toMatch(/^ {4}needs: test$/m);
		expect(job).toMatch(/^ {4}environment: npm$/m);
		expect(read('publish.yml')).toMatch(/^on:\n {2}push:\n {4}tags: \['v\*'\]\n\n/m);
	});

	it('runs nothing that was installed or is in the repository', () => {
		expect(uses(job).map((action) => action.split('@')[0])).toEqual([
			'actions/checkout',
			'actions/setup-node',
			'actions/download-artifact',
		]);
		const publish = (edition: string) =>
			`npm publish "./packages/n8n-nodes-tze-\${GITHUB_REF_NAME#v}${edition}.tgz" --ignore-scripts --provenance --access public`;
		expect(runs(job)).toEqual([
			'git merge-base --is-ancestor "$GITHUB_SHA" origin/main',
			publish(''),
			`${publish('-zh-cn')} --tag zh-cn`,
		]);
		// Nothing that runs by itself: a script of several lines, a shell of one's own, a cache of npm
		expect(job).not.toMatch(/run: [|>]|shell:|container:|services:|cache: npm/);
	});
});

const folder = mkdtempSync(path.join(tmpdir(), 'publishing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hashOf = (file: string) => createHash('sha512').update(readFileSync(file)).digest('hex');

describe('the tarball', () => {
	/** The package as somebody with this umask has checked it out, built and packed it. */
	async function packedWith(umask: number): Promise<string> {
		const own = path.join(folder, umask.toString(8));
		mkdirSync(own);
		for (const file of ['package.json', 'README.md', 'LICENSE', 'dist']) {
			cpSync(path.join(ROOT, file), path.join(own, file), { recursive: true });
		}
		for (const file of ['', ...readdirSync(own, { recursive: true, encoding: 'utf8' })].reverse()) {
			const full = path.join(own, file);
			chmodSync(full, (statSync(full).isDirectory() ? 0o777 : 0o666) & ~umask);
		}
		const before = process.umask(umask);
		try {
			return await packPackage(path.join(own, 'packed'), own);
		} finally {
			process.umask(before);
		}
	}

	it('has the same bytes whatever the umask was', async () => {
		const files = [await packedWith(0o077), await packedWith(0o022), await packedWith(0)];
		expect(new Set(files.map(hashOf)).size).toBe(1);
		const modes = new Set<number | undefined>();
		await tar.list({ file: files[0], onReadEntry: ({ mode }) => modes.add(mode) });
		expect([...modes]).toEqual([0o644]);
	});
});

it('the release notes name every node, credential and operation of this version', async () => {
	const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
		version: string;
	};
	const changelog = readFileSync(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
	const [, notes = ''] = changelog.split(`\n## ${version} - `);
	const [section] = notes.split('\n## ');
	const loader = new PackageDirectoryLoader(ROOT);
	await loader.loadAll();
	const { nodes, credentials } = loader.types;
	const operations = nodes
		.flatMap(({ properties }) => properties.filter(({ name }) => name === 'operation'))
		.flatMap(({ options = [] }) => options.map(({ name }) => name))
		.filter((name) => name !== 'Send');
	const names = [...nodes, ...credentials].map(({ displayName }) => displayName);
	expect([...names, ...operations].filter((name) => !section.includes(`**${name}**`))).toEqual([]);
});

describe('npm publish, without publishing', () => {
	interface Published {
		version: string;
		files: Array<{ path: string; mode: number }>;
	}

	it.each([
		['the English edition', '.', /^\d+\.\d+\.\d+$/, []],
		['the Chinese one', 'editions/zh-CN', /^\d+\.\d+\.\d+-zh-cn$/, ['--tag', 'zh-cn']],
	])('takes %s', async (_name, source, version, tag) => {
		const file = await packPackage(path.join(folder, 'publish'), source);
		// A registry that is not there: nothing can be published by mistake
		const nowhere = ['--registry', 'http://127.0.0.1:9', '--fetch-retries=0'];
		const flags = ['--dry-run', '--json', '--ignore-scripts', '--access', 'public', ...tag];
		const args = ['publish', file, ...flags, ...nowhere];
		const { stdout } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
		const { 'n8n-nodes-tze': published } = JSON.parse(stdout) as Record<string, Published>;
		expect(published.version).toMatch(version);
		expect(new Set(published.files.map(({ mode }) => mode))).toEqual(new Set([0o644]));
	});
});
