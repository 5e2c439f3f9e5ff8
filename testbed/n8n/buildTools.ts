import axios from 'axios';
import { spawnSync } from 'node:child_process';

import { Trouble } from '../process/trouble';

/** What compiles n8n's own parts, each with the programs of which one is enough. */
const TOOLS = {
	'a C++ compiler': ['c++', 'g++', 'clang++'],
	make: ['make'],
	Python: ['python3', 'python'],
};

/** Where the parts lie ready-made. */
const READY_MADE = 'https://github.com';
const PATIENCE_MS = 10_000;

/** How they are had, by `process.platform`. */
const HOW_TO: Partial<Record<NodeJS.Platform, string>> = {
	linux: `Debian, Ubuntu:  sudo apt-get install g++ make python3
    Fedora:          sudo dnf install gcc-c++ make python3
    Alpine:          sudo apk add g++ make python3`,
	darwin: 'xcode-select --install',
};

/** The tools that this machine lacks; on Windows a compiler cannot be found this way. */
export function missingTools(): string[] {
	if (process.platform === 'win32') return [];
	const isThere = (program: string) =>
		spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
	return Object.entries(TOOLS).flatMap(([name, programs]) =>
		programs.some(isThere) ? [] : [name],
	);
}

/**
 * Says before a long download what would be missing at its end: n8n's own parts are brought ready-made
 * from GitHub or, where it cannot be reached, are compiled.
 *
 * @throws Trouble when they could be had neither way
 */
export async function checkBuildTools(missing = missingTools()): Promise<void> {
	if (missing.length === 0 || (await canReach(READY_MADE))) return;
	throw new Trouble(
		`This machine lacks ${missing.join(', ')}. Parts of n8n itself have to be compiled, since GitHub, where they lie ready-made, cannot be reached from here. Nothing was downloaded yet.\n\n    ${HOW_TO[process.platform] ?? 'Install them with the package manager of your system.'}\n\nThen run this again.`,
	);
}

/** Whether anything answers there, through the proxy that the environment names. */
async function canReach(url: string): Promise<boolean> {
	const signal = AbortSignal.timeout(PATIENCE_MS);
	const asked = axios.head(url, { signal, validateStatus: () => true, maxRedirects: 0 });
	return await asked.then(
		() => true,
		() => false,
	);
}
