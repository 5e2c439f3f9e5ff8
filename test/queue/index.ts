import path from 'node:path';

import { readCommandLine } from '../../scripts/commandLine';
import { fetchN8n } from '../../testbed/n8n/fetch';
import { packPackage } from '../../testbed/n8n/pack';
import { Closers } from '../../testbed/process/closers';
import { explain } from '../../testbed/process/trouble';
import { startCluster } from './cluster';
import { openOutbox } from './outbox';
import { startPlatform } from './platform';
import { SCENARIOS, STATEMENTS, type Scene } from './scenarios';
import { ensureServices, startPostgres, startRedis } from './services';
import { checkStatements } from './statements';

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
		only: [...new Set(only ?? [STATEMENTS, ...SCENARIOS.map(({ name }) => name)])],
		workers: Number(workers),
		calls: Number(calls),
		version: n8n,
		logs,
	};
}

/** @returns how many scenarios failed */
async function main({ only, workers, calls, version, logs }: Options): Promise<number> {
	await ensureServices();
	await using closers = new Closers();
	const folder = await closers.folder('queue');
	const postgres = await startPostgres(path.join(folder, 'postgres'));
	closers.add(postgres.stop);
	let failed = 0;
	const attempt = async (name: string, title: string, run: () => Promise<string | undefined>) => {
		const start = Date.now();
		try {
			const seen = await run();
			say(
				`ok   ${name}: ${title} (${secondsSince(start)} s)${seen === undefined ? '' : `\n     ${seen}`}`,
			);
			return true;
		} catch (error) {
			failed++;
			say(`FAIL ${name}: ${title} (${secondsSince(start)} s)\n     ${explain(error)}`);
			return false;
		}
	};
	if (only.includes(STATEMENTS)) {
		await checkStatements(
			postgres,
			async (title, check) =>
				await attempt(STATEMENTS, title, async () => {
					await check();
					return undefined;
				}),
		);
	}
	const scenarios = SCENARIOS.filter(({ name }) => only.includes(name));
	if (scenarios.length === 0) return failed;

	await fetchN8n(version);
	const startedAt = Date.now();
	say('Starting Redis and n8n (a minute or two) …');
	const tarball = await packPackage(folder);
	const redis = await startRedis(path.join(folder, 'redis'));
	closers.add(redis.stop);
	const platform = await startPlatform();
	closers.add(platform.close);
	const cluster = await startCluster({ version, folder, tarball, postgres, redis });
	closers.add(cluster.stop);
	await Promise.all(Array.from({ length: workers }, () => cluster.startWorker()));
	const outbox = await openOutbox(cluster, postgres, platform);
	say(`n8n ${version} runs: main, webhook, ${workers} workers (${secondsSince(startedAt)} s)`);

	const scene: Scene = { cluster, outbox, platform, calls, recipientsEach: RECIPIENTS_EACH };
	for (const { name, title, run } of scenarios) {
		if (await attempt(name, title, async () => await run(scene))) continue;
		if (logs) say(cluster.logs());
		await outbox.stopDraining().catch(() => undefined);
		await platform.comeBack().catch(() => undefined);
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
	say(failed === 0 ? 'all passed' : `${failed} failed`);
	// n8n's Postgres node keeps its connections for later runs
	process.exit(failed > 0 ? 1 : 0);
}

start().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
