import { cpus, platform, totalmem } from 'node:os';

import { megabytes } from './statistics';

/** The day, and the machine, for the head of a page of results. */
export function machine(): string {
	const [{ model }] = cpus();
	const day = new Date().toISOString().slice(0, 10);
	return `${day}; ${cpus().length} cores (${model.trim()}), ${megabytes(totalmem())} of memory, ${platform()}`;
}

/**
 * What else the machine did while it was measured.
 *
 * @param busy the shares of its cores that were busy before each round, 0 to 1.
 */
export function otherWork(busy: readonly number[]): string {
	const most = Math.round(Math.max(...busy) * 100);
	return most < 10
		? 'The machine did nothing else before any round.'
		: `**Before some rounds up to ${most} % of the machine was busy with other work: times are rough, the processor's time is less so.**`;
}
