import type { ExpressionError, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { accessTokenField, appFields, baseUrlField, messageFields } from '../../credentials/fields';
import type { AnswerProblem, Envelope } from '../../platform/envelopes';
import { shorten, type InvalidFieldError } from '../../platform/fields';
import {
	ACCESS_TOKEN_TEXTS,
	ANSWER_HELP,
	ANSWER_TEXTS,
	BATCH_TEXTS,
	CREDENTIAL_TEXTS,
	FIELD_TEXTS,
	fill,
	REFUSED_TEXTS,
	TRANSPORT_TEXTS,
} from './texts';
import type { Answer } from './transport';

/** What leaves the nodes of this package; an expression's own error is n8n's to show. */
export type NodeFailure = NodeApiError | NodeOperationError | ExpressionError;

/** What a failed item did on the platform: nothing, for certain, or nobody knows. */
export type Delivered = 'no' | 'unknown';

/** What a call does on the platform: it decides what an unanswered one may have caused. */
export type CallKind = 'message' | 'exchange';

/** One call's surroundings, for its errors. */
export interface CallSite {
	context: IExecuteFunctions;
	itemIndex: number;
	kind: CallKind;
	/** Host and port of the call: all that an error says of an address. */
	host: string;
	/** Takes this call's secrets out of a text that came from outside. */
	conceal: (text: string) => string;
}

/** Words of others that are quoted, in characters. */
const MAX_REASON_LENGTH = 200;

const CREDENTIAL_FIELDS: readonly INodeProperties[] = [
	baseUrlField,
	accessTokenField,
	...appFields,
	...messageFields,
];

/**
 * A parameter, or a setting of the credential, that breaks a rule: found before any request.
 *
 * @param properties the node's own, for the field's label.
 */
export function invalidField(
	context: IExecuteFunctions,
	{ path, rule, details }: InvalidFieldError,
	properties: readonly INodeProperties[],
	itemIndex: number,
): NodeOperationError {
	const isSetting = CREDENTIAL_FIELDS.some(({ name }) => name === path[0]);
	if (isSetting) {
		const { message, description } = invalidSetting({ path, rule, details });
		return operationError(context, message, description, itemIndex);
	}
	const values = { ...details, field: labelOf(properties, path) };
	const { message, description } = FIELD_TEXTS[rule];
	return operationError(context, fill(message, values), fill(description, values), itemIndex);
}

/** What is wrong with a setting of the credential, and what to do. */
export function invalidSetting({
	path,
	rule,
	details,
}: Pick<InvalidFieldError, 'path' | 'rule' | 'details'>): { message: string; description: string } {
	const values = { ...details, field: labelOf(CREDENTIAL_FIELDS, path) };
	const problem = fill(FIELD_TEXTS[rule].message, values);
	const help = rule === 'required' ? CREDENTIAL_TEXTS.missing[path[0]] : undefined;
	return {
		message: fill(CREDENTIAL_TEXTS.message, { problem }),
		description: fill(help ?? FIELD_TEXTS[rule].description, values),
	};
}

/** There is no credential, or n8n cannot read it: n8n says why. */
export function unreadableCredential(
	context: IExecuteFunctions,
	cause: unknown,
): NodeOperationError {
	if (cause instanceof NodeOperationError) return cause;
	const reason = cause instanceof Error ? cause.message : '';
	return operationError(
		context,
		CREDENTIAL_TEXTS.unreadable,
		fill(CREDENTIAL_TEXTS.unreadableHelp, { reason }),
		0,
	);
}

/** The platform issued no access token, so the call was not made. */
export function noAccessToken(site: CallSite, reason: string): NodeApiError {
	return apiError(site, site.conceal(reason), ACCESS_TOKEN_TEXTS.help, { delivered: 'no' });
}

/**
 * The platform's refusal, in the platform's own words.
 *
 * @param repeat what became of a repeat with another access token, when there was one.
 */
export function refused(
	site: CallSite,
	envelope: Envelope,
	status: number,
	repeat?: string,
): NodeApiError {
	const code = site.conceal(envelope.retCode);
	const reason = site.conceal(envelope.retDesc).trim();
	return apiError(
		site,
		reason === '' ? fill(REFUSED_TEXTS.withoutReason, { code }) : reason,
		[fill(REFUSED_TEXTS.help[site.kind], { code }), repeat ?? ''].join(' ').trim(),
		{ delivered: 'no', status, retCode: envelope.retCode },
	);
}

/**
 * An answer that is not the platform's. Only an answer that is no JSON is quoted: a damaged one of
 * the platform's may hold a token.
 */
export function notThePlatform(
	site: CallSite,
	problem: AnswerProblem | 'noToken',
	answer: Answer,
): NodeApiError {
	const { host, kind } = site;
	const help = [fill(ANSWER_HELP.status, { status: answer.status })];
	if (answer.location !== undefined) {
		help.push(fill(ANSWER_HELP.redirect, { location: originOf(answer.location) }));
	} else if (problem === 'notJson') {
		help.push(
			fill(ANSWER_HELP.excerpt, { excerpt: site.conceal(excerptOf(site.conceal(answer.text))) }),
		);
	}
	help.push(ANSWER_HELP.check);
	help.push(TRANSPORT_TEXTS.mayBeDone[kind]);
	return apiError(site, fill(ANSWER_TEXTS[problem], { host }), help.join(' '), {
		delivered: 'unknown',
		status: answer.status,
	});
}

/** No connection, so nothing was sent. `code` is the system's (`ECONNREFUSED`). */
export function notSent(site: CallSite, code: string, attempts: number): NodeApiError {
	const values = { host: site.host, code, attempts };
	return apiError(
		site,
		fill(TRANSPORT_TEXTS.notSent, values),
		withCode(site, fill(TRANSPORT_TEXTS.notSentHelp, values)),
		{ delivered: 'no' },
	);
}

/** Help for a call that was not sent: it cost no OAuth code. */
function withCode({ kind }: CallSite, help: string): string {
	return kind === 'exchange' ? `${help} ${TRANSPORT_TEXTS.stillGood}` : help;
}

/** No answer within the time-out, after the call may have arrived. */
export function timedOut(site: CallSite, timeoutMs: number): NodeApiError {
	const values = { host: site.host, seconds: timeoutMs / 1000 };
	return apiError(
		site,
		fill(TRANSPORT_TEXTS.timedOut, values),
		TRANSPORT_TEXTS.mayBeDone[site.kind],
		{ delivered: 'unknown' },
	);
}

/** The connection broke after the call may have arrived. */
export function connectionLost(site: CallSite, code: string): NodeApiError {
	const values = { host: site.host, code };
	return apiError(site, fill(TRANSPORT_TEXTS.lost, values), TRANSPORT_TEXTS.mayBeDone[site.kind], {
		delivered: 'unknown',
	});
}

/** The server (or something before it) failed, after the call may have been carried out. */
export function serverError(site: CallSite, status: number, refusal?: Envelope): NodeApiError {
	const message = fill(TRANSPORT_TEXTS.serverError, { host: site.host, status });
	return apiError(site, withReason(site, message, refusal), TRANSPORT_TEXTS.mayBeDone[site.kind], {
		delivered: 'unknown',
		status,
		retCode: refusal?.retCode,
	});
}

/** HTTP 429 or 503, again and again. */
export function tooBusy(
	site: CallSite,
	status: number,
	attempts: number,
	refusal?: Envelope,
): NodeApiError {
	const message = fill(TRANSPORT_TEXTS.busy, { host: site.host, status });
	const help = fill(TRANSPORT_TEXTS.busyHelp[site.kind], { attempts });
	return apiError(site, withReason(site, message, refusal), help, {
		// Nobody says what became of a code, and it works only once
		delivered: site.kind === 'exchange' ? 'unknown' : 'no',
		status,
		retCode: refusal?.retCode,
	});
}

/** A sentence of ours with the platform's own reason behind it, when it gave one. */
function withReason(site: CallSite, message: string, refusal: Envelope | undefined): string {
	const reason = site.conceal(refusal?.retDesc ?? '').trim();
	return reason === '' ? message : `${message}: ${reason}`;
}

/** n8n refused to make the call, in its own words. */
export function notMade(site: CallSite, reason: string): NodeApiError {
	return apiError(
		site,
		fill(TRANSPORT_TEXTS.notMade, { host: site.host }),
		withCode(site, fill(TRANSPORT_TEXTS.notMadeHelp, { reason: site.conceal(reason) })),
		{ delivered: 'no' },
	);
}

/** A failure that nobody knows, after the call may have arrived; n8n's words are all there is. */
export function unclear(site: CallSite, reason: string): NodeApiError {
	const help: string[] = [TRANSPORT_TEXTS.mayBeDone[site.kind]];
	if (reason !== '') {
		const values = { reason: shorten(site.conceal(reason), MAX_REASON_LENGTH) };
		help.unshift(fill(TRANSPORT_TEXTS.unclearHelp, values));
	}
	return apiError(site, fill(TRANSPORT_TEXTS.unclear, { host: site.host }), help.join(' '), {
		delivered: 'unknown',
	});
}

/** The user, or n8n's time-out, stopped the execution; `wasMade`: while the call was under way. */
export function stopped(
	{ context, itemIndex, kind }: CallSite,
	wasMade: boolean,
): NodeOperationError {
	return operationError(
		context,
		TRANSPORT_TEXTS.stopped,
		wasMade ? TRANSPORT_TEXTS.mayBeDone[kind] : TRANSPORT_TEXTS.notMadeAnyMore,
		itemIndex,
		wasMade ? 'unknown' : 'no',
	);
}

/** A parameter that n8n cannot evaluate, in n8n's words: found before any request. */
export function unreadableParameter(
	context: IExecuteFunctions,
	cause: unknown,
	itemIndex: number,
): NodeOperationError {
	const reason = cause instanceof Error ? cause.message.trim() : '';
	return operationError(
		context,
		reason === '' ? TRANSPORT_TEXTS.unforeseen : reason,
		BATCH_TEXTS.unreadable,
		itemIndex,
	);
}

/** What nobody foresaw: its kind is told, its contents are not, since they may be secret. */
export function unforeseen(
	context: IExecuteFunctions,
	cause: unknown,
	itemIndex: number,
): NodeOperationError {
	const reason = cause instanceof Error ? cause.name : typeof cause;
	return operationError(
		context,
		TRANSPORT_TEXTS.unforeseen,
		fill(TRANSPORT_TEXTS.unforeseenHelp, { reason }),
		itemIndex,
		'unknown',
	);
}

/** The label of a parameter as its form shows it, nested ones with their parents' ("Body > Image URL"). */
export function labelOf(properties: readonly INodeProperties[], path: readonly string[]): string {
	const labels: string[] = [];
	let level: readonly unknown[] = properties;
	for (const name of path) {
		const entry = level.find((candidate) => isNamed(candidate) && candidate.name === name);
		if (!isNamed(entry)) break;
		labels.push(entry.displayName);
		level = entry.options ?? entry.values ?? [];
	}
	return labels.length > 0 ? labels.join(' > ') : path.join('.');
}

interface Named {
	name: string;
	displayName: string;
	options?: unknown[];
	values?: unknown[];
}

function isNamed(value: unknown): value is Named {
	return typeof value === 'object' && value !== null && 'name' in value && 'displayName' in value;
}

interface Facts {
	delivered: Delivered;
	/** HTTP status, when there was an answer. */
	status?: number;
	/** The platform's code, when it refused. */
	retCode?: string;
}

function apiError(
	site: CallSite,
	message: string,
	description: string,
	{ delivered, status, retCode }: Facts,
): NodeApiError {
	const httpCode = status === undefined ? undefined : String(status);
	const options = { message, description, httpCode, itemIndex: site.itemIndex };
	const error = new NodeApiError(site.context.getNode(), {}, options);
	if (retCode !== undefined) error.context.retCode = site.conceal(retCode);
	return finish(error, message, delivered);
}

function operationError(
	context: IExecuteFunctions,
	message: string,
	description: string,
	itemIndex: number,
	delivered: Delivered = 'no',
): NodeOperationError {
	const options = { description, itemIndex };
	return finish(new NodeOperationError(context.getNode(), message, options), message, delivered);
}

/**
 * n8n's constructors put a sentence of their own in the place of any message that contains, say,
 * "EPERM" (as "messagePermission" does): the message is set again.
 */
function finish<Failure extends NodeApiError | NodeOperationError>(
	error: Failure,
	message: string,
	delivered: Delivered,
): Failure {
	error.message = message;
	error.messages = [];
	error.context.delivered = delivered;
	return error;
}

/** The visible words at the start of a page. */
function excerptOf(text: string): string {
	const words = text
		.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/[<>\s]+/g, ' ')
		.trim();
	return Array.from(words).slice(0, 120).join('');
}

/** A redirect's target without path and query, which may hold a token. */
function originOf(location: string): string {
	return URL.canParse(location) ? new URL(location).origin : '…';
}
