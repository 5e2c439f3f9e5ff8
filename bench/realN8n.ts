import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { Stage, type Measurement } from './n8n';
import { startPlatform } from './platform';
import { untilQuiet } from './quiet';
import { report } from './report';
import { duration, rotated } from './statistics';
import { CONTENDERS, type Contender } from './workflows';

export interface RealBenchOptions {
	/** Rounds of the side-by-side part. */
	rounds: number;
	/** Rounds of the long lists; 0 leaves them out. */
	longRounds: number;
	quick: boolean;
	only?: string;
}

/** All that was measured. */
export interface Results {
	rounds: number;
	longRounds: number;
	messages: number;
	/** The version of Node that n8n ran under, and that of n8n. */
	versions: { n8n: string; node: string };
	sideBySide: Measurement[];
	longLists: Measurement[];
	/** How busy the machine was with other things before each round, 0 to 1. */
	busy: number[];
}

const LATENCIES = [0, 20] as const;
const LONG_LISTS = [2_000, 20_000, 50_000] as const;
/** Enough for Node to have compiled what it runs. */
const WARM_UP = 500;

/**
 * Compares the contenders in a real n8n, prints the result and writes it to `RESULTS.md`.
 *
 * @returns false when a target was missed.
 */
export async function benchRealN8n(options: RealBenchOptions): Promise<boolean> {
	const { rounds, longRounds, quick, only } = options;
	const platform = await startPlatform();
	let stage: Stage | undefined;
	try {
		stage = await Stage.set(platform);
		const results: Results = {
			rounds,
			longRounds,
			messages: quick ? 200 : 2_000,
			versions: { n8n: stage.n8n.version, node: await stage.nodeVersion() },
			sideBySide: [],
			longLists: [],
			busy: [],
		};
		const chosen = (Object.keys(CONTENDERS) as Contender[]).filter(
			(name) => only?.includes(name) ?? true,
		);
		await sideBySide(stage, chosen, results);
		// The long lists take their time: what is known is told before
		if (longRounds > 0) finish(results, quick || only !== undefined);
		await longLists(stage, chosen, results, quick);
		return finish(results, quick || only !== undefined);
	} finally {
		await stage?.strike();
		platform.stop();
	}
}

/** All contenders by turns in one n8n. */
async function sideBySide(stage: Stage, chosen: Contender[], results: Results): Promise<void> {
	const { rounds, messages, sideBySide: measurements, busy } = results;
	await stage.start();
	for (const name of chosen) await stage.run(name, WARM_UP, 0);
	for (let round = 0; round < rounds; round++) {
		busy.push(await untilQuiet());
		for (const latency of LATENCIES) {
			for (const name of rotated(chosen, round)) {
				const measurement = await stage.run(name, messages, latency);
				measurements.push(measurement);
				tell(`round ${round + 1} of ${rounds}`, measurement);
			}
		}
	}
}

/** A new n8n for each list, so that its memory tells of this list alone. */
async function longLists(
	stage: Stage,
	chosen: Contender[],
	results: Results,
	quick: boolean,
): Promise<void> {
	const { longRounds, longLists: measurements, busy } = results;
	const contenders = chosen.filter((name) => name === 'a' || name === 'b');
	for (let round = 0; round < longRounds; round++) {
		for (const count of LONG_LISTS) {
			for (const name of rotated(contenders, round)) {
				await stage.start();
				await stage.run(name, quick ? 50 : WARM_UP, 0);
				busy.push(await untilQuiet());
				const messages = quick ? count / 20 : count;
				const measurement = await stage.run(name, messages, 0);
				// Collecting garbage all the while takes time: a run of its own
				const { alive } = name === 'a' ? await stage.run(name, messages, 0, ', heap') : {};
				measurements.push({ ...measurement, count, alive });
				tell(`long lists, round ${round + 1} of ${longRounds}`, measurement);
			}
		}
	}
}

function tell(where: string, { contender, count, latency, time, error }: Measurement): void {
	const outcome = error === undefined ? duration(time) : `failed: ${error}`;
	process.stderr.write(`${where}: (${contender}) ${count} messages, ${latency} ms: ${outcome}\n`);
}

function finish(results: Results, isPartial: boolean): boolean {
	const { text, isMet } = report(results);
	if (isPartial) process.stdout.write(`\n${text}\n`);
	else writeFileSync(path.join(__dirname, 'RESULTS.md'), text);
	return isMet;
}
