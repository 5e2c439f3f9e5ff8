import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { isRecord, type JsonObject } from '../../platform/messages';
import type { Progress } from './progress';
import { ACCESS_TOKEN_TEXTS, fill } from './texts';
import { AccessTokenError } from './tokens';

/** An HTTP answer, whatever its status. */
export interface Answer {
	status: number;
	text: string;
	/** The `Location` of a redirect. */
	location?: string;
	/** How long the server asks to wait (milliseconds). */
	retryAfter?: number;
}

/** Why a request got no answer, by what it may have caused. */
export type Failure =
	/** No connection: nothing reached the other side. `code` is the system's, or words in its place. */
	| { kind: 'notSent'; code: string }
	/** No answer in time; the request may have arrived. */
	| { kind: 'timedOut' }
	/** The connection broke; the request may have arrived. */
	| { kind: 'lost'; code: string }
	/** There is no access token to make the call with. */
	| { kind: 'noAccessToken'; error: AccessTokenError }
	/** The request was not made: the credential or n8n refused (a blocked host, say). */
	| { kind: 'notMade'; reason: string }
	/** The execution was stopped; `wasMade`: the request may have left before. */
	| { kind: 'stopped'; wasMade: boolean }
	/** Nobody knows this failure; the request may have arrived. */
	| { kind: 'unclear'; reason: string };

/**
 * A call as n8n's HTTP helper takes it. Every status is an answer, since the platform refuses with
 * status 200 (V); the answer is read as text, since something else may have answered; a redirect is
 * not followed, since the token would go along.
 *
 * @param timeout milliseconds.
 */
export function postOptions(url: string, body: JsonObject, timeout: number): IHttpRequestOptions {
	return {
		method: 'POST',
		url,
		body,
		json: true,
		encoding: 'text',
		timeout,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};
}

/** What n8n's HTTP helper returns for {@link postOptions}. */
export function toAnswer(response: unknown): Answer {
	const { statusCode, body, headers } = response as IN8nHttpFullResponse;
	const answer: Answer = { status: statusCode, text: typeof body === 'string' ? body : '' };
	const { location, 'retry-after': retryAfter } = headers;
	if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
		answer.location = location;
	}
	const wait = parseRetryAfter(retryAfter);
	if (wait !== undefined) answer.retryAfter = wait;
	return answer;
}

/** A waiting time that a server asks for is kept up to this long (milliseconds). */
const MAX_RETRY_AFTER = 60_000;

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110), never more than a minute. */
function parseRetryAfter(value: unknown, now = Date.now()): number | undefined {
	if (typeof value !== 'string' || value.trim() === '') return undefined;
	const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
	return wait > 0 ? Math.min(wait, MAX_RETRY_AFTER) : undefined;
}

const NOT_SENT_CODES = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EAI_FAIL',
	'EAI_NODATA',
	// TLS: the handshake or the certificate's check failed, the request was held back
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'ERR_SSL_WRONG_VERSION_NUMBER',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_REVOKED',
	'CERT_UNTRUSTED',
	'CERT_REJECTED',
	'HOSTNAME_MISMATCH',
]);

/** What Node says of an address, or of a proxy's, that no request can be made to. */
const NOT_MADE_CODES = new Set(['ERR_INVALID_URL', 'ERR_INVALID_PROTOCOL']);

/** What n8n says of a host that its administrator has blocked (SSRF protection). */
const BLOCKED_HOST = /^The request was blocked because /;

/**
 * Reads the error of n8n's HTTP helper. It wraps the one of its HTTP client, which holds address,
 * token and body: only codes leave this function, and the words of who refused to make the call.
 *
 * That nothing was sent is said on evidence alone: the credential's word, or what n8n, Node or the
 * system say of a request that never left. What is not recognized may have arrived.
 *
 * @param progress the credential's word (progress.ts).
 */
