import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { shorten } from '../platform/checks';
import { isRecord, writeJson, type SendableObject } from '../platform/json';
import { AccessTokenError, MAX_REASON_LENGTH } from './errors';
import type { Progress } from './progress';
import { OutOfTimeError } from './within';

/** An HTTP answer, whatever its status. */
export interface Answer {
	status: number;
	/** As much of it as was read. */
	text: string;
	/** True when it is longer than what is read of an answer: the rest was not. */
	isCut: boolean;
	/** Where a redirect leads, without path and query, which may hold a token. */
	redirect?: string;
	/** How long the server asks to wait. */
	retryAfterMs?: number;
}

/** Why a request got no answer, by what it may have caused. */
export type Failure =
	/** No connection: nothing reached the other side. `reason` is the system's code, or words. */
	| { kind: 'notSent'; reason: string }
	/** No answer in time; the request may have arrived. */
	| { kind: 'timedOut' }
	/** The connection broke; the request may have arrived. */
	| { kind: 'lost'; reason: string }
	/** There is no access token to make the call with. */
	| { kind: 'noAccessToken'; error: AccessTokenError }
	/** The request was not made: the credential or n8n refused (a blocked host, say). */
	| { kind: 'notMade'; reason: string }
	/** The execution was stopped; `wasMade`: the request may have left before. */
	| { kind: 'stopped'; wasMade: boolean }
	/** Nobody knows this failure; the request may have arrived. */
	| { kind: 'unclear'; reason: string };

/**
 * How every answer is taken: whatever its status, since the platform refuses with status 200 (V);
 * and a redirect is not followed, since the token would go along.
 */
export const ANY_ANSWER = { ignoreHttpStatusErrors: true, disableFollowRedirect: true } as const;

/** What is asked of the platform. */
export interface PlatformRequest {
	/** `POST` by default. */
	method?: 'GET' | 'POST';
	/** Full address, on the connection's origin. */
	url: string;
	query?: Readonly<Record<string, string>>;
	body?: SendableObject;
}

/**
 * A request as n8n's HTTP helper takes it. The answer is read here, as a stream: so its end is
 * waited for no longer than it may take, a connection that breaks within it is no HTTP status to n8n
 * (n8n.md, trap 29), and something else than the platform may have answered.
 *
 * @param abort gives the request up.
 */
export function requestOptions(
	{ method = 'POST', url, query, body }: PlatformRequest,
	timeoutMs: number,
	abort: AbortSignal,
): IHttpRequestOptions {
	return {
		method,
		url,
		...(query === undefined ? {} : { qs: { ...query } }),
		// Written here, since an ID among an application's own fields may be a long number
		...(body === undefined
			? {}
			: { body: writeJson(body), headers: { 'Content-Type': 'application/json' } }),
		json: true,
		encoding: 'stream',
		timeout: timeoutMs,
		abortSignal: abort,
		returnFullResponse: true,
		...ANY_ANSWER,
		...pastProxies(url),
	};
}

/**
 * Takes a call over plain http past the proxies of n8n's environment, which would read the token: it
 * stays on this machine (addresses.ts). n8n knows no other way than to name the host itself as its
 * proxy, so the request holds its whole address, as every server takes it (n8n.md, trap 36).
 */
export function pastProxies(url: string): Pick<IHttpRequestOptions, 'proxy'> {
	if (!/^http:/i.test(url)) return {};
	const { hostname, port } = new URL(url);
	return { proxy: { protocol: 'http', host: hostname, port: Number(port || 80) } };
}

/**
 * What n8n's HTTP helper returns for {@link requestOptions}, read to its end.
 *
 * @param url where it was asked for.
 * @param now milliseconds since the epoch, for a waiting time that is given as a date.
 * @param maxBytes how much of it is read.
 * @throws TunnelRefusedError
 */
export async function toAnswer(
	response: unknown,
	url: string,
	now: () => number,
	maxBytes = MAX_ANSWER_BYTES,
): Promise<Answer> {
	const { statusCode: status, body, headers } = response as IN8nHttpFullResponse;
	if (isFromProxy(url, body)) throw new TunnelRefusedError(status);
	const answer: Answer = { status, ...(await textOf(body, maxBytes)) };
	const { location } = headers;
	if (status >= 300 && status < 400 && typeof location === 'string') {
		answer.redirect = shorten(originOf(location) ?? '…', MAX_REASON_LENGTH);
	}
	const waitMs = parseRetryAfter(headers['retry-after'], now());
	if (waitMs !== undefined) answer.retryAfterMs = waitMs;
	return answer;
}

