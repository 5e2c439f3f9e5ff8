import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { packPackage } from '../testbed/n8n/pack';
import { explain } from '../testbed/process/trouble';
import { ROOT } from '../testbed/root';
import { readCommandLine } from './commandLine';

/** Packs the package and its editions, byte for byte the same wherever it is done. */
async function main(): Promise<void> {
	const { to } = readCommandLine('pack').values;
	const editions = path.join(ROOT, 'editions');
	const translated = existsSync(editions) ? readdirSync(editions) : [];
	for (const source of ['.', ...translated.map((name) => path.join('editions', name))]) {
		process.stdout.write(`${await packPackage(path.resolve(to), source)}\n`);
	}
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
