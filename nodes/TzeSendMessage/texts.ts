import type { CallSentences } from '../run/texts';

/** The words for a message that was not delivered, or may not have been. */
export const MESSAGE_SENTENCES: CallSentences = {
	refused:
		'The platform refused the message with code {code}; it was not delivered. The codes are not public: ask the platform administrator about this one, and check that the credential is still valid.',
	mayBeDone:
		'The message may have been delivered all the same, so it was not sent again. Look for it on the platform before you repeat it.',
	notDone: 'The message was not delivered.',
	noSuchCall:
		"{host} knows no such call: check 'Message Path' in the credential against the developer console of the platform.",
	busy: "The message was not delivered; attempts: {attempts}. Lower 'Messages at Once', raise 'Max Retries', or try again later.",
};

/** What a question tells that did not reach all whom it was for, and what is wrong with its address. */
export const QUESTION_TEXTS = {
	torn: 'The question reached {done}, so the execution does not wait, and no link that went out can be answered.',
	tornUnknown:
		'The question reached {done} and may have reached {unknown}, so the execution does not wait, and no link that went out can be answered.',
	nobody: 'nobody',
	messageAlone: 'whom a message without recipients reaches',
	localAddress:
		'The links to answer lead to {host}, which only this machine can open. Set WEBHOOK_URL of n8n to the address that the phones of your people reach.',
} as const;
