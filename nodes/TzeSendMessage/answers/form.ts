import {
	InvalidFieldError,
	isBlank,
	oneOf,
	optionalText,
	parameter,
	requiredText,
	shorten,
	stripInvisible,
	yesOrNo,
	type Field,
} from '../../../platform/checks';
import { isRecord, isUnsafeName } from '../../../platform/json';
import type { RawParameters } from '../../run/rawParameters';
import type { ReadParameter } from '../messageTypes/messageType';
import type { AnswerForm, FieldType, FormField } from './question';

/** As the head of an OA card (platform.md); a link's title and a form's labels are no longer. */
const MAX_LABEL_LENGTH = 255;
const MAX_BUTTON_LENGTH = 60;
/** The question goes through the store of the execution, and must be read before it is answered. */
const MAX_TEXT_LENGTH = 10_000;
/** Together well below the 1000 inputs that n8n reads of a form. */
const MAX_FIELDS = 100;
const MAX_OPTIONS = 800;

const RESPONSE_TYPES = ['approval', 'freeText', 'customForm'] as const;
const FIELD_TYPES = [
	'text',
	'textarea',
	'number',
	'date',
	'dropdown',
	'radio',
	'checkbox',
	'boolean',
] as const satisfies readonly FieldType[];
const HAS_OPTIONS: ReadonlySet<FieldType> = new Set(['dropdown', 'radio', 'checkbox']);

/**
 * Title and text of a question.
 *
 * @throws InvalidFieldError `required`, `notText` or `tooLong`.
 */
export function readWording(read: ReadParameter): { title: string; text: string } {
	return {
		title: boundedText(read('title'), parameter('title'), MAX_LABEL_LENGTH),
		text: boundedText(read('message'), parameter('message'), MAX_TEXT_LENGTH),
	};
}

/**
 * How a question is answered, checked before anything is sent: the page that is opened later reads
 * what is returned here, and nothing else.
 *
 * @throws InvalidFieldError for the first part that is empty, stands twice, or breaks another rule.
 */
export function readForm(read: ReadParameter, raw: RawParameters): AnswerForm {
	const kind = oneOf(read('responseType'), parameter('responseType'), RESPONSE_TYPES);
	if (kind === 'freeText') return { kind };
	if (kind === 'approval') {
		refuseExpressions(raw, 'approvalOptions');
		return readApproval(read);
	}
	refuseExpressions(raw, 'formFields');
	return { kind, fields: readFields(read) };
}

function refuseExpressions(raw: RawParameters, name: string): void {
	for (const path of [[name], [name, 'values']]) raw.refuseExpression('oneExpression', ...path);
}

function readApproval(read: ReadParameter): AnswerForm {
	const values = valuesOf(read('approvalOptions'));
	const at = (name: string) => parameter('approvalOptions', 'values', name);
	const types = ['single', 'double'] as const;
	const type = oneOf(values.approvalType ?? 'single', at('approvalType'), types);
	const form: AnswerForm = { kind: 'approval', canDecline: type === 'double' };
	const label = (name: string) => {
		const text = optionalText(values[name], at(name));
		return text === undefined ? undefined : boundedText(text, at(name), MAX_BUTTON_LENGTH);
	};
	const approveLabel = label('approveLabel');
	if (approveLabel !== undefined) form.approveLabel = approveLabel;
	const declineLabel = form.canDecline ? label('disapproveLabel') : undefined;
	if (declineLabel !== undefined) form.declineLabel = declineLabel;
	return form;
}

function readFields(read: ReadParameter): FormField[] {
	const whole = parameter('formFields');
	const group = read('formFields');
	const entries = isRecord(group) ? group.values : undefined;
	if (!Array.isArray(entries) || entries.length === 0)
		throw new InvalidFieldError(whole, 'required');
	if (entries.length > MAX_FIELDS) {
		throw new InvalidFieldError(whole, 'tooMany', { count: entries.length, max: MAX_FIELDS });
	}
	const fields = entries.map(readField);
	refuseTwice(
		fields.map(({ name }) => name),
		whole,
	);
	const count = fields.reduce((sum, { options }) => sum + options.length, 0);
	if (count > MAX_OPTIONS) {
		throw new InvalidFieldError(optionField, 'tooMany', { count, max: MAX_OPTIONS });
	}
	return fields;
}

const at = (...path: string[]) => parameter('formFields', 'values', ...path);
const optionField = at('fieldOptions', 'values', 'option');

function readField(entry: unknown): FormField {
	const given = isRecord(entry) ? entry : {};
	const label = boundedText(given.fieldLabel, at('fieldLabel'), MAX_LABEL_LENGTH);
	const ownName = isBlank(given.fieldName)
		? label
		: boundedText(given.fieldName, at('fieldName'), MAX_LABEL_LENGTH);
	const name = stripInvisible(ownName);
	if (isUnsafeName(name)) throw new InvalidFieldError(at('fieldName'), 'unsafeName', { key: name });
	const type = oneOf(given.fieldType ?? 'text', at('fieldType'), FIELD_TYPES);
	const field: FormField = {
		name,
		label,
		type,
		required: yesOrNo(given.requiredField ?? false, at('requiredField')),
		options: HAS_OPTIONS.has(type) ? readOptions(given.fieldOptions) : [],
	};
	const placeholder = optionalText(given.placeholder, at('placeholder'));
	if (placeholder !== undefined) field.placeholder = placeholder;
	return field;
}

function readOptions(group: unknown): string[] {
	const entries = isRecord(group) ? group.values : undefined;
	if (!Array.isArray(entries) || entries.length === 0) {
		throw new InvalidFieldError(optionField, 'required');
	}
	const options = entries.map((entry: unknown) =>
		stripInvisible(
			boundedText(isRecord(entry) ? entry.option : undefined, optionField, MAX_LABEL_LENGTH),
		),
	);
	refuseTwice(options, optionField);
	return options;
}

function refuseTwice(names: readonly string[], field: Field): void {
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice === undefined) return;
	throw new InvalidFieldError(field, 'standsTwice', { value: shorten(twice) });
}

function boundedText(value: unknown, field: Field, max: number): string {
	const text = requiredText(value, field);
	const { length } = Array.from(text);
	if (length > max) throw new InvalidFieldError(field, 'tooLong', { max, length });
	return text;
}

/** What stands in a group of n8n's form that may be there once. */
function valuesOf(group: unknown): Readonly<Record<string, unknown>> {
	return isRecord(group) && isRecord(group.values) ? group.values : {};
}
