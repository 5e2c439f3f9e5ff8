import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Closers } from '../process/closers';
import { Trouble } from '../process/trouble';
import { ROOT } from '../root';
import { npm } from './npm';

const PACK = ['pack', '--json', '--ignore-scripts'];

/**
 * Packs what was built into a folder, as it would be published; answers the tarball's path. The same
 * files make the same bytes: npm puts the modes of the files into the tarball, which depend on the umask
 * of whoever checked them out or built them, and so it is given copies that all have the same one.
 *
 * @param source the package's own folder, such as that of an edition
 * @throws Trouble when nothing was built
 */
export async function packPackage(folder: string, source = '.'): Promise<string> {
	const own = path.resolve(ROOT, source);
	if (!existsSync(path.join(own, 'dist'))) {
		throw new Trouble('The package is not built. Run "npm run build" first.');
	}
	await using closers = new Closers();
	const copy = await closers.folder('pack');
	const listed = await npm([...PACK, '--dry-run'], { cwd: own });
	for (const [, file] of listed.matchAll(/"path":\s*"([^"]+)"/g)) {
		const target = path.join(copy, file);
		await mkdir(path.dirname(target), { recursive: true });
		await copyFile(path.join(own, file), target);
		await chmod(target, 0o644);
	}
	await mkdir(folder, { recursive: true });
	const output = await npm([...PACK, '--pack-destination', path.resolve(folder)], { cwd: copy });
	const [, name] = /"filename":\s*"([^"]+)"/.exec(output) ?? [];
	if (name === undefined) throw new Error(`npm pack named no file:\n${output}`);
	return path.join(folder, name);
}