export function failureOf(error: unknown, progress?: Progress): Failure {
	if (progress?.step === 'refused') {
		return progress.error instanceof AccessTokenError
			? { kind: 'noAccessToken', error: progress.error }
			: { kind: 'notMade', reason: wordsOf(causesOf(progress.error)) };
	}
	const causes = causesOf(error);
	if (progress?.step === 'fetchingToken') {
		return { kind: 'noAccessToken', error: notFetched(wordsOf(causes)) };
	}
	const isBlocked = ({ message }: Cause) => BLOCKED_HOST.test(message);
	if (causes.some(({ code }) => NOT_MADE_CODES.has(code)) || causes.some(isBlocked)) {
		return { kind: 'notMade', reason: wordsOf(causes) };
	}
	const code = causes.findLast((cause) => cause.code !== '')?.code ?? '';
	if (code === 'ERR_CANCELED') return { kind: 'stopped', wasMade: true };
	if (NOT_SENT_CODES.has(code) || causes.some(isConnectFailure)) {
		return { kind: 'notSent', code: code || wordsOf(causes) };
	}
	if (code === TIME_OUT || code === 'ETIMEDOUT') return { kind: 'timedOut' };
	if (code !== '') return { kind: 'lost', code };
	return { kind: 'unclear', reason: wordsOf(causes) };
}

/** n8n fetched a token, or tried to, but could not keep it. */
function notFetched(reason: string): AccessTokenError {
	return new AccessTokenError(fill(ACCESS_TOKEN_TEXTS.notFetched, { reason }), false);
}

/** An error, or one that caused it. */
interface Cause {
	/** The system's, Node's or the HTTP client's; `''` when there is none. */
	code: string;
	message: string;
	syscall: string;
	/** Of an error that stands for several: the addresses of one host that were tried. */
	parts: Cause[];
}

/** How deep causes are looked for. */
const MAX_CAUSES = 10;

/** An error and what caused it, outermost first. */
function causesOf(error: unknown): Cause[] {
	const causes: Cause[] = [];
	for (let current = error; isRecord(current) && causes.length < MAX_CAUSES;) {
		const { errors, cause } = current;
		causes.push({
			...codeAndMessageOf(current),
			syscall: toText(current.syscall),
			parts: Array.isArray(errors) ? errors.slice(0, MAX_CAUSES).flatMap(causesOf) : [],
		});
		current = cause;
	}
	return causes;
}

/** The HTTP client's codes for an answer that broke off, and for one that did not come in time. */
const BROKEN_ANSWER = 'ERR_BAD_RESPONSE';
const TIME_OUT = 'ECONNABORTED';

/**
 * A NodeApiError has words of its own instead of the client's. Before n8n 2.38 it has no cause,
 * either: the client's message is left as the first of `messages`, its code in `httpCode`, or the
 * status of an answer that had begun.
 */
function codeAndMessageOf(error: Readonly<Record<string, unknown>>) {
	const { code, httpCode, message, messages } = error;
	const [original] = Array.isArray(messages) ? (messages as unknown[]) : [];
	const words = toText(original) || toText(message);
	const left = toText(httpCode);
	const brokeOff = /^timeout of/.test(words) ? TIME_OUT : BROKEN_ANSWER;
	return { code: toText(code) || (/^\d+$/.test(left) ? brokeOff : left), message: words };
}

function toText(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** The innermost words: those of whoever met the problem. */
function wordsOf(causes: readonly Cause[]): string {
	return causes.findLast(({ message }) => message !== '')?.message ?? '';
}

/** What Node says when a connection, or the look-up of its host, fails. */
const CONNECT_MESSAGE = /^(?:connect|getaddrinfo) E[A-Z_]+ /;

/** What OpenSSL, Node and n8n's proxy client say of a handshake that failed: the request was still held back. */
const HANDSHAKE_FAILURE =
	/^Proxy connection ended before receiving CONNECT|before secure TLS connection was established|wrong version number|alert handshake failure|alert protocol version|unsupported protocol|no shared cipher|no protocols available|dh key too small|unsafe legacy renegotiation/;

/** Connecting failed, or was cut before the TLS handshake ended: nothing of the request had left. */
function isConnectFailure({ syscall, message, parts }: Cause): boolean {
	return (
		syscall === 'connect' ||
		syscall === 'getaddrinfo' ||
		CONNECT_MESSAGE.test(message) ||
		HANDSHAKE_FAILURE.test(message) ||
		(parts.length > 0 && parts.every(isConnectFailure))
	);
}
