import { InvalidFieldError, isBlank } from './fields';
import { isRecord, type JsonObject, type JsonValue, type Message } from './messages';

/** Which spelling of the type key is sent: the field tables say `msgType`, the examples `msgtype` (D). */
export type TypeKey = 'both' | 'msgType' | 'msgtype';

/** How a list of recipients is written: neither is public, the application's console says (platform.md 2). */
export type RecipientFormat = 'array' | 'commaSeparated';

/** Every top-level key that a message may have as its own, so that nothing else may use it. */
const MESSAGE_KEYS: readonly string[] = [
	'msgType',
	'msgtype',
	'text',
	'link',
	'oa',
	'busiId',
	'pcUrl',
	'appUrl',
];

/** What goes around a message on its way. */
export interface Envelopment {
	typeKey: TypeKey;
	/** The people to reach; empty: no recipient field is sent. */
	recipients: readonly string[];
	recipientField: string;
	recipientFormat: RecipientFormat;
	/** Merged at the top level. */
	extraBodyFields: JsonObject;
}

/**
 * The request body of a message.
 *
 * @throws InvalidFieldError `required`/`reservedName` for `recipientField`, `overwritesMessage` for
 * `extraBodyFields`.
 */
export function toRequestBody(message: Message, around: Envelopment): JsonObject {
	const { msgType, ...content } = message;
	const type: JsonObject = {};
	if (around.typeKey !== 'msgtype') type.msgType = msgType;
	if (around.typeKey !== 'msgType') type.msgtype = msgType;

	const body: JsonObject = { ...type, ...toJson(content) };
	if (around.recipients.length > 0) {
		const field = checkRecipientField(around.recipientField);
		body[field] =
			around.recipientFormat === 'array' ? [...around.recipients] : around.recipients.join(',');
	}
	for (const key of Object.keys(around.extraBodyFields)) {
		if (MESSAGE_KEYS.includes(key) || Object.hasOwn(body, key)) {
			throw new InvalidFieldError(['options', 'extraBodyFields'], 'overwritesMessage', { key });
		}
	}
	return { ...body, ...around.extraBodyFields };
}

function checkRecipientField(value: string): string {
	const field = value.trim();
	if (field === '') throw new InvalidFieldError(['recipientField'], 'required');
	if (MESSAGE_KEYS.includes(field)) {
		throw new InvalidFieldError(['recipientField'], 'reservedName', { value: field });
	}
	return field;
}

/**
 * Recipients from a text (separated by commas, full-width ones too, or lines), a number, or a list
 * of these. Blank entries are dropped, nothing else is changed.
 *
 * @param isRequired whether nobody is a mistake.
 * @throws InvalidFieldError `notRecipients`, or `required`.
 */
export function parseRecipients(value: unknown, isRequired = false): string[] {
	const recipients = isBlank(value) ? [] : entriesOf(value);
	if (isRequired && recipients.length === 0)
		throw new InvalidFieldError(['recipients'], 'required');
	return recipients;
}

function entriesOf(value: unknown): string[] {
	const entries: unknown[] =
		typeof value === 'string' ? value.split(/[,，\n\r]/) : Array.isArray(value) ? value : [value];
	return entries
		.map((entry) => {
			if (typeof entry === 'string') return entry.trim();
			if (typeof entry === 'number') return String(entry);
			throw new InvalidFieldError(['recipients'], 'notRecipients');
		})
		.filter((entry) => entry !== '');
}

/**
 * An application's own fields, from an object or its JSON text; empty when left blank.
 *
 * @throws InvalidFieldError `notJsonObject`.
 */
export function parseExtraBodyFields(value: unknown): JsonObject {
	if (isBlank(value)) return {};
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	if (!isRecord(parsed))
		throw new InvalidFieldError(['options', 'extraBodyFields'], 'notJsonObject');
	return toJson(parsed);
}

/** The value a JSON text stands for, or `undefined` when it is none. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** An object as JSON would carry it; what JSON cannot carry (`undefined`, functions) is dropped. */
function toJson(value: object): JsonObject {
	return Object.fromEntries(
		Object.entries(value).filter(
			(entry): entry is [string, JsonValue] =>
				entry[1] !== undefined && typeof entry[1] !== 'function',
		),
	);
}
