/**
 * Runs commands two at a time in a clone of the last commit, and prints how each has ended. By hand,
 * since it installs twice and takes a quarter of an hour:
 *
 *     node --import tsx test/commands/pairs.ts [number of a pair …]
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ROOT } from '../../testbed/root';

/** What npm is told, and what a command that does not end by itself says when it is ready. */
type Command = [line: string, ready?: string];

const UP = 'Ctrl+C ends it.';
const PAIRS: Array<{ first: Command; second: Command; isFresh?: true }> = [
	{ first: ['run demo'], second: ['test unit/secrets'], isFresh: true },
	{ first: ['run lint'], second: ['run build'], isFresh: true },
	{ first: ['run sandbox', UP], second: ['run demo'] },
	{ first: ['run sandbox', UP], second: ['run sandbox', UP] },
	{
		first: ['start -- --data .cache/playground', 'Ctrl+C ends everything.'],
		second: ['run sandbox -- --help'],
	},
	{ first: ['run build'], second: ['run demo'] },
	{ first: ['run build'], second: ['test package/package'] },
	{ first: ['run build'], second: ['run build'] },
	{ first: ['run typecheck'], second: ['run build'] },
	{ first: ['test engine/sendMessage'], second: ['test unit/tokens'] },
	{ first: ['run demo'], second: ['run demo'] },
	{ first: ['run test:engines -- --n8n 2.41.1'], second: ['run build'] },
	{ first: ['run format'], second: ['run lint'] },
	{ first: ['run lint'], second: ['test unit/messages'] },
];

async function run(clone: string, [line, ready]: Command) {
	const start = Date.now();
	const [verb, ...rest] = line.split(' ');
	const args = verb === 'test' ? ['test', '--', ...rest] : [verb, ...rest];
	const child = spawn('npm', args, { cwd: clone, detached: true });
	let said = '';
	let isTold = false;
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			said += text;
			if (isTold || ready === undefined || !said.includes(ready)) return;
			isTold = true;
			// To all of its group, as a terminal does at Ctrl+C
			process.kill(-(child.pid as number), 'SIGINT');
		});
	}
	const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
	const seconds = Math.round((Date.now() - start) / 1000);
	const isGood = ready === undefined ? code === 0 : isTold;
	return {
		text: `${line}: ${isTold ? 'ready, ended' : `code ${code}`}, ${seconds} s`,
		isGood,
		said,
	};
}

async function main(): Promise<void> {
	const clone = mkdtempSync(path.join(tmpdir(), 'pairs-'));
	process.once('exit', () => rmSync(clone, { recursive: true, force: true }));
	execFileSync('git', ['clone', '--quiet', ROOT, clone]);
	const chosen = process.argv.slice(2).map(Number);
	for (const [index, { first, second, isFresh }] of PAIRS.entries()) {
		if (chosen.length > 0 && !chosen.includes(index + 1)) continue;
		if (isFresh) execFileSync('git', ['clean', '-fdxq'], { cwd: clone });
		const both = await Promise.all([first, second].map((command) => run(clone, command)));
		const mark = both.every(({ isGood }) => isGood) ? '✓' : '✗';
		process.stdout.write(`${mark} ${index + 1}. ${both.map(({ text }) => text).join(' | ')}\n`);
		for (const { isGood, said } of both) if (!isGood) process.stdout.write(`${said}\n`);
	}
	const changed = execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' });
	process.stdout.write(changed === '' ? 'No source has changed.\n' : `Changed:\n${changed}`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
