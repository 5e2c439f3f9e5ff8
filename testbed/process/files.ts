import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes a file that only its owner may read, whole or not at all; one that is there is replaced. */
export function writePrivate(file: string, text: string): void {
	const fresh = `${file}.${randomUUID()}`;
	writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
	renameSync(fresh, file);
}

/**
 * Deletes what a folder holds under a name, with everything in it; a link is deleted, not what it leads
 * to. Everything that commands delete by a name from outside (a version, a package) goes through here.
 *
 * @param name a plain one, or several with slashes between them
 * @throws Error when it would lead out of the folder
 */
export function removeWithin(folder: string, name: string): void {
	const target = path.resolve(folder, name);
	const parent = path.dirname(target);
	const parts = name.split(/[\\/]/);
	if (parts.some((part) => ['', '.', '..'].includes(part)) || path.isAbsolute(name)) {
		throw new Error(`"${name}" names nothing inside of ${folder}: nothing was deleted.`);
	}
	if (!existsSync(parent)) return;
	const real = path.relative(realpathSync(folder), realpathSync(parent));
	if (real.split(path.sep)[0] === '..' || path.isAbsolute(real)) {
		throw new Error(`"${name}" leads out of ${folder} by a link: nothing was deleted.`);
	}
	rmSync(target, { recursive: true, force: true, maxRetries: 5 });
}
