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
} from './checks';
import { isRecord } from './json';

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
 * An oa message. What is left empty is left out.
 *
 * @throws InvalidFieldError for the first field that is empty or not what it must be.
 */
export function oaMessage(
	input: Input<'headText' | 'headBgColor' | 'body' | 'pcUrl' | 'appUrl' | 'busiId'>,
): OaMessage {
	const head: OaHead = { text: headText(input.headText) };
	const bgColor = headBgColor(input.headBgColor);
	if (bgColor !== undefined) head.bgColor = bgColor;

	const body = oaBody(input.body);
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
 * `AARRGGBB` as the platform wants it (S), from that form or from a color picker's
 * `#RRGGBB` and `#RRGGBBAA`.
 */
function headBgColor(value: unknown): string | undefined {
	const color = optionalText(value, parameter('headBgColor'))?.trim();
	if (color === undefined) return undefined;
	if (/^[0-9a-f]{8}$/i.test(color)) return color;

	const picked = /^#([0-9a-f]{6})([0-9a-f]{2})?$/i.exec(color);
	if (picked === null) {
		throw new InvalidFieldError(parameter('headBgColor'), 'notColor', { value: shorten(color) });
	}
	const [, rgb, alpha = 'FF'] = picked;
	return `${alpha}${rgb}`.toUpperCase();
}

function oaBody(value: unknown): OaBody | undefined {
	if (isBlank(value)) return undefined;
	const input = asRecord(value, parameter('body'));
	const body: OaBody = {};
	for (const field of ['title', 'content', 'fileCount', 'author'] as const) {
		const text = optionalText(input[field], parameter('body', field));
		if (text !== undefined) body[field] = text;
	}
	const imageUrl = optionalHttpUrl(input.imageUrl, parameter('body', 'imageUrl'));
	if (imageUrl !== undefined) body.imageUrl = imageUrl;

	const form = formEntries(input.form);
	if (form.length > 0) body.form = form;
	return Object.keys(body).length > 0 ? body : undefined;
}

/** The rows a user filled in; a row left wholly empty says nothing and is not counted. */
function formEntries(value: unknown): OaFormEntry[] {
	if (isBlank(value)) return [];
	const form = parameter('body', 'form');
	const fields: unknown = asRecord(value, form).fields ?? [];
	if (!Array.isArray(fields)) throw new InvalidFieldError(form, 'notText');

	const entries: OaFormEntry[] = [];
	for (const entry of fields) {
		const row = asRecord(entry, form);
		const key = optionalText(row.key, parameter('body', 'form', 'fields', 'key'));
		const text = optionalText(row.value, parameter('body', 'form', 'fields', 'value'));
		if (key !== undefined || text !== undefined)
			entries.push({ key: key ?? '', value: text ?? '' });
	}
	if (entries.length > FORM_MAX_ENTRIES) {
		throw new InvalidFieldError(form, 'tooManyEntries', {
			max: FORM_MAX_ENTRIES,
			count: entries.length,
		});
	}
	return entries;
}

function asRecord(value: unknown, field: Field): Readonly<Record<string, unknown>> {
	if (!isRecord(value)) throw new InvalidFieldError(field, 'notText');
	return value;
}
