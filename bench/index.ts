import { readCommandLine } from '../scripts/commandLine';
import { explain } from '../testbed/process/trouble';
import { benchRealN8n } from './realN8n';

async function main(): Promise<void> {
	const { values } = readCommandLine('bench');
	const { quick = false, only } = values;
	const rounds = Number(values.rounds ?? (quick ? '2' : '5'));
	if (values.engine) {
		// n8n's engine reads and sets up much when it is loaded: it is imported only when it is needed
		const { benchEngine } = await import('./engine.js');
		const isMet = await benchEngine({ rounds, messages: quick ? 500 : 2000, only });
		process.exitCode = isMet ? 0 : 1;
		return;
	}
	const longRounds = Number(values['long-rounds'] ?? '1');
	const isMet = await benchRealN8n({ rounds, longRounds, quick, only });
	process.exitCode = isMet ? 0 : 1;
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
