import path from 'node:path';

import { startProgram } from '../process/program';
import { lastLines, Trouble } from '../process/trouble';

/** What npm says when it cannot reach its registry. */
const NO_NETWORK =
	/\b(?:ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/** Without a network npm waits for minutes between its attempts. */
const ALWAYS = ['--no-audit', '--no-fund', '--fetch-retry-maxtimeout=10000'];

export interface NpmOptions {
	cwd: string;
	/** A folder with another Node's `bin` and `include`: npm and what it builds then use that Node. */
	nodeHome?: string;
	/** Called with the latest line of output, for a progress display. */
	onLine?: (line: string) => void;
}

/**
 * Runs npm and answers its output.
 *
 * @throws Trouble with npm's last lines when it fails
 */
export async function npm(args: string[], { cwd, nodeHome, onLine }: NpmOptions): Promise<string> {
	const [command, ...before] = npmCommand(nodeHome);
	const program = startProgram(command, [...before, ...args, ...ALWAYS], {
		cwd,
		env: npmEnvironment(nodeHome),
	});
	for (const stream of [program.child.stdout, program.child.stderr]) {
		stream?.on('data', (chunk: string) => {
			const line = chunk.trim().split(/\r?\n/).at(-1);
			if (line) onLine?.(line);
		});
	}

	let code: number | null;
	try {
		code = await program.exit;
	} catch (error) {
		throw new Trouble(
			`npm could not be started (${error instanceof Error ? error.message : String(error)}). It comes with Node.js: check that "npm --version" works.`,
		);
	}
	const output = program.output();
	if (code === 0) return output;
	const [lost] = NO_NETWORK.exec(output) ?? [];
	if (lost !== undefined) {
		throw new Trouble(
			`The npm registry cannot be reached (${lost}). Check the network connection and "npm config get registry", then run this again: it goes on where it stopped.`,
		);
	}
	const [missing] = /No matching version found for [^\s]*[^\s.]/.exec(output) ?? [];
	if (missing !== undefined) throw new Trouble(`The npm registry says: ${missing}.`);
	if (/\bENOSPC\b/.test(output)) {
		throw new Trouble(`The disk is full. Make room, then run this again.\n${lastLines(output)}`);
	}
	throw new Trouble(`"npm ${args[0]}" failed in ${cwd}. Its last lines:\n${lastLines(output)}`);
}

/** Under `npm run`, the same npm that runs this script; the Node in `nodeHome` runs it, if given. */
function npmCommand(nodeHome: string | undefined): [string, ...string[]] {
	const cli = process.env.npm_execpath;
	if (cli !== undefined && /npm-cli\.c?js$/.test(cli)) {
		return [nodeHome === undefined ? process.execPath : nodeProgram(nodeHome), cli];
	}
	return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/** The environment of a program that is to run under the Node in `nodeHome`. */
export function withNode(nodeHome: string, env = process.env): NodeJS.ProcessEnv {
	return {
		...env,
		PATH: [path.dirname(nodeProgram(nodeHome)), env.PATH].join(path.delimiter),
		npm_config_nodedir: nodeHome,
	};
}

/** `node` of an unpacked Node. */
export function nodeProgram(nodeHome: string): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return path.join(nodeHome, 'bin', name);
}

/** Under `npm run`, settings of this checkout are in the environment: they are not meant for others. */
function npmEnvironment(nodeHome: string | undefined): NodeJS.ProcessEnv {
	const env = Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) =>
				!/^npm_(?:package_|lifecycle_|command|config_(?:ignore_scripts|loglevel|local_prefix|omit|include|save|workspace))/i.test(
					name,
				),
		),
	);
	return nodeHome === undefined ? env : withNode(nodeHome, env);
}
