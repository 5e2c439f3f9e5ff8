import { parseArgs } from 'node:util';

import { explain } from '../scripts/real-n8n/trouble';
import { benchRealN8n } from './realN8n';

const USAGE = `Measures how fast messages are sent, side by side with other ways.

  npm run bench                 in a real n8n (downloaded at first use); writes bench/RESULTS.md
  npm run bench -- --engine     in n8n's engine alone: a minute

  --only <letters>   only these of the contenders, such as --only ad
  --rounds <n>       rounds of 2,000 messages (5)
  --long-rounds <n>  rounds of 2,000, 20,000 and 50,000 messages (1); 0 leaves them out
  --quick            fewer messages and rounds, to see whether all works; writes no file
`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			engine: { type: 'boolean', default: false },
			only: { type: 'string' },
			rounds: { type: 'string' },
			'long-rounds': { type: 'string' },
			quick: { type: 'boolean', default: false },
			help: { type: 'boolean', short: 'h' },
		},
	});
	if (values.help) return void process.stdout.write(USAGE);
	const { quick, only } = values;
	const rounds = wholeNumber('rounds', values.rounds ?? (quick ? '2' : '5'), 1);
	if (only !== undefined && !/^[a-e]+$/.test(only))
		throw new Error(`--only ${only}: not of a to e`);

	if (values.engine) {
		// n8n's engine reads and sets up much when it is loaded: it is imported only when it is needed
		const { benchEngine } = await import('./engine.js');
		const isMet = await benchEngine({ rounds, messages: quick ? 500 : 2000, only });
		process.exitCode = isMet ? 0 : 1;
		return;
	}
	const longRounds = wholeNumber('long-rounds', values['long-rounds'] ?? '1', 0);
	const isMet = await benchRealN8n({ rounds, longRounds, quick, only });
	process.exitCode = isMet ? 0 : 1;
}

function wholeNumber(name: string, value: string, min: number): number {
	const number = Number(value);
	if (Number.isInteger(number) && number >= min) return number;
	throw new Error(`--${name} ${value}: not a whole number, ${min} or more`);
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
