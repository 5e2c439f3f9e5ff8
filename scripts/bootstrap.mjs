#!/usr/bin/env node
/**
 * Makes a fresh clone ready and then runs a command of package.json:
 *
 *     node scripts/bootstrap.mjs [<command> [arguments]]
 *
 * Reads the command line first, so that help and mistakes cost nothing. Then installs what the lock
 * file names and builds the package, each only when something has changed, one command at a time.
 * Only Node and npm are needed, so this file uses nothing else.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import locks from '../testbed/process/lock.js';
import commandLine from './commandLine.js';
import commands from './commands.js';

const { readCommandLine, refuse } = commandLine;
const { COMMANDS, KNOWN_VERSIONS, VERSION } = commands;

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...args] = process.argv.slice(2);
const isTerminal = process.stderr.isTTY === true;
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** What the build is made of, and what it makes. */
const SOURCES = [
	...['nodes', 'credentials', 'transport', 'platform', 'icons', 'locales'],
	...['docs/zh-CN/README.md', 'LICENSE', 'package.json', 'package-lock.json'],
	...['gulpfile.js', 'scripts/edition.js', 'tsconfig.json', 'tsconfig.build.json'],
];
const BUILT = ['dist', 'editions'];

/** Without a command everything is prepared, and nothing is run. */
let command = { prepare: 'build', programs: [] };
/** The step or program that runs at the moment, and what a signal does to it. */
let running;
let onSignal = () => process.exit(130);

try {
	const [major] = process.versions.node.split('.').map(Number);
	if (major < 20) fail(`Node.js 20 or newer is needed; this is ${process.version}.`);
	if (name !== undefined) readCommand();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => onSignal(signal));
	await prepare();
	if (command.alone === 'same') await lock(name.replace(':', '-'), 'the same command');
	for (const program of command.programs) await run(program);
	process.exit(0);
} catch (error) {
	// A full disk, a folder of somebody else: Node's sentence names the file
	fail(`This clone cannot be prepared: ${error.message}`);
}

/** Reads the command line; help and mistakes end the program. */
function readCommand() {
	if (!Object.hasOwn(COMMANDS, name)) {
		const all = Object.keys(COMMANDS).join(', ');
		process.stderr.write(`There is no command "${name}"; there are ${all}.\n`);
		process.exit(2);
	}
	command = COMMANDS[name];
	const { options = {}, positionals: more } = command;
	const { values, positionals } = readCommandLine(name, args);
	const wanted = more?.is === VERSION ? [...positionals] : [];
	for (const [option, { is }] of Object.entries(options)) {
		if (is === VERSION) wanted.push(...[values[option] ?? []].flat());
	}
	// Whether any other n8n exists the registry knows: it is asked before much is installed
	for (const version of wanted.filter((one) => !KNOWN_VERSIONS.includes(one))) {
		const asked = ['view', `n8n@${version}`, 'version', '--loglevel=error', '--fetch-retries=0'];
		const { stderr } = spawnSync(npm, asked, { encoding: 'utf8', shell: npm.endsWith('.cmd') });
		if (/\bE404\b/.test(stderr)) refuse(name, `The npm registry has no n8n ${version}.`);
	}
}

/** Installs and builds what the command needs; others wait, until it has ended if it writes sources. */
async function prepare() {
	const unlock = await lock('preparing', 'another command that prepares this clone');
	await install();
	if (command.prepare !== 'install') await build();
	if (command.alone !== 'all') unlock();
}

async function lock(what, whom) {
	return await locks.lock(path.join(root, '.cache', 'locks', what), () => {
		process.stderr.write(`› Waiting for ${whom} …\n`);
	});
}

/** `npm ci`, unless all that the lock file names is there. */
async function install() {
	const modules = path.join(root, 'node_modules');
	if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
		fail('node_modules is a link: installing would empty the folder that it leads to.');
	}
	if (isInstalled()) return;
	await step('Installing the development packages (about 1.1 GB, one to three minutes)', npm, [
		...['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
	]);
}

/** npm writes down what it has installed when it is done; it leaves out what is for other machines. */
function isInstalled() {
	const packagesIn = (file) =>
		JSON.parse(readIfThere(path.join(root, file)) || '{}').packages ?? {};
	const there = packagesIn('node_modules/.package-lock.json');
	return Object.entries(packagesIn('package-lock.json')).every(
		([place, { version, integrity, optional }]) =>
			place === '' ||
			(there[place] === undefined
				? optional === true
				: there[place].version === version && there[place].integrity === integrity),
	);
}

/** Builds the package, unless it was built from these very sources. */
async function build() {
	const stamp = path.join(root, '.cache', 'built');
	const sources = hashOf(SOURCES);
	const isBuilt = () => readIfThere(stamp) === `${sources} ${hashOf(BUILT)}`;
	if (command.prepare !== 'rebuild' && isBuilt()) return;
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
		if (stat?.isDirectory()) for (const entry of readdirSync(full).sort()) add(`${place}/${entry}`);
		else hash.update(`${place}\0`).update(stat === undefined ? '' : readFileSync(full));
	};
	places.forEach(add);
	return hash.digest('hex');
}

function readIfThere(file) {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error.code !== 'ENOENT') throw error;
		return '';
	}
}

/** Runs a part of the preparation quietly, with the time it takes; shows what it said only when it failed. */
async function step(title, program, programArgs) {
	const start = Date.now();
	const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
	const show = (mark, end) =>
		process.stderr.write(`${isTerminal ? '\r\x1b[K' : ''}${mark} ${title} … ${seconds()}${end}`);
	const tick = setInterval(() => show('›', isTerminal ? '' : '\n'), isTerminal ? 1000 : 15_000);

	let said = '';
	running = spawn(program, programArgs, {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: program.endsWith('.cmd'),
	});
	let isTold = false;
	// It must have ended before the next command begins
	onSignal = () => {
		isTold = true;
		running.kill('SIGTERM');
	};
	running.stdout.on('data', (chunk) => (said += chunk));
	running.stderr.on('data', (chunk) => (said += chunk));
	const code = await new Promise((resolve) => {
		running.on('error', (error) => {
			said += error.message;
			resolve(1);
		});
		running.on('close', resolve);
	});
	onSignal = () => process.exit(130);
	clearInterval(tick);
	show(code === 0 ? '✓' : '✗', '\n');
	if (isTold) process.exit(130);
	if (code !== 0) fail(said.trim().split('\n').slice(-20).join('\n'));
}

/** Runs a program of the command, and ends with its exit code when it fails. */
async function run([file, ...fixedArgs]) {
	const runner = file.endsWith('.ts')
		? ['--import', 'tsx', path.join(root, file)]
		: [inModules(file)];
	running = spawn(process.execPath, [...runner, ...fixedArgs, ...args], {
		cwd: root,
		stdio: 'inherit',
	});
	onSignal = (signal) => running.kill(signal);
	// npm's shell does not pass a signal on: when that shell has ended, the program must end, too
	const parent = process.ppid;
	const byNpm = process.env.npm_lifecycle_event !== undefined;
	const watch = setInterval(() => {
		if (byNpm && process.ppid !== parent) running.kill('SIGTERM');
	}, 500);
	const [code, signal] = await new Promise((resolve) => {
		running.on('close', (...how) => resolve(how));
	});
	clearInterval(watch);
	if (code !== 0) process.exit(code ?? (signal === 'SIGINT' ? 130 : 1));
}

function inModules(file) {
	return path.join(root, 'node_modules', file);
}

function fail(sentence) {
	process.stderr.write(`${sentence}\n`);
	process.exit(1);
}
