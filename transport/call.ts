import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { shorten } from '../platform/checks';
import {
	readEnvelope,
	readForeignReason,
	SUCCESS_CODE,
	type Envelope,
} from '../platform/envelopes';
import {
	AccessTokenError,
	MAX_EXPLANATION_LENGTH,
	MAX_REASON_LENGTH,
	PlatformError,
	type Facts,
	type Problem,
} from './errors';
import {
	excerptOf,
	failureOf,
	requestOptions,
	toAnswer,
	type Answer,
	type Failure,
	type PlatformRequest,
} from './http';
import { Pace, Turn, type PaceOutcome } from './pace';
import { progressOf } from './progress';
import { didNothing, mayBeRepeated, pauseMs, type CallPolicy, type Outcome } from './repeat';
import { concealer } from './secrets';
import type { Tokens } from './tokens';
import { pause, unlessStopped, within } from './within';

/** n8n's functions, handed in: the client knows no node and no item. */
export interface Surroundings {
	/**
	 * Makes a request with a credential's data; n8n fills in a token where there is none. It is given
	 * up when the options' own signal says so.
	 */
	request(options: IHttpRequestOptions, data: ICredentialDataDecryptedObject): Promise<unknown>;
	/** n8n's "stop". */
	signal?: AbortSignal;
	/** Milliseconds since the epoch. */
	now(): number;
	sleep(ms: number): Promise<void>;
	/** From 0 to 1. */
	random(): number;
}

/** One call of the platform. */
export interface Call extends PlatformRequest {
	policy: CallPolicy;
	/** Values in the body that may not come back in an error. */
	secrets?: readonly string[];
	/** Until the whole answer must be there, from the moment that the call leaves. */
	timeoutMs: number;
	/** How often it is repeated after a pause. */
	maxRetries: number;
	/** Whether it answers in envelope B. */
	answersInB?: boolean;
	/** How much of an answer is read, unpacked. */
	maxAnswerBytes?: number;
	/** What it asks about, such as an ID, for its error. */
	subject?: string;
}

/** The platform's answer of success, as it came: it may hold secrets. */
export interface Reply {
	envelope: Envelope;
	/** HTTP status. */
	status: number;
}

/** What a call may take unless somebody says otherwise. */
export const DEFAULT_TIMEOUT_MS = 30_000;
export const DEFAULT_MAX_RETRIES = 3;

/** Where the code stands in the answer of a call that answers in envelope B. */
const CODE_FIELDS = 'retCode / code';

/**
 * How often a call is turned away as too many, as a multiple of its retries, though others of the run
 * are answered: it may be about this call alone.
 */
const MAX_TURNED_AWAY = 10;

/**
 * The one door to the platform: makes a call, repeats it where that is safe (repeat.ts), and returns
 * the platform's answer of success.
 *
 * @param turn the call's among those of its run; without one, it is a run of its own.
 * @throws PlatformError
 */
export async function callPlatform(
	around: Surroundings,
	tokens: Tokens,
	call: Call,
	turn?: Turn,
): Promise<Reply> {
	const ours = turn ?? new Turn(new Pace({ concurrency: 1 }, around));
	const { signal } = around;
	const { policy } = call;
	let attempts = 0;
	let repeats = 0;
	let turnedAway = 0;
	let replacements = 0;
	/** How far the run had come at the last attempt. */
	let answered = -1;
	/** The refusal after which another token is tried, and the token that it met. */
	let refusal: { token: string; error: PlatformError } | undefined;

	for (;;) {
		await ours.ready();
		attempts++;
		const { outcome, token } = await attempt(around, tokens, call, refusal?.token);
		ours.took(paceOutcomeOf(outcome, repeats));
		if (outcome.kind === 'success') {
			const { envelope, answer } = outcome;
			return { envelope, status: answer.status };
		}

		const again = mayBeRepeated(outcome, policy);
		// A limit is the run's, not the call's, as long as the run gets on
		const isRunsOwn =
			outcome.kind === 'busy' &&
			turnedAway++ < call.maxRetries * MAX_TURNED_AWAY &&
			ours.answered > answered &&
			answered >= 0;
		answered = ours.answered;
		if (again === 'afterPause' && isRunsOwn) continue;
		if (again === 'afterPause' && repeats < call.maxRetries) {
			repeats++;
			if (outcome.kind === 'busy') continue;
			const isTokensOwn = outcome.kind === 'noAccessToken' && refusal !== undefined;
			const asked = isTokensOwn ? undefined : waitOf(outcome);
			await pause(around, asked ?? pauseMs(repeats - 1, around.random()));
			continue;
		}
		const error = toError(outcome, tokens, call, attempts);
		if (again === 'withAnotherToken' && replacements++ < policy.maxReplacements) {
			const replacing = tokens.replace(token, policy.mayReplaceFreshToken);
			if (await unlessStopped(signal, replacing, () => false)) {
				refusal = { token, error };
				continue;
			}
		}
		// Nothing came of the repeat: what is known of the call is how it came out before
		if (refusal === undefined || 'answer' in outcome || error.delivered !== 'no') throw error;
		const { problem, delivered, facts } = refusal.error;
		throw new PlatformError(problem, delivered, { ...facts, repeat: error });
	}
}

interface Attempt {
	outcome: Outcome;
	/** The access token that it was made with. */
	token: string;
}

