import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { Closers } from '../testbed/process/closers';
import { makeCertificate, type Certificate } from './certificate';

/** What is measured in n8n's engine alone. */
export interface EngineBenchOptions {
	/** Rounds of the parts in which contenders take turns. */
	rounds: number;
	quick: boolean;
	/** Letters of the contenders; all by default. */
	only?: string;
	/** Names of the parts; all by default. */
	parts?: readonly string[];
}

/** What the process that measures is told. */
export interface EngineTask {
	options: EngineBenchOptions;
	certificate: Certificate;
}

/**
 * Measures in n8n's engine, without its server, prints the result, and writes it to
 * `RESULTS-engine.md` when nothing was left out.
 *
 * @returns false when a target was missed.
 */
export async function benchEngine(options: EngineBenchOptions): Promise<boolean> {
	await using closers = new Closers();
	const certificate = await makeCertificate(await closers.folder('bench-engine'));
	// Node reads at its start whom it trusts: so the engine has a process of its own
	const child = fork(path.join(__dirname, 'engineProcess.ts'), {
		execArgv: ['--import', 'tsx'],
		env: {
			...process.env,
			NODE_EXTRA_CA_CERTS: certificate.certificateFile,
			NO_PROXY: '127.0.0.1',
		},
	});
	closers.add(() => child.kill());
	const task: EngineTask = { options, certificate };
	child.send(task);
	const [code] = (await once(child, 'exit')) as [number | null];
	return code === 0;
}
