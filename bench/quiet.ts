import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** When a greater share of all cores is busy, other programs are at work. */
const QUIET = 0.1;

/**
 * Waits until the machine has nothing else to do, but no longer than `patienceMs`.
 *
 * @returns the share of all cores that is busy, 0 to 1: low, or what it still was in the end.
 */
export async function untilQuiet(patienceMs = 60_000): Promise<number> {
	for (const start = Date.now(); ;) {
		const busy = await busyShare(1_000);
		if (busy < QUIET || Date.now() - start > patienceMs) return busy;
	}
}

async function busyShare(periodMs: number): Promise<number> {
	const first = readTimes();
	await sleep(periodMs);
	const second = readTimes();
	const total = second.total - first.total;
	return total === 0 ? 0 : 1 - (second.idle - first.idle) / total;
}

function readTimes(): { idle: number; total: number } {
	const times = cpus().map((cpu) => cpu.times);
	return {
		idle: times.reduce((sum, { idle }) => sum + idle, 0),
		total: times.reduce((sum, all) => sum + Object.values(all).reduce((a, b) => a + b, 0), 0),
	};
}
