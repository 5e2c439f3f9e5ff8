import { setTimeout as sleep } from 'node:timers/promises';

import { Trouble } from './trouble';

export interface Waiting {
	patienceMs: number;
	/** The pause between two questions. */
	everyMs?: number;
	/** What to say about it when it did not come. */
	instead?: () => string | Promise<string>;
}

/**
 * Asks again and again until the answer is neither `false` nor `undefined`, and returns that answer.
 * A question that throws ends the waiting with its error.
 *
 * @param what what is waited for, as it fits into "Waited 5 s in vain for …"
 * @throws Trouble when it takes longer than `patienceMs`
 */
export async function until<T>(
	what: string,
	ask: () => Promise<T> | T,
	{ patienceMs, everyMs = 250, instead }: Waiting,
): Promise<Exclude<T, false | undefined>> {
	for (const start = Date.now(); Date.now() - start < patienceMs; await sleep(everyMs)) {
		const answer = await ask();
		if (answer !== false && answer !== undefined) {
			return answer as Exclude<T, false | undefined>;
		}
	}
	const more = instead === undefined ? '.' : `:\n${await instead()}`;
	throw new Trouble(`Waited ${patienceMs / 1000} s in vain for ${what}${more}`);
}
