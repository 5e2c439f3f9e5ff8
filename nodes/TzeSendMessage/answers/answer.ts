import type { IDataObject } from 'n8n-workflow';

import { stripInvisible } from '../../../platform/checks';
import { isRecord } from '../../../platform/json';
import type { AnswerForm, FormField } from './question';

/** What is wrong with a field of an answer. */
export type AnswerProblem =
	'missing' | 'notOneValue' | 'notNumber' | 'notDate' | 'notOption' | 'notYesOrNo';

/** What was typed into each input, to be shown again. */
export type Typed = Readonly<Record<string, readonly string[]>>;

/** An answer that was read: what goes on in the workflow, or what is wrong, by the name of the input. */
export type Reading =
	{ data: IDataObject } | { problems: Readonly<Record<string, AnswerProblem>>; typed: Typed };

/** The names of the inputs; the user's own names are never those of inputs. */
export const APPROVAL_INPUT = 'answer';
export const TEXT_INPUT = 'text';
export const inputOf = (index: number): string => `field-${index}`;

/** The values of the approval's buttons, and of a yes or no. */
export const APPROVE = 'approve';
export const DECLINE = 'decline';
export const YES = 'yes';
export const NO = 'no';

/** The one field of a free text; its label is the page's. */
export const FREE_TEXT: FormField = {
	name: TEXT_INPUT,
	label: '',
	type: 'textarea',
	required: true,
	options: [],
};

/**
 * Reads what a browser sent. Only what the form declares is looked at.
 *
 * @param body as n8n parsed it: texts and lists of texts by the names of inputs, or anything else.
 */
export function readAnswer(form: AnswerForm, body: unknown): Reading {
	switch (form.kind) {
		case 'approval':
			return readApproval(form.canDecline, body);
		case 'freeText':
			return readFields([[TEXT_INPUT, FREE_TEXT]], body);
		case 'customForm':
			return readFields(
				form.fields.map((field, index) => [inputOf(index), field]),
				body,
			);
	}
}

function readApproval(canDecline: boolean, body: unknown): Reading {
	const [answer, ...more] = valuesOf(body, APPROVAL_INPUT);
	if (more.length === 0 && answer === APPROVE) return { data: { approved: true } };
	if (more.length === 0 && answer === DECLINE && canDecline) return { data: { approved: false } };
	const problem = answer === undefined ? 'missing' : 'notOption';
	return { problems: { [APPROVAL_INPUT]: problem }, typed: {} };
}

function readFields(fields: Array<[input: string, field: FormField]>, body: unknown): Reading {
	const problems: Record<string, AnswerProblem> = {};
	const typed: Record<string, string[]> = {};
	const data: IDataObject = {};
	for (const [input, field] of fields) {
		const values = valuesOf(body, input);
		const read = field.type === 'checkbox' ? readSeveral(field, values) : readOne(field, values);
		typed[input] = values;
		if ('problem' in read) problems[input] = read.problem;
		else data[field.name] = read.value;
	}
	return Object.keys(problems).length > 0 ? { problems, typed } : { data };
}

type FieldReading =
	{ value: string | number | boolean | string[] | null } | { problem: AnswerProblem };

function readSeveral({ options, required }: FormField, values: readonly string[]): FieldReading {
	if (values.some((value) => optionOf(options, value) === undefined)) {
		return { problem: 'notOption' };
	}
	if (required && values.length === 0) return { problem: 'missing' };
	return { value: options.filter((_, index) => values.includes(String(index))) };
}

function readOne({ type, options, required }: FormField, values: readonly string[]): FieldReading {
	if (values.length > 1) return { problem: 'notOneValue' };
	const text = cleanText(values[0] ?? '', type === 'textarea');
	if (stripInvisible(text) === '') return required ? { problem: 'missing' } : { value: null };
	switch (type) {
		case 'number':
			return readNumber(text);
		case 'date':
			return isDate(text) ? { value: text } : { problem: 'notDate' };
		case 'boolean':
			if (text !== YES && text !== NO) return { problem: 'notYesOrNo' };
			return { value: text === YES };
		case 'dropdown':
		case 'radio': {
			const option = optionOf(options, text);
			return option === undefined ? { problem: 'notOption' } : { value: option };
		}
		case 'text':
		case 'textarea':
		case 'checkbox':
			return { value: text };
	}
}

/** The option of this number, counted from 0: labels may hold anything, and numbers come back as sent. */
function optionOf(options: readonly string[], value: string): string | undefined {
	return /^(?:0|[1-9]\d{0,4})$/.test(value) ? options[Number(value)] : undefined;
}

/** A number that keeps every digit that was typed, within what JavaScript holds. */
function readNumber(text: string): FieldReading {
	const plain = text.trim();
	const value = Number(plain);
	const isNumber =
		/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(plain) && isFinite(value);
	const isExact = !Number.isInteger(value) || Number.isSafeInteger(value);
	return isNumber && isExact ? { value } : { problem: 'notNumber' };
}

/** A day of the calendar, as browsers send it: 2026-02-29 is none. */
function isDate(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Characters that control something; the databases behind n8n do not keep all of them. */
const CONTROL = /(?![\t\n\r\u0080-\u009F])\p{Cc}/gu;

/** A text as it was typed; browsers send line breaks as CR LF. */
function cleanText(text: string, hasLines: boolean): string {
	const clean = text
		.replace(/\r\n?/g, '\n')
		.replace(CONTROL, '')
		.replace(/\p{Surrogate}/gu, '\uFFFD');
	return hasLines ? clean : clean.replace(/[\n\t]/g, ' ');
}

/** What came for an input; what is no text did not come from the page. */
function valuesOf(body: unknown, input: string): string[] {
	const value: unknown = isRecord(body) && Object.hasOwn(body, input) ? body[input] : undefined;
	if (typeof value === 'string') return [value];
	return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
