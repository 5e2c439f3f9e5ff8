import { sleep } from 'n8n-workflow';

/**
 * Requests that start in the same millisecond delay each other, since their answers come together
 * (bench/README.md): starts are a millisecond apart, unless answers are quicker than this.
 */
const QUICK_ANSWER_MS = 5;

/** After this many units, n8n's other work gets its turn. */
export const UNITS_BETWEEN_PAUSES = 100;

/**
 * Performs units of work in their order, a few at once.
 *
 * @param isOver true when nothing new may be started.
 * @param perform never rejects: what becomes of a unit is the caller's.
 */
export async function performInLanes<Unit>(
	units: readonly Unit[],
	concurrency: number,
	isOver: () => boolean,
	perform: (unit: Unit) => Promise<void>,
): Promise<void> {
	let started = 0;
	let lastStart = 0;
	let lastDuration = 0;
	const lane = async () => {
		for (;;) {
			// Units that fail without a request must not keep n8n from its other work, such as a stop
			if (started % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);
			while (lastDuration > QUICK_ANSWER_MS && Date.now() === lastStart) await sleep(1);
			if (started === units.length || isOver()) return;
			const unit = units[started++];
			const start = Date.now();
			lastStart = start;
			await perform(unit);
			lastDuration = Date.now() - start;
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, units.length) }, lane));
}
