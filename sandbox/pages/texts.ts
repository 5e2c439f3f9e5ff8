import type { Text } from '../language';

/** The texts of the inbox. */
export const INBOX = {
	title: 'Inbox',
	titleWithCount: 'Inbox ({count})',
	live: 'live',
	liveHint: 'This page refreshes itself',
	notReachable: 'not reachable',
	searchHint: 'Person, ID or text',
	searchLabel: 'Search by person, ID or text',

	noMessage: 'No message delivered to the sandbox',
	oneMessage: '1 message delivered to the sandbox',
	messages: '{count} messages delivered to the sandbox',
	noneFits: 'None fits the filter, of {delivered}',
	oneFits: '1 fits the filter, of {delivered}',
	someFit: '{count} fit the filter, of {delivered}',
	all: 'All',
	text: 'Text',
	link: 'Link',
	oa: 'OA',

	only: 'Only messages {conditions}',
	conditions: '{first} {then}',
	toRecipient: 'to {recipient}',
	withBusiId: 'with busiId {busiId}',
	withText: 'with “{search}”',
	thatAsk: 'that ask for an answer',
	showAll: 'Show all',
	loading:
		'Pictures are loaded from the addresses in the messages: whoever owns those sees that somebody looks.',
	stopLoading: 'Do not load them',
	noneFitsTitle: 'No message fits',
	showAllMessages: 'Show all messages',
	emptyTitle: 'No messages yet',
	empty:
		'Send the first one from n8n with a {node} node. In the playground ({start}), open an example and press {execute}; in an n8n of your own, make a credential {credential} with the values that {sandbox} printed. Or, without n8n:',
	node: 'TZE Send Message',
	hello: 'Hello!',
	emptyHint:
		'The access token was printed when the sandbox was started. This page refreshes itself.',
	newer: '← Newer',
	older: 'Older →',
	range: '{first}–{last} of {count}',

	noRecipient: 'no recipient named',
	moreRecipients: 'and {count} more',
	busiIdHint: 'Every message with this busiId',
	asks: 'asks for an answer',
	asksHint:
		'Its link resumes an execution that waits in n8n. Whether somebody has answered is not known here: the page behind the link says so.',
	sentAgain: 'sent {count} times',
	sentAgainHint: 'Messages with this busiId',
	raw: 'Raw JSON',
	cut: '… and {count} characters more, see {address}',
	oneFile: '1 file',
	files: '{count} files',
	picture: 'A picture belongs here: {address}',
	pictureInMessage: 'in the message',
	loadPictures: 'Load pictures',
	noPicture: "Not a picture's address: {address}",
	computer: 'Computer',
	phone: 'Phone',
	noAddress: '{device}: {address}',
} as const satisfies Record<string, Text>;

/** The texts of the login page. */
export const LOGIN = {
	title: 'Sandbox login',
	footer:
		"This is the sandbox's own page, and its persons are invented. The platform's real login looks otherwise.",
	who: 'Who is logging in?',
	goesOn: 'You will go on to {host} with a {personId} and a fresh {oauthCode}.',
	somebodyElse: 'Somebody else',
	anyId: 'Any ID, or a name of the town',
	show: 'Show',
	whereTo: 'Where to after the login?',
	giveAddress:
		'Give the address that takes the {personId} and the {oauthCode}, such as the webhook of an n8n workflow on this computer.',
	address: 'Address',
	state: 'State',
	stateHint: 'optional, handed back unchanged',
	goOn: 'Continue',

	refused: 'This login cannot go on',
	otherAddress: 'Give another address',
	idLength: 'An ID has 1 to {limit} characters.',
	noAddress: 'redirect_uri is missing.',
	twice: '{name} is there more than once.',
	tooLong: '{name} may have at most {limit} characters, and has {length}.',
	notAbsolute: 'redirect_uri must be an absolute address such as {example}, not "{found}".',
	notHttp: 'redirect_uri must begin with http:// or https://, not "{found}".',
	notHere:
		'redirect_uri must be on this computer (localhost, 127.0.0.1 or [::1]), not on "{found}".',
} as const satisfies Record<string, Text>;
