import { InvalidFieldError, isBlank, parameter, setting } from './checks';
import { isRecord, parseJson, toJsonObject, type JsonObject } from './json';
import type { Message } from './messages';

/** Which spelling of the type key is sent: the field tables say `msgType`, the examples `msgtype` (D). */
export type TypeKey = 'both' | 'msgType' | 'msgtype';

/** How a list of recipients is written: neither is public, the application's console says (platform.md 2). */
export type RecipientFormat = 'array' | 'commaSeparated';

/** The keys of every message, taken one by one. */
type MessageKey<M = Message> = M extends unknown ? keyof M : never;

/** Every top-level key that a message may have as its own, so that nothing else may use it. */
const MESSAGE_KEYS = {
	msgType: true,
	msgtype: true,
	text: true,
	link: true,
	oa: true,
	busiId: true,
	pcUrl: true,
	appUrl: true,
} satisfies Record<MessageKey | 'msgtype', true>;

const isMessageKey = (key: string) => Object.hasOwn(MESSAGE_KEYS, key);

/** What goes around a message on its way. */
export interface Delivery {
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
export function toRequestBody(message: Message, around: Delivery): JsonObject {
	const { msgType, ...content } = message;
	const type: JsonObject = {};
	if (around.typeKey !== 'msgtype') type.msgType = msgType;
	if (around.typeKey !== 'msgType') type.msgtype = msgType;

	const body: JsonObject = { ...type, ...toJsonObject(content) };
	if (around.recipients.length > 0) {
		const field = checkRecipientField(around.recipientField);
		body[field] =
			around.recipientFormat === 'array' ? [...around.recipients] : around.recipients.join(',');
	}
	for (const key of Object.keys(around.extraBodyFields)) {
		if (isMessageKey(key) || Object.hasOwn(body, key)) {
			throw new InvalidFieldError(parameter('options', 'extraBodyFields'), 'overwritesMessage', {
				key,
			});
		}
	}
	return { ...body, ...around.extraBodyFields };
}

function checkRecipientField(value: string): string {
	const field = value.trim();
	if (field === '') throw new InvalidFieldError(setting('recipientField'), 'required');
	if (isMessageKey(field)) {
		throw new InvalidFieldError(setting('recipientField'), 'reservedName', { value: field });
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
		throw new InvalidFieldError(parameter('recipients'), 'required');
	return recipients;
}

function entriesOf(value: unknown): string[] {
	const entries: unknown[] =
		typeof value === 'string' ? value.split(/[,，\n\r]/) : Array.isArray(value) ? value : [value];
	return entries
		.map((entry) => {
			if (typeof entry === 'string') return entry.trim();
			if (typeof entry === 'number') return String(entry);
			throw new InvalidFieldError(parameter('recipients'), 'notRecipients');
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
		throw new InvalidFieldError(parameter('options', 'extraBodyFields'), 'notJsonObject');
	return toJsonObject(parsed);
}
