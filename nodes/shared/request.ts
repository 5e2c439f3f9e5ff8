import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { readEnvelope, SUCCESS_CODE, type Envelope } from '../../platform/envelopes';
import type { JsonObject } from '../../platform/messages';
import type { Connection } from './connection';
import {
	connectionLost,
	noAccessToken,
	notMade,
	notSent,
	notThePlatform,
	refused,
	serverError,
	stopped,
	timedOut,
	tooBusy,
	unclear,
	type CallKind,
	type CallSite,
	type NodeFailure,
} from './errors';
import { progressOf } from './progress';
import { concealer } from './secrets';
import { AccessTokenError } from './tokens';
import { failureOf, postOptions, toAnswer, type Answer, type Failure } from './transport';

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

/** A refusal may be a void token's: how often a call is made with another. */
const MAX_REPLACEMENTS: Readonly<Record<CallKind, number>> = { message: 2, exchange: 1 };
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
 * and 503, but not for an OAuth code, which works once; a refusal, when another access token may help,
 * since a refused call did nothing (platform.md 3, D). Whatever may have been carried out is not.
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
	const { tokens, host } = connection;
	const site: CallSite = {
		context,
		itemIndex,
		kind: call.kind,
		host,
		conceal: (text) => concealer([...tokens.seen, ...(call.secrets ?? [])])(text),
	};
	const signal = context.getExecutionCancelSignal();
	let repeats = 0;
	/** True when one more repeat is allowed, after a pause (milliseconds). */
	const mayRepeat = async (wait = backOff(repeats)) => {
		if (repeats >= call.maxRetries) return false;
		repeats++;
		await pause(wait, signal);
		return true;
	};

	/** The refusal after which another token is tried, and the token that it met. */
	let doubted: { token: string; envelope?: Envelope; status: number } | undefined;

	for (let replacements = 0; ;) {
		if (signal?.aborted) throw stopped(site, false);
		const { result, token } = await attemptCall(context, connection, call, doubted?.token);

		if ('kind' in result) {
			const wait = doubted === undefined ? waitOf(result) : undefined;
			if (isHarmless(result) && (await mayRepeat(wait))) continue;
			const failure = unanswered(site, call, result, repeats + 1);
			// The repeat did nothing: what is known of the call is the platform's refusal
			if (doubted?.envelope !== undefined && failure.context.delivered === 'no') {
				throw refused(site, doubted.envelope, doubted.status, failure.message);
			}
			throw failure;
		}

		const { status } = result;
		const envelope = readEnvelope(result.text);
		const refusal = typeof envelope === 'string' ? undefined : envelope;
		if (refusal?.retCode === SUCCESS_CODE) {
			const found = read(call.kind === 'message' ? withoutSecrets(refusal, site) : refusal);
			if (found === undefined) throw notThePlatform(site, 'noToken', result);
			return found;
		}

		if (status === 429 || status === 503) {
			if (call.kind === 'message' && (await mayRepeat(result.retryAfter))) continue;
			throw tooBusy(site, status, repeats + 1, refusal);
		}
		if (status >= 500) throw serverError(site, status, refusal);

		const mayBeToken = refusal !== undefined || status === 401;
		if (mayBeToken && replacements++ < MAX_REPLACEMENTS[call.kind]) {
			const replacement = tokens.replace(token, call.kind === 'message');
			if (await unlessStopped(signal, replacement, () => false)) {
				doubted = { token, envelope: refusal, status };
				continue;
			}
		}
		if (typeof envelope === 'string') throw notThePlatform(site, envelope, result);
		throw refused(site, envelope, status);
	}
}

interface Attempt {
	result: Answer | Failure;
	/** The access token that it was made with. */
	token: string;
}

/** One request, with a token that is thought to be good, and that is not the one to avoid. */
async function attemptCall(
	context: IExecuteFunctions,
	{ credentialType, tokens }: Connection,
	{ url, body, timeout }: Call,
	avoid?: string,
): Promise<Attempt> {
	const signal = context.getExecutionCancelSignal();
	/** What n8n was handed for the call; nothing while it waits for another call's token. */
	let handed: ICredentialDataDecryptedObject | undefined;
	const stop = (): Failure => ({
		kind: 'stopped',
		wasMade: handed !== undefined && progressOf(handed)?.step !== 'fetchingToken',
	});

	const attempt = tokens.use<Answer | Failure>(async (data) => {
		// While it waited for a token, the execution may have been stopped
		if (signal?.aborted) return stop();
		handed = data;
		try {
			const response: unknown = await context.helpers.httpRequestWithAuthentication.call(
				context,
				credentialType,
				postOptions(url, body, timeout),
				{ credentialsDecrypted: { id: '', name: '', type: credentialType, data } },
			);
			return toAnswer(response);
		} catch (error) {
			const failure = failureOf(error, progressOf(data));
			if (failure.kind === 'noAccessToken') throw failure.error;
			return failure;
		}
	}, avoid);
	const settled = attempt.catch((error: unknown): Attempt => {
		if (!(error instanceof AccessTokenError)) throw error;
		return { result: { kind: 'noAccessToken', error }, token: '' };
	});
	return await unlessStopped(signal, settled, () => ({ result: stop(), token: '' }));
}

/**
 * Waits no longer than until the execution is stopped: n8n gives up a request by itself, but not the
 * fetching of a token.
 *
 * @param otherwise what it resolves to when the execution is stopped.
 */
async function unlessStopped<Result>(
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

/** The answer as it may be stored: should the platform repeat the token in it, it is taken out. */
function withoutSecrets(envelope: Envelope, { conceal }: CallSite): Envelope {
	const text = JSON.stringify(envelope);
	if (conceal(text) === text) return envelope;
	return JSON.parse(text, (_key, value: unknown) =>
		typeof value === 'string' ? conceal(value) : value,
	) as Envelope;
}

/** True when a call can be repeated, since it did nothing at all. */
function isHarmless(failure: Failure): boolean {
	return failure.kind === 'notSent' || (failure.kind === 'noAccessToken' && !failure.error.isFinal);
}

/** How long a failure asks to wait before a repeat (milliseconds). */
function waitOf(failure: Failure): number | undefined {
	return failure.kind === 'noAccessToken' ? failure.error.retryAfter : undefined;
}

function unanswered(site: CallSite, call: Call, failure: Failure, attempts: number): NodeFailure {
	switch (failure.kind) {
		case 'notSent':
			return notSent(site, failure.code, attempts);
		case 'timedOut':
			return timedOut(site, call.timeout);
		case 'lost':
			return connectionLost(site, failure.code);
		case 'noAccessToken':
			return noAccessToken(site, failure.error.message);
		case 'notMade':
			return notMade(site, failure.reason);
		case 'stopped':
			return stopped(site, failure.wasMade);
		case 'unclear':
			return unclear(site, failure.reason);
	}
}

/** Exponential, with jitter, so that callers who failed together do not come back together. */
function backOff(repeats: number): number {
	return Math.min(BASE_PAUSE * 2 ** repeats, MAX_PAUSE) * (0.5 + Math.random() / 2);
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
	for (let left = milliseconds; left > 0 && !signal?.aborted; left -= PAUSE_STEP) {
		await sleep(Math.min(left, PAUSE_STEP));
	}
}