/** An ordinary host, as it stands in an address: a number that is read as an IP address is none. */
const ORIGIN = /^https?:\/\/(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[a-f\d:.]+\])(?::\d+)?(?=[/?#]|$)/i;

/** Scheme and host of an address that a browser opens; `undefined` for any other. */
function originOf(address: string): string | undefined {
	if (!URL.canParse(address)) return undefined;
	const { origin } = new URL(address);
	return ORIGIN.exec(address)?.[0].toLowerCase().startsWith(origin) === true ? origin : undefined;
}

/** A proxy answered that was to lead to the host, and did not: the host was sent nothing. */
class TunnelRefusedError extends Error {
	constructor(readonly status: number) {
		super(`proxy: HTTP ${status}`);
	}
}

/**
 * n8n's proxy client hands on what a proxy says instead of connecting as if the host had answered,
 * but over a connection that is not encrypted (n8n 1.123 and 2.0; later
 * lines do not show it: n8n.md, trap 35).
 */
function isFromProxy(url: string, body: unknown): boolean {
	const socket = isRecord(body) ? body.socket : undefined;
	return url.startsWith('https:') && isRecord(socket) && socket.encrypted !== true;
}

/**
 * So much of an answer is read, unpacked, unless a call wants more (D): what the platform says of a
 * message takes some hundred bytes, and every item of a run may get an answer.
 */
export const MAX_ANSWER_BYTES = 256 * 1024;

async function textOf(body: unknown, maxBytes: number): Promise<Pick<Answer, 'text' | 'isCut'>> {
	if (!isStream(body)) return { text: '', isCut: false };
	const decoder = new TextDecoder();
	let text = '';
	let left = maxBytes;
	for await (const chunk of body) {
		text += decoder.decode(chunk.subarray(0, left), { stream: true });
		left -= chunk.length;
		// What is left of it is ended by whoever asked (within.ts)
		if (left < 0) return { text, isCut: true };
	}
	return { text: text + decoder.decode(), isCut: false };
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** A waiting time that a server asks for is kept up to this long. */
const MAX_RETRY_AFTER_MS = 60_000;

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110), never more than a minute. */
function parseRetryAfter(value: unknown, nowMs: number): number | undefined {
	if (typeof value !== 'string' || value.trim() === '') return undefined;
	const waitMs = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
	return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : undefined;
}

/** Within so many characters of a page its first words are looked for, and so many are quoted. */
const HEAD_LENGTH = 20_000;
const EXCERPT_LENGTH = 120;

/** The visible words at the start of a page. */
export function excerptOf(page: string): string {
	const head = page.slice(0, HEAD_LENGTH);
	const lastTagEnd = head.lastIndexOf('>');
	let words = '';
	let at = 0;
	for (let tag = head.indexOf('<'); tag !== -1 && tag < lastTagEnd; tag = head.indexOf('<', at)) {
		words += ` ${head.slice(at, tag)}`;
		at = endOfTag(head, tag);
	}
	words += ` ${head.slice(at)}`;
	const letters = Array.from(words.replace(/[<>\s]+/g, ' ').trim());
	return shorten(letters.slice(0, EXCERPT_LENGTH).join(''), EXCERPT_LENGTH);
}

/** Where a tag ends; for a script or style, where its contents end, which nobody reads. */
function endOfTag(page: string, tag: number): number {
	const [, name] = /^<(script|style)\b/i.exec(page.slice(tag, tag + 8)) ?? [];
	if (name === undefined) return page.indexOf('>', tag) + 1;
	const end = new RegExp(`</${name}`, 'gi');
	end.lastIndex = tag;
	return end.test(page) ? end.lastIndex : page.length;
}

/** The system's and Node's codes for a connection, a host name or a certificate that failed. */
const NOT_SENT_CODE =
	/^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)\w*|HOSTNAME_MISMATCH)$/;

/** What Node says of an address, or of a proxy's, that no request can be made to. */
const NOT_MADE_CODES = new Set(['ERR_INVALID_URL', 'ERR_INVALID_PROTOCOL']);

/** What n8n says of a host that its administrator has blocked (SSRF protection). */
const BLOCKED_HOST = /^The request was blocked because /;

