import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../testbed/root';

/** A small mistake that somebody could really make. */
export interface Mutant {
	/** From the root of the clone. */
	file: string;
	/** Text that the file has exactly once. */
	find: string;
	replace: string;
	/** What would come of it. */
	why: string;
	/** Why no test notices it, where that is how it shall be. */
	unnoticed?: string;
}

/** A mistake of a file that {@link inFile} names. */
type Mistake = readonly [find: string, replace: string, why: string, unnoticed?: string];

/** The mistakes of one file. */
export function inFile(file: string, ...mistakes: readonly Mistake[]): Mutant[] {
	return mistakes.map(([find, replace, why, unnoticed]) => ({
		file,
		find,
		replace,
		why,
		unnoticed,
	}));
}

/** The rooms, and the engine tests that concern each: patterns of their paths. */
export const ENGINE_TESTS: Readonly<Record<string, readonly string[]>> = {
	platform: ['sendMessage', 'badInput', 'exchange', 'secrets', 'faultTable', 'appKey'],
	transport: ['faults', 'faultTable', 'certainty', 'secrets', 'stopping', 'appKey'],
	credentials: ['connectionTest', 'httpRequest', 'badInput', 'secrets', 'certainty', 'appKey'],
	'nodes/run': [
		'sendAndWait',
		'badInput',
		'faults',
		'stopping',
		'certainty',
		'faultTable',
		'longList',
	],
	'nodes/TzeSendMessage': [
		...['sendMessage', 'sendAndWait', 'badInput', 'faults', 'faultTable', 'longList'],
	],
	'nodes/TzeLoginTrigger': ['loginTrigger', 'loginFuzz'],
	'nodes/TzeDirectory': ['directory'],
	'nodes/TzeOauthExchange': ['exchange', 'secrets', 'certainty', 'faultTable'],
	sandbox: ['sendMessage', 'exchange', 'appKey'],
};

/** The room that a file is in. */
export function roomOf(file: string): string {
	const room = Object.keys(ENGINE_TESTS).find((name) => file.startsWith(`${name}/`));
	if (room === undefined) throw new Error(`${file} is in no room`);
	return room;
}

/** How often a file holds the text that a mistake replaces; once, if the mistake can be made. */
export function occurrencesOf({ file, find }: Mutant): number {
	return readFileSync(path.join(ROOT, file), 'utf8').split(find).length - 1;
}
