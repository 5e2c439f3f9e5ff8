import { homedir } from 'node:os';
import path from 'node:path';

import { Trouble } from '../process/trouble';
import versions from './versions.json';

/** The n8n that everything uses unless told otherwise, and the oldest line that is supported. */
export const DEFAULT_VERSION = versions.default;
export const OLDEST_VERSION = versions.oldest;

/**
 * The engines that the package is tested in (`npm run test:engines`): the first and the last of each
 * line that people run, and those in which n8n's errors or its engine changed in between. The newest
 * n8n all of whose parts are published is added to them.
 */
export const ENGINE_VERSIONS = versions.engines;

/** The Node that n8n requires; it is downloaded, whatever Node runs these scripts. */
export const NODE_MAJOR = 24;

/** Where Node and the n8n versions are kept; `N8N_NODES_TZE_CACHE` changes it. */
export function cacheFolder(): string {
	const chosen = process.env.N8N_NODES_TZE_CACHE?.trim();
	return chosen ? path.resolve(chosen) : path.join(homedir(), '.cache', 'n8n-nodes-tze');
}

/**
 * A version of n8n as a part of a path: every folder that is named after one is made with this.
 *
 * @throws Trouble when it is none, such as one that would lead to another folder
 */
export function checkedVersion(version: string): string {
	if (/^\d+\.\d+\.\d+$/.test(version)) return version;
	throw new Trouble(`"${version}" is not a version of n8n, such as ${DEFAULT_VERSION}.`);
}

/** The folder that npm installs an n8n version into. */
export function versionFolder(version: string): string {
	return path.join(cacheFolder(), `n8n-${checkedVersion(version)}`);
}

/** The folder that npm installs the engine of an n8n version into, without its server. */
export function engineFolder(version: string): string {
	return path.join(cacheFolder(), `engine-${checkedVersion(version)}`);
}

/** The folder that npm installs Node into. */
export function nodeFolder(): string {
	return path.join(cacheFolder(), `node-${NODE_MAJOR}`);
}

/** The program that an n8n version is started with. */
export function n8nProgram(version: string): string {
	return path.join(versionFolder(version), 'node_modules', 'n8n', 'bin', 'n8n');
}
