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
	linkSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
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

/** What a step runs at the moment. */
let running;

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
	const sources = hashOf(SOURCES);
	if (readIfThere(stamp) === `${sources} ${hashOf(BUILT)}`) return;
	const gulp = [inModules('gulp/bin/gulp.js'), '--silent', 'build'];
	await step('Building the package', process.execPath, gulp);
	writeFileSync(stamp, `${sources} ${hashOf(BUILT)}`);
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
 * killed keeps nobody. Returns a function that lets the next one in.
 */
async function lock() {
	const file = path.join(root, '.cache', 'preparing');
	const mine = `${file}.${process.pid}`;
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(mine, String(process.pid));
	for (let tries = 0; !takes(file, mine); tries++) {
		if (tries === 4) {
			process.stderr.write('› Waiting for another command that prepares this clone …\n');
		}
		await sleep(250);
	}
	const leave = () => {
		if (readIfThere(file) === String(process.pid)) rmSync(file, { force: true });
		rmSync(mine, { force: true });
	};
	// What is under way must have ended before the next command begins
	const stop = () => {
		if (running === undefined) process.exit(130);
		running.once('close', () => process.exit(130));
		running.kill('SIGTERM');
	};
	process.once('exit', leave);
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
	return () => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop);
		process.off('exit', leave);
		leave();
	};
}

/** Makes the lock, with its owner's pid in it, in one step; takes it from an owner that is gone. */
function takes(file, mine) {
	try {
		linkSync(mine, file);
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
	}
	const pid = Number(readIfThere(file));
	if (pid > 0 && pid !== process.pid && !isAlive(pid)) {
		// Of several that wait, one can rename it
		const left = `${mine}.left`;
		try {
			renameSync(file, left);
			rmSync(left, { force: true });
		} catch (error) {
			if (error.code !== 'ENOENT') throw error;
		}
	}
	return false;
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
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error.code !== 'ENOENT') throw error;
		return '';
	}
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
	running = child;
	child.stdout.on('data', (chunk) => (said += chunk));
	child.stderr.on('data', (chunk) => (said += chunk));
	const code = await new Promise((resolve) => {
		child.on('error', (error) => {
			said += error.message;
			resolve(1);
		});
		child.on('close', resolve);
	});
	running = undefined;
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
