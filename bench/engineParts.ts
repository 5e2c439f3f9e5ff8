import type { Check } from './checks';
import {
	people,
	tell,
	type EngineBench,
	type EngineContender,
	type EngineRun,
} from './engineBench';
import { measureDirectory } from './engineDirectory';
import { duration, spreadOf, table } from './statistics';
import { CONTENDERS, sender, tzeSender } from './workflows';

/** What came out of a part. */
interface PartResult {
	checks: Check[];
	text: string;
}

/** One part of what is measured in the engine. */
interface Part {
	name: string;
	title: string;
	measure(bench: EngineBench): Promise<PartResult>;
}

/** All parts, in the order in which they are measured; `scripts/commands.js` names them, too. */
export const PARTS: readonly Part[] = [
	{ name: 'texts', title: 'Personal texts', measure: measureTexts },
	{ name: 'tls', title: 'Personal texts over TLS', measure: measureTls },
	{ name: 'notice', title: 'One notice to many people', measure: measureNotice },
	{ name: 'directory', title: 'Members of an organization', measure: measureDirectory },
	{ name: 'limits', title: 'Limits of the platform', measure: measureLimits },
];

async function measureTexts(bench: EngineBench): Promise<PartResult> {
	const count = bench.options.quick ? 200 : 2_000;
	const runs = await bench.sideBySide(['a', 'b', 'd'], count, bench.plain);
	const checks = [
		ratioCheck('texts', runs, 'b', 20, 0.6),
		ratioCheck('texts', runs, 'd', 0, 1.25),
		ratioCheck('texts', runs, 'd', 20, 1.25),
		readsCheck('texts', runs),
	];
	return { checks, text: sideBySideTables(runs) };
}

async function measureTls(bench: EngineBench): Promise<PartResult> {
	const count = bench.options.quick ? 200 : 1_000;
	const runs = await bench.sideBySide(['a', 'b', 'd', 'e', 'f'], count, bench.tls);
	const checks = [0, 20].flatMap((latencyMs) => [
		ratioCheck('TLS', runs, 'f', latencyMs, 1.25),
		ratioCheck('TLS', runs, 'b', latencyMs, 0.8),
	]);
	return { checks: [...checks, readsCheck('TLS', runs)], text: sideBySideTables(runs) };
}

const PEOPLE_PER_CALL = 500;
const NOTICE = 'School is closed tomorrow because of heavy snow.';

/** The same notice in one item for everybody, and in an item for each person. */
async function measureNotice(bench: EngineBench): Promise<PartResult> {
	if (bench.chosen(['a']).length === 0) return { checks: [], text: 'Not measured.' };
	const count = bench.options.quick ? 5_000 : 50_000;
	const target = { baseUrl: bench.plain.baseUrl, latencyMs: 20 };
	const list = people(count);
	const ids = list.map(({ personId }) => personId);
	const toAll = tzeSender({
		recipients: '={{ $json.ids }}',
		content: NOTICE,
		options: { recipientsPerCall: PEOPLE_PER_CALL },
	});
	const toEach = tzeSender({ recipients: '={{ $json.personId }}', content: NOTICE });
	const send = async (name: string, node: typeof toAll, items: typeof list, calls: number) => {
		const run = async () => await bench.runNode(node, items, target);
		const spent = await bench.counted(bench.plain, calls, run);
		tell(`${count.toLocaleString('en')} people, ${name}`, spent.timeMs);
		return { name, calls, ...spent };
	};

	await bench.waitForQuiet();
	const runs: Array<Awaited<ReturnType<typeof send>>> = [];
	for (const round of [1, 2, 3]) {
		runs.push(await send('one item', toAll, [{ ids }], count / PEOPLE_PER_CALL));
		// Between the others, and once, since it takes long
		if (round === 2) runs.push(await send('an item for each', toEach, list, count));
	}
	const timeOf = (name: string) =>
		spreadOf(runs.filter((run) => run.name === name).map(({ timeMs }) => timeMs));
	const rows = ['one item', 'an item for each'].map((name) => {
		const { median, min, max } = timeOf(name);
		const own = runs.filter((run) => run.name === name);
		return [
			name,
			`${duration(median)} (${duration(min)}–${duration(max)})`,
			String(own[0].calls),
			String(Math.max(...own.map(({ inFlight }) => inFlight))),
			String(Math.max(...own.map(({ credentialReads }) => credentialReads))),
			String(own.length),
		];
	});
	const head = [
		`${count.toLocaleString('en')} people, answers after 20 ms`,
		'time',
		'calls',
		'seen in flight',
		'credential reads',
		'runs',
	];
	const value = timeOf('one item').median / timeOf('an item for each').median;
	return {
		checks: [{ what: 'notice: one item to an item for each', limit: 1 / 50, value }],
		text: table(head, rows),
	};
}

const PER_SECOND = 5;

