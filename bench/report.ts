import { areMet, checksTable, type Check } from './checks';
import { machine, otherWork } from './machine';
import type { Measurement, Results, Scheme } from './results';
import { duration, megabytes, spreadOf, table } from './statistics';
import { CONTENDERS, IN_FLIGHT, type Contender } from './workflows';

/** Everything that was measured, as a page; `isMet` is false when a target was missed. */
export function report(results: Results): { text: string; isMet: boolean } {
	const checks = checksOf(results);
	const parts = [
		'# Results of `npm run bench`',
		circumstances(results),
		'## Targets',
		checksTable(checks),
		`## ${results.messages.http} texts, side by side`,
		sideBySideTable(results, 'http', 0),
		sideBySideTable(results, 'http', 20),
		`## ${results.messages.https} texts over TLS, side by side`,
		sideBySideTable(results, 'https', 0),
		sideBySideTable(results, 'https', 20),
	];
	if (results.longLists.length > 0) parts.push('## Long lists, 0 ms', longTable(results));
	return { text: `${parts.join('\n\n')}\n`, isMet: areMet(checks) };
}

function circumstances({ versions, rounds, longRounds, busy }: Results): string {
	return [
		`n8n ${versions.n8n} under Node ${versions.node}, SQLite; ${machine()}.`,
		`Times are the node's own (n8n's \`executionTime\`), without n8n's start; the processor's time is the whole execution's, all threads. Medians of ${times(rounds)} in which the contenders took turns in one n8n, with the smallest and largest in brackets; long lists: ${times(longRounds)}, a new n8n for each list.`,
		`${otherWork(busy)} The server stands on the same machine and shares its cores.`,
	].join('\n');
}

function times(rounds: number): string {
	return rounds === 1 ? '1 round' : `${rounds} rounds`;
}

function checksOf(results: Results): Check[] {
	const timeMs = (name: Contender, latencyMs: number, scheme: Scheme) =>
		medianOf(select(results.sideBySide, name, scheme, latencyMs), (run) => run.timeMs);
	const ratio = (name: Contender, latencyMs: number, scheme: Scheme = 'http') =>
		divide(timeMs('a', latencyMs, scheme), timeMs(name, latencyMs, scheme));
	const each = (count: number, value: (measurement: Measurement) => number) => {
		const median = medianOf(ofCount(results.longLists, 'a', count), value);
		return median === undefined ? undefined : median / count;
	};
	const growth = (value: (measurement: Measurement) => number) =>
		divide(each(50_000, value), each(2_000, value));
	const reads = results.sideBySide
		.filter(({ contender }) => contender === 'a')
		.map(({ credentialReads }) => credentialReads);
	return [
		{ what: '(a) to (b), 0 ms', limit: 0.4, value: ratio('b', 0) },
		{ what: '(a) to (b), 20 ms', limit: 0.6, value: ratio('b', 20) },
		{ what: '(a) to (c), 20 ms', limit: 0.15, value: ratio('c', 20) },
		{ what: '(a) to (d), 0 ms', limit: 1.25, value: ratio('d', 0) },
		{ what: '(a) to (d), 20 ms', limit: 1.25, value: ratio('d', 20) },
		{ what: 'TLS: (a) to (b), 0 ms', limit: 0.8, value: ratio('b', 0, 'https') },
		{ what: 'TLS: (a) to (b), 20 ms', limit: 0.8, value: ratio('b', 20, 'https') },
		{ what: 'TLS: (a) to (f), 0 ms', limit: 1.25, value: ratio('f', 0, 'https') },
		{ what: 'TLS: (a) to (f), 20 ms', limit: 1.25, value: ratio('f', 20, 'https') },
		{
			what: '(a), time per message, 50,000 to 2,000',
			limit: 1.2,
			value: growth((run) => run.timeMs),
		},
		{
			what: '(a), memory alive per message, 50,000 to 2,000',
			limit: 1.2,
			value: growth(({ alive = NaN }) => alive),
		},
		{
			what: '(a), credential reads per run',
			limit: 1,
			value: reads.length === 0 ? undefined : Math.max(...reads),
		},
	];
}

