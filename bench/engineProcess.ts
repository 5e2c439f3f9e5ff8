import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { version } from 'n8n-core/package.json';

import { Closers } from '../testbed/process/closers';
import { explain } from '../testbed/process/trouble';
import { areMet, checksTable } from './checks';
import type { EngineTask } from './engine';
import { EngineBench } from './engineBench';
import { PARTS } from './engineParts';
import { machine, otherWork } from './machine';

/** The process in which n8n's engine is measured: it is told its task, and exits with 1 after a miss. */

async function measure({ options, certificate }: EngineTask): Promise<boolean> {
	await using closers = new Closers();
	const bench = await EngineBench.open(options, certificate, closers);
	const sections: string[] = [];
	const checks = [];
	for (const { name, title, measure: measurePart } of PARTS) {
		if (options.parts?.includes(name) === false) continue;
		const result = await measurePart(bench);
		sections.push(`## ${title}`, result.text);
		checks.push(...result.checks);
	}
	const { quick, only, parts, rounds } = options;
	const circumstances = [
		`n8n-core ${version} under Node ${process.versions.node}, without n8n's server; ${machine()}.`,
		`Times are the node's own (n8n's \`executionTime\`); the processor's time is that of the process which sends. Medians, with the smallest and largest in brackets; rounds: ${rounds}, in which the contenders took turns in one process. Ratios are those of the medians.`,
		`${otherWork(bench.busy)} The servers stand on the same machine and share its cores.`,
	];
	const page = [
		'# Results of `npm run bench -- --engine`',
		circumstances.join('\n'),
		'## Targets',
		checksTable(checks),
		...sections,
	];
	const text = `${page.join('\n\n')}\n`;
	process.stdout.write(`\n${text}`);
	const isWhole = !quick && only === undefined && parts === undefined;
	if (isWhole) writeFileSync(path.join(__dirname, 'RESULTS-engine.md'), text);
	return areMet(checks);
}

// tsx has every stack trace mapped to its source, which n8n does not pay for: its helper looks at one
// in each call over plain http
process.setSourceMapsEnabled(false);
process.once('message', (task: EngineTask) => {
	measure(task).then(
		(isMet) => process.exit(isMet ? 0 : 1),
		(error: unknown) => {
			process.stderr.write(`${explain(error)}\n`);
			process.exit(1);
		},
	);
});
process.once('disconnect', () => process.exit(1));
