import type { AnswerProblem } from '../../platform/envelopes';
import type { FieldRule } from '../../platform/fields';

/**
 * Every sentence that a user can read in an error, in one place: what happened, and what to do.
 * `{names}` are filled in by {@link fill}. The Chinese edition replaces these texts and no others.
 */

/** A field that breaks a rule; `{field}` is its label. */
export const FIELD_TEXTS: Readonly<Record<FieldRule, { message: string; description: string }>> = {
	required: {
		message: '{field} is empty',
		description: 'Fill in {field}, or check that its expression finds a value for this item.',
	},
	notText: {
		message: '{field} is not a text',
		description:
			'{field} takes a text or a number, but its expression yields a list or an object. Pick one value out of it.',
	},
	notHttpUrl: {
		message: '{field} is not a full web address: {value}',
		description:
			'Give the whole address, beginning with https:// or http://. A path alone cannot be opened from a message.',
	},
	tooLong: {
		message: '{field} is too long: {length} characters, at most {max} are allowed',
		description: 'Shorten {field} to {max} characters or fewer.',
	},
	notColor: {
		message: '{field} is not a color: {value}',
		description:
			'Use 8 hex digits, AARRGGBB (FFCC0000 is an opaque red), or the color picker. A leading 0x is not allowed.',
	},
	tooManyEntries: {
		message: '{field} has {count} rows, at most {max} are allowed',
		description: 'Remove rows: the platform shows {max} form rows at most.',
	},
	notInRange: {
		message: '{field} must be a whole number from {min} to {max}, not {value}',
		description: 'Change {field} under Options.',
	},
	notAnOption: {
		message: '{field} cannot be "{value}"',
		description: 'Choose one of: {options}.',
	},
	notRecipients: {
		message: '{field} is not a list of IDs',
		description:
			'Give IDs separated by commas or lines, or an expression that yields a list of texts or numbers.',
	},
	notJsonObject: {
		message: '{field} is not a JSON object',
		description: 'Write an object with quoted names, such as {"agentId": "1001"}.',
	},
	overwritesMessage: {
		message: '{field} may not contain "{key}": it belongs to the message',
		description: 'Remove "{key}" from {field}. The field only adds what the message does not have.',
	},
	notUrl: {
		message: '{field} is not a valid address: {value}',
		description: 'An address looks like https://api.tze.cn',
	},
	insecureUrl: {
		message:
			'{field} must begin with https://, since plain http to {host} would expose the access token',
		description: 'Use https. Plain http is accepted for this machine only (localhost, 127.0.0.1).',
	},
	urlWithExtras: {
		message: '{field} must not contain a user name, a question mark or a # part',
		description: 'Give scheme, host and, if needed, a path: https://api.tze.cn',
	},
	otherOrigin: {
		message: '{field} leads to {host}, but the Base URL of the credential is on {baseHost}',
		description:
			'The access token is sent to the host of the Base URL only. Give a path, or a full URL on that host.',
	},
	containsAccessToken: {
		message: '{field} must not contain accessToken',
		description: 'Remove ?accessToken=… from {field}: the credential adds it to every call.',
	},
	reservedName: {
		message: '{field} cannot be "{value}": a message has a field of that name',
		description: 'Copy the name of the recipient field from the developer console of the platform.',
	},
};

/** A setting of the credential: where to mend it, and where its value comes from. */
export const CREDENTIAL_TEXTS: {
	message: string;
	notThePlatform: string;
	unreadable: string;
	unreadableHelp: string;
	missing: Readonly<Record<string, string>>;
} = {
	message: '{problem} (in the credential)',
	notThePlatform:
		'Base URL answers, but not as the TZE open platform does. Check the address with your platform administrator.',
	unreadable: 'The credential could not be read',
	unreadableHelp: 'Open the node and select a credential, or save it again. n8n says: {reason}',
	missing: {
		baseUrl: 'Open the credential and fill in Base URL, such as https://api.tze.cn',
		accessToken:
			'Open the credential and paste the accessToken that the platform issued to your application.',
		appId: 'Copy App ID from your application in the developer console of the platform.',
		appKey: 'Copy App Key from your application in the developer console of the platform.',
		tokenPath:
			'Fill in Token Path; other cities on the same software use /apigateway/getAccessToken',
		messagePath:
			'The address of the message call is not public. Open your application in the developer console of the platform, copy the path of the call that sends messages, and paste it into Message Path of the credential. Nothing was sent.',
		recipientField:
			'Recipients are given, but the credential does not say which request field carries them. The developer console of the platform names it.',
	},
};

