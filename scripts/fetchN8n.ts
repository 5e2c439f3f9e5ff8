import { DEFAULT_VERSION } from '../testbed/n8n/cache';
import { fetchN8n } from '../testbed/n8n/fetch';
import { explain } from '../testbed/process/trouble';
import { readCommandLine } from './commandLine';

async function main(): Promise<void> {
	const { positionals } = readCommandLine('fetch:n8n');
	for (const version of positionals.length > 0 ? positionals : [DEFAULT_VERSION]) {
		const { program } = await fetchN8n(version);
		process.stdout.write(`n8n ${version}: ${program}\n`);
	}
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
