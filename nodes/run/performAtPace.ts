import { sleep } from 'n8n-workflow';

import type { Pace, Turn } from '../../transport/pace';

/** After this many units, n8n's other work gets its turn. */
export const UNITS_BETWEEN_PAUSES = 100;

/**
 * Performs units of work in their order, as many at once as the pace allows. Units that fail without
 * a request must not keep n8n from its other work, such as a stop.
 *
 * @param isOver true when nothing new may be started.
 * @param perform never rejects: what becomes of a unit is the caller's.
 */
export async function performAtPace<Unit>(
	units: readonly Unit[],
	pace: Pace,
	isOver: () => boolean,
	perform: (unit: Unit, turn: Turn) => Promise<void>,
): Promise<void> {
	const underWay = new Set<Promise<void>>();
	for (const [index, unit] of units.entries()) {
		if (index % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);
		const turn = await pace.enter(isOver);
		if (turn === undefined) break;
		const work = perform(unit, turn).finally(() => {
			turn.end();
			underWay.delete(work);
		});
		underWay.add(work);
	}
	await Promise.all(underWay);
}
