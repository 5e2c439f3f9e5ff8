import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Trouble } from '../process/trouble';
import recorded from './integrity.json';

/** Packages, each as `name@version`, with the hash of its content in npm's form (`sha512-…`). */
type Hashes = Readonly<Record<string, string>>;

/** The builds of Node for the machines that have one, as npm packages. */
export const NODE_BUILDS: Hashes = recorded.node;

/** What is recorded of a version of n8n; `undefined` when it is none of those that are tested. */
export function recordedOf(version: string): Hashes | undefined {
	const all: Readonly<Record<string, Hashes>> = recorded.n8n;
	return Object.hasOwn(all, version) ? all[version] : undefined;
}

/**
 * Makes sure that npm has installed just the packages whose content was recorded. npm itself has compared
 * what it downloaded with what its registry says; this compares that with what we saw when we tested it.
 * What these packages depend on is not covered: for that there is npm's own comparison alone.
 *
 * @param packages those that were asked for, each as `name@version`
 * @throws Trouble that names the package which is another one, or of which nothing is recorded
 */
export function checkIntegrity(folder: string, packages: readonly string[], hashes: Hashes): void {
	const file = path.join(folder, 'node_modules', '.package-lock.json');
	const { packages: installed = {} } = (
		existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
	) as { packages?: Record<string, { version?: string; integrity?: string } | undefined> };
	for (const wanted of packages) {
		const name = wanted.slice(0, wanted.lastIndexOf('@'));
		const found = installed[`node_modules/${name}`];
		const isSame =
			Object.hasOwn(hashes, wanted) &&
			`${name}@${found?.version ?? ''}` === wanted &&
			found?.integrity === hashes[wanted];
		if (isSame) continue;
		throw new Trouble(
			`${wanted}, as the npm registry has it now, is not the package that was tested (${found?.integrity ?? 'npm tells no hash'}). Nothing of it was run. Look at "npm config get registry"; the hashes are in testbed/n8n/integrity.json.`,
		);
	}
}
