import { InvalidFieldError, isBlank, oneOf, parameter, setting, type Field } from './checks';
import {
	isRecord,
	isTooDeep,
	isUnsafeName,
	MAX_DEPTH,
	parseJson,
	parseSendable,
	type JsonValue,
	type Sendable,
	type SendableObject,
} from './json';
import type { Message } from './messages';
import { pastedName } from './pasted';

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
	/** As the user left it. */
	recipientField: unknown;
	recipientFormat: RecipientFormat;
	/** Merged at the top level. */
	extraBodyFields: SendableObject;
}

/**
 * The request body of a message.
 *
 * @throws InvalidFieldError as {@link parseRecipientField} for `recipientField`, `overwritesMessage` for
 * `extraBodyFields`.
 */
export function toRequestBody(message: Message, around: Delivery): SendableObject {
	const { msgType, ...content } = message;
	const type: Record<string, Sendable> = {};
	if (around.typeKey !== 'msgtype') type.msgType = msgType;
	if (around.typeKey !== 'msgType') type.msgtype = msgType;

	const body: Record<string, Sendable> = {
		...type,
		...(content as unknown as SendableObject),
	};
	if (around.recipients.length > 0) {
		const field = parseRecipientField(around.recipientField);
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

/**
 * The name of the request field that carries the recipients.
 *
 * @throws InvalidFieldError `required`, `notName`, `unsafeName` or `reservedName`.
 */
export function parseRecipientField(value: unknown): string {
	const field = pastedName(value, setting('recipientField'));
	if (isUnsafeName(field)) {
		throw new InvalidFieldError(setting('recipientField'), 'unsafeName', { key: field });
	}
	if (isMessageKey(field)) {
		throw new InvalidFieldError(setting('recipientField'), 'reservedName', { value: field });
	}
	return field;
}

/** How the recipients are written in it. @throws InvalidFieldError `notAnOption`. */
export function parseRecipientFormat(value: unknown): RecipientFormat {
	return oneOf(value ?? 'array', setting('recipientFormat'), ['array', 'commaSeparated']);
}

/**
 * An application's own fields, from an object or its JSON text. In a text, numbers keep all their
 * digits.
 *
 * @throws InvalidFieldError `required`, `notJsonObject`, `unsafeName`, `tooDeep`, `tooManyParts`, or
 * `longNumber` for a number in an object that has lost digits already.
 */
export function parseExtraBodyFields(value: unknown): SendableObject {
	const field = parameter('options', 'extraBodyFields');
	if (isBlank(value)) throw new InvalidFieldError(field, 'required');
	if (isTooDeep(typeof value === 'string' ? parseJson(value) : value)) {
		throw new InvalidFieldError(field, 'tooDeep', { max: MAX_DEPTH });
	}
	const parsed = typeof value === 'string' ? parseSendable(value) : toSendable(value, field);
	if (!isRecord(parsed)) throw new InvalidFieldError(field, 'notJsonObject');
	checkParts(parsed, field);
	return parsed as SendableObject;
}

/**
 * Looks at every part of a value.
 *
 * @throws InvalidFieldError `unsafeName`.
 */
function checkParts(value: object, field: Field): void {
	let level: unknown[] = [value];
	while (level.length > 0) {
		const key = level
			.filter(isRecord)
			.flatMap((part) => Object.keys(part))
			.find(isUnsafeName);
		if (key !== undefined) throw new InvalidFieldError(field, 'unsafeName', { key });
		// What stands there twice is looked at once
		const inner = level.flatMap((part) =>
			typeof part === 'object' && part !== null ? (Object.values(part) as unknown[]) : [],
		);
		level = [...new Set(inner)];
	}
}

/** What few parts within each other, each of them there twice, would be written as: a text without end. */
const MAX_PARTS = 100_000;

/** A value as JSON carries it. */
function toSendable(value: unknown, field: Field): Sendable | undefined {
	let parts = 0;
	const text = JSON.stringify(value, (_key, part: unknown) => {
		if (++parts > MAX_PARTS) throw new InvalidFieldError(field, 'tooManyParts', { max: MAX_PARTS });
		if (typeof part !== 'number' || Number.isSafeInteger(part)) return part;
		if (Number.isFinite(part) && !Number.isInteger(part)) return part;
		throw new InvalidFieldError(field, 'longNumber', { value: part });
	}) as string | undefined;
	return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
}
