import { inFile } from '../mutant';

/** A sandbox that accepts what is wrong: a node that sends it would pass every test. */
export const sandbox = [
	...inFile(
		'sandbox/validation.ts',
		['/^https?:\\/\\/\\S/i.test(text) && ', '', 'javascript: is an address'],
		[' && !/\\s$/.test(text)', '', 'an address with a blank behind it'],
		[' && URL.canParse(text)', '', 'an address that is none'],
		[
			'sentences.slice(0, MOST_SENTENCES)',
			'sentences',
			'a sentence for each of a thousand mistakes',
		],
		['path ? `${path}.${name}` : name', 'name', 'a field is named without its place'],
		[', { additionalProperties: false })', ')', 'fields that the tables do not know'],
	),
	...inFile(
		'sandbox/schemas.ts',
		['maxLength: 255', 'maxLength: 2550', 'a long head text'],
		["'^[0-9A-Fa-f]{8}$'", "'[0-9A-Fa-f]{6}'", 'a color with 0x'],
		['maxItems: 6', 'maxItems: 7', 'seven rows'],
		['appUrl: httpUrl, // 4', 'appUrl: filled, // 4', 'an oa appUrl that is no address'],
		['pcUrl: httpUrl, // 3', 'pcUrl: filled, // 3', 'an oa pcUrl that is no address'],
		['busiId: filled, // 2\n', 'busiId: string, // 2\n', 'an oa message with an empty Business ID'],
		['appUrl: httpUrl, // 2.2', 'appUrl: filled, // 2.2', 'a link appUrl that is no address'],
		[
			'spellings.length === 2 && body.msgType !== body.msgtype',
			'false',
			'two types that contradict each other',
		],
		[
			'[...value].length > 10',
			'false',
			'a long type',
			'No known type is that long: it is refused as unknown then.',
		],
		[
			'parts.length === 0) return refused',
			'parts.length < 0) return refused',
			'an empty list of recipients',
		],
		["if (typeof part !== 'string') {", 'if (false) {', 'numbers as recipients'],
		["if (part.trim() === '') {", 'if (false) {', 'an empty recipient'],
		["'^[0-9A-F]{40}$'", "'^[0-9A-Fa-f]+$'", 'a signature in lower case'],
		['filled = Type.String({ minLength: 1 })', 'filled = Type.String()', 'an empty content'],
		["\tformat: 'httpUrl',\n", '', 'a path as an address'],
		[
			'picUrl: Type.String(), // 2.6',
			'picUrl: Type.Optional(Type.String()), // 2.6',
			'a link without picUrl',
		],
		[
			'fileCount: Type.Optional(Type.String())',
			'fileCount: Type.Optional(Type.Any())',
			'a file count that is a number',
		],
		['minItems: 1, ', '', 'an empty form'],
		[
			'strictObject({ key: Type.String(), value: Type.String() })',
			'strictObject({ key: Type.String(), value: Type.Optional(Type.String()) })',
			'a row without a value',
		],
		[
			'strictObject({ content: filled })',
			'Type.Object({ content: filled })',
			'fields that the table does not know',
		],
		[
			'const oaHead = strictObject(',
			'const oaHead = Type.Object(',
			'fields that the table does not know',
		],
		["'^[1-9][0-9]{12}$'", "'^[0-9]+$'", 'a timeStamp in seconds'],
		[
			'oa: strictObject({ head: oaHead,',
			'oa: strictObject({ head: Type.Optional(oaHead),',
			'an oa message without a head',
		],
	),
	...inFile(
		'sandbox/fence.ts',
		['if (!isOwnHost(request, names)) {', 'if (false) {', 'another name that leads here'],
		['host === `${name}:${port}`', 'host.startsWith(name)', 'a name that only begins as its own'],
		[
			'if (isFromElsewhere(request)) return',
			'if (false) return',
			'calls that a browser makes for another page',
		],
		[
			"site !== 'none' && site !== 'same-origin' && !isLink",
			"site === 'cross-site' && !isLink",
			'a page on another port of this computer',
		],
		["'x-frame-options': 'DENY',", '', 'pages that can be framed'],
	),
	...inFile(
		'sandbox/http.ts',
		[
			'/^application\\/json\\s*(?:;\\s*charset="?utf-8"?\\s*)?$/i',
			'/json|text/i',
			'another Content-Type',
		],
		['(?:;\\s*charset="?utf-8"?\\s*)?$/i', '(?:;|$)/i', 'another charset'],
	),
	...inFile(
		'sandbox/secrets.ts',
		[
			'NAME.test(decoded(key)) ? MASK',
			'NAME.test(key) && level === 0 ? MASK',
			'a code that is nested',
		],
		[
			'+ found[0] + MASK',
			'+ found[0] + text.slice(found.index + found[0].length)',
			'a code in a form',
		],
		[
			'return NAME.test(decoded(text)) ? MASK',
			'return NAME.test(text) ? MASK',
			'a name in disguise',
		],
		['(this.isOwn(word) ? MASK : word)', 'word', 'a code under another name'],
		['if (level === MOST_LEVELS) return MASK;', '', 'a body of brackets alone'],
	),
	...inFile(
		'sandbox/callLog.ts',
		['if (length > LONGEST_BODY) {', 'if (false) {', 'a log of long bodies'],
		[' || this.characters > MOST_CHARACTERS', '', 'a log without a bound in bytes'],
		[' || byPath.size < MOST_PATHS', ' || true', 'a count for each of any number of paths'],
	),
	...inFile('sandbox/store.ts', [
		'this.messages.length > MOST_MESSAGES || this.characters > MOST_CHARACTERS',
		'this.messages.length > MOST_MESSAGES',
		'messages that fill the memory',
	]),
	...inFile(
		'sandbox/control.ts',
		["method !== 'POST' ||", 'true ||', 'faults queued by a form'],
		['route.bodyLimit = BODY_LIMIT_BYTES;', '', 'faults of any length'],
	),
	...inFile(
		'sandbox/faults.ts',
		['\\\\p{Cc}\\\\p{Zl}\\\\p{Zp}', '', 'a code with a line break'],
		['[\\\\x20-\\\\x7e]{0,98}', '[^]{0,98}', 'a Retry-After with a line break'],
		['maximum: LONGEST_RETRY_AFTER', 'minimum: -1', 'a Retry-After without an end'],
	),
	...inFile(
		'sandbox/language.ts',
		["language === 'en' ? text : chinese[text]", 'text', 'a Chinese sandbox that speaks English'],
		[
			"typeof value === 'object' ? word(value, language)",
			"typeof value === 'object' ? word(value, 'en')",
			'an English word in a Chinese sentence',
		],
	),
	...inFile('sandbox/pages/html.ts', [
		'(place) => render(values[place])',
		'(place) => String(values[place])',
		'what a place of a text holds is not escaped',
	]),
	...inFile(
		'sandbox/pages/message.ts',
		['if (isRemote && !shown) {', 'if (false) {', 'pictures of other hosts, unasked'],
		[
			"if (delivered.msgType === 'text') return false;",
			"return delivered.msgType !== 'text';",
			'every card asks for an answer',
		],
	),
	...inFile(
		'sandbox/directory.ts',
		['if (size > MOST_MEMBERS) {', 'if (false) {', 'a page of members of any size'],
		[
			'if (Object.hasOwn(query, name)) {',
			'if (false) {',
			'a parameter of the directory that is there twice',
		],
		[
			'if (is_filter !== undefined && child_type !== undefined) {',
			'if (false) {',
			'is_filter and child_type together',
		],
		['(number - 1) * size', '0', 'every page of members is the first'],
		["this.set.spelling === 'text' ? result", 'true ? result', 'numbers are spelled as texts'],
	),
	...inFile(
		'sandbox/pages/search.ts',
		["|/]/g, '\\\\$&'),", "|/]/g, '$&'),", 'a search is a pattern'],
		[", 'iu');", ", 'u');", 'a search that minds the case'],
	),
	...inFile(
		'sandbox/pages/login.ts',
		[
			'if (query.getAll(name).length > 1) return',
			'if (false) return',
			'two states at the login: the first counts',
		],
		[
			'if (state.length > MOST_STATE_CHARACTERS) {',
			'if (false) {',
			'the login takes an endless state',
		],
	),
	...inFile(
		'sandbox/platformCalls.ts',
		[
			'checkAccessToken(tokens, query) ?? callOf(directory)(query)',
			'callOf(directory)(query)',
			'a directory without a token',
		],
		['if (others.length > 0) {', 'if (others.length > 1) {', 'a doubled accessToken'],
		[
			'if (!accessToken) {',
			'if (accessToken === undefined) {',
			'an empty accessToken',
			'No such token was issued: it is refused as unknown then.',
		],
		[
			'const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);\n\tif (unfit) return unfit;\n\tconst form',
			'const unfit = checkJson(call);\n\tif (unfit) return unfit;\n\tconst form',
			'messages without a token',
		],
		[
			'return refuse(retCodes.tokenExpired, say(REFUSALS.tokenExpired));',
			'return undefined;',
			'a token that has run out',
		],
		[
			'if (keyInfo !== signatureOf(appId, appKey, timeStamp)) {',
			'if (false) {',
			'a wrong signature',
		],
		['if (request.value.appId !== appId) {', 'if (!request.value.appId) {', 'another app ID'],
		[
			'if (unfit) return unfit;\n\tconst request = checkOauthTokenRequest',
			'const request = checkOauthTokenRequest',
			'codes without a token',
		],
		[
			'if (!recipients.ok) return refuse(retCodes.recipients, recipients.problem);',
			'if (!recipients.ok) return succeed({});',
			'recipients in a wrong form',
		],
		[
			'if (!message.ok) return refuse(retCodes.messageBody, message.problem);',
			'if (!message.ok) return succeed({});',
			'a message that is none',
		],
	),
];
