import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as tar from 'tar';

import { PackageDirectoryLoader } from 'n8n-core';

import { packPackage } from '../../testbed/n8n/pack';
import { ROOT } from '../../testbed/root';

// Inside the checkout, so that the unpacked package finds the n8n-workflow of its host
mkdirSync(path.join(ROOT, '.cache'), { recursive: true });
const folder = mkdtempSync(path.join(ROOT, '.cache', 'package-'));
const unpacked = path.join(folder, 'package');

beforeAll(async () => {
	await tar.extract({ file: await packPackage(folder), cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(directory: string): string[] {
	return readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) =>
			path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
		);
}

describe('the tarball', () => {
	it('holds one file for each source, the read-me and the licence, and nothing else', () => {
		const built = ['credentials', 'nodes', 'platform', 'transport'].flatMap((room) =>
			filesOf(path.join(ROOT, room))
				.filter((file) => file.endsWith('.ts'))
				.map((file) => `dist/${room}/${file.replace(/\.ts$/, '.js')}`),
		);
		const others = [
			'LICENSE',
			'README.md',
			'dist/icons/tze.dark.svg',
			'dist/icons/tze.svg',
			'dist/locales/pages.zh-CN.json',
			'dist/nodes/TzeDirectory/TzeDirectory.node.json',
			'dist/nodes/TzeLoginTrigger/TzeLoginTrigger.node.json',
			'dist/nodes/TzeLoginTrigger/__schema__/v1.0.0.json',
			'dist/nodes/TzeOauthExchange/TzeOauthExchange.node.json',
			'dist/nodes/TzeOauthExchange/__schema__/v1.0.0.json',
			'dist/nodes/TzeSendMessage/TzeSendMessage.node.json',
			'dist/nodes/TzeSendMessage/__schema__/v1.0.0/send.json',
			'dist/nodes/TzeSendMessage/__schema__/v1.0.0/sendAndWait.json',
			'package.json',
		];
		expect(filesOf(unpacked).sort()).toEqual([...built, ...others].sort());
	});

	it('imports nothing but n8n-workflow, node:crypto and its own files', () => {
		const imports = filesOf(path.join(unpacked, 'dist'))
			.filter((file) => file.endsWith('.js'))
			.flatMap((file) => [
				...readFileSync(path.join(unpacked, 'dist', file), 'utf8').matchAll(
					/require\("([^"]+)"\)/g,
				),
			])
			.map(([, name]) => name)
			.filter((name) => !name.startsWith('.'));
		expect(new Set(imports)).toEqual(new Set(['n8n-workflow', 'node:crypto']));
	});

	it('needs nothing at run time', () => {
		const manifest = JSON.parse(
			readFileSync(path.join(unpacked, 'package.json'), 'utf8'),
		) as Record<string, unknown>;
		for (const kind of ['dependencies', 'optionalDependencies', 'bundleDependencies']) {
			expect(manifest).not.toHaveProperty(kind);
		}
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
			expect(manifest.scripts).not.toHaveProperty(script);
		}
	});

	it('is loaded by n8n, with names that stored workflows depend on', async () => {
		const loader = new PackageDirectoryLoader(unpacked);
		await loader.loadAll();
		expect(loader.packageName).toBe('n8n-nodes-tze');
		expect(Object.keys(loader.nodeTypes).sort()).toEqual([
			'tzeDirectory',
			'tzeLoginTrigger',
			'tzeOauthExchange',
			'tzeSendMessage',
		]);
		expect(Object.keys(loader.credentialTypes)).toEqual(['tzeApi', 'tzeAppApi']);
	});

	it('has an icon for light and dark behind every node and credential', async () => {
		const loader = new PackageDirectoryLoader(unpacked);
		await loader.loadAll();
		const types = [
			...Object.values(loader.nodeTypes).map(({ type }) =>
				'description' in type ? type.description : undefined,
			),
			...Object.values(loader.credentialTypes).map(({ type }) => type),
		];
		for (const type of types) {
			const { light, dark } = type?.iconUrl as { light: string; dark: string };
			for (const url of [light, dark]) {
				const file = url.replace('icons/n8n-nodes-tze/', '');
				expect(readFileSync(path.join(unpacked, file), 'utf8')).toMatch(/^<svg/);
			}
		}
	});
});

describe("n8n's scan for community packages", () => {
	/** In a process of its own: the scanner is an ES module with a linter in it. */
	const scan = (directory: string, patterns: string) =>
		spawnSync(
			process.execPath,
			[
				'--input-type=module',
				'-e',
				`import * as scanner from '@n8n/scan-community-package/scanner/scanner.mjs';
				const result = await scanner.analyzePackage(${JSON.stringify(directory)}, ${patterns});
				console.log(result.passed, result.message ?? '', result.details ?? '');`,
			],
			// Under jest's own NODE_ENV the plugin believes that it is being tested itself
			{ cwd: ROOT, encoding: 'utf8', env: { PATH: process.env.PATH, NODE_ENV: 'production' } },
		).stdout.trim();

	it('has no errors for the source', () => {
		expect(scan(ROOT, 'scanner.SOURCE_FILE_PATTERNS')).toBe('true');
	});

	it('has no errors for the tarball', () => {
		expect(scan(unpacked, 'undefined')).toBe('true');
	});

	it('would find some', () => {
		expect(scan(path.join(ROOT, 'test', 'package', 'fixtures', 'bad'), 'undefined')).toMatch(
			/^false ESLint violations found/,
		);
	});
});