/** Fetching an access token with an application's key. */
export const ACCESS_TOKEN_TEXTS = {
	refused: 'The platform issued no access token: {reason} (code {code})',
	noReason: 'it gave no reason',
	unanswered: 'No access token: {host} could not be reached ({reason})',
	notThePlatform:
		'No access token: {host} answered with HTTP status {status}, but not as the platform does',
	missing: 'No access token: {host} reported success, but its answer holds none',
	notFetched: 'No access token: n8n could not get or keep one ({reason})',
	changed: 'No access token: Base URL of the credential was changed during this execution',
	runOut: 'The access token has run out and is renewed',
	insecure:
		'The access token is not sent to {host} over plain http. Use an address that begins with https://',
	help: 'The call was not made. Check App ID, App Key, Base URL and Token Path in the credential; its connection test tries the same.',
} as const;

/** A call that the platform answered with a code other than success. */
export const REFUSED_TEXTS = {
	withoutReason: 'The platform refused the call and gave no reason (code {code})',
	help: {
		message:
			'The platform refused the message with code {code}; it was not delivered. The codes are not public: ask the platform administrator about this one, and check that the credential is still valid.',
		exchange:
			'The platform refused the OAuth code with code {code}. An OAuth code works once: let the person log in again to get a new one. If every code is refused, check that the credential is still valid.',
	},
} as const;

/** An answer that did not come from the platform, or not whole. */
export const ANSWER_TEXTS: Readonly<Record<AnswerProblem | 'noToken', string>> = {
	empty: '{host} answered with nothing, not as the platform does',
	notJson: '{host} answered with something other than JSON, not as the platform does',
	brokenJson: '{host} answered with JSON that is cut off or damaged',
	noCode: '{host} answered with JSON that has no retCode, not as the platform does',
	noToken: '{host} reported success, but its answer holds no oauthToken',
};

export const ANSWER_HELP = {
	status: 'HTTP status {status}.',
	excerpt: 'The answer begins: "{excerpt}".',
	redirect:
		'The answer is a redirect to {location}, which was not followed, since the access token would go along.',
	check:
		'Check Base URL and the paths in the credential; a proxy or a login page may be answering in place of the platform.',
} as const;

/** A call that got no answer, or none that counts. */
export const TRANSPORT_TEXTS = {
	notSent: 'No connection to {host} ({code})',
	notSentHelp:
		'Nothing was sent; attempts: {attempts}. Check that Base URL in the credential is right and that {host} can be reached from this n8n.',
	stillGood: 'The OAuth code was not sent, so it is still good.',
	notMade: 'n8n did not call {host}',
	notMadeHelp: 'Nothing was sent. n8n says: {reason}',
	unclear: 'The call to {host} failed, and nobody can say how far it came',
	unclearHelp: 'n8n says: {reason}.',
	timedOut: '{host} did not answer within {seconds} seconds',
	lost: 'The connection to {host} was lost before its answer arrived ({code})',
	serverError: '{host} failed with HTTP status {status}',
	mayBeDone: {
		message:
			'The message may have been delivered all the same, so it was not sent again. Look for it on the platform before you repeat it.',
		exchange:
			'The OAuth code may have been used up all the same, so it was not sent again. Let the person log in again to get a new one.',
	},
	busy: '{host} is too busy (HTTP status {status})',
	busyHelp: {
		message:
			'The message was not delivered; attempts: {attempts}. Lower Messages at Once, raise Max Retries, or try again later.',
		exchange:
			'The OAuth code was not sent again, since it works only once. Let the person log in again in a while.',
	},
	stopped: 'The execution was stopped',
	notMadeAnyMore: 'The call was not made any more.',
	unforeseen: 'Something unforeseen went wrong in this node',
	unforeseenHelp: 'Technical reason: {reason}. Please report it to the authors of the package.',
} as const;

/** What a batch adds to an error; items are counted from 0, as everywhere in n8n. */
export const BATCH_TEXTS = {
	item: 'Item {item}: ',
	unreadable: 'Nothing was sent for this item. Check the expressions in this node.',
	noneDone: 'None of the {total} items is known to be completed.',
	tally: '{done} of {total} items were completed: no. {ranges}.',
	failed: 'Failed: no. {ranges}.',
	unknown: 'May have been delivered all the same: no. {ranges}.',
} as const;

/** Puts values in the place of `{names}`; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
	return text.replace(/\{(\w+)\}/g, (name, key: string) => String(values[key] ?? name));
}
