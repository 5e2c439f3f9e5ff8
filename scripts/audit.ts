import { spawnSync } from 'node:child_process';

import { Trouble, explain } from '../testbed/process/trouble';
import { ROOT } from '../testbed/root';
import { readCommandLine } from './commandLine';

const SEVERITIES = ['critical', 'high', 'moderate', 'low', 'info'] as const;
type Counts = Record<(typeof SEVERITIES)[number] | 'total', number>;

/** What `npm audit --json` prints: a report, or why the registry gave none. */
type Answer = { metadata: { vulnerabilities: Counts } } | { message: string };

/**
 * Asks the npm registry for known vulnerabilities of what the lock file names. What is published has no
 * dependencies (a test proves it), so all that can be found is in the tools of development.
 *
 * @throws Trouble with `--required`: when the registry gives no answer, or something is critical or high
 */
function main(): void {
	const { required } = readCommandLine('audit').values;
	const counts = audit();
	if (typeof counts === 'string') {
		const sentence = `NOT AUDITED: ${counts}`;
		if (required) throw new Trouble(sentence);
		process.stdout.write(`${sentence}\n`);
		return;
	}
	const found = SEVERITIES.filter((severity) => counts[severity] > 0);
	const list = found.map((severity) => `${counts[severity]} ${severity}`).join(', ');
	const sentence = `Audited: ${list || 'nothing'} found in development packages; published ones: none.`;
	const isBad = counts.critical + counts.high > 0;
	if (required && isBad) throw new Trouble(`${sentence} "npm audit" names them.`);
	process.stdout.write(`${sentence}\n`);
}

/** The counts of what was found, or why nobody can say. */
function audit(): Counts | string {
	const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=0'];
	const { error, stdout } = spawnSync('npm', args, {
		cwd: ROOT,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
		shell: process.platform === 'win32',
	});
	if (error !== undefined) return error.message;
	let answer: Answer;
	try {
		answer = JSON.parse(stdout) as Answer;
	} catch {
		return 'npm printed no report.';
	}
	return 'metadata' in answer ? answer.metadata.vulnerabilities : answer.message;
}

try {
	main();
} catch (error) {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
}
