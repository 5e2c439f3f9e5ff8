import { stripInvisible } from './checks';
import type { Envelope } from './envelopes';
import { isRecord, type JsonObject, type JsonValue } from './json';

/** A page of members holds so many at most (V). */
export const MAX_PAGE_SIZE = 500;

/** The words of enumerations (T): numbers in the table, texts in its samples. */
export const GENDERS = words('female', 'male', 'unset', 'secret');
export const USER_STATUSES = words('inactive', 'normal', 'cancelled', 'locked', 'security-locked');
export const ORG_TYPES = words(
	...['', 'institution', 'school', 'campus', 'department', 'school stage', 'grade', 'class'],
	...['enterprise', 'teaching studio', 'platform'],
);
export const CHILD_TYPES = words('', 'direct', 'subordinate', 'associated');

function words(...names: string[]): ReadonlyMap<number, string> {
	return new Map(
		names.map((name, code): [number, string] => [code, name]).filter(([, name]) => name),
	);
}

/** What the directory tells of: people, and organizations of any kind, departments and classes too. */
export type EntryKind = 'person' | 'organization';

/** An answer of success lacks something, or holds something odd, in the place of what was asked for. */
export class BadEntryError extends Error {
	override readonly name = 'BadEntryError';

	/** @param where in the answer (`result[3].user_id`). */
	constructor(readonly where: string) {
		super(where);
	}
}

/** Reads a field; yields what the output shows of it. */
type FieldReader = (value: JsonValue, name: string, where: string) => JsonObject;

/** The fields that are shown of an entry, in their order; `id` is the one that it is known by. */
interface Shape {
	id: string;
	needsId: boolean;
	fields: Readonly<Record<string, FieldReader>>;
}

const asText: FieldReader = (value, name) => {
	const text = textOf(value);
	return text === undefined ? {} : { [name]: text };
};

/** As it came: its meaning differs between deployments (V−), or its form is not stated. */
const asItCame: FieldReader = (value, name) => ({ [name]: value });

/** `personId` is the text of `user_id`; that the two are one value is stated nowhere. */
const asPerson: FieldReader = (value, name): JsonObject => {
	const id = textOf(value);
	return id === undefined ? {} : { personId: id, [name]: id };
};

const asNumber: FieldReader = (value, name) => ({ [name]: numberOf(value) ?? value });

const asYesOrNo: FieldReader = (value, name) => ({ [name]: yesOrNoOf(value) ?? value });

/** A code, and beside it the word for it, where it has one. */
function asCode(codes: (code: number) => string | undefined): FieldReader {
	return (value, name) => {
		const code = numberOf(value);
		const word = code === undefined ? undefined : codes(code);
		return { [name]: code ?? value, ...(word === undefined ? {} : { [`${name}_name`]: word }) };
	};
}

function asList(shape: Shape): FieldReader {
	return (value, name, where) => {
		if (!Array.isArray(value)) throw new BadEntryError(where);
		return { [name]: value.map((entry, index) => read(entry, shape, `${where}[${index}]`)) };
	};
}

const ORGANIZATION: Shape = {
	id: 'org_id',
	needsId: true,
	fields: {
		org_id: asText,
		org_name: asText,
		org_short_name: asText,
		parent_id: asText,
		org_type: asCode((code) => ORG_TYPES.get(code)),
		child_type: asCode((code) => CHILD_TYPES.get(code)),
		has_child: asYesOrNo,
		display_order: asNumber,
		platform_code: asText,
		province_code: asText,
		createtime: asItCame,
		updatetime: asItCame,
	},
};

/** A relation may have nobody bound to it yet: that is told, and nobody is guessed. */
const RELATIVE: Shape = {
	id: 'bind_user_id',
	needsId: false,
	fields: {
		bind_user_id: asPerson,
		relation_name: asText,
		// Positive: who is bound is a guardian; negative: a pupil (T)
		relation_type: asCode((code) => (code > 0 ? 'guardian' : code < 0 ? 'pupil' : undefined)),
	},
};

const PERSON: Shape = {
	id: 'user_id',
	needsId: true,
	fields: {
		user_id: asPerson,
		name: asText,
		gender: asCode((code) => GENDERS.get(code)),
		birthdate: asText,
		status: asCode((code) => USER_STATUSES.get(code)),
		user_type: asItCame,
		platform_code: asText,
		province_code: asText,
		city_code: asText,
		area_code: asText,
		user_family: asList(RELATIVE),
		user_org: asList({ ...ORGANIZATION, needsId: false }),
	},
};

const SHAPES: Record<EntryKind, Shape> = { person: PERSON, organization: ORGANIZATION };

