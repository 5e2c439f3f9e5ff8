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
	),
	...inFile(
		'sandbox/schemas.ts',
		[
			'required, additionalProperties: false };',
			'required };',
			'fields that the tables do not know',
		],
		[
			'properties, required };\n}\n\nconst checkText',
			'properties };\n}\n\nconst checkText',
			'a message without its content',
		],
		[
			"{ type: 'string', minLength: 1 } as const",
			"{ type: 'string' } as const",
			'an empty content',
		],
		["\tformat: 'http-url',\n", '', 'a path as an address'],
		['picUrl: string, // 2.6', 'picUrl: {}, // 2.6', 'a picture that is no text'],
		["'content', 'picUrl'],", "'content'],", 'a link without picUrl'],
		['maxLength: 255', 'maxLength: 2550', 'a long head text'],
		["'^[0-9A-Fa-f]{8}$'", "'[0-9A-Fa-f]{6}'", 'a color with 0x'],
		['fileCount: string', 'fileCount: {}', 'a file count that is a number'],
		['maxItems: 6', 'maxItems: 7', 'seven rows'],
		['minItems: 1,\n', '\n', 'an empty form'],
		['appUrl: httpUrl, // 4', 'appUrl: filled, // 4', 'an oa appUrl that is no address'],
		['pcUrl: httpUrl, // 3', 'pcUrl: filled, // 3', 'an oa pcUrl that is no address'],
		['busiId: filled, // 2\n', 'busiId: string, // 2\n', 'an oa message with an empty Business ID'],
		['appUrl: httpUrl, // 2.2', 'appUrl: filled, // 2.2', 'a link appUrl that is no address'],
		["['key', 'value'])", "['key'])", 'a row without a value'],
		[
			"['busiId', 'pcUrl', 'appUrl', 'oa']",
			"['pcUrl', 'appUrl', 'oa']",
			'an oa message without a Business ID',
		],
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
		["'^[0-9]{13}$'", "'^[0-9]+$'", 'a timeStamp in seconds'],
		["'^[0-9A-F]{40}$'", "'^[0-9A-Fa-f]+$'", 'a signature in lower case'],
		["timeStamp: {\n\t\t\t\ttype: 'string',", 'timeStamp: {', 'a timeStamp that is a number'],
	),
	...inFile(
		'sandbox/platformCalls.ts',
		['if (others.length > 0) {', 'if (others.length > 1) {', 'a doubled accessToken'],
		[
			'if (!accessToken) {',
			'if (accessToken === undefined) {',
			'an empty accessToken',
			'No such token was issued: it is refused as unknown then.',
		],
		['/^application\\/json\\s*(;|$)/i.test', '/json|text/i.test', 'another Content-Type'],
		[
			'body === undefined ? refuse(code.notJson',
			'body === null ? refuse(code.notJson',
			'a body that is no JSON is told as something else',
		],
		[
			"case 'expired':\n\t\t\treturn refuse(code.tokenExpired",
			"case 'expired':\n\t\t\tif (true) return undefined;\n\t\t\treturn refuse(code.tokenExpired",
			'a token that has run out',
		],
		[
			'if (body.keyInfo !== signatureOf(appId, appKey, body.timeStamp)) {',
			'if (false) {',
			'a wrong signature',
		],
		['if (body.appId !== appId) return', 'if (!body.appId) return', 'another app ID'],
		[
			'const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);\n\tif (unfit) return unfit;\n\tconst message',
			'const unfit = checkJson(call);\n\tif (unfit) return unfit;\n\tconst message',
			'messages without a token',
		],
		[
			'const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);\n\tif (unfit) return unfit;\n\tconst { body }',
			'const unfit = checkJson(call);\n\tif (unfit) return unfit;\n\tconst { body }',
			'codes without a token',
		],
		[
			'if (!recipients.ok) return refuse(code.recipients, recipients.problem);',
			'if (!recipients.ok) return succeed({});',
			'recipients in a wrong form',
		],
		[
			'if (!message.ok) return refuse(code.messageBody, message.problem);',
			'if (!message.ok) return succeed({});',
			'a message that is none',
		],
	),
];
