import { isRecord, parseJson, type JsonObject, type JsonValue } from './json';

/** The one code that means success; no table of the others is public (S). */
export const SUCCESS_CODE = '000000';

/** The platform's answer: `retCode`, `retDesc` and a payload (envelope A, S). */
export interface Envelope {
	retCode: string;
	/** The platform's own explanation, often Chinese; `''` when it gave none. */
	retDesc: string;
	data?: JsonValue;
	/** The whole answer, for calls that put their payload beside `data`. */
	answer: JsonObject;
}

/** Why an answer is not the platform's. */
export type AnswerProblem = 'empty' | 'notJson' | 'brokenJson' | 'noCode';

/**
 * Reads an answer's text as an envelope.
 *
 * @returns the envelope, or what is wrong with the answer.
 */
export function readEnvelope(text: string): Envelope | AnswerProblem {
	const trimmed = text.trim();
	if (trimmed === '') return 'empty';
	const answer = parseJson(trimmed);
	if (answer === undefined) return /^[{[]/.test(trimmed) ? 'brokenJson' : 'notJson';
	if (!isObject(answer)) return 'noCode';

	const { retCode, retDesc, data } = answer;
	if (typeof retCode !== 'string' || retCode === '') return 'noCode';
	const envelope: Envelope = {
		retCode,
		retDesc: typeof retDesc === 'string' ? retDesc : '',
		answer,
	};
	if (data !== undefined && data !== null) envelope.data = data;
	return envelope;
}

/** What a successful exchange answers (S). */
export interface OauthToken {
	oauthToken: string;
	/** As the platform sent it: milliseconds since the epoch, as a number (example) or a string (table). */
	expiry: JsonValue;
	/** The same instant in ISO 8601 (UTC), or `null` when `expiry` is no instant. */
	expiresAt: string | null;
}

/**
 * The token in a successful exchange's answer, or `undefined` when there is none.
 * An odd `expiry` costs no token: the code behind it is already used up.
 */
export function readOauthToken(envelope: Envelope): OauthToken | undefined {
	if (!isRecord(envelope.data)) return undefined;
	const { oauthToken, expiry } = envelope.data;
	if (typeof oauthToken !== 'string' || oauthToken === '') return undefined;
	return { oauthToken, expiry: (expiry as JsonValue) ?? null, expiresAt: toIsoTime(expiry) };
}

/** An instant in milliseconds, as a number or its digits, in ISO 8601; `null` when it is none. */
function toIsoTime(value: unknown): string | null {
	const isDigits = typeof value === 'string' && /^\d+$/.test(value.trim());
	if (typeof value !== 'number' && !isDigits) return null;
	const date = new Date(Number(value));
	return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function isObject(value: JsonValue): value is JsonObject {
	return isRecord(value);
}
