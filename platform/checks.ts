import { isTooDeep } from './json';

/** The rules that a single field can break; this folder knows no sentences, only rules. */
export type FieldRule =
	| 'required'
	| 'notText'
	| 'notHttpUrl'
	| 'tooLong'
	| 'tooShort'
	| 'tooDeep'
	| 'tooManyParts'
	| 'notColor'
	| 'tooManyEntries'
	| 'notInRange'
	| 'notAnOption'
	| 'unknownOperation'
	| 'unknownKey'
	| 'notRows'
	| 'oneExpression'
	| 'bodyExpression'
	| 'longNumber'
	| 'noNumber'
	| 'noRecipients'
	| 'notRecipients'
	| 'objectsAsText'
	| 'notRecipient'
	| 'notId'
	| 'tooFewCalls'
	| 'objectRecipient'
	| 'notBoolean'
	| 'notJsonObject'
	| 'overwritesMessage'
	| 'notUrl'
	| 'noScheme'
	| 'notPath'
	| 'notCode'
	| 'notName'
	| 'placeholder'
	| 'insecureUrl'
	| 'urlWithExtras'
	| 'otherOrigin'
	| 'containsAccessToken'
	| 'reservedName'
	| 'unsafeName'
	| 'standsTwice'
	| 'tooMany'
	| 'notDuration'
	| 'notDate'
	| 'isPast'
	| 'oneQuestion'
	| 'notAsTool'
	| 'noLimitInReview'
	| 'notWebhookPath'
	| 'unknownPlaceholder'
	| 'noState'
	| 'insecureReturn';

/** A field that a user fills in. */
export interface Field {
	/** A node's parameter, or a setting of the credential. */
	whose: 'parameter' | 'credential';
	/** As the user's parameters are nested (`['body', 'form']`), so that its label can be looked up. */
	path: readonly string[];
}

/** A parameter of a node. */
export const parameter = (...path: string[]): Field => ({ whose: 'parameter', path });

/** A setting of the credential. */
export const setting = (name: string): Field => ({ whose: 'credential', path: [name] });

/**
 * A value that the platform's documents, or our own decisions where they are silent, do not allow.
 * `details` fill in the rule's sentence.
 */
export class InvalidFieldError extends Error {
	override readonly name = 'InvalidFieldError';
	readonly whose: Field['whose'];
	readonly path: Field['path'];

	constructor(
		{ whose, path }: Field,
		readonly rule: FieldRule,
		readonly details: Readonly<Record<string, string | number>> = {},
	) {
		super(`${path.join('.')}: ${rule}`);
		this.whose = whose;
		this.path = path;
	}
}

/** Characters that nobody sees: they come along with pastes, and from programs. */
const INVISIBLE = String.raw`\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800`;
const INVISIBLE_ONLY = new RegExp(`^[${INVISIBLE}]*$`, 'u');
const VISIBLE = new RegExp(`[^${INVISIBLE}]`, 'u');

/** True for what a user leaves empty in a form: nothing, or nothing that can be seen. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined ||
		value === null ||
		(typeof value === 'string' && INVISIBLE_ONLY.test(value))
	);
}

/** A text without the white space and the invisible characters around it. */
export function stripInvisible(text: string): string {
	const start = text.search(VISIBLE);
	if (start === -1) return '';
	let end = text.length;
	// A pair of surrogates is one character; half of one is none that can be seen
	while (INVISIBLE_ONLY.test(lastCharacter(text, end))) end -= lastCharacter(text, end).length;
	return text.slice(start, end);
}

function lastCharacter(text: string, end: number): string {
	const pair = text.slice(Math.max(0, end - 2), end);
	return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair) ? pair : text.slice(end - 1, end);
}

/** What n8n's expressions yield for dates, `$now` among them. */
interface DateLike {
	toISO(): unknown;
}

/**
 * The value as the text to send, unchanged (no trimming), or `undefined` when it was left empty.
 * What expressions often yield is sent as its text: numbers, booleans, dates (ISO 8601).
 *
 * @throws InvalidFieldError `notText` for lists and objects; `noNumber`, or `longNumber` for a whole
 * number that has lost digits already: it may be an ID.
 */
export function optionalText(value: unknown, field: Field): string | undefined {
	if (isBlank(value)) return undefined;
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) throw new InvalidFieldError(field, 'noNumber', { value });
		if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
			throw new InvalidFieldError(field, 'longNumber', { value });
		}
		return String(value);
	}
	const date = value instanceof Date ? toIso(value) : isDateLike(value) ? value.toISO() : null;
	if (typeof date === 'string') return date;
	throw new InvalidFieldError(field, 'notText');
}

