import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Trouble } from '../process/trouble';
import { ROOT } from '../root';
import { npm } from './npm';

/**
 * Packs what was built into a folder, as it would be published; answers the tarball's path.
 *
 * @param source the package's own folder, such as that of an edition
 * @throws Trouble when nothing was built
 */
export async function packPackage(folder: string, source = '.'): Promise<string> {
	const cwd = path.resolve(ROOT, source);
	if (!existsSync(path.join(cwd, 'dist'))) {
		throw new Trouble('The package is not built. Run "npm run build" first.');
	}
	await mkdir(folder, { recursive: true });
	const output = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
		cwd,
	});
	const [, name] = /"filename":\s*"([^"]+)"/.exec(output) ?? [];
	if (name === undefined) throw new Error(`npm pack named no file:\n${output}`);
	return path.join(folder, name);
}
