import type { FieldRule } from '../platform/checks';

/**
 * The sentences of errors about settings, access tokens, and any field: what happened, and what to do.
 * `{names}` are filled in by {@link fill}. The Chinese edition replaces the texts of such files.
 */

/** A field that breaks a rule; `{field}` is its label. */
export const FIELD_TEXTS: Readonly<Record<FieldRule, { message: string; description: string }>> = {
	required: {
		message: "'{field}' is empty",
		description: "Fill in '{field}', or check that its expression finds a value for this item.",
	},
	notText: {
		message: "'{field}' is not a text",
		description:
			"'{field}' takes a text or a number, but its expression yields a list or an object. Pick one value out of it.",
	},
	notHttpUrl: {
		message: "'{field}' is not a full web address: {value}",
		description:
			'Give the whole address, beginning with https:// or http://. A path alone cannot be opened from a message.',
	},
	tooLong: {
		message: "'{field}' is too long: {length} characters, at most {max} are allowed",
		description: "Shorten '{field}' to {max} characters or fewer.",
	},
	tooShort: {
		message: "'{field}' is too short to be a secret: at least {min} characters are needed",
		description:
			'Copy the whole value. A shorter one could not be kept out of outputs and errors, and it is easily guessed.',
	},
	tooDeep: {
		message: "'{field}' is nested too deeply: at most {max} levels are allowed",
		description:
			"Lists and objects may stand within each other {max} levels deep. Check the expression that builds '{field}'.",
	},
	tooManyParts: {
		message: "'{field}' has too many parts: at most {max} values are allowed",
		description:
			"Shorten the lists and objects in '{field}'. Check the expression that builds it: the same list may stand in it many times.",
	},
	notColor: {
		message: "'{field}' is not a color: {value}",
		description:
			'Use 6 hex digits, RRGGBB, with or without #, or 8, AARRGGBB (FFCC0000 is an opaque red). A leading 0x is not allowed.',
	},
	tooManyEntries: {
		message: "'{field}' has {count} rows, at most {max} are allowed",
		description: 'Remove rows: the platform shows {max} form rows at most.',
	},
	notInRange: {
		message: "'{field}' must be a whole number from {min} to {max}, not {value}",
		description: "Give '{field}' a whole number within these bounds.",
	},
	notAnOption: {
		message: '\'{field}\' cannot be "{value}"',
		description: 'Choose one of: {options}.',
	},
	unknownOperation: {
		message: '\'{field}\' "{value}" is not known to this version of the package',
		description:
			'The workflow may come from a newer version: update n8n-nodes-tze, or choose one of: {options}. Nothing was sent.',
	},
	noRecipients: {
		message: "'{field}': nobody is named",
		description:
			"Give at least one ID, or check that the expression finds one. To send the message without recipients is a choice of its own: 'Send To > Message Alone'.",
	},
	notRecipients: {
		message: "'{field}' is not a list of IDs: {value}",
		description:
			'Give IDs separated by commas, spaces or lines, a JSON list such as ["P1001", "P1002"], or an expression that yields a list of IDs.',
	},
	objectsAsText: {
		message: "'{field}' has lost its IDs: {value}",
		description:
			'An expression with anything beside it, even a line break, turns objects into this text. Let the expression stand alone and pick the IDs, such as {{ $json.people.map((person) => person.id) }}.',
	},
	notRecipient: {
		message: "'{field}': the {ordinal} entry is not an ID: {value}",
		description:
			'An ID has no spaces, brackets or quotes in it. Separate IDs by commas, spaces or lines, and check where the {ordinal} one comes from.',
	},
	objectRecipient: {
		message: "'{field}': the {ordinal} entry is an object, not an ID",
		description:
			'Pick the field that holds the ID: {{ $json.people.map((person) => person.{key}) }} for a list named people.',
	},
	notId: {
		message: "'{field}' is not one ID: {value}",
		description:
			'Give one ID, without spaces, brackets or quotes in it, or an expression that yields one. For several, let an item carry each.',
	},
	tooFewCalls: {
		message: "'{field}' is {max}, and that was not enough",
		description:
			"There is more to read than {max} calls bring. Raise '{field}', or begin further down, at an organization with less below it.",
	},
	longNumber: {
		message: "'{field}' has lost digits: {value}",
		description:
			'JavaScript rounds numbers of more than 15 digits, so this may be another ID by now. Bring it as a text: put it in quotes where it comes from.',
	},
	noNumber: {
		message: "'{field}' is not a number that can be sent: {value}",
		description: 'A calculation in the expression has no result. Check the values that it uses.',
	},
	notBoolean: {
		message: "'{field}' must be true or false, not {value}",
		description: "Switch '{field}' on or off, or let its expression yield true or false.",
	},
	oneExpression: {
		message: "'{field}' cannot be one expression",
		description: "Give each field of '{field}' an expression of its own, or a fixed value.",
	},
	bodyExpression: {
		message: "'{field}' cannot be one expression",
		description:
			"To bring the body with its rows from data, choose 'Specify Body: Using JSON'. Here, each field takes an expression of its own.",
	},
	unknownKey: {
		message: '\'{field}\' may not contain "{key}"',
		description: 'The platform knows these: {keys}.',
	},
	notRows: {
		message: "'{field}' is not a list of rows",
		description: 'Rows look like this: [{"key": "Days", "value": "3"}].',
	},
	notJsonObject: {
		message: "'{field}' is not a JSON object",
		description: 'Write an object with quoted names, such as {"agentId": "42"}.',
	},
	overwritesMessage: {
		message: '\'{field}\' may not contain "{key}": it belongs to the message',
		description:
			'Remove "{key}" from \'{field}\'. The field only adds what the message does not have.',
	},
	notUrl: {
		message: "'{field}' is not a valid address",
		description: 'Give scheme and host, and a path if needed: https://api.tze.cn',
	},
	noScheme: {
		message: "'{field}' does not say whether {host} speaks https or http",
		description: 'Put http:// (this machine only) or https:// before {host}.',
	},
	notPath: {
		message: "'{field}' is not the path of a call",
		description:
			"Paste the path alone, as the developer console of the platform states it (such as /path/of/the/call), or the whole address on the host of 'Base URL'. No command, no spaces.",
	},
	notCode: {
		message: "'{field}' holds more than its value, or signs that cannot belong to it",
		description:
			'Paste the value alone, without spaces: not "Bearer …", not a command. In an answer of the platform it stands in quotes behind its name.',
	},
	notName: {
		message: "'{field}' is not the name of a single field",
		description:
			'Give the name alone, such as personIds, as the developer console of the platform states it.',
	},
	placeholder: {
		message: "'{field}' holds a placeholder of an example",
		description: 'Put the real value of your application in its place.',
	},
	insecureUrl: {
		message:
			"'{field}' must begin with https://, since plain http to {host} would expose the access token",
		description: 'Use https. Plain http is accepted for this machine only (localhost, 127.0.0.1).',
	},
	urlWithExtras: {
		message: "'{field}' must not contain a user name, a question mark or a # part",
		description: 'Give scheme, host and, if needed, a path: https://api.tze.cn',
	},
	otherOrigin: {
		message: "'{field}' leads to {host}, but the 'Base URL' of the credential is on {baseHost}",
		description:
			"The access token is sent to the host of the 'Base URL' only. Give a path, or a full URL on that host.",
	},
	containsAccessToken: {
		message: "'{field}' must not contain accessToken",
		description: "Remove accessToken=… from '{field}': the credential adds it to every call.",
	},
	unsafeName: {
		message: '\'{field}\' may not hold the name "{key}"',
		description:
			'JavaScript has another use for that name, so a field of that name may be lost on its way. Nothing was sent.',
	},
	standsTwice: {
		message: '\'{field}\': "{value}" stands there twice',
		description: 'Give each a name of its own, or the answers could not be told apart.',
	},
	tooMany: {
		message: "'{field}': there are {count}, at most {max} are allowed",
		description: 'Remove some of them.',
	},
	notDuration: {
		message: "'{field}' must be a number above 0, not {value}",
		description: 'Give a number of minutes, hours or days, such as 4 or 0.5.',
	},
	notDate: {
		message: "'{field}' is not a date with a time: {value}",
		description:
			'Pick a date, or give one as 2026-09-01T08:00:00. Without an offset, the time zone of the workflow is meant.',
	},
	isPast: {
		message: "'{field}' has passed: {value}",
		description: 'Nobody could answer in time. Give a time that is still to come.',
	},
	oneQuestion: {
		message: "'Send and Wait for Response' asks one question at a time, but {count} items came in",
		description:
			"n8n waits once for a whole execution. Put a Loop Over Items node with 'Batch Size' 1 before this node, or let one item carry all that is asked. Nothing was sent.",
	},
	noLimitInReview: {
		message: "'{field}' cannot be used in the review of a tool",
		description:
			"When time is over, n8n hands on what came in, which may look like an approval. Remove '{field}': without an answer, the tool is not run. Nothing was sent.",
	},
	notAsTool: {
		message: "'Send and Wait for Response' does not work as a tool of an AI agent",
		description:
			'n8n does not let a tool wait for an answer. Put this node between the agent and its tool, as Human Review, or choose another operation. Nothing was sent.',
	},
	notWebhookPath: {
		message: "'{field}' is not the path of an address: {value}",
		description:
			'Use letters, digits and the signs - _ . ~ with single / between them, such as tze-login.',
	},
	unknownPlaceholder: {
		message: "'{field}' holds a placeholder that this node does not know: {value}",
		description:
			'Only {redirectUri} and {state} are filled in. Put the value itself in the place of any other.',
	},
	noState: {
		message: "'{field}' has no {state} in it, but 'Check State' is Required",
		description:
			"Add {state} where the login takes a state. If it hands none back, choose 'Check State: Browser Only'.",
	},
	insecureReturn: {
		message: "'{field}' needs https, but people come back to {host} over plain http",
		description:
			'Browsers keep no secret for an address without https. Put n8n behind https and set WEBHOOK_URL to the address that people reach. Plain http is accepted for this machine only (localhost, 127.0.0.1).',
	},
	reservedName: {
		message: '\'{field}\' cannot be "{value}": a message has a field of that name',
		description: 'Copy the name of the recipient field from the developer console of the platform.',
	},
};

