import type { AnswerProblem } from '../platform/envelopes';
import type { InvalidFieldError } from '../platform/checks';

/** What a failed call did on the platform: nothing, for certain, or nobody knows. */
export type Delivered = 'no' | 'unknown';

/** Why a call came to nothing. */
export type Problem =
	/** There was no connection: nothing was sent. */
	| 'notSent'
	/** The credential or n8n refused to make the call: nothing was sent. */
	| 'notMade'
	/** There was no access token to make the call with: nothing was sent. */
	| 'noAccessToken'
	/** No answer came in time. */
	| 'timedOut'
	/** The connection broke before the answer was there. */
	| 'lost'
	/** A failure that nobody knows. */
	| 'unclear'
	/** The execution was stopped. */
	| 'stopped'
	/** HTTP 429 or 503, to the last. */
	| 'busy'
	/** Another HTTP status of 500 or more. */
	| 'serverError'
	/** The platform's own "no". */
	| 'refused'
	/** Success, but without what the call is made for. */
	| 'incomplete'
	/** Something else answered, or the answer is damaged. */
	| AnswerProblem;

/** Words of others are quoted up to so many characters. */
export const MAX_REASON_LENGTH = 200;
/** The platform's own explanation (`retDesc`) is quoted up to so many. */
export const MAX_EXPLANATION_LENGTH = 1000;

/** What is known of a failed call; texts from outside hold no secret of the call any more. */
export interface Facts {
	/** Host and port: all that is told of an address. */
	host: string;
	/** HTTP status, when there was an answer. */
	status?: number;
	/** The platform's code and its own explanation, or that of whoever answered. */
	retCode?: string;
	retDesc?: string;
	/** The system's code, or the words of whoever refused. */
	reason?: string;
	/** How often the call was tried. */
	attempts?: number;
	timeoutMs?: number;
	/** The visible words at the start of an answer that is no JSON. */
	excerpt?: string;
	/** Where a redirect leads, without path and query. */
	redirect?: string;
	/** How much of an answer is read, when it is not as much as usual. */
	maxAnswerBytes?: number;
	/** Where the code of an answer stands, when that is not `retCode`. */
	codeField?: string;
	/** What the call asked about, such as an ID of the user's. */
	subject?: string;
	/** Where in the answer something is missing or odd (`result[3].user_id`). */
	where?: string;
	/** Why there was no access token. */
	token?: AccessTokenError;
	/** Why the repeat of a refused call with another token came to nothing. */
	repeat?: PlatformError;
}

/** A call that came to nothing, as facts: whoever shows it to a person words it. */
export class PlatformError extends Error {
	override readonly name = 'PlatformError';

	constructor(
		readonly problem: Problem,
		readonly delivered: Delivered,
		readonly facts: Facts,
	) {
		super(problem);
	}
}

/** Why no access token was to be had. */
export type TokenProblem =
	/** A setting of the credential breaks a rule. */
	| { kind: 'invalidSetting'; error: InvalidFieldError }
	/** The platform could not be asked. */
	| { kind: 'unanswered'; host: string; reason: string }
	/** Something else answered. */
	| { kind: 'notThePlatform'; host: string; status: number; reason: string }
	/** The platform said no; both texts are without secrets. */
	| { kind: 'refused'; retCode: string; retDesc: string }
	/** The platform said yes, and sent none. */
	| { kind: 'missing'; host: string }
	/** It sent one that is shorter than any secret may be. */
	| { kind: 'tooShort'; host: string; min: number }
	/** n8n got one, or tried to, but could not keep it. */
	| { kind: 'notKept'; reason: string }
	/** The credential leads to another platform by now. */
	| { kind: 'changed' };

/** No access token was to be had, so the call behind it was not made. */
export class AccessTokenError extends Error {
	override readonly name = 'AccessTokenError';

	constructor(
		readonly problem: TokenProblem,
		/** True when asking again will not help: the platform, or a rule, said no. */
		readonly isFinal: boolean,
		/** How long the platform asks to wait before the next try (milliseconds). */
		readonly retryAfterMs?: number,
	) {
		super(problem.kind);
	}

	/** The same without secrets in its texts. */
	hidden(hide: (text: string) => string): AccessTokenError {
		const entries = Object.entries(this.problem).map(([key, value]: [string, unknown]) => [
			key,
			typeof value === 'string' && key !== 'kind' ? hide(value) : value,
		]);
		const problem = Object.fromEntries(entries) as TokenProblem;
		return new AccessTokenError(problem, this.isFinal, this.retryAfterMs);
	}
}
