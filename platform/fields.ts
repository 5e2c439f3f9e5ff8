/**
 * The rules a single field can break. Each has one sentence in `nodes/shared/errors.ts`;
 * this folder knows no sentences, only rules.
 */
export type FieldRule =
	| 'required'
	| 'notText'
	| 'notHttpUrl'
	| 'tooLong'
	| 'notColor'
	| 'tooManyEntries'
	| 'notInRange'
	| 'notAnOption'
	| 'notRecipients'
	| 'notJsonObject'
	| 'overwritesMessage'
	| 'notUrl'
	| 'insecureUrl'
	| 'urlWithExtras'
	| 'otherOrigin'
	| 'containsAccessToken'
	| 'reservedName';

/**
 * A value that the platform's documents, or our own decisions where they are silent, do not allow.
 *
 * `path` names the field as the user's parameters are nested (`['body', 'form']`), so that the
 * caller can look up its label; `details` fill in the rule's sentence.
 */
export class InvalidFieldError extends Error {
	override readonly name = 'InvalidFieldError';

	constructor(
		readonly path: readonly string[],
		readonly rule: FieldRule,
		readonly details: Readonly<Record<string, string | number>> = {},
	) {
		super(`${path.join('.')}: ${rule}`);
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
export function optionalText(value: unknown, path: readonly string[]): string | undefined {
	if (isBlank(value)) return undefined;
	if (typeof value === 'string') return value;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	throw new InvalidFieldError(path, 'notText');
}

/**
 * As {@link optionalText}, for a field that must not be empty.
 *
 * @throws InvalidFieldError `required` or `notText`.
 */
export function requiredText(value: unknown, path: readonly string[]): string {
	const text = optionalText(value, path);
	if (text === undefined) throw new InvalidFieldError(path, 'required');
	return text;
}

/**
 * An absolute `http(s)` address, as typed but for white space around it, or `undefined` when empty.
 *
 * @throws InvalidFieldError `notHttpUrl` or `notText`.
 */
export function optionalHttpUrl(value: unknown, path: readonly string[]): string | undefined {
	const url = optionalText(value, path)?.trim();
	if (url === undefined) return undefined;
	if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
		throw new InvalidFieldError(path, 'notHttpUrl', { value: shorten(url) });
	}
	return url;
}

/**
 * As {@link optionalHttpUrl}, for a field that must not be empty.
 *
 * @throws InvalidFieldError `required`, `notHttpUrl` or `notText`.
 */
export function requiredHttpUrl(value: unknown, path: readonly string[]): string {
	const url = optionalHttpUrl(value, path);
	if (url === undefined) throw new InvalidFieldError(path, 'required');
	return url;
}

/**
 * A whole number within bounds, or the fallback when left empty.
 *
 * @throws InvalidFieldError `notInRange`.
 */
export function integerInRange(
	value: unknown,
	path: readonly string[],
	{ min, max, fallback }: { min: number; max: number; fallback: number },
): number {
	if (isBlank(value)) return fallback;
	const number = Number(value);
	if (!Number.isInteger(number) || number < min || number > max) {
		throw new InvalidFieldError(path, 'notInRange', { min, max, value: shorten(String(value)) });
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
	path: readonly string[],
	options: readonly [Option, ...Option[]],
): Option {
	if (isBlank(value)) return options[0];
	const found = options.find((option) => option === value);
	if (found === undefined) {
		const details = { value: shorten(String(value)), options: options.join(', ') };
		throw new InvalidFieldError(path, 'notAnOption', details);
	}
	return found;
}

/** A user's own value, short enough to be quoted in a sentence. */
export function shorten(value: string, maxLength = 60): string {
	const characters = Array.from(value);
	return characters.length <= maxLength ? value : `${characters.slice(0, maxLength).join('')}…`;
}
