import type { INode, INodeProperties } from 'n8n-workflow';
import { ExpressionError, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { fill, FIELD_TEXTS } from '../../credentials/texts';
import { wordsOfSetting, wordsOfTokenError, type Words } from '../../credentials/words';
import { InvalidFieldError, shorten } from '../../platform/checks';
import { isRecord } from '../../platform/json';
import { MAX_EXPLANATION_LENGTH, PlatformError, type Delivered } from '../../transport/errors';
import { MAX_ANSWER_BYTES } from '../../transport/http';
import type { Hide } from '../../transport/secrets';
import { HELP_TEXTS, NODE_TEXTS, PROBLEM_TEXTS, type CallSentences } from './texts';

/** What leaves the nodes of this package; an expression's own error is n8n's to show. */
export type NodeFailure = NodeApiError | NodeOperationError | ExpressionError;

/** There is no credential, or n8n cannot read it: n8n says why. */
export class UnreadableCredentialError extends Error {
	override readonly name = 'UnreadableCredentialError';
}

/** A list of the editor that has nothing in it, in the words of the node. */
export class NothingFoundError extends Error {
	override readonly name = 'NothingFoundError';

	constructor(readonly words: Words) {
		super(words.message);
	}
}

/** Where something was thrown. */
export interface Place {
	node: INode;
	itemIndex: number;
	/** The node's own, for the labels of fields. */
	properties: readonly INodeProperties[];
	/** The words for its call, once that may have been made. */
	sentences?: CallSentences;
	/** Takes the secrets of the run out of a text. */
	hide: Hide;
}

/** Anything that was thrown for an item, as an error that n8n can show. */
export function toFailure(cause: unknown, place: Place): NodeFailure {
	const { node, itemIndex, hide } = place;
	if (cause instanceof ExpressionError) {
		cause.context.itemIndex ??= itemIndex;
		return hideIn(cause, hide);
	}
	if (cause instanceof NodeApiError || cause instanceof NodeOperationError) {
		cause.context.itemIndex = itemIndex;
		return hideIn(cause, hide);
	}
	if (cause instanceof PlatformError && cause.problem !== 'stopped') return apiError(cause, place);

	const words = wordsOf(cause, place);
	const { delivered = 'no' } = words;
	const { message, description } = hideInWords(words, hide);
	const error = new NodeOperationError(node, message, { description, itemIndex });
	if (cause instanceof InvalidFieldError && cause.whose === 'parameter') {
		error.context.parameter = cause.path.join('.');
	}
	return finish(error, message, delivered);
}

/**
 * The same for a list of the editor: there, what to do is shown of a NodeApiError alone (n8n.md, trap 56).
 */
export function toListFailure(cause: unknown, place: Place): NodeApiError {
	const failure = toFailure(cause, place);
	if (failure instanceof NodeApiError) return failure;
	const { message, description } = failure;
	const error = new NodeApiError(
		place.node,
		{},
		{ message, description: description ?? undefined },
	);
	return finish(error, message, 'no');
}

function hideInWords({ message, description }: Words, hide: Hide): Words {
	return { message: hide(message), description: hide(description) };
}

/** An error that is n8n's own, without secrets in what is shown and stored of it. */
function hideIn<Failure extends NodeFailure>(error: Failure, hide: Hide): Failure {
	if (typeof error.description === 'string') error.description = hide(error.description);
	if ('messages' in error) error.messages = error.messages.map(hide);
	error.message = hide(error.message);
	if (error.stack !== undefined) error.stack = hide(error.stack);
	// n8n keeps the words that an error was made of in its cause
	if (tellSecrets(error.cause, hide)) Reflect.deleteProperty(error, 'cause');
	return error;
}

/** Whether what an error was made of, and what that was made of, holds secrets in its words. */
function tellSecrets(cause: unknown, hide: Hide): boolean {
	const seen = new Set<unknown>();
	let part = cause;
	// Not every error is one of ours: code that n8n runs apart has errors of its own
	while (isRecord(part) && !seen.has(part)) {
		seen.add(part);
		if ([part.message, part.stack].some((words) => tellsSecret(words, hide))) return true;
		part = part.cause;
	}
	return tellsSecret(part, hide);
}

function tellsSecret(words: unknown, hide: Hide): boolean {
	return typeof words === 'string' && hide(words) !== words;
}

function wordsOf(cause: unknown, place: Place): Words & { delivered?: Delivered } {
	if (cause instanceof PlatformError) {
		return { ...wordsOfProblem(cause, place.sentences), delivered: cause.delivered };
	}
	if (cause instanceof InvalidFieldError) {
		return cause.whose === 'credential'
			? wordsOfSetting(cause)
			: wordsOfParameter(cause, place.properties);
	}
	if (cause instanceof NothingFoundError) return cause.words;
	if (cause instanceof UnreadableCredentialError) {
		return {
			message: NODE_TEXTS.unreadableCredential,
			description: fill(NODE_TEXTS.unreadableCredentialHelp, {
				reason: shorten(cause.message, MAX_EXPLANATION_LENGTH),
			}),
		};
	}
	if (place.sentences === undefined) {
		// A parameter that n8n cannot evaluate, in n8n's words
		const words = cause instanceof Error ? cause.message.trim() : '';
		const message = shorten(words, MAX_EXPLANATION_LENGTH) || NODE_TEXTS.unforeseen;
		return { message, description: NODE_TEXTS.unreadableParameter };
	}
	// Its kind is told, its contents are not, since they may be secret
	const reason = cause instanceof Error ? cause.name : typeof cause;
	return {
		message: NODE_TEXTS.unforeseen,
		description: fill(NODE_TEXTS.unforeseenHelp, { reason }),
		delivered: 'unknown',
	};
}

function wordsOfParameter(
	{ path, rule, details }: InvalidFieldError,
	properties: readonly INodeProperties[],
): Words {
	const values = { ...details, field: labelOf(properties, path) };
	const { message, description } = FIELD_TEXTS[rule];
	return { message: fill(message, values), description: fill(description, values) };
}

const NO_SENTENCES: CallSentences = {
	refused: '',
	mayBeDone: '',
	busy: '',
	notDone: '',
	noSuchCall: '',
};

/** A call that came to nothing: what happened, and what to do. */
function wordsOfProblem(error: PlatformError, sentences = NO_SENTENCES): Words {
	const { problem, facts } = error;
	const { host, status = 0, attempts = 0, timeoutMs = 0, retCode: code = '', retDesc } = facts;
	const { reason = '', excerpt = '', redirect = '' } = facts;
	const seconds = timeoutMs / 1000;
	const {
		maxAnswerBytes = MAX_ANSWER_BYTES,
		codeField = 'retCode',
		subject = '',
		where = '',
	} = facts;
	const size = maxAnswerBytes / 1024;
	const answer = { excerpt, redirect, size, codeField, where };
	const values = { host, status, attempts, seconds, code, reason, subject, ...answer };

	const said = fill(PROBLEM_TEXTS[problem] ?? sentences.incomplete ?? '', values);
	const help = helpFor(error, sentences)
		.filter((sentence) => sentence !== undefined && sentence !== '')
		.map((sentence = '') => fill(sentence, values));
	if (problem === 'noAccessToken') {
		return { message: facts.token ? wordsOfTokenError(facts.token) : said, description: help[0] };
	}
	if (facts.repeat !== undefined) {
		help.push(wordsOfProblem(facts.repeat, sentences).message);
	}
	const message = problem === 'refused' ? retDesc || said : retDesc ? `${said}: ${retDesc}` : said;
	return { message, description: help.join(' ') };
}

/** What to do about a problem, sentence by sentence. */
function helpFor(
	{ problem, delivered, facts }: PlatformError,
	{ refused, mayBeDone, busy, notSent, notDone, noSuchCall, incompleteHelp }: CallSentences,
): Array<string | undefined> {
	switch (problem) {
		case 'refused':
			return [refused];
		case 'noAccessToken':
			return [HELP_TEXTS.noAccessToken];
		case 'notSent':
		case 'notMade':
			return [HELP_TEXTS[problem], notSent];
		case 'unclear':
			return [facts.reason && HELP_TEXTS.unclear, mayBeDone];
		case 'timedOut':
		case 'lost':
		case 'serverError':
			return [mayBeDone];
		case 'stopped':
			return [delivered === 'no' ? HELP_TEXTS.stopped : mayBeDone];
		case 'busy':
			return [busy];
		case 'empty':
		case 'notJson':
		case 'brokenJson':
		case 'noCode':
		case 'oddCode':
		case 'tooLong':
		case 'incomplete': {
			const { redirect, excerpt, status, checkAddress } = HELP_TEXTS;
			const quoted = problem === 'notJson' ? excerpt : '';
			const isUnknown = facts.status === 404 || facts.status === 405;
			const isOurs = problem === 'incomplete' ? incompleteHelp : undefined;
			const toMend = isUnknown ? noSuchCall : (isOurs ?? checkAddress);
			const became = delivered === 'no' ? notDone : mayBeDone;
			return [status, facts.redirect ? redirect : quoted, toMend, became];
		}
	}
}

function apiError(cause: PlatformError, place: Place): NodeApiError {
	const { hide } = place;
	const { message, description } = hideInWords(wordsOfProblem(cause, place.sentences), hide);
	const { status } = cause.facts;
	const retCode = cause.facts.retCode === undefined ? undefined : hide(cause.facts.retCode);
	const httpCode = status === undefined ? undefined : String(status);
	const options = { message, description, httpCode, itemIndex: place.itemIndex };
	const error = new NodeApiError(place.node, {}, options);
	if (retCode !== undefined) error.context.retCode = retCode;
	return finish(error, message, cause.delivered);
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

/** The label of a parameter as its form shows it, nested ones with their parents' ("Body > Image URL"). */
function labelOf(properties: readonly INodeProperties[], path: readonly string[]): string {
	const labels: string[] = [];
	let level: readonly unknown[] = properties;
	for (const name of path) {
		const entry = level.find((candidate) => isNamed(candidate) && candidate.name === name);
		// Within JSON, its keys are the names that the user knows
		labels.push(isNamed(entry) ? entry.displayName : name);
		level = isNamed(entry) ? (entry.options ?? entry.values ?? []) : [];
	}
	return labels.join(' > ');
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
