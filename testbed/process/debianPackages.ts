import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { lock } from './lock';
import { startProgram } from './program';
import { lastLines, Trouble } from './trouble';

/**
 * Installs Debian's packages when this runs as root on Debian. None to install is fine; two commands
 * may want to at once, which apt-get refuses.
 *
 * @param elsewhere what to do on a machine without `apt-get`
 * @throws Trouble that says what to install
 */
export async function installDebianPackages(
	packages: readonly string[],
	elsewhere: string,
): Promise<void> {
	if (packages.length === 0) return;
	const names = packages.join(' ');
	if (process.getuid?.() !== 0 || findOnPath('apt-get') === undefined) {
		throw new Trouble(
			`Not installed: ${names}. On Debian or Ubuntu, "sudo apt-get install ${names}" installs what is missing; elsewhere ${elsewhere}.`,
		);
	}
	process.stdout.write(`Installing ${names} …\n`);
	// In run level 1 the packages do not start servers of their own
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
	const unlock = await lock(path.join(tmpdir(), 'n8n-nodes-tze-apt-get'));
	try {
		for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
			const apt = startProgram('apt-get', args, { env });
			if ((await apt.exit) !== 0) {
				throw new Trouble(`"apt-get ${args.join(' ')}" failed:\n${lastLines(apt.output())}`);
			}
		}
	} finally {
		unlock();
	}
}

/** Where a program is; Debian's folders are searched even if the PATH leaves them out. */
export function findOnPath(name: string): string | undefined {
	return (process.env.PATH ?? '')
		.split(path.delimiter)
		.concat('/usr/bin', '/usr/sbin')
		.map((folder) => path.join(folder, name))
		.find((file) => existsSync(file));
}
