/**
 * The platform's field tables as JSON Schemas, transcribed from the platform's own page (seed, grade
 * S) and not from this package's code: a wrong builder must be caught here. A comment gives the
 * number of a table's row. What the tables leave open is settled in platform.md (grade D).
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox';

import { say, type Sentence } from './language';
import { REFUSALS, RULES } from './texts';
import { compile, notOfKind, strictObject, type Check, type Checked } from './validation';

const filled = Type.String({ minLength: 1 });
const httpUrl = Type.String({
	format: 'httpUrl',
	description: RULES.httpUrl,
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
			description: RULES.color,
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
	if (typeKey !== undefined && body[typeKey] === undefined) {
		return refused(say(REFUSALS.missing, { field: typeKey }));
	}
	const given = body[field];
	if (recipients === 'list' && given !== undefined && !Array.isArray(given)) {
		return refused(notOfKind(field, 'list', given));
	}
	if (recipients === 'text' && given !== undefined && typeof given !== 'string') {
		return refused(notOfKind(field, 'text', given));
	}
	return { ok: true, value: body };
}

/** Checks a message body against the table of its type. */
export function checkMessage(body: unknown): Checked<CheckedMessage> {
	if (!isObject(body)) return refused(notOfKind(say(REFUSALS.body), 'jsonObject', body));
	const type = readType(body);
	return type.ok ? messageChecks[type.value](body) : type;
}

const refused = (problem: Sentence) => ({ ok: false, problem }) as const;

/** The tables say `msgType`, the examples `msgtype` (S): either, or both with one value (D). */
function readType(body: Record<string, unknown>): Checked<MsgType> {
	const spellings = ['msgType', 'msgtype'].filter((key) => body[key] !== undefined);
	const [key] = spellings;
	if (key === undefined) return refused(say(REFUSALS.typeMissing));
	for (const spelling of spellings) {
		const value = body[spelling];
		if (typeof value !== 'string') {
			return refused(notOfKind(spelling, 'string', value));
		}
		if ([...value].length > 10) {
			const values = { field: spelling, limit: 10, length: [...value].length };
			return refused(say(REFUSALS.tooLong, values));
		}
	}
	if (spellings.length === 2 && body.msgType !== body.msgtype) {
		return refused(
			say(REFUSALS.typesDiffer, { first: String(body.msgType), second: String(body.msgtype) }),
		);
	}
	const type = msgTypes.find((known) => known === body[key]);
	if (type) return { ok: true, value: type };
	const values = { field: key, values: msgTypes.join(', '), found: String(body[key]) };
	return refused(say(REFUSALS.notOneOf, values));
}

/**
 * Reads the recipients. Neither the field's name nor its form is public, so both forms that the
 * credential offers are understood: an array of ids, or ids separated by commas (D).
 */
export function checkRecipients(body: unknown, field: string): Checked<string[]> {
	const value = isObject(body) ? body[field] : undefined;
	if (value === undefined) return { ok: true, value: [] };
	if (typeof value !== 'string' && !Array.isArray(value)) {
		return refused(notOfKind(field, 'stringOrStrings', value));
	}
	const parts: unknown[] =
		typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
	if (parts.length === 0) return refused(say(REFUSALS.noEntry, { field }));
	const recipients: string[] = [];
	for (const [index, part] of parts.entries()) {
		if (typeof part !== 'string') {
			return refused(notOfKind(`${field}[${index}]`, 'string', part));
		}
		if (part.trim() === '') {
			return refused(
				typeof value === 'string'
					? say(REFUSALS.emptyId, { field, number: index + 1 })
					: say(REFUSALS.empty, { field: `${field}[${index}]` }),
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
			description: RULES.timeStamp,
		}),
		keyInfo: Type.String({
			pattern: '^[0-9A-F]{40}$',
			description: RULES.keyInfo,
		}),
	}),
);

/**
 * The queries of the directory (platform.md section 4), whose values are texts. Limits that two fields share,
 * and what ids there are, is for the calls themselves.
 */
const yesOrNo = Type.String({ pattern: '^[01]$', description: RULES.yesOrNo });

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
				description: RULES.childType,
			}),
		),
		is_filter: Type.Optional(yesOrNo),
		org_type: Type.Optional(
			Type.String({
				pattern: '^([1-9]|10)(,([1-9]|10))*$',
				description: RULES.orgType,
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

function count() {
	return Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: RULES.count });
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
