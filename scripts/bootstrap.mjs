#!/usr/bin/env node
/**
 * Makes a fresh clone ready and then runs a script of it:
 *
 *     node scripts/bootstrap.mjs [<script> [arguments]]
 *
 * Installs what the lock file names and builds the package, each only when something has changed,
 * one command at a time; then runs the script. Only Node and npm are needed, so this file uses
 * nothing else.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const [script, ...args] = process.argv.slice(2);
const isTerminal = process.stderr.isTTY === true;

/** What the build is made of, and what it makes. */
const SOURCES = [
	...['nodes', 'credentials', 'transport', 'platform', 'icons', 'locales'],
	...['docs/zh-CN/README.md', 'LICENSE', 'package.json', 'package-lock.json'],
	...['gulpfile.js', 'scripts/edition.js', 'tsconfig.json', 'tsconfig.build.json'],
];
const BUILT = ['dist', 'editions'];

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Node.js 20 or newer is needed; this is ${process.version}.`);

const unlock = await lock();
await install();
await build();
unlock();
if (script !== undefined) await runScript();

/** `npm ci`, unless it was done for this very lock file. */
async function install() {
	const modules = path.join(root, 'node_modules');
	if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
		fail('node_modules is a link: installing would empty the folder that it leads to.');
	}
	const lockFile = readFileSync(path.join(root, 'package-lock.json'));
	const wanted = createHash('sha256').update(lockFile).digest('hex');
	const stamp = path.join(modules, '.installed-lock');
	if (readIfThere(stamp) === wanted) return;

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

/** Builds the package, unless it was built from these very sources: another command may be using it. */
async function build() {
	const stamp = path.join(root, '.cache', 'built');
	const isBuilt = () => readIfThere(stamp) === hashOf([...SOURCES, ...BUILT]);
	if (isBuilt()) return;
	const gulp = [inModules('gulp/bin/gulp.js'), '--silent', 'build'];
	await step('Building the package', process.execPath, gulp);
	writeFileSync(stamp, hashOf([...SOURCES, ...BUILT]));
}

/** A hash of files and folders, by their names and contents. */
function hashOf(places) {
	const hash = createHash('sha256');
	const add = (place) => {
		const full = path.join(root, place);
		const stat = statSync(full, { throwIfNoEntry: false });
		if (stat?.isDirectory()) for (const name of readdirSync(full).sort()) add(`${place}/${name}`);
		else hash.update(`${place}\0`).update(stat === undefined ? '' : readFileSync(full));
	};
	places.forEach(add);
	return hash.digest('hex');
}

/**
 * Waits for another command that installs or builds here, then keeps others waiting; one that was
 * killed keeps nobody. Resolves to a function that lets the next one in.
 */
async function lock() {
	const folder = path.join(root, '.cache', 'preparing');
	const owner = path.join(folder, 'pid');
	mkdirSync(path.dirname(folder), { recursive: true });
	for (let tries = 0; ; tries++) {
		try {
			mkdirSync(folder);
			break;
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		// Without a pid after two seconds, or with that of a process that is gone: left behind
		const pid = Number(readIfThere(owner));
		const isLeft = pid > 0 ? !isAlive(pid) : tries > 8;
		if (isLeft) rmSync(folder, { recursive: true, force: true });
		if (tries === 4)
			process.stderr.write('› Waiting for another command that prepares this clone …\n');
		await sleep(250);
	}
	writeFileSync(owner, String(process.pid));
	const leave = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', leave);
	return () => {
		process.off('exit', leave);
		leave();
	};
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

function readIfThere(file) {
	return existsSync(file) ? readFileSync(file, 'utf8') : '';
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
