import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { readEnvelope, SUCCESS_CODE, type Envelope } from '../../platform/envelopes';
import type { JsonObject } from '../../platform/messages';
import type { Connection } from './connection';
import {
	connectionLost,
	notMade,
	notSent,
	notThePlatform,
	refused,
	serverError,
	stopped,
	timedOut,
	tooBusy,
	type Answer,
	type CallKind,
	type CallSite,
} from './errors';
import { failureOf, type Failure } from './transport';

/** One call of the platform. */
export interface Call {
	kind: CallKind;
	/** Full address, on the connection's origin. */
	url: string;
	body: JsonObject;
	/** Values in the body that may not come back in an error. */
	secrets?: readonly string[];
	/** Milliseconds until an answer must be there. */
	timeout: number;
	/** How often a call that did nothing on the platform is repeated. */
	maxRetries: number;
}

/** A waiting time that a server asks for is kept up to this long (milliseconds). */
const MAX_RETRY_AFTER = 60_000;
/** The first pause before a repeat (milliseconds); it doubles each time. */
const BASE_PAUSE = 500;
const MAX_PAUSE = 30_000;
/** How often a pause looks whether the execution was stopped (milliseconds). */
const PAUSE_STEP = 200;

/**
 * The one door to the platform: makes a call, repeats it where that is safe, and returns what
 * the platform's answer of success holds.
 *
 * What is repeated (interface.md, "When a call is repeated"): a call that was never sent; HTTP 429
 * and 503, but not for an OAuth code, which works once. Whatever may have been carried out is not.
 *
 * @param read finds the result in the answer; `undefined` means that it is missing.
 * @throws NodeApiError when the platform refuses, does not answer, or something else answers;
 * NodeOperationError when the execution is stopped.
 */
export async function callPlatform<Result>(
	context: IExecuteFunctions,
	connection: Connection,
	call: Call,
	itemIndex: number,
	read: (envelope: Envelope) => Result | undefined,
): Promise<Result> {
	const site: CallSite = {
		context,
		itemIndex,
		kind: call.kind,
		host: connection.host,
		conceal: (text) => connection.conceal(text, call.secrets),
	};
	const signal = context.getExecutionCancelSignal();

	for (let attempt = 1; ; attempt++) {
		if (signal?.aborted) throw stopped(context, itemIndex);
		const mayRepeat = attempt <= call.maxRetries;
		const result = await attemptCall(context, connection, call);

		if (!('answer' in result)) {
			if (!(result.kind === 'notSent' && mayRepeat)) throw unanswered(site, call, result, attempt);
			await pause(backOff(attempt), signal);
			continue;
		}

		const { answer, retryAfter } = result;
		const envelope = readEnvelope(answer.text);
		if (typeof envelope !== 'string' && envelope.retCode === SUCCESS_CODE) {
			const found = read(envelope);
			if (found === undefined) throw notThePlatform(site, 'noToken', answer);
			return found;
		}

		if (answer.status === 429 || answer.status === 503) {
			if (call.kind === 'exchange' || !mayRepeat) {
				throw tooBusy(site, answer, attempt, typeof envelope === 'string' ? undefined : envelope);
			}
			await pause(retryAfter ?? backOff(attempt), signal);
			continue;
		}
		if (typeof envelope !== 'string') throw refused(site, envelope, answer.status);
		throw answer.status >= 500 ? serverError(site, answer) : notThePlatform(site, envelope, answer);
	}
}

type Attempt = { answer: Answer; retryAfter?: number } | Failure;

/** One request; every HTTP status is an answer, since the platform refuses with status 200 (V). */
async function attemptCall(
	context: IExecuteFunctions,
	connection: Connection,
	{ url, body, timeout }: Call,
): Promise<Attempt> {
	try {
		const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
			context,
			connection.credentialType,
			{
				method: 'POST',
				url,
				body,
				json: true,
				encoding: 'text',
				timeout,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
			},
			{ credentialsDecrypted: connection.credentials },
		);
		return toAttempt(response as IN8nHttpFullResponse);
	} catch (error) {
		return failureOf(error);
	}
}

function toAttempt({ statusCode, body, headers }: IN8nHttpFullResponse): Attempt {
	const { location, 'retry-after': retryAfter } = headers;
	const answer: Answer = { status: statusCode, text: typeof body === 'string' ? body : '' };
	if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
		answer.location = location;
	}
	return { answer, retryAfter: parseRetryAfter(retryAfter) };
}

function unanswered(site: CallSite, call: Call, failure: Failure, attempts: number) {
	switch (failure.kind) {
		case 'notSent':
			return notSent(site, failure.code, attempts);
		case 'timedOut':
			return timedOut(site, call.timeout);
		case 'lost':
			return connectionLost(site, failure.code);
		case 'notMade':
			return notMade(site, failure.reason);
		case 'stopped':
			return stopped(site.context, site.itemIndex);
	}
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110), never more than a minute. */
export function parseRetryAfter(value: unknown, now = Date.now()): number | undefined {
	if (typeof value !== 'string' || value.trim() === '') return undefined;
	const wait = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
	return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER);
}

/** Exponential, with jitter, so that callers who failed together do not come back together. */
function backOff(attempt: number): number {
	return Math.min(BASE_PAUSE * 2 ** (attempt - 1), MAX_PAUSE) * (0.5 + Math.random() / 2);
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	for (let left = milliseconds; left > 0 && !signal?.aborted; left -= PAUSE_STEP) {
		await sleep(Math.min(left, PAUSE_STEP));
	}
}
