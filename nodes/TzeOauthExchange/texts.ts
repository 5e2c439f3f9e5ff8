import type { CallSentences } from '../run/texts';

/** The words for a code that was not exchanged, or may not have been. */
export const EXCHANGE_SENTENCES: CallSentences = {
	refused:
		'The platform refused the OAuth code with code {code}. An OAuth code works once: let the person log in again to get a new one. If every code is refused, check that the credential is still valid.',
	mayBeDone:
		'The OAuth code may have been used up all the same, so it was not sent again. Let the person log in again to get a new one.',
	busy: 'The OAuth code was not sent again, since it works only once. Let the person log in again in a while.',
	notSent: 'The OAuth code was not sent, so it is still good.',
	notDone: 'The OAuth code was not used up, so it is still good.',
	noSuchCall: '{host} knows no such call: check Base URL in the credential.',
	incomplete: '{host} reported success, but its answer holds no oauthToken',
};
