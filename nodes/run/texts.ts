import type { Problem } from '../../transport/errors';

/** What a failed call needs to be told in words of its own; `{names}` are filled in. */
export interface CallSentences {
	/** What a refusal means, and what to do; `{code}` is the platform's, `{subject}` what was asked about. */
	refused: string;
	/** What may have happened all the same when nobody said so. */
	mayBeDone: string;
	/** What to do when the platform is too busy, after so many `{attempts}`. */
	busy: string;
	/** What follows from a call that was not sent. */
	notSent?: string;
	/** What follows from a call that was turned away. */
	notDone: string;
	/** Which setting to mend when `{host}` knows no such call. */
	noSuchCall: string;
	/** What an answer of success lacks, from `{host}`; `{where}` it is, and what follows. */
	incomplete?: string;
	incompleteHelp?: string;
}

/** The words for the code of a login that was not exchanged, or may not have been. */
export const EXCHANGE_SENTENCES: CallSentences = {
	refused:
		'The platform refused the OAuth code with code {code}. An OAuth code works once: let the person log in again to get a new one. If every code is refused, check that the credential is still valid.',
	mayBeDone:
		'The OAuth code may have been used up all the same, so it was not sent again. Let the person log in again to get a new one.',
	busy: 'The OAuth code was not sent again, since it works only once. Let the person log in again in a while.',
	notSent: 'The OAuth code was not sent, so it is still good.',
	notDone: 'The OAuth code was not used up, so it is still good.',
	noSuchCall: "{host} knows no such call: check 'Base URL' in the credential.",
	incomplete: '{host} reported success, but its answer holds no oauthToken',
};

/** What happened to a call that came to nothing; what an answer lacks, the call says itself. */
export const PROBLEM_TEXTS: Readonly<Partial<Record<Problem, string>>> = {
	notSent: 'No connection to {host} ({reason})',
	notMade: 'n8n did not call {host}',
	unclear: 'The call to {host} failed, and nobody can say how far it came',
	timedOut: '{host} did not answer within {seconds} seconds',
	lost: 'The connection to {host} was lost before its answer arrived ({reason})',
	serverError: '{host} failed with HTTP status {status}',
	busy: '{host} is too busy (HTTP status {status})',
	stopped: 'The execution was stopped',
	empty: '{host} answered with nothing, not as the platform does',
	notJson: '{host} answered with something other than JSON, not as the platform does',
	brokenJson: '{host} answered with JSON that is cut off or damaged',
	noCode: '{host} answered with JSON that has no {codeField}, not as the platform does',
	oddCode: '{host} answered with JSON whose {codeField} is no text, not as the platform does',
	tooLong: '{host} answered with more than {size} KB, which was not read to its end',
	refused: 'The platform refused the call and gave no reason (code {code})',
};

/** What to do about it. */
export const HELP_TEXTS = {
	notSent:
		"Nothing was sent; attempts: {attempts}. Check that 'Base URL' in the credential is right and that {host} can be reached from this n8n.",
	notMade: 'Nothing was sent. n8n says: {reason}',
	unclear: 'n8n says: {reason}.',
	noAccessToken:
		"The call was not made. Check 'App ID', 'App Key', 'Base URL' and 'Token Path' in the credential; its connection test tries the same.",
	stopped: 'The call was not made any more.',
	status: 'HTTP status {status}.',
	excerpt: 'The answer begins: "{excerpt}".',
	redirect:
		'The answer is a redirect to {redirect}, which was not followed, since the access token would go along.',
	checkAddress:
		"Check 'Base URL' and the paths in the credential; a proxy or a login page may be answering in place of the platform.",
} as const;

/** What is told when it is no call that failed. */
export const NODE_TEXTS = {
	unreadableCredential: 'The credential could not be read',
	unreadableCredentialHelp:
		'Open the node and select a credential, or save it again. n8n says: {reason}',
	unforeseen: 'Something unforeseen went wrong in this node',
	unforeseenHelp: 'Technical reason: {reason}. Please report it to the authors of the package.',
	unreadableParameter: 'Nothing was sent for this item. Check the expressions in this node.',
} as const;

/** What a run adds to an error; items are counted from 0, as everywhere in n8n. */
export const RUN_TEXTS = {
	item: 'Item {item}: {description}',
	itemAlone: 'Item {item}.',
	/** An item that was split into several calls. */
	parts: '{item} (parts {parts})',
	noneStarted: 'Nothing was sent for any of the {total} items.',
	noneDone: 'None of the {total} was completed.',
	noneKnown: 'None of the {total} is known to be completed.',
	tally: '{done} of {total} were completed: items {ranges}.',
	failed: 'Failed: items {ranges}.',
	unknown: 'May have been completed all the same: items {ranges}.',
	hint: '{done} completed, {failed} failed. The error of each tells why.',
	hintUnknown:
		'{done} completed, {failed} failed, {unknown} unknown: items {ranges} may have been completed all the same. Look for them on the platform before you repeat them.',
} as const;
