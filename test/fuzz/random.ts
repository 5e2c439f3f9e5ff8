import fc from 'fast-check';

/**
 * The common part of the fuzzers. A fuzzer makes up cases, each from a seed and a number alone: so a
 * case that was found can be made again by itself, and a longer run only adds more of them.
 */

/** Cases with the numbers from `from` to before `to`, of one seed. */
export interface Span {
	seed: number;
	from: number;
	to: number;
}

/** A case that came out as it may not. */
export interface Finding {
	seed: number;
	index: number;
	/** What is wrong, in a sentence. */
	problem: string;
	/** The case, short enough to be read. */
	shown: string;
}

/** What became of the cases of a span. */
export interface Report {
	findings: Finding[];
	/** How many cases came out in which way, for the table of a long run. */
	counts: Record<string, number>;
}

/** A fuzzer that is ready: its servers listen. */
export interface OpenFuzzer {
	run(span: Span): Promise<Report>;
	close(): Promise<void>;
}

/** A fuzzer, by its name on the command line of `npm run test:fuzz`. */
export interface Fuzzer {
	name: string;
	/** How many cases it is handed at a time in a long run. */
	batch: number;
	/** What some of its cases always come to ({@link Report.counts}), a thousand of them at least. */
	usual: readonly string[];
	open(): Promise<OpenFuzzer>;
}

/** The seed when none is given: the same cases every time, so that what fails is the change at hand. */
export const FIXED_SEED = 20_261_126;

/** One of the cases that an arbitrary stands for: always the same for the same seed and number. */
export function caseOf<Case>(cases: fc.Arbitrary<Case>, seed: number, index: number): Case {
	return fc.sample(cases, { seed: mix(seed, index), numRuns: 1 })[0];
}

/** The cases of a span, with their numbers. */
export function* casesOf<Case>(
	cases: fc.Arbitrary<Case>,
	{ seed, from, to }: Span,
): Generator<readonly [index: number, value: Case]> {
	for (let index = from; index < to; index++) yield [index, caseOf(cases, seed, index)];
}

/** Two reports as one. */
export function joined(one: Report, other: Report): Report {
	const counts = { ...one.counts };
	for (const [what, count] of Object.entries(other.counts))
		counts[what] = (counts[what] ?? 0) + count;
	return { findings: [...one.findings, ...other.findings], counts };
}

/** Findings as a person reads them, each with the command that makes it happen again. */
export function shownFindings(name: string, findings: readonly Finding[]): string {
	return findings
		.map(({ seed, index, problem, shown }) =>
			[
				`${problem}`,
				`  ${shown}`,
				`  npm run test:fuzz -- --only ${name} --seed ${seed} --case ${index}`,
			].join('\n'),
		)
		.join('\n\n');
}

/** A seed for fast-check (32 bits, signed) from two numbers; neighbors have nothing in common. */
function mix(seed: number, index: number): number {
	let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35);
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
	return hash ^ (hash >>> 15);
}