/** Lists that meet a limit; all at the same time, since they do little but wait. */
async function measureLimits(bench: EngineBench): Promise<PartResult> {
	if (bench.chosen(['a']).length === 0) return { checks: [], text: 'Not measured.' };
	await bench.waitForQuiet();
	const counts = bench.options.quick ? [38] : [38, 100, 200];
	const cases = counts.flatMap((count) =>
		['fixed', 'sliding'].flatMap((window) =>
			['', '-retryAfter'].map((retryAfter) => ({ count, window, retryAfter })),
		),
	);
	await bench.plain.counts();
	const runs = await Promise.all(
		cases.map(async ({ count, window, retryAfter }) => {
			const limit = `${window}-${PER_SECOND}${retryAfter}/${count}`;
			const target = { baseUrl: bench.plain.baseUrl, latencyMs: 20, limit };
			const { timeMs } = await bench.runNode(sender('a', target), people(count), target);
			tell(`${count} messages, ${limit}`, timeMs);
			return { count, window, retryAfter, limit, timeMs };
		}),
	);
	const { limited } = await bench.plain.counts();
	const outcomes = runs.map((run) => {
		const path = Object.keys(limited).find((name) => name.includes(`/${run.limit}/`)) ?? '';
		const { taken, different, turnedAway } = limited[path];
		const idealMs = ((run.count - PER_SECOND) / PER_SECOND) * 1000;
		return { ...run, taken, different, turnedAway, idealMs, limitMs: 1.3 * idealMs + 3000 };
	});
	const rows = outcomes.map((run) => [
		String(run.count),
		run.window,
		run.retryAfter === '' ? 'no' : '1 s',
		duration(run.timeMs),
		duration(run.idealMs),
		(run.timeMs / run.limitMs).toFixed(2),
		String(run.different),
		String(run.taken - run.different),
		String(run.turnedAway),
	]);
	const head = [
		`texts, ${PER_SECOND} a second`,
		'window',
		'Retry-After',
		'time',
		'ideal',
		'time to 1.3 ideal + 3 s',
		'arrived',
		'twice',
		'turned away',
	];
	const most = (value: (run: (typeof outcomes)[number]) => number) =>
		Math.max(...outcomes.map(value));
	return {
		checks: [
			{
				what: 'limits: time to 1.3 times the ideal time and 3 s, at most',
				limit: 1,
				value: most(({ timeMs, limitMs }) => timeMs / limitMs),
			},
			{
				what: 'limits: messages that did not arrive, at most',
				limit: 0,
				value: most(({ count, different }) => count - different),
			},
			{
				what: 'limits: messages that arrived twice, at most',
				limit: 0,
				value: most(({ taken, different }) => taken - different),
			},
		],
		text: table(head, rows),
	};
}

/** The median time of (a) to that of another contender. */
function ratioCheck(
	what: string,
	runs: readonly EngineRun[],
	other: EngineContender,
	latencyMs: number,
	limit: number,
): Check {
	const [ours, theirs] = (['a', other] as const).map((name) => select(runs, name, latencyMs));
	const isMeasured = ours.length > 0 && theirs.length > 0;
	const value = isMeasured ? medianTime(ours) / medianTime(theirs) : undefined;
	return { what: `${what}: (a) to (${other}), ${latencyMs} ms`, limit, value };
}

function readsCheck(what: string, runs: readonly EngineRun[]): Check {
	const reads = runs.filter(({ contender }) => contender === 'a').map((run) => run.credentialReads);
	const value = reads.length === 0 ? undefined : Math.max(...reads);
	return { what: `${what}: (a), credential reads per run`, limit: 1, value };
}

function sideBySideTables(runs: readonly EngineRun[]): string {
	return [0, 20].map((latencyMs) => sideBySideTable(runs, latencyMs)).join('\n\n');
}

function sideBySideTable(runs: readonly EngineRun[], latencyMs: number): string {
	const ours = select(runs, 'a', latencyMs);
	const rows = (['a', 'b', 'd', 'e', 'f'] as const).flatMap((name) => {
		const own = select(runs, name, latencyMs);
		if (own.length === 0) return [];
		const { median, min, max } = spreadOf(own.map(({ timeMs }) => timeMs));
		const [{ count }] = own;
		const cpu = spreadOf(own.map(({ cpuMs }) => cpuMs)).median;
		return [
			[
				`(${name}) ${CONTENDERS[name]}`,
				`${duration(median)} (${duration(min)}–${duration(max)})`,
				`${(median / count).toFixed(2)} ms`,
				`${(cpu / count).toFixed(2)} ms`,
				ratioOf(ours, own),
				name === 'e' || name === 'f' ? '–' : String(most(own, (run) => run.credentialReads)),
				String(most(own, ({ inFlight }) => inFlight)),
				String(most(own, ({ connections }) => connections)),
			],
		];
	});
	const head = [
		`${runs[0]?.count ?? 0} texts, answers after ${latencyMs} ms`,
		'time',
		'per message',
		'processor, per message',
		'(a) to this (rounds)',
		'credential reads',
		'seen in flight',
		'connections',
	];
	return table(head, rows);
}

/** The ratio of the medians, and the smallest and largest of a round. */
function ratioOf(ours: readonly EngineRun[], theirs: readonly EngineRun[]): string {
	if (ours.length === 0) return '–';
	const rounds = ours.flatMap(({ round, timeMs }) => {
		const other = theirs.find((run) => run.round === round);
		return other === undefined ? [] : timeMs / other.timeMs;
	});
	const { min, max } = spreadOf(rounds);
	const ratio = medianTime(ours) / medianTime(theirs);
	return `${ratio.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
}

function select(runs: readonly EngineRun[], name: EngineContender, latencyMs: number): EngineRun[] {
	return runs.filter((run) => run.contender === name && run.latencyMs === latencyMs);
}

function medianTime(runs: readonly EngineRun[]): number {
	return spreadOf(runs.map(({ timeMs }) => timeMs)).median;
}

function most(runs: readonly EngineRun[], value: (run: EngineRun) => number): number {
	return Math.max(...runs.map(value));
}
