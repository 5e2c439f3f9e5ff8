import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { readCommandLine } from '../../scripts/commandLine';
import { npm } from '../../testbed/n8n/npm';
import { startProgram } from '../../testbed/process/program';
import { explain, Trouble } from '../../testbed/process/trouble';
import { ROOT } from '../../testbed/root';
import { compareClones } from './clones';

/** n8n's tool with what it needs, in a folder of its own: its linters are not those of this checkout. */
const TOOL = path.join(ROOT, '.cache', 'n8n-node');
const LINTED = path.join(TOOL, 'package');
const IN_TOOL = path.join('node_modules', '@n8n', 'node-cli');
const DEFAULT_CONFIG = path.join('dist', 'template', 'templates', 'shared', 'default');

/** The sources of what is published. */
const PUBLISHED = [
	...['credentials', 'nodes', 'platform', 'transport', 'icons', 'locales'],
	...['package.json', 'tsconfig.json', 'README.md', 'LICENSE'],
];

/** A mistake that n8n's configuration must find: otherwise it was not read, and silence says nothing. */
const MISTAKE = { file: 'nodes/run/mistake.ts', text: 'export const home = process.env.HOME;\n' };

async function main(): Promise<void> {
	readCommandLine('test:verification');
	await install();
	rmSync(LINTED, { recursive: true, force: true });
	mkdirSync(LINTED);
	for (const entry of PUBLISHED) {
		cpSync(path.join(ROOT, entry), path.join(LINTED, entry), { recursive: true });
	}
	// `n8n.strict` promises this very file: the tool compares it with its own
	const config = 'eslint.config.mjs';
	cpSync(path.join(TOOL, IN_TOOL, DEFAULT_CONFIG, config), path.join(LINTED, config));

	const clean = await lint();
	writeFileSync(path.join(LINTED, MISTAKE.file), MISTAKE.text);
	const planted = await lint();
	const isFound = planted.code === 1 && planted.output.includes('no-restricted-globals');
	if (clean.code !== 0) throw new Trouble(`n8n-node lint finds:\n${clean.output}`);
	if (!isFound) throw new Trouble(`n8n-node lint misses a planted mistake:\n${planted.output}`);
	process.stdout.write('n8n-node lint, in strict mode: no errors, and a planted one is found.\n');
	process.stdout.write(`${await compareClones()}\n`);
}

/** `npm ci`, unless it was done for this lock file. */
async function install(): Promise<void> {
	const done = path.join(TOOL, 'installed');
	const lock = readFileSync(path.join(__dirname, 'package-lock.json'), 'utf8');
	if (existsSync(done) && readFileSync(done, 'utf8') === lock) return;
	rmSync(TOOL, { recursive: true, force: true });
	mkdirSync(TOOL, { recursive: true });
	for (const file of ['package.json', 'package-lock.json']) {
		cpSync(path.join(__dirname, file), path.join(TOOL, file));
	}
	process.stdout.write("Installing n8n's own tool (about 260 MB, half a minute) …\n");
	await npm(['ci', '--ignore-scripts', '--omit=peer', '--legacy-peer-deps'], { cwd: TOOL });
	writeFileSync(done, lock);
}

/** What `n8n-node lint` says of the staged package. */
async function lint(): Promise<{ code: number | null; output: string }> {
	const tool = path.join(TOOL, IN_TOOL, 'bin', 'n8n-node.mjs');
	const program = startProgram(process.execPath, [tool, 'lint'], { cwd: LINTED });
	const code = await program.exit;
	return { code, output: program.output() };
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
