import type { Text } from './language';

/** What the sandbox refuses, and why: in answers of the platform, and to pages that it keeps out. */
export const REFUSALS = {
	/** Tells the sandbox's own refusals from those of a platform. */
	own: '[sandbox] {problem}',
	otherHost:
		'It answers to its own address only. Another name for it can be given when it is started (--host).',
	otherPage: 'It takes no calls from other pages.',

	tokenMissing: 'the query parameter accessToken is missing',
	tokenUnknown:
		'the accessToken is unknown, or was revoked; a sandbox that was started anew may have a new one',
	tokenExpired: 'the accessToken has expired: get a new one',
	twice: 'the query parameter {name} was given more than once',
	contentType: 'the Content-Type must be application/json in UTF-8, and is "{found}"',
	contentTypeMissing: 'the Content-Type must be application/json in UTF-8, and is missing',
	notJson: 'the body is not JSON',
	codeUnknown: 'oauthCode is not a code that this sandbox has issued',
	codeUsed: 'oauthCode was used before: a code is good for one exchange',
	codeExpired: 'oauthCode has expired: log in again for a new one',
	appUnknown: 'appId is not the one of this sandbox',
	signature:
		'keyInfo is not the upper-case hex HMAC-SHA1 of appId + appKey + timeStamp, keyed with appKey',

	userUnknown: 'there is no user "{id}"',
	orgUnknown: 'there is no organization "{id}"',
	filterAndType: 'is_filter and child_type may not be there together',
	filtered:
		'is_filter 1 has an answer of another form, which no public page shows: the sandbox does not imitate it',
	pageTooLarge: 'page_size may be at most {limit}, and is {size}',

	both: '{first}; {then}',
	andMore: '{first}; and {count} more',
	body: 'the body',
	missing: '{field} is missing',
	unknownField: '{field} is not a known field',
	notOfKind: '{field} must be {kind}, not {found}',
	empty: '{field} must not be empty',
	tooLong: '{field} may have at most {limit} characters, and has {length}',
	noEntry: '{field} must have at least 1 entry',
	tooManyEntries: '{field} may have at most {limit} entries, and has {count}',
	notByRule: '{field} must be {rule}',
	/** In the words of Ajv: only control calls have such rules. */
	other: '{field} {problem}',
	typeMissing: 'msgType (or msgtype) is missing',
	typesDiffer: 'msgType and msgtype contradict each other ("{first}", "{second}")',
	notOneOf: '{field} must be one of {values}, not "{found}"',
	emptyId: '{field} must hold ids separated by commas, and id {number} is empty',
} as const satisfies Record<string, Text>;

/** The kinds of values that JSON and its schemas know, and two that people say instead. */
export const KINDS = {
	string: 'a string',
	number: 'a number',
	integer: 'an integer',
	boolean: 'a boolean',
	array: 'an array',
	object: 'an object',
	null: 'null',
	undefined: 'nothing',
	jsonObject: 'a JSON object',
	list: 'a list',
	text: 'a text',
	stringOrStrings: 'an array of strings or a string',
} as const satisfies Record<string, Text>;

/** What a field must be, where the keyword of its schema does not say it. */
export const RULES = {
	httpUrl: 'an absolute http:// or https:// address',
	color: 'exactly 8 hex digits (AARRGGBB, without 0x), such as FFCC0000',
	timeStamp: 'the milliseconds since the epoch, as a string of 13 digits',
	keyInfo: '40 upper-case hex digits',
	yesOrNo: '0 or 1',
	childType: '1, 2 or 3, or several of them with commas between',
	orgType: 'a number from 1 to 10, or several of them with commas between',
	count: 'a whole number from 1 on',
} as const satisfies Record<string, Text>;

/** What somebody of the town is. */
export const ROLES = {
	head: 'Head of school',
	teacher: 'Teacher',
	classTeacher: 'Teacher, class {number} of grade {grade}',
	pupil: 'Student, class {number} of grade {grade}',
	parent: 'Parent of {pupil}',
	nobody: 'Nobody of the town has this ID',
} as const satisfies Record<string, Text>;
