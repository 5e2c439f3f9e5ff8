import { tmpdir } from 'node:os';
import path from 'node:path';

import { lock } from '../scripts/lock';
import { startProgram } from '../scripts/real-n8n/processes';
import { lastLines, Trouble } from '../scripts/real-n8n/trouble';

/**
 * Installs packages of Debian. Two commands may want it at once, which apt-get refuses.
 *
 * @throws Trouble with the last lines of apt-get when it fails
 */
export async function aptGetInstall(packages: string[]): Promise<void> {
	const unlock = await lock(path.join(tmpdir(), 'n8n-nodes-tze-apt-get'));
	// In run level 1 the packages do not start servers of their own
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
	try {
		for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
			const program = startProgram('apt-get', args, { env });
			if ((await program.exit) !== 0) {
				throw new Trouble(`"apt-get ${args.join(' ')}" failed:\n${lastLines(program.output())}`);
			}
		}
	} finally {
		unlock();
	}
}
