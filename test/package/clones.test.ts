import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ROOT } from '../../testbed/root';

const folder = mkdtempSync(path.join(tmpdir(), 'clones-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hashOf = (file: string) => createHash('sha512').update(readFileSync(file)).digest('hex');

/** Runs a program and answers what it printed; it must end well. */
function run(cwd: string, [command, ...args]: string[], env: NodeJS.ProcessEnv = {}): string {
	const { status, stdout, stderr } = spawnSync(command, args, {
		cwd,
		encoding: 'utf8',
		env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
	});
	expect({ args, status, ...(status === 0 ? {} : { stderr }) }).toEqual({ args, status: 0 });
	return stdout;
}

/** Both editions, packed in a clone of the last commit that has nothing of this one but its packages. */
function packedInAClone(place: string, umask: number, env: NodeJS.ProcessEnv): string[] {
	const clone = path.join(folder, place);
	const before = process.umask(umask);
	try {
		run(folder, ['git', 'clone', '--quiet', '--no-local', `file://${ROOT}`, clone]);
		symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
		const node = [process.execPath, 'node_modules/gulp/bin/gulp.js', '--silent', 'build'];
		run(clone, node, env);
		const pack = ['--import', 'tsx', 'scripts/pack.ts', '--to', 'packages'];
		return run(clone, [process.execPath, ...pack], env)
			.trim()
			.split('\n')
			.map((file) => path.resolve(clone, file));
	} finally {
		process.umask(before);
	}
}

// Sources that were downloaded without their history are no clone
(existsSync(path.join(ROOT, '.git')) ? it : it.skip)(
	'two clean clones of one commit make the same tarballs, byte for byte',
	() => {
		const one = packedInAClone('one', 0o022, { TZ: 'UTC', LANG: 'C' });
		const other = packedInAClone('far/away/other', 0o077, {
			TZ: 'Asia/Shanghai',
			LANG: 'zh_CN.UTF-8',
		});
		expect(one.map((file) => path.basename(file))).toEqual(
			other.map((file) => path.basename(file)),
		);
		expect(one).toHaveLength(2);
		expect(one.map(hashOf)).toEqual(other.map(hashOf));
	},
	300_000,
);
