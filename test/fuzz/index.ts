import { readCommandLine } from '../../scripts/commandLine';
import { answers } from './answers';
import { calls } from './calls';
import { FIXED_SEED, joined, shownFindings, type Fuzzer, type Report } from './random';

/** Every fuzzer, by the name that `--only` takes. */
const FUZZERS: readonly Fuzzer[] = [answers, calls];

const { values } = readCommandLine('test:fuzz');

async function main(): Promise<boolean> {
	const seed = Number(values.seed ?? (values.minutes ? Date.now() % 1_000_000_000 : FIXED_SEED));
	const chosen = FUZZERS.filter(({ name }) => (values.only ?? name) === name);
	let failed = 0;
	for (const fuzzer of chosen) {
		const { findings, counts } = await runFuzzer(fuzzer, seed);
		for (const [what, count] of Object.entries(counts).sort()) say(`  ${what}: ${count}`);
		// Where nothing goes well, nothing bad is found, either
		const missing = values.case === undefined ? fuzzer.usual.filter((what) => !counts[what]) : [];
		for (const what of missing) say(`It did not once come to this: ${what}`);
		say(findings.length === 0 ? 'Nothing was found.' : shownFindings(fuzzer.name, findings));
		if (findings.length > 0 || missing.length > 0) failed++;
	}
	say(`\n${chosen.length - failed} passed, ${failed} failed`);
	return failed === 0;
}

/** One case, a number of cases, or as many as fit into some minutes. */
async function runFuzzer(fuzzer: Fuzzer, seed: number): Promise<Report> {
	const from = Number(values.case ?? 0);
	const last = values.case === undefined ? Number(values.cases) : from + 1;
	const end =
		values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000;
	say(`${fuzzer.name}: seed ${seed}`);
	const start = performance.now();
	const open = await fuzzer.open();
	let report: Report = { findings: [], counts: {} };
	let at = from;
	while (end === undefined ? at < last : Date.now() < end) {
		const to = end === undefined ? Math.min(last, at + fuzzer.batch) : at + fuzzer.batch;
		report = joined(report, await open.run({ seed, from: at, to }));
		at = to;
		if (report.findings.length >= MAX_FINDINGS) break;
	}
	await open.close();
	say(`  ${at - from} cases in ${Math.round((performance.now() - start) / 1000)} s`);
	return report;
}

/** Enough to look at. */
const MAX_FINDINGS = 20;

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

main().then(
	(isFine) => process.exit(isFine ? 0 : 1),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(1);
	},
);
