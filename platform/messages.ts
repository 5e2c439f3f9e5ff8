import {
	InvalidFieldError,
	isBlank,
	optionalHttpUrl,
	optionalText,
	requiredHttpUrl,
	requiredText,
	parameter,
	shorten,
	type Field,
	type FieldRule,
} from './checks';
import { isRecord, parseJson } from './json';

/** `{ msgType: 'text', text: { content } }` (platform.md section 2, S). */
export interface TextMessage {
	msgType: 'text';
	text: { content: string };
}

/** A card with a picture that opens an address (platform.md section 2, S). */
export interface LinkMessage {
	msgType: 'link';
	link: {
		pcUrl: string;
		appUrl: string;
		/** `''` when there is no picture: marked required, yet described as optional (D). */
		picUrl: string;
		title: string;
		busiId: string;
		content: string;
	};
}

/** A card with a colored head, a body and form rows; fields S, nesting D (no example is published). */
export interface OaMessage {
	msgType: 'oa';
	busiId: string;
	pcUrl: string;
	appUrl: string;
	oa: { head: OaHead; body?: OaBody };
}

export interface OaHead {
	text: string;
	/** `AARRGGBB`; left out, the platform shows `FFCC0000`. */
	bgColor?: string;
}

export interface OaBody {
	title?: string;
	content?: string;
	imageUrl?: string;
	/** For display only, and a string on the wire (S). */
	fileCount?: string;
	author?: string;
	form?: OaFormEntry[];
}

export interface OaFormEntry {
	key: string;
	value: string;
}

export type Message = TextMessage | LinkMessage | OaMessage;
export type MessageType = Message['msgType'];

/** A user's fields, not yet looked at: what forms and expressions yield. */
export type Input<Field extends string> = Readonly<Partial<Record<Field, unknown>>>;

/** At most 255 characters, counted as people count them (code points) (S). */
export const HEAD_TEXT_MAX_LENGTH = 255;
/** "最多6个" (S). */
export const FORM_MAX_ENTRIES = 6;

/** The id of the business record that a message is about; a text message has none (S). */
export function busiIdOf(message: Message): string | undefined {
	if (message.msgType === 'text') return undefined;
	return message.msgType === 'link' ? message.link.busiId : message.busiId;
}

/**
 * A text message.
 *
 * @throws InvalidFieldError when `content` is empty or no text.
 */
export function textMessage(input: Input<'content'>): TextMessage {
	return { msgType: 'text', text: { content: requiredText(input.content, parameter('content')) } };
}

/**
 * A link message.
 *
 * @throws InvalidFieldError for the first field that is empty or not what it must be.
 */
export function linkMessage(
	input: Input<'title' | 'content' | 'pcUrl' | 'appUrl' | 'picUrl' | 'busiId'>,
): LinkMessage {
	return {
		msgType: 'link',
		link: {
			title: requiredText(input.title, parameter('title')),
			content: requiredText(input.content, parameter('content')),
			pcUrl: requiredHttpUrl(input.pcUrl, parameter('pcUrl')),
			appUrl: requiredHttpUrl(input.appUrl, parameter('appUrl')),
			picUrl: optionalHttpUrl(input.picUrl, parameter('picUrl')) ?? '',
			busiId: requiredText(input.busiId, parameter('busiId')),
		},
	};
}

/**
 * An oa message. What is left empty is left out. The body comes from n8n's form, or as JSON.
 *
 * @throws InvalidFieldError for the first field that is empty or not what it must be.
 */
export function oaMessage(
	input: Input<'headText' | 'headBgColor' | 'body' | 'bodyJson' | 'pcUrl' | 'appUrl' | 'busiId'>,
): OaMessage {
	const head: OaHead = { text: headText(input.headText) };
	const bgColor = headBgColor(input.headBgColor);
	if (bgColor !== undefined) head.bgColor = bgColor;

	const body =
		'bodyJson' in input ? oaBody(input.bodyJson, 'bodyJson') : oaBody(input.body, 'body');
	return {
		msgType: 'oa',
		pcUrl: requiredHttpUrl(input.pcUrl, parameter('pcUrl')),
		appUrl: requiredHttpUrl(input.appUrl, parameter('appUrl')),
		busiId: requiredText(input.busiId, parameter('busiId')),
		oa: body === undefined ? { head } : { head, body },
	};
}

