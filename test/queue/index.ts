import path from 'node:path';

import { readCommandLine } from '../../scripts/commandLine';
import { fetchN8n } from '../../testbed/n8n/fetch';
import { packPackage } from '../../testbed/n8n/pack';
import { Closers } from '../../testbed/process/closers';
import { explain } from '../../testbed/process/trouble';
import { startCluster } from './cluster';
import { openOutbox } from './outbox';
import { startPlatform } from './platform';
import { SCENARIOS, type Scene } from './scenarios';
import { ensureServices, startPostgres, startRedis } from './services';

const RECIPIENTS_EACH = 20;

interface Options {
	only: string[];
	workers: number;
	calls: number;
	version: string;
	logs: boolean;
}

function readOptions(): Options {
	const { only, workers, calls, n8n, logs = false } = readCommandLine('test:queue').values;
	return {
		only: [...new Set(only ?? SCENARIOS.map(({ name }) => name))],
		workers: Number(workers),
		calls: Number(calls),
		version: n8n,
		logs,
	};
}

/** @returns how many scenarios failed */
async function main({ only, workers, calls, version, logs }: Options): Promise<number> {
	await ensureServices();
	await fetchN8n(version);
	await using closers = new Closers();
	const folder = await closers.folder('queue');
	const startedAt = Date.now();
	say('Starting Redis, PostgreSQL and n8n (a minute or two) …');
	const tarball = await packPackage(folder);
	const redis = await startRedis(path.join(folder, 'redis'));
	closers.add(redis.stop);
	const postgres = await startPostgres(path.join(folder, 'postgres'));
	closers.add(postgres.stop);
	const platform = await startPlatform();
	closers.add(platform.close);
	const cluster = await startCluster({ version, folder, tarball, postgres, redis });
	closers.add(cluster.stop);
	await Promise.all(Array.from({ length: workers }, () => cluster.startWorker()));
	const outbox = await openOutbox(cluster, postgres, platform);
	say(`n8n ${version} runs: main, webhook, ${workers} workers (${secondsSince(startedAt)} s)`);

	const scene: Scene = { cluster, outbox, platform, calls, recipientsEach: RECIPIENTS_EACH };
	let failed = 0;
	for (const { name, title, run } of SCENARIOS.filter(({ name }) => only.includes(name))) {
		const start = Date.now();
		try {
			const seen = await run(scene);
			say(`ok   ${name}: ${title} (${secondsSince(start)} s)\n     ${seen}`);
		} catch (error) {
			failed++;
			say(`FAIL ${name}: ${title} (${secondsSince(start)} s)\n     ${explain(error)}`);
			if (logs) say(cluster.logs());
			await outbox.stopDraining().catch(() => undefined);
			await platform.comeBack().catch(() => undefined);
		}
	}
	return failed;
}

function secondsSince(start: number): string {
	return ((Date.now() - start) / 1000).toFixed(0);
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

async function start(): Promise<void> {
	const options = readOptions();
	const failed = await main(options);
	say(`${options.only.length - failed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

start().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
