import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Trouble } from '../process/trouble';
import { ROOT } from '../root';
import { npm } from './npm';

/**
 * Packs what was built into a folder, as it would be published; answers the tarball's path. The
 * editions are packed from their own folders.
 *
 * @throws Trouble when nothing was built
 */
export async function packPackage(folder: string, edition = '.'): Promise<string> {
	const source = path.join(ROOT, edition);
	if (!existsSync(path.join(source, 'dist'))) {
		throw new Trouble('The package is not built. Run "npm run build" first.');
	}
	await mkdir(folder, { recursive: true });
	const output = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
		cwd: source,
	});
	const [, name] = /"filename":\s*"([^"]+)"/.exec(output) ?? [];
	if (name === undefined) throw new Error(`npm pack named no file:\n${output}`);
	return path.join(folder, name);
}