/** One request, with a token that is thought to be good, and that is not the one to avoid. */
async function attempt(
	around: Surroundings,
	tokens: Tokens,
	call: Call,
	avoid?: string,
): Promise<Attempt> {
	const { request, signal, now } = around;
	const { timeoutMs, url, maxAnswerBytes } = call;
	/** What n8n was handed for the call; nothing while it waits for another call's token. */
	let handed: ICredentialDataDecryptedObject | undefined;
	const stop = (): Failure => ({
		kind: 'stopped',
		wasMade: handed !== undefined && progressOf(handed)?.step !== 'fetchingToken',
	});
	if (signal?.aborted) return { outcome: stop(), token: '' };

	const made = tokens.use<Outcome>(async (data) => {
		// While it waited for a token, the execution may have been stopped
		if (signal?.aborted) return stop();
		handed = data;
		try {
			const answer = async (abort: AbortSignal) =>
				await toAnswer(
					await request(requestOptions(call, timeoutMs, abort), data),
					url,
					now,
					maxAnswerBytes,
				);
			// A token that n8n fetches first has a time of its own
			const counts = () => progressOf(data)?.step !== 'fetchingToken';
			return read(await within(around, timeoutMs, answer, counts), call);
		} catch (error) {
			const hide = concealerOf(tokens, call, String(data.accessToken));
			const failure = failureOf(error, progressOf(data), hide);
			if (failure.kind === 'noAccessToken') throw failure.error;
			return failure;
		}
	}, avoid);
	const settled = made.then(
		({ result, token }): Attempt => ({ outcome: result, token }),
		(error: unknown): Attempt => {
			if (!(error instanceof AccessTokenError)) throw error;
			return { outcome: { kind: 'noAccessToken', error }, token: '' };
		},
	);
	return await unlessStopped(signal, settled, () => ({ outcome: stop(), token: '' }));
}

/** What an answer means. */
function read(answer: Answer, { answersInB }: Call): Outcome {
	const { status } = answer;
	const found = readEnvelope(answer.text, answer.isCut, answersInB);
	const envelope = typeof found === 'string' ? undefined : found;
	if (envelope?.retCode === SUCCESS_CODE) return { kind: 'success', envelope, answer };
	if (status === 429 || status === 503) return { kind: 'busy', envelope, answer };
	if (status >= 500) return { kind: 'serverError', envelope, answer };
	if (typeof found === 'string') return { kind: 'foreign', problem: found, answer };
	return { kind: 'refused', envelope: found, answer };
}

/** What an outcome means for the other calls of a run. */
function paceOutcomeOf(outcome: Outcome, repeats: number): PaceOutcome {
	switch (outcome.kind) {
		case 'success':
		case 'refused':
			return { kind: 'answered' };
		case 'busy':
			return { kind: 'busy', retryAfterMs: outcome.answer.retryAfterMs, repeats };
		case 'timedOut':
		case 'lost':
		case 'serverError':
			return { kind: 'trouble' };
		case 'notSent':
		case 'notMade':
		case 'noAccessToken':
		case 'stopped':
		case 'unclear':
		case 'foreign':
			return { kind: 'other' };
	}
}

/** How long an outcome asks to wait before a repeat (milliseconds). */
function waitOf(outcome: Outcome): number | undefined {
	if (outcome.kind === 'noAccessToken') return outcome.error.retryAfterMs;
	return 'answer' in outcome ? outcome.answer.retryAfterMs : undefined;
}

/** Takes the secrets of a call out of a text: those of its run so far, and its own. */
function concealerOf({ seen }: Tokens, { secrets = [] }: Call, ...others: string[]) {
	return concealer([...seen, ...secrets, ...others]);
}

/** The facts of a call that came to nothing, without its secrets. */
function toError(outcome: Outcome, tokens: Tokens, call: Call, attempts: number): PlatformError {
	const hide = concealerOf(tokens, call);
	const { url, policy, timeoutMs, maxAnswerBytes, subject } = call;
	const facts: Facts = { host: new URL(url).host, attempts, timeoutMs, maxAnswerBytes, subject };
	if (call.answersInB) facts.codeField = CODE_FIELDS;
	if ('reason' in outcome) facts.reason = outcome.reason;
	if ('error' in outcome) facts.token = outcome.error.hidden(hide);
	if ('answer' in outcome) {
		const { status, redirect, text } = outcome.answer;
		Object.assign(facts, { status, redirect });
		// Damaged JSON of the platform's may hold a token: it is not quoted
		if ('problem' in outcome && outcome.problem === 'notJson') {
			facts.excerpt = hide(excerptOf(hide(text)));
		}
	}
	if ('envelope' in outcome && outcome.envelope !== undefined) {
		facts.retCode = shorten(hide(outcome.envelope.retCode));
		facts.retDesc = shorten(hide(outcome.envelope.retDesc).trim(), MAX_EXPLANATION_LENGTH);
	} else if ('answer' in outcome) {
		const reason = hide(readForeignReason(outcome.answer.text));
		if (reason !== '') facts.retDesc = shorten(reason, MAX_REASON_LENGTH);
	}
	const problem = outcome.kind === 'foreign' ? outcome.problem : (outcome.kind as Problem);
	// What only reads changes nothing, whatever becomes of it
	const isCertain = policy.onlyReads || didNothing(outcome, policy);
	return new PlatformError(problem, isCertain ? 'no' : 'unknown', facts);
}
