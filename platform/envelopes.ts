import { stripInvisible } from './checks';
import {
	isRecord,
	parseSendable,
	isTooDeep,
	parseJson,
	type JsonObject,
	type JsonValue,
} from './json';

/** The one code that means success; no table of the others is public (S). */
export const SUCCESS_CODE = '000000';

/**
 * The names of code, words and payload in an answer: in envelope A (S), and in B, that of the directory
 * (T).
 */
const FORMS = {
	A: { code: 'retCode', words: 'retDesc', payload: 'data' },
	B: { code: 'code', words: 'message', payload: 'result' },
} as const;

/** The platform's answer: a code, words and a payload, by the names that envelope A has for them. */
export interface Envelope {
	retCode: string;
	/** The platform's own explanation, often Chinese; `''` when it gave none. */
	retDesc: string;
	data?: JsonValue;
	/** Why `data` is not there although it may have been sent: as deep, or as long, none is kept. */
	dataLeftOut?: 'tooDeep' | 'tooLong';
	/** The whole answer, for calls that put their payload beside `data`. */
	answer: JsonObject;
}

/**
 * Why an answer is not the platform's. `oddCode`: its `retCode` is no text, or almost that of success.
 * A number proves neither success (which is the text 000000, S) nor a refusal: nobody documents it, and
 * 0 and 200 mean success elsewhere (D). `tooLong`: it was not read to its end, and what was read says nothing.
 */
export type AnswerProblem = 'empty' | 'notJson' | 'brokenJson' | 'noCode' | 'oddCode' | 'tooLong';

/**
 * Reads an answer's text as an envelope.
 *
 * @param isCut true when the text is only the beginning of a long answer.
 * @param mayBeB true for a call that answers in envelope B: there, an answer without `retCode` is one.
 * @returns the envelope, or what is wrong with the answer.
 */
export function readEnvelope(
	text: string,
	isCut = false,
	mayBeB = false,
): Envelope | AnswerProblem {
	const trimmed = text.trim();
	if (trimmed === '') return isCut ? 'tooLong' : 'empty';
	let source = trimmed;
	let answer = parseJson(source);
	if (answer === undefined && isCut) {
		source = wholeMembersOf(trimmed);
		answer = parseJson(source);
	}
	if (answer === undefined) {
		if (!/^[{[]/.test(trimmed)) return 'notJson';
		return isCut ? 'tooLong' : 'brokenJson';
	}
	if (!isObject(answer)) return 'noCode';

	const form = mayBeB && isMissing(answer[FORMS.A.code]) ? FORMS.B : FORMS.A;
	const { [form.code]: retCode, [form.words]: retDesc, [form.payload]: data } = answer;
	if (isMissing(retCode)) return isCut ? 'tooLong' : 'noCode';
	if (typeof retCode !== 'string' || isAlmostSuccess(retCode)) return 'oddCode';
	if (retCode !== SUCCESS_CODE && /^-?\d/.test(retCode)) {
		// A long number is read as a text of its digits, but is none
		const asSent = parseSendable(source);
		if (!isRecord(asSent) || typeof asSent[form.code] !== 'string') return 'oddCode';
	}
	const envelope: Envelope = {
		retCode,
		retDesc: typeof retDesc === 'string' ? retDesc : '',
		answer,
	};
	if (isCut && data === undefined) envelope.dataLeftOut = 'tooLong';
	else if (isTooDeep(data)) envelope.dataLeftOut = 'tooDeep';
	else if (data !== undefined && data !== null) envelope.data = data;
	return envelope;
}

function isMissing(code: JsonValue | undefined): code is undefined | null | '' {
	return code === undefined || code === null || code === '';
}

/** True for the code of success with something around it: no refusal either, so it proves nothing (D). */
function isAlmostSuccess(retCode: string): boolean {
	const isShort = retCode.length < 100;
	return retCode !== SUCCESS_CODE && isShort && stripInvisible(retCode) === SUCCESS_CODE;
}

/**
 * The members of an object that stand whole in the beginning of its JSON text, as a JSON text: what
 * the platform says of the call stands before a `data` without end. `''` when there are none.
 */
function wholeMembersOf(beginning: string): string {
	let isText = false;
	let depth = 0;
	let end = 0;
	for (const { 0: sign, index } of beginning.matchAll(/\\.|["{}[\],]/gs)) {
		if (sign === '"') isText = !isText;
		else if (isText) continue;
		else if (sign === '{' || sign === '[') depth++;
		else if (sign === ',' && depth === 1) end = index;
		else if (sign === '}' || sign === ']') depth--;
		if (depth === 0) return '';
	}
	return end === 0 ? '' : `${beginning.slice(0, end)}}`;
}

/** Under which names gateways and services of others put a sentence for people, the likeliest first. */
const REASON_KEYS = [
	'retDesc',
	'message',
	'msg',
	'error_description',
	'errmsg',
	'errorMsg',
	'error',
];

/**
 * The sentence for people in an answer that is not the platform's: envelope B (T), a gateway's own,
 * and the like; `''` when there is none.
 */
export function readForeignReason(text: string): string {
	return reasonIn(parseJson(text.trim()));
}

function reasonIn(answer: unknown, depth = 0): string {
	if (typeof answer === 'string') return depth > 0 ? answer.trim() : '';
	if (!isRecord(answer) || depth > 1) return '';
	const reasons = REASON_KEYS.map((key) => reasonIn(answer[key], depth + 1));
	return reasons.find((reason) => reason !== '') ?? '';
}

/** What a successful exchange answers (S). */
export interface OauthToken {
	oauthToken: string;
	/**
	 * Milliseconds since the epoch, as the platform sent it: as a number (example) or its digits (table).
	 * `null` for everything else, which may hold anything.
	 */
	expiry: number | string | null;
	/** The same instant in ISO 8601 (UTC), or `null` when `expiry` is no plausible one. */
	expiresAt: string | null;
}

/**
 * The token in a successful exchange's answer, or `undefined` when there is none.
 * An odd `expiry` costs no token: the code behind it is already used up.
 *
 * @param envelope with the answer as it came, since the token in it is itself a secret.
 */
export function readOauthToken({ answer }: Envelope): OauthToken | undefined {
	if (!isRecord(answer.data)) return undefined;
	const { oauthToken } = answer.data;
	if (typeof oauthToken !== 'string' || oauthToken === '') return undefined;
	const expiry = numberOrDigits(answer.data.expiry);
	const instant = instantOf(expiry);
	const expiresAt = instant === undefined ? null : new Date(instant).toISOString();
	return { oauthToken, expiry, expiresAt };
}

function numberOrDigits(value: unknown): number | string | null {
	if (typeof value === 'number') return value;
	const digits = typeof value === 'string' ? value.trim() : '';
	return /^\d+$/.test(digits) ? digits : null;
}

/** What lies outside is no instant in milliseconds, but something else, such as seconds (D). */
const PLAUSIBLE_FROM = Date.UTC(2000, 0);
const PLAUSIBLE_TO = Date.UTC(2201, 0);

/** An instant in milliseconds since the epoch, sent as a number or its digits; `undefined` when it is none. */
export function instantOf(value: unknown): number | undefined {
	const instant = Number(numberOrDigits(value) ?? NaN);
	return instant >= PLAUSIBLE_FROM && instant < PLAUSIBLE_TO ? instant : undefined;
}

function isObject(value: JsonValue): value is JsonObject {
	return isRecord(value);
}
