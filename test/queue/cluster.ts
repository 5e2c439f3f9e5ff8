import { randomBytes } from 'node:crypto';
import path from 'node:path';

import type { N8nClient } from '../../testbed/n8n/client';
import { startHelper, startN8n } from '../../testbed/n8n/server';
import type { Program } from '../../testbed/process/program';
import { lastLines } from '../../testbed/process/trouble';
import type { Postgres, Service } from './services';

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
		// Workers tell of each execution
		N8N_LOG_LEVEL: 'info',
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

	const start = async (name: string, command: Parameters<typeof startHelper>[0]) => {
		const userFolder = path.join(folder, name);
		const helper = await startHelper(command, {
			version,
			userFolder,
			packageTarball: tarball,
			env: shared,
		});
		programs.push({ name, program: helper.program });
		return helper;
	};

	try {
		await main.client.logIn(main.owner);
		const { url: webhookUrl } = await start('webhook', ['webhook']);
		const workers = new Set<Worker>();
		let count = 0;
		return {
			client: main.client,
			webhookUrl,
			async startWorker() {
				const name = `worker-${++count}`;
				const { program } = await start(name, ['worker', '--concurrency=10']);
				const worker: Worker = {
					name,
					inHand: () => openExecutions(program.output()),
					freeze: () => program.child.kill('SIGSTOP'),
					unfreeze: () => program.child.kill('SIGCONT'),
					async kill() {
						workers.delete(worker);
						await program.end('SIGKILL', 1_000);
					},
					async stop() {
						workers.delete(worker);
						await program.end('SIGTERM', 30_000);
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
