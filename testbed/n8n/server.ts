import axios from 'axios';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { removeWithin } from '../process/files';
import { checkPort, freePort } from '../process/ports';
import { startServer, type Program } from '../process/program';
import { DEFAULT_VERSION } from './cache';
import { createN8nClient, type N8nClient, type Owner } from './client';
import { fetched } from './fetch';
import { nodeProgram, npm, withNode } from './npm';

/** What any process of n8n is started with. */
export interface ProcessOptions {
	/** One that {@link fetchN8n} has downloaded. */
	version?: string;
	/** Where this n8n keeps everything; made when it is missing, and closed to other users. */
	userFolder: string;
	/** More environment variables. */
	env?: Record<string, string>;
	/** A packed community package to install before the start. */
	packageTarball?: string;
	/** Called with what is going on, for a progress display. */
	onProgress?: (what: string) => void;
}

export interface N8nOptions extends ProcessOptions {
	/** A free one by default. */
	port?: number;
	/** Who owns it; by default somebody new, whose password nobody knows but the caller. */
	owner?: Owner;
	/** What the person can change when the port is taken, for the sentence that says so. */
	portOption?: string;
}

/** A running n8n, whoever started it. */
export interface ReachableN8n {
	version: string;
	url: string;
	/** To log in with. */
	owner: Owner;
	client: N8nClient;
}

/** An n8n on loopback that was started here. Nobody is logged in at first: see {@link N8nClient.logIn}. */
export interface RunningN8n extends ReachableN8n {
	userFolder: string;
	/** What the server has printed so far. */
	log(): string;
	/** Settles when the server has ended, for whatever reason. */
	exit: Promise<unknown>;
	/** Ends the server and everything it started. */
	stop(): Promise<void>;
}

/**
 * An account for an n8n. It can be reached from this machine only, but so can it by other users of the
 * machine and by any page in a browser there: the password is random (n8n wants a capital and a digit).
 */
export function newOwner(password = `Tze1-${randomBytes(18).toString('base64url')}`): Owner {
	return { email: 'owner@example.com', firstName: 'Tze', lastName: 'Owner', password };
}

const START_PATIENCE_MS = 240_000;

/** `/healthz` answers before the editor can be used, so a main process is asked for the editor's settings. */
const READY = {
	start: '/rest/settings',
	webhook: '/healthz/readiness',
	worker: '/healthz/readiness',
};

/**
 * Starts a real n8n on loopback and waits until its editor can be used.
 *
 * @throws Trouble when the port is taken, npm fails, or n8n ends while it starts
 */
export async function startN8n(options: N8nOptions): Promise<RunningN8n> {
	const { version = DEFAULT_VERSION, userFolder, owner = newOwner() } = options;
	if (options.port !== undefined) await checkPort(options.port, options.portOption ?? 'port');
	const { program, url } = await startProcess(['start'], options, options.port);
	return {
		version,
		url,
		userFolder: path.resolve(userFolder),
		owner,
		log: program.output,
		client: createN8nClient(url),
		exit: program.exit.catch((error: unknown) => error),
		stop: program.stop,
	};
}

/**
 * Starts a process that helps a main one in queue mode, with the same key, database and Redis in its
 * `env`, and waits until it is ready.
 *
 * @throws Trouble as {@link startN8n}
 */
export async function startHelper(
	command: ['webhook'] | ['worker', ...string[]],
	options: ProcessOptions,
): Promise<{ program: Program; url: string }> {
	return await startProcess(command, options);
}

async function startProcess(
	[command, ...args]: readonly [keyof typeof READY, ...string[]],
	{ version = DEFAULT_VERSION, packageTarball, onProgress, env, ...options }: ProcessOptions,
	wantedPort?: number,
): Promise<{ program: Program; url: string }> {
	const userFolder = path.resolve(options.userFolder);
	const { nodeHome, program: n8n } = fetched(version);
	const port = wantedPort ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;

	await mkdir(userFolder, { recursive: true });
	// It holds the database and the key of its secrets
	await chmod(userFolder, 0o700);
	if (packageTarball !== undefined) {
		onProgress?.('installing the package');
		await installPackage(userFolder, packageTarball, nodeHome);
	}

	onProgress?.('starting n8n');
	const program = await startServer(
		command === 'start' ? 'n8n' : `n8n's ${command}`,
		[nodeProgram(nodeHome), n8n, command, ...args],
		{
			cwd: userFolder,
			env: withNode(nodeHome, {
				...cleanEnvironment(),
				...serverEnvironment(version, userFolder, port, await freePort()),
				...(command === 'start' ? {} : helperEnvironment(port)),
				...env,
			}),
		},
		async () => {
			const ready = `${url}${READY[command]}`;
			const { data } = await axios.get<unknown>(ready, { proxy: false, timeout: 5_000 });
			return typeof data === 'object' && data !== null;
		},
		START_PATIENCE_MS,
	);
	return { program, url };
}

/**
 * Installs a packed community package as an administrator does by hand: `npm install` in
 * `.n8n/nodes`. As n8n's own installer does, without scripts and without peer dependencies.
 */
export async function installPackage(
	userFolder: string,
	tarball: string,
	nodeHome: string,
): Promise<void> {
	const folder = path.join(userFolder, '.n8n', 'nodes');
	await mkdir(folder, { recursive: true });
	const manifest = path.join(folder, 'package.json');
	if (!existsSync(manifest)) {
		await writeFile(
			manifest,
			JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }),
		);
	}
	// The same version may have other content now, which npm would not notice
	removeWithin(folder, 'package-lock.json');
	for (const name of await dependenciesOf(manifest)) removeWithin(folder, `node_modules/${name}`);
	removeWithin(folder, 'node_modules/.package-lock.json');
	await npm(
		['install', tarball, '--ignore-scripts', '--omit=peer', '--legacy-peer-deps', '--no-bin-links'],
		{ cwd: folder, nodeHome },
	);
}

async function dependenciesOf(manifest: string): Promise<string[]> {
	const parsed: unknown = JSON.parse(await readFile(manifest, 'utf8'));
	if (typeof parsed !== 'object' || parsed === null || !('dependencies' in parsed)) return [];
	return Object.keys(parsed.dependencies ?? {});
}

/** Settings for an n8n that calls no other server, and asks nothing before its editor can be used. */
function serverEnvironment(version: string, userFolder: string, port: number, brokerPort: number) {
	return {
		// Otherwise n8n develops: it answers pages of any origin with the session of whoever looks at them,
		// and errors with their stacks
		NODE_ENV: 'production',
		N8N_SAMESITE_COOKIE: 'strict',
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_SECURE_COOKIE: 'false',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		// Otherwise the nodes panel asks a server of n8n for a list of verified packages
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		// This module asks a server of n8n for a list, too; n8n 1 does not know it
		...(version.startsWith('1.') ? {} : { N8N_DISABLED_MODULES: 'mcp-registry' }),
		NO_COLOR: '1',
	};
}

/** A process that is no main answers on a port only when it is told to. */
function helperEnvironment(port: number) {
	return {
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
	};
}

/** The environment without the person's own settings of an n8n, which must not reach this one. */
function cleanEnvironment(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) => !/^(?:N8N_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_URL$|NODE_OPTIONS$|npm_)/.test(name),
		),
	);
}
