import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { Closers } from '../testbed/process/closers';
import { Installation } from './n8n';
import { untilQuiet } from './quiet';
import { report } from './report';
import type { Measurement, Results, Scheme } from './results';
import { duration, rotated } from './statistics';
import type { Contender } from './workflows';

export interface RealBenchOptions {
	/** Rounds of the side-by-side part. */
	rounds: number;
	/** Rounds of the long lists; 0 leaves them out. */
	longRounds: number;
	quick: boolean;
	only?: string;
}

/** Who is compared over what: one at a time takes long, and connections are what TLS is about. */
const SIDE_BY_SIDE = { http: 'abcde', https: 'abdef' } as const;
const LATENCIES_MS = [0, 20] as const;
const LONG_LISTS = [2_000, 20_000, 50_000] as const;
/** Messages sent before anything is measured: by then Node has compiled the code. */
const WARM_UP = 500;

/**
 * Compares the contenders in a real n8n, prints the result and writes it to `RESULTS.md`.
 *
 * @returns false when a target was missed.
 */
export async function benchRealN8n(options: RealBenchOptions): Promise<boolean> {
	const { rounds, longRounds, quick, only } = options;
	await using closers = new Closers();
	const installation = await Installation.create(closers);
	const results: Results = {
		rounds,
		longRounds,
		messages: { http: quick ? 200 : 2_000, https: quick ? 100 : 1_000 },
		versions: { n8n: installation.n8n.version, node: await installation.nodeVersion() },
		sideBySide: [],
		longLists: [],
		busy: [],
	};
	const chosen = (['a', 'b', 'c', 'd', 'e', 'f'] as const).filter(
		(name) => only?.includes(name) ?? true,
	);
	await sideBySide(installation, chosen, results);
	// The long lists take long: what is known already is reported before
	if (longRounds > 0) finish(results, quick || only !== undefined);
	await longLists(installation, chosen, results, quick);
	return finish(results, quick || only !== undefined);
}

/** Runs all contenders in one n8n, which take turns. */
async function sideBySide(
	installation: Installation,
	chosen: Contender[],
	results: Results,
): Promise<void> {
	const { rounds, messages, sideBySide: measurements, busy } = results;
	const of = (scheme: Scheme) => chosen.filter((name) => SIDE_BY_SIDE[scheme].includes(name));
	await installation.start();
	for (const scheme of ['http', 'https'] as const) {
		for (const name of of(scheme)) await installation.run(name, WARM_UP, 0, { scheme });
		for (let round = 0; round < rounds; round++) {
			busy.push(await untilQuiet());
			for (const latencyMs of LATENCIES_MS) {
				for (const name of rotated(of(scheme), round)) {
					const count = messages[scheme];
					const measurement = await installation.run(name, count, latencyMs, { scheme });
					measurements.push(measurement);
					tell(`round ${round + 1} of ${rounds}, ${scheme}`, measurement);
				}
			}
		}
	}
}

/** A new n8n for each list, so that its memory tells of this list alone. */
async function longLists(
	installation: Installation,
	chosen: Contender[],
	results: Results,
	quick: boolean,
): Promise<void> {
	const { longRounds, longLists: measurements, busy } = results;
	const contenders = chosen.filter((name) => name === 'a' || name === 'b');
	for (let round = 0; round < longRounds; round++) {
		for (const count of LONG_LISTS) {
			for (const name of rotated(contenders, round)) {
				await installation.start();
				await installation.run(name, quick ? 50 : WARM_UP, 0);
				busy.push(await untilQuiet());
				const messages = quick ? count / 20 : count;
				const measurement = await installation.run(name, messages, 0);
				// Collecting garbage slows a run down, so this is looked at in another one
				const { alive } =
					name === 'a' ? await installation.run(name, messages, 0, { suffix: ', heap' }) : {};
				measurements.push({ ...measurement, count, alive });
				tell(`long lists, round ${round + 1} of ${longRounds}`, measurement);
			}
		}
	}
}

function tell(where: string, { contender, count, latencyMs, timeMs, error }: Measurement): void {
	const outcome = error === undefined ? duration(timeMs) : `failed: ${error}`;
	process.stderr.write(`${where}: (${contender}) ${count} messages, ${latencyMs} ms: ${outcome}\n`);
}

function finish(results: Results, isPartial: boolean): boolean {
	const { text, isMet } = report(results);
	if (isPartial) process.stdout.write(`\n${text}\n`);
	else writeFileSync(path.join(__dirname, 'RESULTS.md'), text);
	return isMet;
}
