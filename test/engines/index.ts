import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { extract } from 'tar';

import { readCommandLine } from '../../scripts/commandLine';
import { fetchEngine, engineVersions, type FetchedEngine } from '../../testbed/n8n/engines';
import { nodeProgram } from '../../testbed/n8n/npm';
import { packPackage } from '../../testbed/n8n/pack';
import { Closers } from '../../testbed/process/closers';
import { startProgram } from '../../testbed/process/program';
import { explain, Trouble } from '../../testbed/process/trouble';
import { ROOT } from '../../testbed/root';

/**
 * The examples are tried on the newest engine, and on both lines by `npm run test:e2e`; made-up answers and
 * requests on the newest alone, since they are read by code that knows no n8n.
 */
const TESTS = 'test/engine/(?!workflows|checkMyPlatform|\\w+Fuzz)';
const TABLE = 'test/engine/faultTable';

/** Certainty where there is none: mistakes that each engine must notice. */
const MISTAKES = [
	{
		name: 'unknown as no',
		file: 'transport/repeat.js',
		from: 'return false;',
		to: 'return true;',
		/** The rows of docs/faults.md that it is about. */
		rows: /\| unknown \|(?!.*too busy)/,
	},
	{
		name: 'lost as not sent',
		file: 'transport/http.js',
		from: "kind: 'lost'",
		to: "kind: 'notSent'",
		rows: /was lost before its answer arrived/,
	},
];

interface Outcome {
	passed: number;
	failed: number;
	output: string;
}

const faultRows = readFileSync(path.join(ROOT, 'docs', 'faults.md'), 'utf8').split('\n');

async function main(): Promise<void> {
	const { values } = readCommandLine('test:engines');
	await using closers = new Closers();
	const folder = await closers.folder('engines');
	const good = await unpack(folder);
	const mistakes = MISTAKES.map((mistake) => ({ ...mistake, package: mistaken(good, mistake) }));

	let passed = 0;
	let failed = 0;
	for (const version of values.n8n ?? (await engineVersions())) {
		const start = Date.now();
		const engine = await fetchEngine(version);
		const outcome = await runTests(engine, good, TESTS);
		const said = [`${outcome.passed} passed, ${outcome.failed} failed`];
		let isGood = outcome.failed === 0 && outcome.passed > 0;
		passed += outcome.passed;
		failed += isGood ? 0 : Math.max(outcome.failed, 1);
		for (const { name, rows, package: mistaken } of mistakes) {
			const table = await runTests(engine, mistaken, TABLE);
			const expected = faultRows.filter((row) => rows.test(row)).length;
			const isNoticed = table.failed === expected && table.passed > 0;
			said.push(`"${name}" noticed by ${table.failed} of ${expected} rows`);
			if (isNoticed) passed++;
			else failed++;
			isGood &&= isNoticed;
		}
		const seconds = Math.round((Date.now() - start) / 1000);
		process.stdout.write(
			`${isGood ? '✓' : '✗'} n8n ${version} (n8n-core ${coreOf(engine)}): ${said.join('; ')} (${seconds} s)\n`,
		);
		if (outcome.failed > 0 || outcome.passed === 0) process.stdout.write(`${outcome.output}\n`);
	}
	process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
	if (failed > 0) process.exitCode = 1;
}

/** The package as it would be published, where a module loader finds it by its name. */
async function unpack(folder: string): Promise<string> {
	const tarball = await packPackage(folder);
	const target = path.join(folder, 'good', 'node_modules', 'n8n-nodes-tze');
	await mkdir(target, { recursive: true });
	await extract({ file: tarball, cwd: target, strip: 1 });
	return target;
}

/** A copy of the package with a mistake in it. */
function mistaken(good: string, { name, file, from, to }: (typeof MISTAKES)[number]): string {
	const copy = path.join(good, '..', '..', '..', name, 'node_modules', 'n8n-nodes-tze');
	cpSync(good, copy, { recursive: true });
	const target = path.join(copy, 'dist', file);
	const source = readFileSync(target, 'utf8');
	if (!source.includes(from)) throw new Error(`${file} holds no "${from}"`);
	writeFileSync(target, source.replaceAll(from, to));
	return copy;
}

async function runTests(
	{ folder, nodeHome }: FetchedEngine,
	packageFolder: string,
	pattern: string,
): Promise<Outcome> {
	const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
	// Parts of n8n are ES modules, which jest loads with this switch only
	const node = [nodeProgram(nodeHome), '--experimental-vm-modules'] as const;
	// n8n 1 keeps a timer that would keep jest waiting for ever
	const args = [...node.slice(1), jest, pattern, '--forceExit', '--maxWorkers=2'];
	const program = startProgram(node[0], args, {
		cwd: ROOT,
		env: {
			...process.env,
			N8N_NODES_TZE_ENGINE: folder,
			N8N_NODES_TZE_PACKAGE: packageFolder,
			UPDATE_DOCS: '',
		},
	});
	await program.exit;
	const output = program.output();
	const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
	return { passed: Number(passed), failed: Number(failed), output };
}

function coreOf({ folder }: FetchedEngine): string {
	const manifest = path.join(folder, 'node_modules', 'n8n-core', 'package.json');
	if (!existsSync(manifest))
		throw new Trouble(`${folder} is damaged: delete it and run this again.`);
	const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
	return version;
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
