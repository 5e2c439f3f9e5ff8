import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { Closers } from '../../testbed/process/closers';
import { Trouble } from '../../testbed/process/trouble';
import { ROOT } from '../../testbed/root';

/** Where a clone lies and who made it: nothing of it may be seen in what is packed. */
const CLONES = [
	{ place: 'one', umask: 0o022, env: { TZ: 'UTC', LANG: 'C' } },
	{
		place: path.join('far', 'away', 'other'),
		umask: 0o077,
		env: { TZ: 'Asia/Shanghai', LANG: 'zh_CN.UTF-8' },
	},
];

/**
 * Builds and packs both editions in two clean clones of the last commit, which have nothing of this one
 * but its installed packages; answers what was seen.
 *
 * @throws Trouble when the tarballs differ in a single byte
 */
export async function compareClones(): Promise<string> {
	if (!existsSync(path.join(ROOT, '.git'))) {
		return 'NOT COMPARED: two clones need the history, and these sources came without it.';
	}
	await using closers = new Closers();
	const folder = await closers.folder('clones');
	const [one, other] = CLONES.map(({ place, umask, env }) => {
		const clone = path.join(folder, place);
		const before = process.umask(umask);
		try {
			return pack(clone, env).map((file) => `${path.basename(file)} ${hashOf(file)}`);
		} finally {
			process.umask(before);
		}
	});
	if (one.length !== 2 || one.join() !== other.join()) {
		throw new Trouble(`Two clones pack other bytes:\n${[...one, ...other].join('\n')}`);
	}
	return `Two clean clones pack the same bytes (sha512):\n${one.join('\n')}`;
}

/** The tarballs that a new clone makes. */
function pack(clone: string, env: NodeJS.ProcessEnv): string[] {
	run(ROOT, ['git', 'clone', '--quiet', '--no-local', `file://${ROOT}`, clone], env);
	symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
	run(clone, [process.execPath, 'node_modules/gulp/bin/gulp.js', '--silent', 'build'], env);
	const command = ['--import', 'tsx', 'scripts/pack.ts', '--to', 'packages'];
	const files = run(clone, [process.execPath, ...command], env)
		.trim()
		.split('\n');
	return files.map((file) => path.resolve(clone, file));
}

/** Runs a program and answers what it printed. @throws Trouble when it fails */
function run(cwd: string, [command, ...args]: string[], env: NodeJS.ProcessEnv): string {
	const { status, stdout, stderr } = spawnSync(command, args, {
		cwd,
		encoding: 'utf8',
		env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
	});
	if (status !== 0) throw new Trouble(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
	return stdout;
}

function hashOf(file: string): string {
	return createHash('sha512').update(readFileSync(file)).digest('base64');
}
