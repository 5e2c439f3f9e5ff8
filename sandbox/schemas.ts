/**
 * The platform's field tables as JSON Schemas, transcribed from the platform's own page (seed, grade
 * S) and not from this package's code: a wrong builder must be caught here. A comment gives the
 * number of a table's row. What the tables leave open is settled in platform.md (grade D).
 */
import { ajv, describeErrors, kindOf } from './validation';

export interface TextMessageBody {
	text: { content: string };
}

export interface LinkMessageBody {
	link: {
		pcUrl: string;
		appUrl: string;
		title: string;
		busiId: string;
		content: string;
		picUrl: string;
	};
}

export interface OaMessageBody {
	busiId: string;
	pcUrl: string;
	appUrl: string;
	oa: {
		head: { text: string; bgColor?: string };
		body?: {
			title?: string;
			content?: string;
			imageUrl?: string;
			fileCount?: string;
			author?: string;
			form?: Array<{ key: string; value: string }>;
		};
	};
}

/** A message body that passed its table's check. */
export type CheckedMessage =
	| { msgType: 'text'; message: TextMessageBody }
	| { msgType: 'link'; message: LinkMessageBody }
	| { msgType: 'oa'; message: OaMessageBody };

export type MsgType = CheckedMessage['msgType'];

export const msgTypes: readonly MsgType[] = ['text', 'link', 'oa'];

const string = { type: 'string' } as const;
const filled = { type: 'string', minLength: 1 } as const;
const httpUrl = {
	type: 'string',
	format: 'http-url',
	description: 'an absolute http:// or https:// address',
} as const;

/** An object with exactly these fields. */
function strictObject(properties: Record<string, object>, required: string[]): object {
	return { type: 'object', properties, required, additionalProperties: false };
}

/** A message: the top level also carries recipients and an application's own fields. */
function message(properties: Record<string, object>, required: string[]): object {
	return { type: 'object', properties, required };
}

const checkText = ajv.compile<TextMessageBody>(
	message(
		{
			text: strictObject({ content: filled }, ['content']), // 1.1, 1.1.1
		},
		['text'],
	),
);

const checkLink = ajv.compile<LinkMessageBody>(
	message(
		{
			// 2
			link: strictObject(
				{
					pcUrl: httpUrl, // 2.1
					appUrl: httpUrl, // 2.2
					title: filled, // 2.3
					busiId: filled, // 2.4
					content: filled, // 2.5
					picUrl: string, // 2.6: required, yet "if left out, no picture": may be "" (D)
				},
				['pcUrl', 'appUrl', 'title', 'busiId', 'content', 'picUrl'],
			),
		},
		['link'],
	),
);

const oaHead = strictObject(
	{
		text: { type: 'string', minLength: 1, maxLength: 255 }, // 5.1.1
		// 5.1.2
		bgColor: {
			type: 'string',
			pattern: '^[0-9A-Fa-f]{8}$',
			description: 'exactly 8 hex digits (AARRGGBB, without 0x), such as FFCC0000',
		},
	},
	['text'],
);

const oaBody = strictObject(
	{
		title: string, // 5.2.1
		content: string, // 5.2.2
		imageUrl: string, // 5.2.3
		fileCount: string, // 5.2.4: a String, for display only
		author: string, // 5.2.5
		// 5.2.6: at most 6; left out when empty (D)
		form: {
			type: 'array',
			minItems: 1,
			maxItems: 6,
			items: strictObject({ key: string, value: string }, ['key', 'value']), // 5.2.7, 5.2.8
		},
	},
	[],
);

const checkOa = ajv.compile<OaMessageBody>(
	message(
		{
			busiId: filled, // 2
			pcUrl: httpUrl, // 3
			appUrl: httpUrl, // 4
			oa: strictObject({ head: oaHead, body: oaBody }, ['head']), // 5
		},
		['busiId', 'pcUrl', 'appUrl', 'oa'],
	),
);

