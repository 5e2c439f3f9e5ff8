import axios from 'axios';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../../scripts/real-n8n/client';
import { fetched } from '../../scripts/real-n8n/fetch';
import { nodeProgram, withNode } from '../../scripts/real-n8n/npm';
import { freePort } from '../../scripts/real-n8n/ports';
import { startProgram, type Program } from '../../scripts/real-n8n/processes';
import { installPackage, OWNER, startN8n } from '../../scripts/real-n8n/server';
import { lastLines, Trouble } from '../../scripts/real-n8n/trouble';
import type { Postgres, Service } from './services';

const START_PATIENCE_MS = 240_000;
/** Where n8n keeps its own data. */
const N8N_DATABASE = 'n8n';

export interface ClusterOptions {
	version: string;
	folder: string;
	tarball: string;
	postgres: Postgres;
	redis: Service;
}

/** A worker of the cluster. */
export interface Worker {
	name: string;
	/** Executions that it has begun and not ended. */
	inHand(): string[];
	/** Pauses its process, so that what it has in hand does not change meanwhile. */
	freeze(): void;
	unfreeze(): void;
	/** As a crash or a power cut ends it. */
	kill(): Promise<void>;
	/** As an administrator ends it: it finishes what it has in hand. */
	stop(): Promise<void>;
}

/** n8n in queue mode: a main process, a webhook process, and workers that come and go. */
export interface Cluster {
	client: N8nClient;
	/** Where calls from outside arrive. */
	webhookUrl: string;
	startWorker(): Promise<Worker>;
	/** The workers that are running. */
	workers(): Worker[];
	/** What all processes have printed, for when something goes wrong. */
	logs(): string;
	stop(): Promise<void>;
}

/**
 * Starts the main and the webhook process. Every process has a user folder of its own with the
 * package in it, as a container of its own would; they share the key, the database and Redis.
 *
 * @throws Trouble when one of them does not start
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
	const { version, folder, tarball, postgres, redis } = options;
	await postgres.createDatabase(N8N_DATABASE);
	const shared = {
		NODE_ENV: 'production',
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		EXECUTIONS_MODE: 'queue',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: N8N_DATABASE,
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_PASSWORD: postgres.password,
		DB_POSTGRESDB_POOL_SIZE: '10',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		QUEUE_BULL_REDIS_PASSWORD: redis.password,
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	};

	// The first one makes the tables that the others need
	const main = await startN8n({
		version,
		userFolder: path.join(folder, 'main'),
		packageTarball: tarball,
		env: shared,
	});
	const programs: Array<{ name: string; program: Program }> = [];
	const stop = async () => {
		await Promise.all(programs.map(async ({ program }) => await program.stop()));
		await main.stop();
	};

	/** Starts a process that is no main, and waits until it is ready. */
	const start = async (command: string, name: string, args: string[] = []) => {
		const userFolder = path.join(folder, name);
		await mkdir(userFolder, { recursive: true });
		const { nodeHome, program: n8n } = fetched(version);
		await installPackage(userFolder, tarball, nodeHome);
		const port = await freePort();
		const program = startProgram(nodeProgram(nodeHome), [n8n, command, ...args], {
			cwd: userFolder,
			env: withNode(nodeHome, {
				...withoutSettings(process.env),
				...shared,
				N8N_USER_FOLDER: userFolder,
				N8N_LISTEN_ADDRESS: '127.0.0.1',
				N8N_HOST: '127.0.0.1',
				N8N_PORT: String(port),
				QUEUE_HEALTH_CHECK_ACTIVE: 'true',
				QUEUE_HEALTH_CHECK_PORT: String(port),
				N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
				N8N_RUNNERS_BROKER_PORT: String(await freePort()),
				N8N_DIAGNOSTICS_ENABLED: 'false',
				N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
				N8N_LOG_LEVEL: 'info',
				NO_COLOR: '1',
			}),
		});
		programs.push({ name, program });
		await untilReady(name, `http://127.0.0.1:${port}/healthz/readiness`, program);
		return { program, url: `http://127.0.0.1:${port}` };
	};

	try {
		await main.client.logIn(OWNER);
		const { url: webhookUrl } = await start('webhook', 'webhook');
		const workers = new Set<Worker>();
		let count = 0;
		return {
			client: main.client,
			webhookUrl,
			async startWorker() {
				const name = `worker-${++count}`;
				const { program } = await start('worker', name, ['--concurrency=10']);
				const worker: Worker = {
					name,
					inHand: () => openExecutions(program.output()),
					freeze: () => program.child.kill('SIGSTOP'),
					unfreeze: () => program.child.kill('SIGCONT'),
					async kill() {
						workers.delete(worker);
						program.child.kill('SIGKILL');
						await program.exit;
						// Its task runner would end by itself a little later
						await program.stop();
					},
					async stop() {
						workers.delete(worker);
						program.child.kill('SIGTERM');
						await Promise.race([program.exit, sleep(30_000)]);
						await program.stop();
					},
				};
				workers.add(worker);
				return worker;
			},
			workers: () => [...workers],
			logs: () =>
				[{ name: 'main', text: main.log() }]
					.concat(programs.map(({ name, program }) => ({ name, text: program.output() })))
					.map(({ name, text }) => `${name}:\n${lastLines(text, 30)}`)
					.join('\n'),
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** A worker's log tells of each execution when it begins and when it ends. */
function openExecutions(log: string): string[] {
	const numbers = (pattern: RegExp) => [...log.matchAll(pattern)].map(([, id]) => id);
	const ended = new Set(numbers(/\bWorker (?:finished|errored)[^\n]*?execution (\d+)/gi));
	return numbers(/\bWorker started execution (\d+)/gi).filter((id) => !ended.has(id));
}

/** The environment without the person's own settings of an n8n, which must not reach these. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(env).filter(
			([name]) => !/^(?:N8N_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_URL$|NODE_OPTIONS$|npm_)/.test(name),
		),
	);
}

async function untilReady(name: string, url: string, program: Program): Promise<void> {
	for (const start = Date.now(); Date.now() - start < START_PATIENCE_MS; await sleep(250)) {
		if (program.ended()) break;
		const status = await axios
			.get(url, { proxy: false, timeout: 5_000, validateStatus: () => true })
			.then((answer) => answer.status)
			.catch(() => 0);
		if (status === 200) return;
	}
	const output = lastLines(program.output());
	await program.stop();
	throw new Trouble(`n8n's ${name} did not start:\n${output}`);
}
