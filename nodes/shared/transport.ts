import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { JsonObject } from '../../platform/messages';
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
	/** No connection: nothing reached the other side. `code` is the system's. */
	| { kind: 'notSent'; code: string }
	/** No answer in time; the request may have arrived. */
	| { kind: 'timedOut' }
	/** The connection broke; the request may have arrived. */
	| { kind: 'lost'; code: string }
	/** There is no access token to make the call with. */
	| { kind: 'noAccessToken'; error: AccessTokenError }
	/** n8n itself refused to make the request (a blocked host, say). */
	| { kind: 'notMade'; reason: string }
	/** The execution was stopped, and the request with it. */
	| { kind: 'stopped' };

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

/**
 * Reads the error of n8n's HTTP helper. It wraps the one of its HTTP client, which holds address,
 * token and body: only a code leaves this function.
 */
export function failureOf(error: unknown): Failure {
	const chain = causesOf(error);
	const noToken = chain.find((cause) => cause instanceof AccessTokenError);
	if (noToken instanceof AccessTokenError) return { kind: 'noAccessToken', error: noToken };

	const client = chain.find((cause) => cause.isAxiosError === true);
	if (client === undefined) return { kind: 'notMade', reason: chain.at(-1)?.message ?? '' };

	const code = chain.map((cause) => cause.code).find((value) => typeof value === 'string') ?? '';
	if (code === 'ERR_CANCELED') return { kind: 'stopped' };
	if (NOT_SENT_CODES.has(code) || chain.some(isConnectFailure)) return { kind: 'notSent', code };
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return { kind: 'timedOut' };
	return { kind: 'lost', code: code === '' ? 'unknown' : code };
}

/** What OpenSSL and Node say of a handshake that failed: the request was still held back. */
const HANDSHAKE_FAILURE =
	/before secure TLS connection was established|wrong version number|alert handshake failure|alert protocol version|unsupported protocol|no shared cipher|no protocols available|dh key too small|unsafe legacy renegotiation/;

interface Cause {
	message?: string;
	code?: string;
	syscall?: string;
	isAxiosError?: boolean;
	cause?: unknown;
	errors?: unknown;
}

/** Connecting failed, or was cut before the TLS handshake ended: nothing of the request had left. */
function isConnectFailure({ syscall, message, errors }: Cause): boolean {
	return (
		syscall === 'connect' ||
		syscall === 'getaddrinfo' ||
		HANDSHAKE_FAILURE.test(message ?? '') ||
		(Array.isArray(errors) &&
			errors.length > 0 &&
			errors.every((one) => isCause(one) && isConnectFailure(one)))
	);
}

/** An error and what caused it, outermost first. */
function causesOf(error: unknown): Cause[] {
	const chain: Cause[] = [];
	for (let current = error; isCause(current) && chain.length < 10; current = current.cause) {
		chain.push(current);
	}
	return chain;
}

function isCause(value: unknown): value is Cause {
	return typeof value === 'object' && value !== null;
}
