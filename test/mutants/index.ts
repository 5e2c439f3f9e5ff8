import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';

import ts from 'typescript';

import { readCommandLine } from '../../scripts/commandLine';
import { startProgram } from '../../testbed/process/program';
import { ROOT } from '../../testbed/root';
import { MUTANTS } from './data';
import { ENGINE_TESTS, occurrencesOf, roomOf, type Mutant } from './mutant';

const PAGE = path.join(ROOT, 'docs', 'mutants.md');

/** How many copies are at work at once. */
const COPIES = 2;
/** A mistake that keeps the tests longer than this is noticed: whoever ran them would look. */
const PATIENCE_MS = 300_000;

type Verdict = 'unit tests' | 'engine tests' | 'type checker' | 'nobody';

interface Tried {
	mutant: Mutant;
	verdict: Verdict;
}

async function main(): Promise<void> {
	const { values } = readCommandLine('test:mutants');
	const { only = [], units = false, write = false } = values;
	const stale = MUTANTS.filter((mutant) => occurrencesOf(mutant) !== 1);
	for (const { file, find } of stale) say(`✗ ${file} does not hold exactly once: ${find}`);
	if (stale.length > 0) {
		say(`\n${stale.length} mistakes cannot be made: bring test/mutants/data up to date.`);
		process.exitCode = 1;
		return;
	}
	const chosen = MUTANTS.filter(({ file }) => {
		return only.length === 0 || only.some((text) => file.includes(text));
	});
	if (chosen.length === 0) {
		say('No mistake is in such a room or file.');
		process.exitCode = 1;
		return;
	}
	const folder = mkdtempSync(path.join(tmpdir(), 'mutants-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const copies = Array.from({ length: COPIES }, (_, n) => new Copy(path.join(folder, String(n))));
	await passWithoutMistakes(copies, units);

	const queue = [...chosen];
	const tried: Tried[] = [];
	const lanes = copies.map(async (copy) => {
		for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
			const verdict = await copy.try(mutant, units);
			tried.push({ mutant, verdict });
			const mark = verdict === 'nobody' ? '✗' : '✓';
			say(`${mark} ${tried.length}/${chosen.length} ${mutant.file}: ${mutant.why} (${verdict})`);
		}
	});
	await Promise.all(lanes);
	// As they stand in the lists, however long each took
	tried.sort((a, b) => MUTANTS.indexOf(a.mutant) - MUTANTS.indexOf(b.mutant));
	const report = reportOf(tried);
	say(`\n${report}`);
	if (write) writeFileSync(PAGE, pageOf(report));
	const surprises = tried.filter(
		({ mutant, verdict }) => verdict === 'nobody' && mutant.unnoticed === undefined,
	);
	if (surprises.length > 0) process.exitCode = 1;
}

/** Tests that fail anyhow would notice everything. */
async function passWithoutMistakes(copies: readonly Copy[], onlyUnits: boolean): Promise<void> {
	const [first, second] = copies;
	const engine = [...new Set(Object.values(ENGINE_TESTS).flat())];
	const passing = await Promise.all([
		first.passes(UNIT_TESTS),
		onlyUnits || second.passes(engineTests(engine)),
	]);
	if (passing.includes(false)) {
		throw new Error('The tests fail without any mistake: run npm test first.');
	}
}

/** The sandbox's own command is left out: its tests wait for programs, and are about no check. */
const UNIT_TESTS = [
	'--testMatch',
	'<rootDir>/test/{unit,sandbox}/**/*.test.ts',
	'--testPathIgnorePatterns',
	'test/sandbox/cli',
];
const engineTests = (names: readonly string[]) =>
	names.map((name) => `test/engine/${name}.test.ts`);

/** A copy of the clone, in which mistakes are made. */
class Copy {
	constructor(private readonly folder: string) {
		const listed = execFileSync(
			'git',
			['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
			{ cwd: ROOT, encoding: 'utf8' },
		);
		for (const file of [...listed.split('\0').filter((name) => name !== ''), 'dist']) {
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			cpSync(path.join(ROOT, file), path.join(folder, file), { recursive: true });
		}
		symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
	}

	/** Makes a mistake, asks everybody who may notice it, and mends it. */
	async try(mutant: Mutant, onlyUnits: boolean): Promise<Verdict> {
		const { file, find, replace } = mutant;
		const source = readFileSync(path.join(ROOT, file), 'utf8');
		const built = builtFrom(file);
		this.write(
			file,
			source.replace(find, () => replace),
		);
		try {
			// Most are noticed by the test of that very file, which is soon asked
			const own = `test/unit/${path.basename(file, '.ts')}.test.ts`;
			const asked = existsSync(path.join(this.folder, own)) ? [[own]] : [];
			for (const args of [...asked, [...UNIT_TESTS, '--findRelatedTests', file]]) {
				if (!(await this.passes(args))) return 'unit tests';
			}
			if (onlyUnits) return 'nobody';
			if (built !== undefined) this.write(built, compile(this.read(file)));
			const tests = engineTests(ENGINE_TESTS[roomOf(file)]);
			if (!(await this.passes(tests))) return 'engine tests';
			return (await this.hasSoundTypes()) ? 'nobody' : 'type checker';
		} finally {
			this.write(file, source);
			if (built !== undefined) this.write(built, readFileSync(path.join(ROOT, built), 'utf8'));
		}
	}

	/** True when the tests of a jest command line pass. */
	async passes(args: readonly string[]): Promise<boolean> {
		const jest = path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
		return await this.run([jest, '--runInBand', '--bail', '--passWithNoTests', ...args]);
	}

	private async hasSoundTypes(): Promise<boolean> {
		const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
		return await this.run([tsc, '-p', 'tsconfig.json']);
	}

	private async run(args: readonly string[]): Promise<boolean> {
		const program = startProgram(process.execPath, [...args], { cwd: this.folder });
		const giveUp = setTimeout(() => void program.stop(), PATIENCE_MS);
		const code = await program.exit;
		clearTimeout(giveUp);
		return code === 0;
	}

	private read(file: string): string {
		return readFileSync(path.join(this.folder, file), 'utf8');
	}

	private write(file: string, text: string): void {
		writeFileSync(path.join(this.folder, file), text);
	}
}

/** The file of the build that is made from a source; the sandbox is not part of the package. */
function builtFrom(file: string): string | undefined {
	return file.startsWith('sandbox/') ? undefined : `dist/${file.replace(/\.ts$/, '.js')}`;
}

function compile(source: string): string {
	const compilerOptions = {
		module: ts.ModuleKind.CommonJS,
		target: ts.ScriptTarget.ES2022,
		esModuleInterop: true,
	};
	return ts.transpileModule(source, { compilerOptions }).outputText;
}

/** Tables of the rooms and of what nobody noticed, as Markdown. */
function reportOf(tried: readonly Tried[]): string {
	const verdicts = ['unit tests', 'engine tests', 'type checker'] as const;
	const rowOf = (name: string, some: readonly Tried[]) => {
		const counts = verdicts.map(
			(wanted) => some.filter(({ verdict }) => verdict === wanted).length,
		);
		// What the type checker alone notices, no test does
		const noticed = counts[0] + counts[1];
		const percent = Math.round((100 * noticed) / some.length);
		return `| ${[name, some.length, `${noticed} (${percent} %)`, ...counts].join(' | ')} |`;
	};
	const rooms = Object.keys(ENGINE_TESTS)
		.map((room) => [room, tried.filter(({ mutant }) => roomOf(mutant.file) === room)] as const)
		.filter(([, some]) => some.length > 0);
	const unnoticed = tried.filter(({ verdict }) => verdict === 'nobody');
	return [
		'| room | mistakes | noticed by tests | unit tests | engine tests | type checker alone |',
		'| --- | --- | --- | --- | --- | --- |',
		...rooms.map(([room, some]) => rowOf(room, some)),
		rowOf('**all**', tried),
		'',
		'## Not noticed',
		'',
		...unnoticed.map(({ mutant: { file, why, unnoticed: reason } }) => {
			return `- \`${file}\`: ${why}.${reason === undefined ? '' : ` ${reason}`}`;
		}),
		...(unnoticed.length === 0 ? ['None.'] : []),
		'',
	].join('\n');
}

function pageOf(report: string): string {
	return [
		'# Mistakes that the tests notice',
		'',
		'Written by `npm run test:mutants -- --write`, which makes the mistakes of `test/mutants/data` one at a time: each a',
		'small one that somebody could really make. The unit tests are asked first, the engine tests only about what these let',
		'pass.',
		'',
		report,
	].join('\n');
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
