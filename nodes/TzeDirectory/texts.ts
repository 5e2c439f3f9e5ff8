import type { CallSentences } from '../run/texts';

/** What all calls of the directory say: they only read, so nothing is done by them. */
const READING = {
	mayBeDone: '',
	notDone: '',
	busy: "Attempts: {attempts}. Raise 'Max Retries', or try again later.",
	incomplete:
		'{host} reported success, but its answer lacks what was asked for, or holds it in a form that nobody knows: {where}',
} as const;

/** The words for a person who was not found, or not told. */
export const USER_SENTENCES: CallSentences = {
	...READING,
	refused:
		'The platform told nothing of user {subject} (code {code}). The codes are not public: check that this is the ID of a person there, and that your application may look people up.',
	noSuchCall: "{host} knows no such call: check 'Base URL' in the credential.",
	incompleteHelp:
		"Asked for: user {subject}. The platform may know no such person. Switch off 'Simplify' to get entries as they come.",
};

/** The words for an organization that was not found, or not told. */
export const ORGANIZATION_SENTENCES: CallSentences = {
	...READING,
	refused:
		'The platform told nothing of organization {subject} (code {code}). The codes are not public: check that this is the ID of an organization there, and that your application may look it up.',
	noSuchCall: "{host} knows no such call: check 'Base URL' in the credential.",
	incompleteHelp:
		"Asked for: organization {subject}. The platform may know no such organization. Switch off 'Simplify' to get entries as they come.",
};

/** The words for members who were not listed. */
export const MEMBERS_SENTENCES: CallSentences = {
	...ORGANIZATION_SENTENCES,
	refused:
		'The platform listed nobody of organization {subject} (code {code}). The codes are not public: check that this is the ID of an organization there, and that your application may list its members. Not every deployment of the platform has this call.',
	noSuchCall:
		"{host} knows no such call. Not every deployment of the platform lists members: ask its administrator, and check 'Base URL' in the credential.",
};

/** What a list in the editor says. */
export const LIST_TEXTS = {
	nothingFoundYet: 'Nothing called "{filter}" among the first {count} organizations below {root}',
	nothingFoundHelp:
		"The list holds what stands below the organization that the credential names. Choose 'By ID' for anything else.",
	nobodyThere: 'None of the first {count} organizations from {root} on downwards lists a member',
} as const;
