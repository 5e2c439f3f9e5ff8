import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { extract } from 'tar';

import { fetchEngine, engineVersions, type FetchedEngine } from '../../scripts/real-n8n/engines';
import { nodeProgram } from '../../scripts/real-n8n/npm';
import { packPackage, ROOT } from '../../scripts/real-n8n/pack';
import { startProgram } from '../../scripts/real-n8n/processes';
import { explain, Trouble } from '../../scripts/real-n8n/trouble';

const HELP = `The packed package in the engines of several versions of n8n.

  npm run test:engines -- [options]

  --n8n <version>   only this n8n; may be given again
  --help            this text

Each engine runs the tests of test/engine (the examples aside), and then once more the table of
faults with a mistake in the package: "may have been delivered" is told as "was not delivered".
An engine on which the mistake is not noticed fails.
`;

/** The examples are tried on the newest engine, and on both lines by \`npm run test:e2e\`. */
const TESTS = 'test/engine/(?!workflows)';
const TABLE = 'test/engine/faultTable';

interface Outcome {
	passed: number;
	failed: number;
	output: string;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { n8n: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
	});
	if (values.help === true) {
		process.stdout.write(HELP);
		return;
	}
	const folder = await mkdtemp(path.join(tmpdir(), 'engines-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const good = await unpack(folder, 'good');
	const mistaken = path.join(folder, 'mistaken', 'node_modules', 'n8n-nodes-tze');
	cpSync(good, mistaken, { recursive: true });
	makeMistake(path.join(mistaken, 'dist', 'nodes', 'shared', 'errors.js'));

	let passed = 0;
	let failed = 0;
	for (const version of values.n8n ?? (await engineVersions())) {
		const start = Date.now();
		const engine = await fetchEngine(version);
		const outcome = await runTests(engine, good, TESTS);
		const table = await runTests(engine, mistaken, TABLE);
		const isNoticed = table.failed > 0 && table.passed > 0;
		const isGood = outcome.failed === 0 && outcome.passed > 0 && isNoticed;
		passed += outcome.passed + (isNoticed ? 1 : 0);
		failed += Math.max(outcome.failed, outcome.passed === 0 ? 1 : 0) + (isNoticed ? 0 : 1);

		const seconds = Math.round((Date.now() - start) / 1000);
		process.stdout.write(
			`${isGood ? '✓' : '✗'} n8n ${version} (n8n-core ${coreOf(engine)}): ${outcome.passed} passed, ${outcome.failed} failed; the mistake is ${isNoticed ? `noticed by ${table.failed} rows` : 'NOT noticed'} (${seconds} s)\n`,
		);
		if (outcome.failed > 0 || outcome.passed === 0) process.stdout.write(`${outcome.output}\n`);
	}
	process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
	if (failed > 0) process.exitCode = 1;
}

/** The package as it would be published, where a module loader finds it by its name. */
async function unpack(folder: string, name: string): Promise<string> {
	const tarball = await packPackage(folder);
	const target = path.join(folder, name, 'node_modules', 'n8n-nodes-tze');
	await mkdir(target, { recursive: true });
	await extract({ file: tarball, cwd: target, strip: 1 });
	return target;
}

/** The mistake that must not go unnoticed anywhere: certainty where there is none. */
function makeMistake(file: string): void {
	const source = readFileSync(file, 'utf8');
	const mistaken = source.replaceAll("delivered: 'unknown'", "delivered: 'no'");
	if (mistaken === source) throw new Error(`${file} says nowhere that something is unknown`);
	writeFileSync(file, mistaken);
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
