#!/usr/bin/env node
/**
 * Makes a fresh clone ready and then runs a script of it:
 *
 *     node scripts/bootstrap.mjs [<script> [arguments]]
 *
 * Installs what the lock file names (again only when it changed), builds the package, and runs the
 * script. Only Node and npm are needed, so this file uses nothing else.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const [script, ...args] = process.argv.slice(2);
const isTerminal = process.stderr.isTTY === true;

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Node.js 20 or newer is needed; this is ${process.version}.`);

await install();
await step('Building the package', process.execPath, [
	inModules('gulp/bin/gulp.js'),
	'--silent',
	'build',
]);
if (script !== undefined) await runScript();

/** `npm ci`, unless it was done for this very lock file. */
async function install() {
	const modules = path.join(root, 'node_modules');
	if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
		fail('node_modules is a link: installing would empty the folder that it leads to.');
	}
	const lock = readFileSync(path.join(root, 'package-lock.json'));
	const wanted = createHash('sha256').update(lock).digest('hex');
	const stamp = path.join(modules, '.installed-lock');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

	const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
	const npmArgs = [
		'ci',
		'--include=dev',
		'--ignore-scripts',
		'--no-audit',
		'--no-fund',
		'--loglevel=error',
	];
	await step(
		'Installing the development packages (about 1.1 GB, one to three minutes)',
		npm,
		npmArgs,
	);
	writeFileSync(stamp, wanted);
}

/** Runs a command quietly, with the time it takes; shows what it said only when it failed. */
async function step(title, command, commandArgs) {
	const start = Date.now();
	const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
	const show = (mark, end) =>
		process.stderr.write(`${isTerminal ? '\r\x1b[K' : ''}${mark} ${title} … ${seconds()}${end}`);
	const tick = setInterval(() => show('›', isTerminal ? '' : '\n'), isTerminal ? 1000 : 15_000);

	let said = '';
	const child = spawn(command, commandArgs, {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32' && command.endsWith('.cmd'),
	});
	child.stdout.on('data', (chunk) => (said += chunk));
	child.stderr.on('data', (chunk) => (said += chunk));
	const code = await new Promise((resolve) => {
		child.on('error', (error) => {
			said += error.message;
			resolve(1);
		});
		child.on('close', resolve);
	});
	clearInterval(tick);
	show(code === 0 ? '✓' : '✗', '\n');
	if (code !== 0) fail(said.trim().split('\n').slice(-20).join('\n'));
}

/** Runs the script and ends with its exit code; signals of the terminal reach it by themselves. */
async function runScript() {
	const runner = script.endsWith('.ts')
		? ['--import', 'tsx', path.join(root, script)]
		: [inModules(script)];
	const child = spawn(process.execPath, [...runner, ...args], { cwd: root, stdio: 'inherit' });
	for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
	// npm's shell does not pass a signal on: when that shell has ended, the script must end, too
	const parent = process.ppid;
	const byNpm = process.env.npm_lifecycle_event !== undefined;
	const watch = setInterval(() => {
		if (byNpm && process.ppid !== parent) child.kill('SIGTERM');
	}, 500);
	watch.unref();
	child.on('close', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

function inModules(file) {
	return path.join(root, 'node_modules', file);
}

function fail(sentence) {
	process.stderr.write(`${sentence}\n`);
	process.exit(1);
}
