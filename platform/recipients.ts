import {
	InvalidFieldError,
	isBlank,
	parameter,
	shorten,
	stripInvisible,
	type Field,
} from './checks';
import { isRecord, parseJson } from './json';

/** What stands between IDs, full-width forms too. */
const SEPARATORS = /[,，;；、|｜\s]+/u;

/** Quotes of any kind, which people and programs put around IDs. */
const QUOTES = '"\'`´＂＇“”„‟‘’‚‛«»‹›「」『』';
const AROUND = new RegExp(`^[${QUOTES}]+|[${QUOTES}]+$`, 'gu');

/**
 * What no ID has in it: white space, quotes, brackets of any kind, separators, characters that cannot
 * be seen, and full-width forms of letters and digits, which may or may not be meant as the usual ones.
 */
const NEVER_IN_ID = new RegExp(
	`[\\s,;|、${QUOTES}<>\\p{Ps}\\p{Pe}\\p{C}\\u2800\\p{Default_Ignorable_Code_Point}\\uFF01-\\uFF5E]`,
	'u',
);

/** What a program writes where there is no value, or where a number has lost its digits. */
const NO_VALUE =
	/^(?:null|undefined|none|nan|[+-]?infinity|true|false|[+-]?\d(?:\.\d+)?e[+-]\d+)$/i;

/** An ID is short; so is the time that looking at it takes. */
const MAX_ID_LENGTH = 255;

/** Names under which the ID of a person is often found, the likeliest first. */
const ID_KEYS = ['personId', 'person_id', 'userId', 'user_id', 'userid', 'id', 'ID', 'Id'];

/**
 * The people to reach, as a person would read them: IDs in a text (separated by commas, semicolons,
 * `、`, `|`, white space or lines), in a JSON list, or in a list. Quotes and invisible characters
 * around an ID go, and so do repeats (D).
 *
 * @param field where they stand, for errors.
 * @returns at least one ID.
 * @throws InvalidFieldError `noRecipients` for nobody; `notRecipients` for what is no list of IDs;
 * `notRecipient`, `objectRecipient` or `longNumber` for an entry that is no ID.
 */
export function parseRecipients(value: unknown, field: Field = parameter('recipients')): string[] {
	const entries = entriesOf(value, field);
	const ids = entries
		.map((entry, index) => idOf(entry, index + 1, field))
		.filter((id) => id !== undefined);
	if (ids.length === 0) throw new InvalidFieldError(field, 'noRecipients');
	return [...new Set(ids)];
}

/**
 * One ID, as {@link parseRecipients} reads them.
 *
 * @throws InvalidFieldError `required`; `notId` for what is no ID, or more than one; `longNumber`.
 */
export function parseId(value: unknown, field: Field): string {
	if (isBlank(value)) throw new InvalidFieldError(field, 'required');
	const refuse = (rule: 'notId' | 'longNumber', shown: string) =>
		new InvalidFieldError(field, rule, { value: shorten(shown) });
	if (typeof value === 'number' && !Number.isSafeInteger(value)) {
		throw refuse(Number.isInteger(value) ? 'longNumber' : 'notId', String(value));
	}
	if (typeof value === 'number' || typeof value === 'string') {
		const id = idIn(String(value));
		if (id !== undefined && id !== '') return id;
		throw refuse('notId', String(value));
	}
	throw refuse('notId', Array.isArray(value) ? '[…]' : '{…}');
}

/** The parts of what a user gave, not yet looked at. */
function entriesOf(value: unknown, field: Field): readonly unknown[] {
	if (Array.isArray(value)) return value;
	if (typeof value !== 'string') return isBlank(value) ? [] : [value];
	const text = stripInvisible(value);
	if (!text.startsWith('[')) return text.split(SEPARATORS).filter((part) => part !== '');
	const list = parseJson(text);
	if (Array.isArray(list)) return list;
	const isObjects = text.startsWith('[object ');
	throw new InvalidFieldError(field, isObjects ? 'objectsAsText' : 'notRecipients', {
		value: shorten(text),
	});
}

/** An entry as an ID; `undefined` for one that is left empty. */
function idOf(entry: unknown, position: number, field: Field): string | undefined {
	const refuse = (rule: 'notRecipient' | 'objectRecipient' | 'longNumber', shown: string) => {
		const key = isRecord(entry) ? (ID_KEYS.find((name) => Object.hasOwn(entry, name)) ?? 'id') : '';
		const details = { position, ordinal: ordinal(position), value: shorten(shown), key };
		return new InvalidFieldError(field, rule, details);
	};
	if (typeof entry === 'number' || typeof entry === 'bigint') {
		if (typeof entry === 'bigint' || Number.isSafeInteger(entry)) return String(entry);
		throw refuse(Number.isInteger(entry) ? 'longNumber' : 'notRecipient', String(entry));
	}
	if (isRecord(entry)) throw refuse('objectRecipient', '');
	// A list within the list: what is in it may well look like an ID
	if (Array.isArray(entry)) throw refuse('notRecipient', '[…]');
	if (typeof entry !== 'string') throw refuse('notRecipient', String(entry));

	const id = idIn(entry);
	if (id === undefined) throw refuse('notRecipient', entry);
	return id === '' ? undefined : id;
}

/** The ID that a text holds: `''` when it is left empty, `undefined` when it is none. */
function idIn(text: string): string | undefined {
	if (text.length > MAX_ID_LENGTH) return undefined;
	const id = bare(text);
	return NO_VALUE.test(id) || NEVER_IN_ID.test(id) ? undefined : id;
}

/** A text without the quotes and the invisible characters around it. */
function bare(text: string): string {
	const stripped = stripInvisible(text).replace(AROUND, '');
	return stripped === text ? text : bare(stripped);
}

function ordinal(position: number): string {
	const suffix = /1\d$/.test(String(position)) ? 'th' : ['th', 'st', 'nd', 'rd'][position % 10];
	return `${position}${suffix ?? 'th'}`;
}
