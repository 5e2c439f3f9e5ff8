import { appendFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { IRun } from 'n8n-workflow';

/**
 * Runs inside n8n, as one of its external hook files: writes a line for each execution to the file
 * that `TZE_BENCH_REPORT` names, so that no execution data need be stored to learn a node's time.
 */

/** The line of one execution. */
export interface Report {
	workflow: string;
	status: string;
	error?: string;
	/** The measured node's own time, all its runs together, as n8n measures it. */
	timeMs: number;
	/** From the start to the end of the execution. */
	wallMs: number;
	/** Time of a processor that n8n took for the execution, all threads together. */
	cpuMs: number;
	/** Items that the measured node put out, and how many of them carry an error. */
	items: number;
	failed: number;
	/** How often a credential was fetched from the database for a node. */
	credentialReads: number;
	/** Memory of the process before the execution, after a garbage collection (bytes). */
	before: number;
	/**
	 * The most that was alive on the heap during the execution, less what was alive before it
	 * (bytes); known only when it was looked for: see {@link LOOKS_AT_HEAP}.
	 */
	alive?: number;
}

/** As much of n8n's credential repository as is looked at. */
interface CredentialsRepository {
	findOneByOrFail(where: unknown): Promise<unknown>;
}

interface HookContext {
	dbCollections: { Credentials: CredentialsRepository };
}

/** The node that is measured. */
const MEASURED = 'Send';
const REPORT = process.env.TZE_BENCH_REPORT ?? 'report.jsonl';

/** Workflows whose name ends so have their heap looked at, which takes time. */
const LOOKS_AT_HEAP = ', heap';
/** How often garbage is collected to see what is alive. */
const LOOK_EVERY_MS = 400;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function aliveOnHeap(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed;
}

let credentialReads = 0;
let before = 0;
let cpuBefore = process.cpuUsage();
let heap: { before: number; most: number; timer: NodeJS.Timeout } | undefined;

module.exports = {
	n8n: {
		ready: [
			function (this: HookContext) {
				writeFileSync(`${REPORT}.pid`, String(process.pid));
				const repository = this.dbCollections.Credentials;
				const find = repository.findOneByOrFail.bind(repository);
				repository.findOneByOrFail = async (where) => {
					credentialReads++;
					return await find(where);
				};
			},
		],
	},
	workflow: {
		preExecute: [
			({ name }: { name: string }) => {
				const alive = aliveOnHeap();
				if (name.endsWith(LOOKS_AT_HEAP)) {
					const look = () => {
						if (heap !== undefined) heap.most = Math.max(heap.most, aliveOnHeap());
					};
					heap = { before: alive, most: alive, timer: setInterval(look, LOOK_EVERY_MS) };
				}
				credentialReads = 0;
				before = process.memoryUsage.rss();
				cpuBefore = process.cpuUsage();
			},
		],
		postExecute: [
			(run: IRun, { name }: { name: string }) => {
				const { user, system } = process.cpuUsage(cpuBefore);
				const alive = heap && Math.max(heap.most, aliveOnHeap()) - heap.before;
				clearInterval(heap?.timer);
				heap = undefined;
				const { error, runData } = run.data.resultData;
				const runs = runData[MEASURED] ?? [];
				const items = runs.flatMap(({ data }) => data?.main[0] ?? []);
				const report: Report = {
					workflow: name,
					status: run.status,
					error: error?.message,
					timeMs: runs.reduce((sum, { executionTime }) => sum + executionTime, 0),
					wallMs: Number(run.stoppedAt ?? new Date()) - Number(run.startedAt),
					cpuMs: (user + system) / 1000,
					items: items.length,
					failed: items.filter(({ json }) => json.error !== undefined).length,
					credentialReads,
					before,
					alive,
				};
				appendFileSync(REPORT, `${JSON.stringify(report)}\n`);
			},
		],
	},
};