/**
 * Reads the error of n8n's HTTP helper. It wraps the one of its HTTP client, which holds address,
 * token and body: only codes leave this function, and words from which secrets have been taken out.
 *
 * That nothing was sent is said on evidence alone: the credential's word, or what n8n, Node or the
 * system say of a request that never left. What is not recognized may have arrived.
 *
 * @param progress the credential's word (progress.ts).
 * @param hide takes secrets out of words.
 */
export function failureOf(
	error: unknown,
	progress: Progress | undefined,
	hide: (text: string) => string,
): Failure {
	const quotable = (from: readonly Cause[]) => shorten(hide(wordsOf(from)), MAX_REASON_LENGTH);
	if (progress?.step === 'refused') {
		return progress.error instanceof AccessTokenError
			? { kind: 'noAccessToken', error: progress.error }
			: { kind: 'notMade', reason: quotable(causesOf(progress.error)) };
	}
	if (error instanceof TunnelRefusedError) return { kind: 'notSent', reason: error.message };
	const causes = causesOf(error);
	const words = quotable(causes);
	if (progress?.step === 'fetchingToken') {
		const problem = { kind: 'notKept', reason: words } as const;
		return { kind: 'noAccessToken', error: new AccessTokenError(problem, false) };
	}
	const isBlocked = ({ message }: Cause) => BLOCKED_HOST.test(message);
	if (causes.some(({ code }) => NOT_MADE_CODES.has(code)) || causes.some(isBlocked)) {
		return { kind: 'notMade', reason: words };
	}
	const code = causes.findLast((cause) => cause.code !== '')?.code ?? '';
	if (NOT_SENT_CODE.test(code) || causes.some(isConnectFailure)) {
		return { kind: 'notSent', reason: hide(code) || words };
	}
	if (error instanceof OutOfTimeError || code === TIME_OUT || code === 'ETIMEDOUT') {
		const neverLeft = causes.some(({ request }) => wasNeverSent(request));
		return neverLeft ? { kind: 'notSent', reason: 'ETIMEDOUT' } : { kind: 'timedOut' };
	}
	if (code === 'ERR_CANCELED') return { kind: 'stopped', wasMade: true };
	if (code !== '') return { kind: 'lost', reason: hide(code) };
	return { kind: 'unclear', reason: words };
}

/** An error, or one that caused it. */
interface Cause {
	/** The system's, Node's or the HTTP client's; `''` when there is none. */
	code: string;
	message: string;
	syscall: string;
	/** Node's, when the HTTP client's error is kept. */
	request: unknown;
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
			request: current.request,
			parts: Array.isArray(errors) ? errors.slice(0, MAX_CAUSES).flatMap(causesOf) : [],
		});
		current = cause;
	}
	return causes;
}

/** The HTTP client's code for an answer that did not come in time. */
const TIME_OUT = 'ECONNABORTED';

/**
 * A NodeApiError has words of its own instead of the client's. Before n8n 2.38 it has no cause,
 * either: the client's message is left as the first of `messages`, its code in `httpCode`.
 */
function codeAndMessageOf(error: Readonly<Record<string, unknown>>) {
	const { code, httpCode, message, messages } = error;
	const [original] = Array.isArray(messages) ? (messages as unknown[]) : [];
	return { code: toText(code) || toText(httpCode), message: toText(original) || toText(message) };
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

/**
 * What Node and n8n's proxy client say of a connection that was not ready yet, with the request held
 * back. A TLS error without "write EPROTO" may come after the request, so it proves nothing.
 */
const NOT_READY =
	/^write EPROTO |before secure TLS connection was established|^Proxy connection ended before receiving CONNECT/;

/** Connecting failed, or was cut before the TLS handshake ended: nothing of the request had left. */
function isConnectFailure({ syscall, message, parts }: Cause): boolean {
	return (
		syscall === 'connect' ||
		syscall === 'getaddrinfo' ||
		CONNECT_MESSAGE.test(message) ||
		NOT_READY.test(message) ||
		(parts.length > 0 && parts.every(isConnectFailure))
	);
}

/**
 * What Node's request object shows when the time is over: it has no connection yet, or one that was
 * handed nothing, or whose TLS handshake, before which nothing leaves, has not ended (n8n.md, trap 34).
 */
function wasNeverSent(request: unknown): boolean {
	if (!isRecord(request) || request.writableFinished !== false) return false;
	const { socket } = request;
	if (socket === null || socket === undefined) return true;
	return isRecord(socket) && (socket._bytesDispatched === 0 || socket.secureConnecting === true);
}