/** Names of fields that an output shows of people and organizations, as the platform has them and as we add. */
export const KNOWN_NAMES: readonly string[] = [
	'personId',
	...Object.values(SHAPES).flatMap(({ fields }) =>
		Object.keys(fields).flatMap((name) => [name, `${name}_name`]),
	),
];

/**
 * What people need of an entry: ids as texts, codes as numbers with a word beside them (`org_type_name`),
 * `personId` beside `user_id`. What the entry does not have is left out.
 *
 * @param where it stands in the answer.
 * @throws BadEntryError when it is no object, or nobody can say whom or what it is about.
 */
export function readEntry(entry: JsonValue, kind: EntryKind, where: string): JsonObject {
	return read(entry, SHAPES[kind], where);
}

function read(entry: JsonValue, { id, needsId, fields }: Shape, where: string): JsonObject {
	if (!isObject(entry)) throw new BadEntryError(where);
	const shown: JsonObject = {};
	for (const [name, field] of Object.entries(fields)) {
		const value = Object.hasOwn(entry, name) ? entry[name] : null;
		if (value !== null) Object.assign(shown, field(value, name, `${where}.${name}`));
	}
	if (needsId && shown[id] === undefined) throw new BadEntryError(`${where}.${id}`);
	return shown;
}

/** The id that an entry is known by, as a text; `undefined` when it has none. */
export function idOfEntry(entry: JsonValue, kind: EntryKind): string | undefined {
	return isObject(entry) ? textOf(entry[SHAPES[kind].id] ?? null) : undefined;
}

/** True when an organization says that nothing is below it. */
export function hasNoChildren(entry: JsonValue): boolean {
	return isObject(entry) && yesOrNoOf(entry.has_child ?? null) === false;
}

/** True for a child that is associated with an organization, not below it. */
export function isAssociated(entry: JsonValue): boolean {
	return (
		isObject(entry) && CHILD_TYPES.get(numberOf(entry.child_type ?? null) ?? NaN) === 'associated'
	);
}

/**
 * The one entry that an answer of success holds.
 *
 * @throws BadEntryError
 */
export function entryIn({ data, answer }: Envelope, kind: EntryKind, id: string): JsonValue {
	if (!isObject(data ?? null) || Object.keys(data as JsonObject).length === 0) {
		throw new BadEntryError(payloadName(answer));
	}
	const told = idOfEntry(data as JsonValue, kind);
	// Of somebody else: never taken for whom was asked for
	if (told !== undefined && told !== id) {
		throw new BadEntryError(`${payloadName(answer)}.${SHAPES[kind].id}`);
	}
	return data as JsonValue;
}

/** A list that an answer of success holds, and where it stands. */
export interface Entries {
	entries: readonly JsonValue[];
	where: string;
	/** How many there are on all pages, where the answer says so (V). */
	total?: number;
}

/**
 * The list that an answer of success holds: its payload, or the one list within it, beside counts and the
 * number of the page (V). `null` is an empty list (D).
 *
 * @throws BadEntryError when there is none, or nobody can say which.
 */
export function entriesIn({ data, answer }: Envelope, kind: EntryKind): Entries {
	const where = payloadName(answer);
	if (Array.isArray(data)) return { entries: data, where };
	// An entry is no page, and the lists within it are its own
	if (isObject(data ?? null) && idOfEntry(data as JsonValue, kind) === undefined) {
		const lists = Object.entries(data as JsonObject).filter(([, value]) => Array.isArray(value));
		if (lists.length === 1) {
			const [[name, entries]] = lists as Array<[string, JsonValue[]]>;
			const total = numberOf((data as JsonObject).count ?? null);
			return { entries, where: `${where}.${name}`, total };
		}
	}
	if (data === undefined && answer[where] === null) return { entries: [], where };
	throw new BadEntryError(where);
}

function payloadName(answer: JsonObject): string {
	return Object.hasOwn(answer, 'data') && !Object.hasOwn(answer, 'result') ? 'data' : 'result';
}

/** An id, a name, or another text, that some write as a number; `undefined` for what is none, or empty. */
function textOf(value: JsonValue): string | undefined {
	if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
	return typeof value === 'string' ? stripInvisible(value) || undefined : undefined;
}

/** A whole number, also as the text of its digits. */
function numberOf(value: JsonValue): number | undefined {
	const number =
		typeof value === 'string' && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : value;
	return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function yesOrNoOf(value: JsonValue): boolean | undefined {
	if (typeof value === 'boolean') return value;
	const code = value === 'true' ? 1 : value === 'false' ? 0 : numberOf(value);
	return code === 1 ? true : code === 0 ? false : undefined;
}

function isObject(value: JsonValue): value is JsonObject {
	return isRecord(value);
}
