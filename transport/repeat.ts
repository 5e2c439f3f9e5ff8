import type { AnswerProblem, Envelope } from '../platform/envelopes';
import type { Answer, Failure } from './http';

/** What a call does on the platform: all that decides whether it may be sent again. */
export interface CallPolicy {
	/** Whether it only reads: then it may be sent again even when it may have been carried out. */
	onlyReads: boolean;
	/** Whether HTTP 429 and 503 prove that nothing was carried out. */
	busyDidNothing: boolean;
	/** How often a refused call is sent with another access token: a void one may be the reason. */
	maxReplacements: number;
	/** Whether a token that was fetched just now may be the reason as well. */
	mayReplaceFreshToken: boolean;
}

/** How one attempt at a call came out. */
export type Outcome =
	| Failure
	| { kind: 'success'; envelope: Envelope; answer: Answer }
	/** The platform's own "no". */
	| { kind: 'refused'; envelope: Envelope; answer: Answer }
	/** HTTP 429 or 503; the platform may say why. */
	| { kind: 'busy'; envelope?: Envelope; answer: Answer }
	/** Another HTTP status of 500 or more; the platform may say why. */
	| { kind: 'serverError'; envelope?: Envelope; answer: Answer }
	/** Something else answered, or the answer is damaged. */
	| { kind: 'foreign'; problem: AnswerProblem; answer: Answer };

/**
 * HTTP statuses that turn a request away as it is: without the right to it, at an address that is
 * none, in a form that is not taken. So it was not carried out, whoever says so (RFC 9110, 15.5; D).
 * Those that leave it open are not among them: 408 (a time-out), 409, 422, 425.
 */
const TURNED_AWAY = new Set([
	400, 401, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 421, 426, 431,
]);

/** True when it is certain that the call did nothing on the platform: on evidence alone. */
export function didNothing(outcome: Outcome, policy: CallPolicy): boolean {
	switch (outcome.kind) {
		case 'notSent':
		case 'notMade':
		case 'noAccessToken':
			return true; // It has not left
		case 'refused':
			return true; // The platform said no (D)
		case 'foreign':
			if (TURNED_AWAY.has(outcome.answer.status)) return true;
			return false; // Something else answered, and nobody knows what had happened before
		case 'busy':
			return policy.busyDidNothing;
		case 'stopped':
			return !outcome.wasMade;
		case 'timedOut':
		case 'lost':
		case 'unclear':
		case 'serverError':
		case 'success':
			return false;
	}
}

/** How a call may be sent again: as it was after a pause, with another access token, or not at all. */
export type Again = 'afterPause' | 'withAnotherToken' | 'no';

/** Whether a call may be sent again: never what may have been carried out, unless it only reads. */
export function mayBeRepeated(outcome: Outcome, policy: CallPolicy): Again {
	switch (outcome.kind) {
		case 'success':
		case 'stopped':
		case 'notMade': // Whoever refused to make it would refuse again
			return 'no';
		case 'noAccessToken':
			return outcome.error.isFinal ? 'no' : 'afterPause';
		case 'refused': // Nothing public says which code means a void token
			return 'withAnotherToken';
		case 'foreign': // A gateway may turn a void token away in words of its own
			return outcome.answer.status === 401 ? 'withAnotherToken' : 'no';
		case 'notSent':
		case 'busy':
		case 'timedOut':
		case 'lost':
		case 'unclear':
		case 'serverError':
			return policy.onlyReads || didNothing(outcome, policy) ? 'afterPause' : 'no';
	}
}

/** The first pause before a repeat; it doubles each time. */
const BASE_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** Exponential, with jitter, so that callers who failed together do not come back together. */
export function pauseMs(repeats: number, random: number): number {
	return Math.min(BASE_PAUSE_MS * 2 ** repeats, MAX_PAUSE_MS) * (0.5 + random / 2);
}
