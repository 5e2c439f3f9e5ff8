import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { lastLines, Trouble } from './trouble';
import { until } from './until';

/** How long a process may take to end by itself before it is killed. */
const PATIENCE_MS = 10_000;

/** Leaders of the process groups that are alive: ended with this program, however it ends. */
const leaders = new Set<number>();
let watching = false;

/** The signals that end a program from outside, each with the exit code that stands for it. */
const SIGNALS: Array<[NodeJS.Signals, number]> = [
	['SIGHUP', 129],
	['SIGINT', 130],
	['SIGTERM', 143],
];

/** A program of its own process group: what it starts ends with it. */
export interface Program {
	child: ChildProcess;
	/** All that it has printed, on both outputs. */
	output(): string;
	/** Whether it has ended. */
	ended(): boolean;
	/** Settles when it has ended; the exit code, or null after a signal. */
	exit: Promise<number | null>;
	/** Ends it and everything it started; settles when they are gone. */
	stop(): Promise<void>;
	/** Signals it alone, gives it so long to end as it likes, and then stops what is left. */
	end(signal: NodeJS.Signals, patienceMs: number): Promise<void>;
}

/**
 * Starts a program in a process group of its own. It never outlives this one: the group is killed
 * when this program exits, is interrupted, or crashes.
 */
export function startProgram(command: string, args: string[], options: SpawnOptions = {}): Program {
	watch();
	const child = spawn(command, args, {
		stdio: ['ignore', 'pipe', 'pipe'],
		...options,
		detached: true,
	});
	const { pid } = child;
	const chunks: string[] = [];
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
	}

	let over = false;
	const exit = new Promise<number | null>((resolve, reject) => {
		child.once('error', (error) => {
			over = true;
			reject(error);
		});
		child.once('close', (code) => {
			over = true;
			resolve(code);
		});
	});
	// A caller need not await it: an unhandled rejection would end this program
	exit.catch(() => undefined);
	if (pid !== undefined) leaders.add(pid);

	const program: Program = {
		child,
		output: () => chunks.join(''),
		ended: () => over,
		exit,
		async stop() {
			if (pid === undefined) return;
			signalGroup(pid, 'SIGTERM');
			await until(`${command} to end`, () => !isAlive(pid), {
				patienceMs: PATIENCE_MS,
				everyMs: 50,
			}).catch(() => undefined);
			signalGroup(pid, 'SIGKILL');
			leaders.delete(pid);
			await exit.catch(() => undefined);
		},
		async end(signal, patienceMs) {
			child.kill(signal);
			await Promise.race([exit, sleep(patienceMs, undefined, { ref: false })]);
			await program.stop();
		},
	};
	return program;
}

/**
 * Starts a program that serves others, and waits until it is ready.
 *
 * @param name what it is to the person at the keyboard
 * @param isReady asked again and again; an error counts as "not yet"
 * @throws Trouble with its last lines when it ends or is not ready in time; it is stopped then
 */
export async function startServer(
	name: string,
	[command, ...args]: readonly [string, ...string[]],
	options: SpawnOptions,
	isReady: (program: Program) => Promise<boolean> | boolean,
	patienceMs: number,
): Promise<Program> {
	const program = startProgram(command, args, options);
	const said = () => lastLines(program.output());
	try {
		await until(
			`${name} to be ready`,
			async () => {
				if (program.ended()) throw new Trouble(`${name} ended while it was starting:\n${said()}`);
				try {
					return await isReady(program);
				} catch {
					return false;
				}
			},
			{ patienceMs, instead: said },
		);
		return program;
	} catch (error) {
		await program.stop();
		throw error;
	}
}

/** Kills at once what is still running: for the last moment of this program. */
function killAll(): void {
	for (const pid of leaders) signalGroup(pid, 'SIGKILL');
	leaders.clear();
}

/** `exit` covers a normal end and a crash; a signal ends Node without it unless somebody listens. */
function watch(): void {
	if (watching) return;
	watching = true;
	// Before what else there is to do at the end, such as deleting the folders that they use
	process.prependOnceListener('exit', killAll);
	for (const [signal, code] of SIGNALS) {
		process.on(signal, () => {
			// There is another listener: it is ending this program in an orderly way
			if (process.listenerCount(signal) === 1) process.exit(code);
		});
	}
}

/** Signals a process group; one that is gone already is ignored. */
function signalGroup(leader: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-leader, signal);
	} catch {
		// ESRCH: no process is left in it
	}
}

function isAlive(leader: number): boolean {
	try {
		process.kill(-leader, 0);
		return true;
	} catch {
		return false;
	}
}
