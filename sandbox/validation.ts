import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject } from 'ajv';

import { say, type Sentence, type Value } from './language';
import { KINDS, REFUSALS, RULES } from './texts';

/** What came of a check: the value with its type, or what is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problem: Sentence };

/** Checks a value; its type is derived from the schema that it was compiled from. */
export type Check<T> = (value: unknown) => Checked<T>;

/** `verbose` lets a sentence name what was found; `allErrors` lets one answer name everything. */
const ajv = new Ajv({ allErrors: true, verbose: true });

/** An absolute http(s) address, without blanks around it. */
export function isHttpUrl(text: string): boolean {
	return /^https?:\/\/\S/i.test(text) && !/\s$/.test(text) && URL.canParse(text);
}

ajv.addFormat('httpUrl', isHttpUrl);

/** An object with these fields and no other. */
export function strictObject<T extends TProperties>(properties: T) {
	return Type.Object(properties, { additionalProperties: false });
}

/** Makes a check of a schema. */
export function compile<T extends TSchema>(schema: T): Check<Static<T>> {
	const validate = ajv.compile<Static<T>>(schema);
	return (value) =>
		validate(value) ? { ok: true, value } : { ok: false, problem: describeErrors(validate.errors) };
}

const MOST_SENTENCES = 5;

/**
 * Says what Ajv found wrong, each with the JSON path of its field. Rules that a keyword alone does not
 * explain (a pattern, a format) are worded by their schema's `description`.
 */
function describeErrors(errors: readonly ErrorObject[] | null | undefined): Sentence {
	const described = (errors ?? []).map(describeError);
	const sentences = [...new Map(described.map((one) => [JSON.stringify(one), one])).values()];
	const more = sentences.length - MOST_SENTENCES;
	const told = sentences.slice(0, MOST_SENTENCES);
	const first = told.reduce((before, then) => say(REFUSALS.both, { first: before, then }));
	return more > 0 ? say(REFUSALS.andMore, { first, count: more }) : first;
}

function describeError(error: ErrorObject): Sentence {
	const path = jsonPath(error.instancePath);
	const field = path || say(REFUSALS.body);
	const limit = String(error.params.limit);
	switch (error.keyword) {
		case 'required':
			return say(REFUSALS.missing, { field: joinPath(path, String(error.params.missingProperty)) });
		case 'additionalProperties': {
			const name = String(error.params.additionalProperty);
			return say(REFUSALS.unknownField, { field: joinPath(path, name) });
		}
		case 'type':
			return notOfKind(field, String(error.params.type), error.data);
		case 'minLength':
			return say(REFUSALS.empty, { field });
		case 'maxLength':
			return say(REFUSALS.tooLong, { field, limit, length: [...String(error.data)].length });
		case 'minItems':
			return say(REFUSALS.noEntry, { field });
		case 'maxItems':
			return say(REFUSALS.tooManyEntries, { field, limit, count: lengthOf(error.data) });
		case 'pattern':
		case 'format':
		case 'enum': {
			const given = String(error.parentSchema?.description ?? error.message);
			const rule = Object.values(RULES).find((known) => known === given);
			return say(REFUSALS.notByRule, { field, rule: rule === undefined ? given : say(rule) });
		}
		default:
			return say(REFUSALS.other, { field, problem: error.message ?? 'is wrong' });
	}
}

/** Something of another kind than the one that is wanted. */
export function notOfKind(field: Value, wanted: string, value: unknown): Sentence {
	const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
	return say(REFUSALS.notOfKind, { field, kind: nameOf(wanted), found: nameOf(found) });
}

/** A kind in words; JSON and its schemas have no other than those of `KINDS`. */
function nameOf(kind: string): Value {
	return isKind(kind) ? say(KINDS[kind]) : kind;
}

function isKind(kind: string): kind is keyof typeof KINDS {
	return Object.hasOwn(KINDS, kind);
}

/** `/oa/body/form/2/key` (RFC 6901) as people write it: `oa.body.form[2].key`. */
function jsonPath(pointer: string): string {
	return pointer
		.split('/')
		.slice(1)
		.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
		.reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : joinPath(path, part)), '');
}

function joinPath(path: string, name: string): string {
	return path ? `${path}.${name}` : name;
}

function lengthOf(value: unknown): number {
	return Array.isArray(value) ? value.length : 0;
}