function sideBySideTable(
	{ sideBySide, messages }: Results,
	scheme: Scheme,
	latencyMs: number,
): string {
	const baseline = medianOf(select(sideBySide, 'a', scheme, latencyMs), (run) => run.timeMs);
	const rows = (Object.keys(CONTENDERS) as Contender[]).flatMap((name) => {
		const runs = select(sideBySide, name, scheme, latencyMs);
		if (runs.length === 0) return [];
		const timeMs = spreadOf(runs.map((run) => run.timeMs));
		const ratio = divide(baseline, timeMs.median);
		const failures = runs.filter(({ error }) => error !== undefined);
		return [
			[
				`(${name}) ${CONTENDERS[name]}`,
				`${duration(timeMs.median)} (${duration(timeMs.min)}–${duration(timeMs.max)})`,
				`${(timeMs.median / messages[scheme]).toFixed(2)} ms`,
				`${(spreadOf(runs.map((run) => run.cpuMs)).median / messages[scheme]).toFixed(2)} ms`,
				ratio?.toFixed(2) ?? '–',
				name === 'e' || name === 'f'
					? '–'
					: String(Math.max(...runs.map((run) => run.credentialReads))),
				String(Math.max(...runs.map((run) => run.inFlight))),
				String(Math.max(...runs.map((run) => run.connections))),
				failures.length === 0 ? '' : `${failures.length} failed: ${failures[0].error ?? ''}`,
			],
		];
	});
	const head = [
		`answers after ${latencyMs} ms`,
		'time',
		'per message',
		'processor, per message',
		'(a) to this',
		'credential reads',
		'seen in flight',
		'connections',
		'',
	];
	return table(head, rows);
}

function longTable({ longLists }: Results): string {
	const counts = [...new Set(longLists.map(({ count }) => count))];
	const rows = counts.flatMap((count) =>
		(['a', 'b'] as const).flatMap((name) => {
			const runs = ofCount(longLists, name, count);
			if (runs.length === 0) return [];
			const median = (value: (run: Measurement) => number) => spreadOf(runs.map(value)).median;
			const timeMs = median((run) => run.timeMs);
			const [failure] = runs.flatMap(({ error }) => error ?? []);
			return [
				[
					count.toLocaleString('en'),
					`(${name})`,
					duration(timeMs),
					`${(timeMs / count).toFixed(2)} ms`,
					`${(median((run) => run.cpuMs) / count).toFixed(2)} ms`,
					megabytes(median((run) => run.before)),
					megabytes(median((run) => run.peak)),
					kilobytes(median(({ peak, before }) => Math.max(peak - before, 0)) / count),
					kilobytes(median(({ alive = NaN }) => alive) / count),
					String(median((run) => run.credentialReads)),
					String(median((run) => run.inFlight)),
					failure === undefined ? '' : `failed: ${failure}`,
				],
			];
		}),
	);
	const head = [
		'messages',
		'',
		'time',
		'per message',
		'processor, per message',
		'memory before',
		'at most',
		'growth per message',
		'alive per message',
		'credential reads',
		'seen in flight',
		'',
	];
	const note = `Memory is the resident set of the n8n process, looked at every 20 ms; before the run it was made to collect its garbage. For a short list the growth is mostly room that the heap had already. "Alive" is what a message takes on the heap, garbage collected: the most that was found in a second run, with a look every 400 ms. (a) has ${IN_FLIGHT} in flight; a server that answers at once sees fewer.`;
	return `${table(head, rows)}\n\n${note}`;
}

function kilobytes(bytes: number): string {
	return Number.isNaN(bytes) ? '–' : `${(bytes / 1024).toFixed(1)} kB`;
}

function select(
	measurements: Measurement[],
	name: Contender,
	scheme: Scheme,
	latencyMs: number,
): Measurement[] {
	return measurements.filter(
		(one) => one.contender === name && one.scheme === scheme && one.latencyMs === latencyMs,
	);
}

function ofCount(measurements: Measurement[], name: Contender, count: number): Measurement[] {
	return measurements.filter((one) => one.contender === name && one.count === count);
}

function medianOf(
	measurements: Measurement[],
	value: (measurement: Measurement) => number,
): number | undefined {
	return measurements.length === 0 ? undefined : spreadOf(measurements.map(value)).median;
}

function divide(a: number | undefined, b: number | undefined): number | undefined {
	const quotient = a === undefined || b === undefined || b === 0 ? NaN : a / b;
	return Number.isNaN(quotient) ? undefined : quotient;
}