function headText(value: unknown): string {
	const text = requiredText(value, parameter('headText'));
	const { length } = Array.from(text);
	if (length > HEAD_TEXT_MAX_LENGTH) {
		throw new InvalidFieldError(parameter('headText'), 'tooLong', {
			max: HEAD_TEXT_MAX_LENGTH,
			length,
		});
	}
	return text;
}

/**
 * `AARRGGBB` as the platform wants it (S), from that form, from a color picker's `#RRGGBB` and
 * `#RRGGBBAA`, or from `RRGGBB`.
 */
function headBgColor(value: unknown): string | undefined {
	const color = optionalText(value, parameter('headBgColor'))?.trim();
	if (color === undefined) return undefined;
	if (/^[0-9a-f]{8}$/i.test(color)) return color;

	const picked = /^#?([0-9a-f]{6})([0-9a-f]{2})?$/i.exec(color);
	if (picked === null) {
		throw new InvalidFieldError(parameter('headBgColor'), 'notColor', { value: shorten(color) });
	}
	const [, rgb, alpha = 'FF'] = picked;
	return `${alpha}${rgb}`.toUpperCase();
}

/** The parts of the body that are texts. */
const BODY_TEXTS = ['title', 'content', 'fileCount', 'author'] as const;

/**
 * The body as one of two parameters gives it. What is left empty is left out; what nobody knows is
 * refused, since it would be lost silently.
 *
 * JSON has the platform's own shape, as an object or as its text: `{ title?, content?, imageUrl?,
 * fileCount?, author?, form? }` with `form: [{ key, value }]`. n8n's form wraps the rows:
 * `form: { fields: [{ key, value }] }`.
 */
function oaBody(value: unknown, name: 'body' | 'bodyJson'): OaBody | undefined {
	const isJson = name === 'bodyJson';
	const at = (...path: string[]) => parameter(name, ...path);
	if (isBlank(value) && isJson) throw new InvalidFieldError(at(), 'required');
	if (isBlank(value)) return undefined;
	/** In a form, only an expression in the place of a whole part can have another shape. */
	const wrongShape = (field: Field, rule: FieldRule, details = {}) =>
		new InvalidFieldError(field, isJson ? rule : 'bodyExpression', details);
	const keysOf = <Key extends string>(part: unknown, field: Field, keys: readonly Key[]) => {
		if (!isRecord(part)) throw wrongShape(field, 'notJsonObject');
		const key = Object.keys(part).find((name) => !(keys as readonly string[]).includes(name));
		if (key === undefined) return part as Readonly<Partial<Record<Key, unknown>>>;
		throw wrongShape(field, 'unknownKey', { key: shorten(key), keys: keys.join(', ') });
	};

	const whole = isJson && typeof value === 'string' ? parseJson(value) : value;
	const input = keysOf(whole, at(), [...BODY_TEXTS, 'imageUrl', 'form']);
	const body: OaBody = {};
	for (const field of BODY_TEXTS) {
		const text = optionalText(input[field], at(field));
		if (text !== undefined) body[field] = text;
	}
	const imageUrl = optionalHttpUrl(input.imageUrl, at('imageUrl'));
	if (imageUrl !== undefined) body.imageUrl = imageUrl;

	const form = at('form');
	const rows =
		isJson || isBlank(input.form) ? input.form : keysOf(input.form, form, ['fields']).fields;
	if (!isBlank(rows) && !Array.isArray(rows)) throw wrongShape(form, 'notRows');
	const entries = (isBlank(rows) ? [] : (rows as unknown[])).map((row): OaFormEntry => {
		const { key, value: text } = keysOf(row, form, ['key', 'value']);
		return {
			key: optionalText(key, at('form', 'fields', 'key')) ?? '',
			value: optionalText(text, at('form', 'fields', 'value')) ?? '',
		};
	});
	// A row that is left wholly empty says nothing
	const filled = entries.filter(({ key, value: text }) => key !== '' || text !== '');
	// An expression in the place of the rows: n8n makes an empty row of each of its letters (n8n.md, trap 37)
	if (filled.length === 0 && entries.length > FORM_MAX_ENTRIES) throw wrongShape(form, 'notRows');
	if (filled.length > FORM_MAX_ENTRIES) {
		const details = { max: FORM_MAX_ENTRIES, count: filled.length };
		throw new InvalidFieldError(form, 'tooManyEntries', details);
	}
	if (filled.length > 0) body.form = filled;
	return Object.keys(body).length > 0 ? body : undefined;
}
