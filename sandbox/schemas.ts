/**
 * The platform's field tables as JSON Schemas, transcribed from the platform's own page (seed, grade
 * S) and not from this package's code: a wrong builder must be caught here. A comment gives the
 * number of a table's row. What the tables leave open is settled in platform.md (grade D).
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox';

import { compile, kindOf, strictObject, type Check, type Checked } from './validation';

const filled = Type.String({ minLength: 1 });
const httpUrl = Type.String({
	format: 'httpUrl',
	description: 'an absolute http:// or https:// address',
});

// The top level of a message also carries recipients and an application's own fields: it is not strict.

const textMessage = Type.Object({
	text: strictObject({ content: filled }), // 1.1, 1.1.1
});

const linkMessage = Type.Object({
	// 2
	link: strictObject({
		pcUrl: httpUrl, // 2.1
		appUrl: httpUrl, // 2.2
		title: filled, // 2.3
		busiId: filled, // 2.4
		content: filled, // 2.5
		picUrl: Type.String(), // 2.6: required, yet "if left out, no picture": may be "" (D)
	}),
});

const oaHead = strictObject({
	text: Type.String({ minLength: 1, maxLength: 255 }), // 5.1.1
	// 5.1.2
	bgColor: Type.Optional(
		Type.String({
			pattern: '^[0-9A-Fa-f]{8}$',
			description: 'exactly 8 hex digits (AARRGGBB, without 0x), such as FFCC0000',
		}),
	),
});

const oaBody = strictObject({
	title: Type.Optional(Type.String()), // 5.2.1
	content: Type.Optional(Type.String()), // 5.2.2
	imageUrl: Type.Optional(Type.String()), // 5.2.3
	fileCount: Type.Optional(Type.String()), // 5.2.4: a String, for display only
	author: Type.Optional(Type.String()), // 5.2.5
	// 5.2.6: at most 6; left out when empty (D)
	form: Type.Optional(
		Type.Array(
			strictObject({ key: Type.String(), value: Type.String() }), // 5.2.7, 5.2.8
			{ minItems: 1, maxItems: 6 },
		),
	),
});

const oaMessage = Type.Object({
	busiId: filled, // 2
	pcUrl: httpUrl, // 3
	appUrl: httpUrl, // 4
	oa: strictObject({ head: oaHead, body: Type.Optional(oaBody) }), // 5
});

export type LinkMessage = Static<typeof linkMessage>;
export type OaMessage = Static<typeof oaMessage>;

/** The message types, each with the check of its table. */
const messageChecks = {
	text: messageCheck('text', textMessage),
	link: messageCheck('link', linkMessage),
	oa: messageCheck('oa', oaMessage),
};

export type MsgType = keyof typeof messageChecks;

/** A message that passed the check of its type. */
export type CheckedMessage = ValueOf<(typeof messageChecks)[MsgType]>;

type ValueOf<C> = C extends Check<infer T> ? T : never;

export const msgTypes = Object.keys(messageChecks) as readonly MsgType[];

function messageCheck<K extends string, T extends TSchema>(
	msgType: K,
	schema: T,
): Check<{ msgType: K; message: Static<T> }> {
	const check = compile(schema);
	return (body) => {
		const checked = check(body);
		return checked.ok ? { ok: true, value: { msgType, message: checked.value } } : checked;
	};
}

/** What a platform takes of the forms that the documents leave open; all of them where nothing is said (D). */
export interface MessageForm {
	/** The one name of the type that it looks at. */
	typeKey?: 'msgType' | 'msgtype';
	/** How recipients are to be written. */
	recipients?: 'list' | 'text';
}

/** Checks a message body for what a platform of that form would not understand. */
export function checkForm(
	body: unknown,
	{ typeKey, recipients }: MessageForm,
	field: string,
): Checked<unknown> {
	if (!isObject(body)) return { ok: true, value: body };
	if (typeKey !== undefined && body[typeKey] === undefined) return refused(`${typeKey} is missing`);
	const given = body[field];
	if (recipients === 'list' && given !== undefined && !Array.isArray(given)) {
		return refused(`${field} must be a list, not ${kindOf(given)}`);
	}
	if (recipients === 'text' && given !== undefined && typeof given !== 'string') {
		return refused(`${field} must be a text, not ${kindOf(given)}`);
	}
	return { ok: true, value: body };
}

/** Checks a message body against the table of its type. */
export function checkMessage(body: unknown): Checked<CheckedMessage> {
	if (!isObject(body)) return refused(`the body must be a JSON object, not ${kindOf(body)}`);
	const type = readType(body);
	return type.ok ? messageChecks[type.value](body) : type;
}

const refused = (problem: string) => ({ ok: false, problem }) as const;

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
		: refused(`${key} must be one of ${msgTypes.join(', ')}, not "${String(body[key])}"`);
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
export const checkOauthTokenRequest = compile(strictObject({ oauthCode: filled }));

/** Body of `POST /apigateway/getAccessToken` (platform.md section 3, V). */
export const checkAccessTokenRequest = compile(
	strictObject({
		appId: filled,
		timeStamp: Type.String({
			pattern: '^[1-9][0-9]{12}$',
			description: 'the milliseconds since the epoch, as a string of 13 digits',
		}),
		keyInfo: Type.String({
			pattern: '^[0-9A-F]{40}$',
			description: '40 upper-case hex digits',
		}),
	}),
);

/**
 * The queries of the directory (platform.md section 4), whose values are texts. Limits that two fields share,
 * and what ids there are, is for the calls themselves.
 */
const yesOrNo = oneOf('0', '1');

export const checkUserRequest = compile(strictObject({ user_id: filled }));
export const checkOrgRequest = compile(strictObject({ org_id: filled }));
export const checkDepartmentsRequest = compile(
	strictObject({
		org_id: filled,
		parent_id: Type.Optional(filled),
		is_all: Type.Optional(yesOrNo),
	}),
);
export const checkChildListRequest = compile(
	strictObject({
		org_id: filled,
		child_type: Type.Optional(
			Type.String({
				pattern: '^[1-3](,[1-3])*$',
				description: '1, 2 or 3, or several of them with commas between',
			}),
		),
		is_filter: Type.Optional(yesOrNo),
		org_type: Type.Optional(
			Type.String({
				pattern: '^([1-9]|10)(,([1-9]|10))*$',
				description: 'a number from 1 to 10, or several of them with commas between',
			}),
		),
	}),
);
export const checkMembersRequest = compile(
	strictObject({
		org_id: filled,
		user_type: Type.Optional(yesOrNo),
		page: Type.Optional(count()),
		page_size: Type.Optional(count()),
	}),
);

function oneOf(...values: string[]) {
	return Type.String({ pattern: `^(${values.join('|')})$`, description: values.join(' or ') });
}

function count() {
	return Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'a whole number from 1 on' });
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