function toIso(date: Date): string | null {
	return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function isDateLike(value: unknown): value is DateLike {
	return (
		typeof value === 'object' &&
		value !== null &&
		'isLuxonDateTime' in value &&
		'toISO' in value &&
		typeof value.toISO === 'function'
	);
}

/**
 * As {@link optionalText}, for a field that must not be empty.
 *
 * @throws InvalidFieldError `required` or `notText`.
 */
export function requiredText(value: unknown, field: Field): string {
	const text = optionalText(value, field);
	if (text === undefined) throw new InvalidFieldError(field, 'required');
	return text;
}

/**
 * No host has so long a name (RFC 1035). Node takes minutes to encode one of a million letters of other
 * alphabets, and skips white space on its way to it.
 */
const LONG_HOST = /^https?:[\s/\\]*(?![\s/\\])[^/\\?#]{1025}/i;

/**
 * An absolute `http(s)` address, as typed but for white space around it, or `undefined` when empty.
 *
 * @throws InvalidFieldError `notHttpUrl` or `notText`.
 */
export function optionalHttpUrl(value: unknown, field: Field): string | undefined {
	const url = optionalText(value, field)?.trim();
	if (url === undefined) return undefined;
	if (!/^https?:\/\//i.test(url) || LONG_HOST.test(url) || !URL.canParse(url)) {
		throw new InvalidFieldError(field, 'notHttpUrl', { value: shorten(url) });
	}
	return url;
}

/**
 * As {@link optionalHttpUrl}, for a field that must not be empty.
 *
 * @throws InvalidFieldError `required`, `notHttpUrl` or `notText`.
 */
export function requiredHttpUrl(value: unknown, field: Field): string {
	const url = optionalHttpUrl(value, field);
	if (url === undefined) throw new InvalidFieldError(field, 'required');
	return url;
}

/**
 * A whole number within bounds.
 *
 * @throws InvalidFieldError `required`, or `notInRange`.
 */
export function integerInRange(
	value: unknown,
	field: Field,
	{ min, max }: { min: number; max: number },
): number {
	if (isBlank(value)) throw new InvalidFieldError(field, 'required');
	const number = Number(wordOf(value));
	if (!Number.isInteger(number) || number < min || number > max) {
		throw new InvalidFieldError(field, 'notInRange', { min, max, value: shorten(wordOf(value)) });
	}
	return number;
}

/**
 * One of the given values.
 *
 * @throws InvalidFieldError `required`, or `notAnOption`.
 */
export function oneOf<Option extends string>(
	value: unknown,
	field: Field,
	options: readonly [Option, ...Option[]],
): Option {
	if (isBlank(value)) throw new InvalidFieldError(field, 'required');
	const found = options.find((option) => option === value);
	if (found === undefined) {
		const details = { value: shorten(wordOf(value)), options: options.join(', ') };
		throw new InvalidFieldError(field, 'notAnOption', details);
	}
	return found;
}

/**
 * A yes or no, also as the text that an expression yields.
 *
 * @throws InvalidFieldError `required`, or `notBoolean`.
 */
export function yesOrNo(value: unknown, field: Field): boolean {
	if (isBlank(value)) throw new InvalidFieldError(field, 'required');
	const word = wordOf(value).trim().toLowerCase();
	if (word !== 'true' && word !== 'false') {
		throw new InvalidFieldError(field, 'notBoolean', { value: shorten(word) });
	}
	return word === 'true';
}

/** A value as JavaScript writes it where a word is wanted; what is nested too deeply has none. */
function wordOf(value: unknown): string {
	return isTooDeep(value) ? '…' : String(value);
}

/** What may not stand in a sentence: it cannot be seen, or turns the letters behind it around. */
const UNSAFE = /(?![\n\r\t])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Words from outside, such as a user's own value or those of whoever answered, as they may be quoted in
 * a sentence: short, and without markup, since n8n's editor shows sentences as HTML in which a link
 * can be clicked (n8n.md, trap 39).
 */
export function shorten(value: string, maxLength = 60): string {
	// A character has two units at most: what is behind is not looked at
	const characters = Array.from(value.slice(0, 2 * (maxLength + 1)));
	const short =
		characters.length <= maxLength ? value : `${characters.slice(0, maxLength).join('')}…`;
	return short.replaceAll('<', '‹').replace(UNSAFE, ' ');
}
