import { readCommandLine } from '../scripts/commandLine';
import { explain } from '../testbed/process/trouble';
import { benchEngine } from './engine';
import { benchRealN8n } from './realN8n';

async function main(): Promise<void> {
	const { values } = readCommandLine('bench');
	const { quick = false, engine, real, only, part: parts } = values;
	const rounds = Number(values.rounds ?? (quick ? '2' : '5'));
	const areMet: boolean[] = [];
	// The engine knows all contenders but (c)
	if (!real && only !== 'c') areMet.push(await benchEngine({ rounds, quick, only, parts }));
	if (!engine) {
		const longRounds = Number(values['long-rounds'] ?? '1');
		areMet.push(await benchRealN8n({ rounds, longRounds, quick, only }));
	}
	process.exitCode = areMet.every(Boolean) ? 0 : 1;
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
