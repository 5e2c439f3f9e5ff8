/** The rules that a single field can break; this folder knows no sentences, only rules. */
export type FieldRule =
	| 'required'
	| 'notText'
	| 'notHttpUrl'
	| 'tooLong'
	| 'notColor'
	| 'tooManyEntries'
	| 'notInRange'
	| 'notAnOption'
	| 'unknownOperation'
	| 'notRecipients'
	| 'notJsonObject'
	| 'overwritesMessage'
	| 'notUrl'
	| 'insecureUrl'
	| 'urlWithExtras'
	| 'otherOrigin'
	| 'containsAccessToken'
	| 'reservedName';

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

/** True for what a user leaves empty in a form: nothing, or white space alone. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/**
 * The value as the text to send, unchanged (no trimming), or `undefined` when it was left empty.
 * Numbers and booleans, which expressions often yield, are sent as their text.
 *
 * @throws InvalidFieldError `notText` for lists and objects.
 */
export function optionalText(value: unknown, field: Field): string | undefined {
	if (isBlank(value)) return undefined;
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw new InvalidFieldError(field, 'notText');
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
 * An absolute `http(s)` address, as typed but for white space around it, or `undefined` when empty.
 *
 * @throws InvalidFieldError `notHttpUrl` or `notText`.
 */
export function optionalHttpUrl(value: unknown, field: Field): string | undefined {
	const url = optionalText(value, field)?.trim();
	if (url === undefined) return undefined;
	if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
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
 * A whole number within bounds, or the fallback when left empty.
 *
 * @throws InvalidFieldError `notInRange`.
 */
export function integerInRange(
	value: unknown,
	field: Field,
	{ min, max, fallback }: { min: number; max: number; fallback: number },
): number {
	if (isBlank(value)) return fallback;
	const number = Number(value);
	if (!Number.isInteger(number) || number < min || number > max) {
		throw new InvalidFieldError(field, 'notInRange', { min, max, value: shorten(String(value)) });
	}
	return number;
}

/**
 * One of the given values, or the first of them when left empty.
 *
 * @throws InvalidFieldError `notAnOption`.
 */
export function oneOf<Option extends string>(
	value: unknown,
	field: Field,
	options: readonly [Option, ...Option[]],
): Option {
	if (isBlank(value)) return options[0];
	const found = options.find((option) => option === value);
	if (found === undefined) {
		const details = { value: shorten(String(value)), options: options.join(', ') };
		throw new InvalidFieldError(field, 'notAnOption', details);
	}
	return found;
}

/** A user's own value, short enough to be quoted in a sentence. */
export function shorten(value: string, maxLength = 60): string {
	const characters = Array.from(value);
	return characters.length <= maxLength ? value : `${characters.slice(0, maxLength).join('')}…`;
}