/** What came of a check: the value with its type, or one English sentence. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problem: string };

const refused = (problem: string) => ({ ok: false, problem }) as const;

/** Checks a message body against the table of its type. */
export function checkMessage(body: unknown): Checked<CheckedMessage> {
	if (!isObject(body)) return refused(`the body must be a JSON object, not ${kindOf(body)}`);
	const type = readType(body);
	if (!type.ok) return type;
	switch (type.value) {
		case 'text':
			if (checkText(body)) return { ok: true, value: { msgType: 'text', message: body } };
			return refused(describeErrors(checkText.errors));
		case 'link':
			if (checkLink(body)) return { ok: true, value: { msgType: 'link', message: body } };
			return refused(describeErrors(checkLink.errors));
		case 'oa':
			if (checkOa(body)) return { ok: true, value: { msgType: 'oa', message: body } };
			return refused(describeErrors(checkOa.errors));
	}
}

/** The tables say `msgType`, the examples `msgtype` (S): either, or both with one value (D). */
function readType(body: Record<string, unknown>): Checked<MsgType> {
	const spellings = ['msgType', 'msgtype'].filter((key) => body[key] !== undefined);
	const [key] = spellings;
	if (key === undefined) return refused('msgType (or msgtype) is missing');
	for (const spelling of spellings) {
		const value = body[spelling];
		if (typeof value !== 'string') {
			return refused(`${spelling} must be a string, not ${kindOf(value)}`);
		}
		if ([...value].length > 10) {
			return refused(`${spelling} may have at most 10 characters, and has ${[...value].length}`);
		}
	}
	if (spellings.length === 2 && body.msgType !== body.msgtype) {
		return refused(
			`msgType and msgtype contradict each other ("${String(body.msgType)}", "${String(body.msgtype)}")`,
		);
	}
	const type = msgTypes.find((known) => known === body[key]);
	return type
		? { ok: true, value: type }
		: refused(`${key} must be one of text, link, oa, not "${String(body[key])}"`);
}

/**
 * Reads the recipients. Neither the field's name nor its form is public, so both forms that the
 * credential offers are understood: an array of ids, or ids separated by commas (D).
 */
export function checkRecipients(body: unknown, field: string): Checked<string[]> {
	const value = isObject(body) ? body[field] : undefined;
	if (value === undefined) return { ok: true, value: [] };
	if (typeof value !== 'string' && !Array.isArray(value)) {
		return refused(`${field} must be an array of strings or a string, not ${kindOf(value)}`);
	}
	const parts: unknown[] =
		typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
	if (parts.length === 0) return refused(`${field} must have at least 1 entry`);
	const recipients: string[] = [];
	for (const [index, part] of parts.entries()) {
		if (typeof part !== 'string') {
			return refused(`${field}[${index}] must be a string, not ${kindOf(part)}`);
		}
		if (part.trim() === '') {
			return refused(
				typeof value === 'string'
					? `${field} must hold ids separated by commas, and id ${index + 1} is empty`
					: `${field}[${index}] must not be empty`,
			);
		}
		recipients.push(part);
	}
	return { ok: true, value: recipients };
}

/** Field table of `POST /oauth/getOauthToken` (S). */
export const checkOauthRequest = ajv.compile<{ oauthCode: string }>(
	strictObject({ oauthCode: filled }, ['oauthCode']),
);

/** Body of `POST /apigateway/getAccessToken` (platform.md section 3, V). */
export const checkGatewayRequest = ajv.compile<{
	appId: string;
	timeStamp: string;
	keyInfo: string;
}>(
	strictObject(
		{
			appId: filled,
			timeStamp: {
				type: 'string',
				pattern: '^[0-9]{13}$',
				description: 'the milliseconds since the epoch, as a string of 13 digits',
			},
			keyInfo: {
				type: 'string',
				pattern: '^[0-9A-F]{40}$',
				description: '40 upper-case hex digits',
			},
		},
		['appId', 'timeStamp', 'keyInfo'],
	),
);

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