/** A setting of the credential: where to mend it, and where its value comes from. */
export const CREDENTIAL_TEXTS: {
	message: string;
	sentences: string;
	untried: string;
	unanswered: string;
	notThePlatform: string;
	redirected: string;
	missing: Readonly<Record<string, string>>;
} = {
	message: '{problem} (in the credential)',
	sentences: '{problem}. {help}',
	untried: 'The connection has not been tried yet. Test the credential again.',
	unanswered:
		"'Base URL': no connection to {host} ({reason}). Check the address, and that it can be reached from this n8n.",
	notThePlatform:
		"'Base URL' answers, but not as the TZE open platform does. Check the address with your platform administrator.",
	redirected:
		"'Base URL' answers with a redirect to {redirect}, which is not followed, since the access token would go along. Give the address that the platform itself has.",
	missing: {
		baseUrl: "Open the credential and fill in 'Base URL', such as https://api.tze.cn",
		accessToken:
			'Open the credential and paste the accessToken that the platform issued to your application.',
		appId: "Copy 'App ID' from your application in the developer console of the platform.",
		appKey: "Copy 'App Key' from your application in the developer console of the platform.",
		tokenPath:
			"Fill in 'Token Path'; other cities on the same software use /apigateway/getAccessToken",
		messagePath:
			"The address of the message call is not public. Open your application in the developer console of the platform, copy the path of the call that sends messages, and paste it into 'Message Path' of the credential. Nothing was sent.",
		rootOrgId:
			"The list begins at an organization that the credential names. Open the credential and fill in 'Root Organization ID', or choose 'By ID' here.",
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
	tooShort:
		'No access token: {host} issued one of fewer than {min} characters, which is too short to be kept secret',
	notKept: 'No access token: n8n could not get or keep one ({reason})',
	changed: "No access token: 'Base URL' of the credential was changed during this execution",
	usedUp: 'The call is not made a second time, since it may have been carried out',
	runOut: 'The access token has run out and is renewed',
	insecure:
		'The access token is not sent to {host} over plain http. Use an address that begins with https://',
	notAnAddress:
		'The access token is not sent: the address of the call is not a valid web address. Give the whole address, beginning with https://',
} as const;

/** What to do when there is no access token. */
export const ACCESS_TOKEN_HELP = {
	refused:
		"'App ID' or 'App Key' is probably wrong: copy both again from your application in the developer console of the platform.",
	unanswered: "Check 'Base URL' in the credential, and that it can be reached from this n8n.",
	notThePlatform: "Check 'Base URL' and 'Token Path' in the credential.",
	missing: "Check 'Token Path' in the credential.",
	tooShort: "Check 'Token Path' in the credential, or ask your platform administrator.",
	notKept: 'Save the credential again.',
	changed: 'Run the workflow again.',
} as const;

/** Why there is no connection (see `reasonInWords`). */
export const REASON_TEXTS = {
	refused: 'nobody answers there',
	unknownHost: 'no host of that name is known',
	certificate: 'its certificate is not trusted',
	timedOut: 'no answer came in time',
	other: 'it failed or broke off',
} as const;

/** Puts values in the place of `{names}`; a name without a value stays as it is. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
	return text.replace(/\{(\w+)\}/g, (name, key: string) => String(values[key] ?? name));
}
