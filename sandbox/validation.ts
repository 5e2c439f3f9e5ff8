import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject } from 'ajv';

/** What came of a check: the value with its type, or one English sentence. */
export type Checked<T> = { ok: true; value: T } | { ok: false; problem: string };

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
 * Says in English what Ajv found wrong, each with the JSON path of its field. Rules that a keyword
 * alone does not explain (a pattern, a format) are worded by their schema's `description`.
 */
function describeErrors(errors: readonly ErrorObject[] | null | undefined): string {
	const sentences = [...new Set((errors ?? []).map(describeError))];
	const more = sentences.length - MOST_SENTENCES;
	return sentences.slice(0, MOST_SENTENCES).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function describeError(error: ErrorObject): string {
	const path = jsonPath(error.instancePath);
	const subject = path || 'the body';
	const limit = String(error.params.limit);
	switch (error.keyword) {
		case 'required':
			return `${joinPath(path, String(error.params.missingProperty))} is missing`;
		case 'additionalProperties': {
			const name = String(error.params.additionalProperty);
			return `${joinPath(path, name)} is not a known field`;
		}
		case 'type':
			return `${subject} must be ${article(String(error.params.type))}, not ${kindOf(error.data)}`;
		case 'minLength':
			return `${subject} must not be empty`;
		case 'maxLength':
			return `${subject} may have at most ${limit} characters, and has ${[...String(error.data)].length}`;
		case 'minItems':
			return `${subject} must have at least ${limit} entry`;
		case 'maxItems':
			return `${subject} may have at most ${limit} entries, and has ${lengthOf(error.data)}`;
		case 'pattern':
		case 'format':
		case 'enum':
			return `${subject} must be ${String(error.parentSchema?.description ?? error.message)}`;
		default:
			return `${subject} ${error.message ?? 'is wrong'}`;
	}
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

/** The JSON kind of a value, with its article: `a string`, `an array`, `null`. */
export function kindOf(value: unknown): string {
	if (value === null) return 'null';
	return article(Array.isArray(value) ? 'array' : typeof value);
}

function article(noun: string): string {
	return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun.replaceAll(',', ' or ')}`;
}

function lengthOf(value: unknown): number {
	return Array.isArray(value) ? value.length : 0;
}
