/** No answer was there in time. `cause`: how the request ended when it was given up. */
export class OutOfTimeError extends Error {
	override readonly name = 'OutOfTimeError';
}

/** How often a pause looks whether it is over, so that no timer outlives what it is for by more. */
const STEP_MS = 200;
/** So long a request that was given up may take to say how far it came. */
const LAST_WORDS_MS = 200;

/** What waiting needs. */
interface Time {
	sleep(ms: number): Promise<void>;
	/** n8n's "stop". */
	signal?: AbortSignal;
}

/**
 * Does work that must be done in time, from its start to its last byte: the time-out of n8n's HTTP
 * client begins anew with every byte (n8n.md, trap 32).
 *
 * @param ms how long it may take.
 * @param work is handed a signal that gives its connection back: done, out of time, or stopped.
 * @param counts false while the time does not count.
 * @throws OutOfTimeError; whatever comes later is nobody's.
 */
export async function within<Result>(
	{ sleep, signal }: Time,
	ms: number,
	work: (abort: AbortSignal) => Promise<Result>,
	counts: () => boolean = () => true,
): Promise<Result> {
	const givenUp = new AbortController();
	const giveUp = () => givenUp.abort();
	signal?.addEventListener('abort', giveUp, { once: true });
	let isDone = false;
	let isLate = false;
	const late = (cause?: unknown) => new OutOfTimeError('', { cause });
	const inTime = async (): Promise<Result> => {
		try {
			const result = await work(givenUp.signal);
			if (isLate) throw late();
			return result;
		} catch (error) {
			throw isLate ? late(error) : error;
		} finally {
			isDone = true;
			signal?.removeEventListener('abort', giveUp);
			// An answer that was read in part keeps its connection until somebody ends it (n8n.md, trap 40)
			giveUp();
		}
	};
	const done = inTime();
	const timeOver = async (): Promise<Result> => {
		for (let left = ms; left > 0 && !isDone;) {
			const step = Math.min(left, STEP_MS);
			await sleep(step);
			if (counts()) left -= step;
		}
		if (isDone) return await done;
		isLate = true;
		giveUp();
		await sleep(LAST_WORDS_MS);
		signal?.removeEventListener('abort', giveUp);
		throw late();
	};
	return await Promise.race([done, timeOver()]);
}

/** Waits, but no longer than until the execution is stopped. */
export async function pause(time: Time, ms: number): Promise<void> {
	for (let left = ms; left > 0 && !time.signal?.aborted; left -= STEP_MS) {
		await unlessStopped(time.signal, time.sleep(Math.min(left, STEP_MS)), () => undefined);
	}
}

/**
 * Waits no longer than until the execution is stopped: n8n gives up a request by itself, but not the
 * fetching of a token.
 *
 * @param otherwise what it resolves to when the execution is stopped.
 */
export async function unlessStopped<Result>(
	signal: AbortSignal | undefined,
	work: Promise<Result>,
	otherwise: () => Result,
): Promise<Result> {
	if (signal === undefined) return await work;
	return await new Promise((resolve, reject) => {
		const stop = () => resolve(otherwise());
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}
