import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Engine } from '../testbed/engine/engine';
import { ROOT } from '../testbed/root';
import { buildMinimalPackage, MINIMAL_PACKAGE } from './minimal-node/build';
import { startPlatform, type BenchPlatform } from './platform';
import { duration, rotated, spreadOf, table } from './statistics';
import { credentialData, CONTENDERS, MEASURED, sender, TRIGGER, type Target } from './workflows';

/** What can be compared here: n8n's server, with which (b) and (c) come, is not part of it. */
type EngineContender = 'a' | 'd';

/** TZE Send Message takes at most this many times as long as the minimal node. */
const TARGET = 1.6;
/** Messages sent before anything is measured: by then Node has compiled the code. */
const WARM_UP = 500;

export interface EngineBenchOptions {
	rounds: number;
	messages: number;
	only?: string;
}

/**
 * Compares TZE Send Message with a minimal node in n8n's engine, without its server, and prints the
 * result.
 *
 * @returns false when the target was missed.
 */
export async function benchEngine(options: EngineBenchOptions): Promise<boolean> {
	buildMinimalPackage();
	const platform = await startPlatform();
	try {
		return await compare(platform, options);
	} finally {
		platform.stop();
	}
}

async function compare(platform: BenchPlatform, options: EngineBenchOptions): Promise<boolean> {
	const { rounds, messages, only } = options;
	const engines: Record<EngineContender, Engine> = {
		a: await Engine.load(ROOT),
		d: await Engine.load(MINIMAL_PACKAGE),
	};
	const contenders = (['a', 'd'] as const).filter((name) => only?.includes(name) ?? true);
	const target = { baseUrl: platform.baseUrl, latencyMs: 0 };
	const timesMs: Record<EngineContender, number[]> = { a: [], d: [] };
	const notes: Record<EngineContender, string> = { a: '', d: '' };

	for (const name of contenders) await send(engines[name], name, WARM_UP, target);
	await platform.counts();
	for (let round = 0; round < rounds; round++) {
		for (const name of rotated(contenders, round)) {
			collectGarbage();
			const { timeMs, credentialReads } = await send(engines[name], name, messages, target);
			const arrived = await platform.counts();
			if (arrived.messages !== messages) {
				throw new Error(`(${name}) sent ${arrived.messages} of ${messages} messages`);
			}
			timesMs[name].push(timeMs);
			notes[name] = `${credentialReads} | ${arrived.inFlight}`;
		}
	}

	const rows = contenders.map((name) => {
		const { median, min, max } = spreadOf(timesMs[name]);
		const each = `${(median / messages).toFixed(3)} ms`;
		return [
			name,
			CONTENDERS[name],
			duration(median),
			`${duration(min)}–${duration(max)}`,
			each,
		].concat(notes[name].split(' | '));
	});
	const head = ['', 'node', 'median', 'min–max', 'per message', 'credential reads', 'in flight'];
	process.stdout.write(`${table(head, rows)}\n`);
	if (contenders.length < 2) return true;

	const ratio = spreadOf(timesMs.a).median / spreadOf(timesMs.d).median;
	const pairs = spreadOf(timesMs.a.map((timeMs, round) => timeMs / timesMs.d[round]));
	const isMet = ratio <= TARGET;
	process.stdout.write(
		`\n(a) takes ${ratio.toFixed(2)} times as long as (d) (rounds: ${pairs.min.toFixed(2)}–${pairs.max.toFixed(2)}); target: at most ${TARGET}: ${isMet ? 'met' : 'MISSED'}\n`,
	);
	return isMet;
}

/** One run of a node; its own time, as n8n measures it. */
async function send(
	engine: Engine,
	name: EngineContender,
	count: number,
	target: Target,
): Promise<{ timeMs: number; credentialReads: number }> {
	const items = Array.from({ length: count }, (_, index) => ({
		json: { personId: String(100_001 + index), name: `Person ${index + 1}` },
	}));
	const trigger = {
		id: TRIGGER,
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters: {},
	};
	const { run, credentialReads } = await engine.run(
		{
			name,
			nodes: [trigger, sender(name, target)],
			connections: { [TRIGGER]: { main: [[{ node: MEASURED, type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		},
		{ credentials: { tzeApi: credentialData(target) }, pinData: { [TRIGGER]: items } },
	);
	const { error, runData } = run.data.resultData;
	if (error) throw error;
	return { timeMs: runData[MEASURED][0].executionTime, credentialReads };
}

/** Collects the garbage of one run, so that this does not slow down the next one. */
function collectGarbage(): void {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	collect();
}
