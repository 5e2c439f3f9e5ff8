import { fill } from '../../../credentials/texts';
import { html, type Html } from '../../pages/html';
import type { Language } from '../../pages/language';
import type { Page } from '../../pages/page';
import {
	APPROVAL_INPUT,
	APPROVE,
	DECLINE,
	FREE_TEXT,
	inputOf,
	NO,
	TEXT_INPUT,
	YES,
	type AnswerProblem,
	type Reading,
} from './answer';
import { ANSWER_TEXTS } from './pageTexts';
import type { FormField, Question } from './question';

/** Whose page it is. */
export interface Reader {
	language: Language;
	/** In which times are told; the workflow's. */
	timeZone: string;
	/** As whom they answer, when the link says so. */
	respondent?: string;
}

type Rejected = Extract<Reading, { problems: unknown }>;
const NOTHING: Rejected = { problems: {}, typed: {} };

/**
 * The question and the form to answer it.
 *
 * @param rejected an answer that cannot be taken, to be mended.
 */
export function questionPage(
	{ title, text, rows, form, until }: Question,
	reader: Reader,
	rejected: Rejected = NOTHING,
): Page {
	const texts = ANSWER_TEXTS[reader.language];
	const isRejected = Object.keys(rejected.problems).length > 0;
	const { respondent: person } = reader;
	const proof = person === undefined ? texts.byAnybody : fill(texts.inTheNameOf, { person });
	const fields =
		form.kind === 'approval'
			? undefined
			: form.kind === 'freeText'
				? [fieldOf(TEXT_INPUT, { ...FREE_TEXT, label: texts.yourAnswer }, reader, rejected)]
				: form.fields.map((field, index) => fieldOf(inputOf(index), field, reader, rejected));
	const buttons =
		form.kind === 'approval'
			? [
					html`<button name="${APPROVAL_INPUT}" value="${APPROVE}">
						${form.approveLabel ?? texts.approve}
					</button>`,
					form.canDecline &&
						html`<button class="secondary" name="${APPROVAL_INPUT}" value="${DECLINE}">
							${form.declineLabel ?? texts.decline}
						</button>`,
				]
			: html`<button>${texts.submit}</button>`;
	const body = html`<p>${text}</p>
		${
			rows.length > 0 &&
			html`<dl>
				${rows.map(
					({ key, value }) =>
						html`<dt>${key}</dt>
							<dd>${value}</dd>`,
				)}
			</dl>`
		}
		${isRejected && html`<p class="error" role="alert">${form.kind === 'approval' ? texts.chooseOne : texts.checkFields}</p>`}
		<form
			method="post"
			accept-charset="utf-8"
			${form.kind === 'customForm' && html` enctype="multipart/form-data"`}
		>
			${fields}
			<div class="buttons">${buttons}</div>
		</form>
		<p>
			<small
				>${until !== undefined && html`${fill(texts.until, { time: timeIn(until, reader) })}<br />`}${proof}</small
			>
		</p>`;
	return { title, body, tone: isRejected ? 'bad' : 'neutral' };
}

/** A field with its label, and what was wrong with what was typed into it. */
function fieldOf(
	input: string,
	field: FormField,
	{ language }: Reader,
	{ problems, typed }: Rejected,
): Html {
	const texts = ANSWER_TEXTS[language];
	const values = typed[input] ?? [];
	const problem = problems[input] as AnswerProblem | undefined;
	const label = html`<span
		>${field.label}${!field.required && html` <small>${texts.optional}</small>`}</span
	>`;
	const wrong =
		problem !== undefined && html`<span class="error" id="${input}-error">${texts[problem]}</span>`;
	const choice = (type: 'radio' | 'checkbox', value: string, name: string) =>
		html`<label class="choice"
			><input
				type="${type}"
				name="${input}"
				value="${value}"
				${values.includes(value) && html` checked`}
			/><span>${name}</span></label
		>`;
	const group = (choices: Html[]) =>
		html`<fieldset>
			<legend>${label}</legend>
			${choices}${wrong}
		</fieldset>`;

	switch (field.type) {
		case 'checkbox':
			return group(field.options.map((name, index) => choice('checkbox', String(index), name)));
		case 'radio':
			return group(field.options.map((name, index) => choice('radio', String(index), name)));
		case 'boolean':
			return group([choice('radio', YES, texts.yes), choice('radio', NO, texts.no)]);
		case 'dropdown':
			return html`<label
				>${label}<select name="${input}">
					<option value="">${texts.noChoice}</option>
					${field.options.map((name, index) => html`<option value="${index}" ${values.includes(String(index)) && html` selected`}>${name}</option>`)}</select
				>${wrong}</label
			>`;
		case 'textarea':
			// The first line break within the tag is the tag's own
			return html`<label
				>${label}<textarea
					name="${input}"
					placeholder="${field.placeholder}"
					${field.required && html` required`}
				>
${values[0]}</textarea
				>${wrong}</label
			>`;
		case 'number':
		case 'date':
		case 'text':
			return html`<label
				>${label}<input
					type="${field.type}"
					${field.type === 'number' && html` step="any"`}
					name="${input}"
					value="${values[0]}"
					placeholder="${field.placeholder}"
					${field.required && html` required`}
				/>${wrong}</label
			>`;
	}
}

/** A page that only tells something. */
export function noticePage(
	{ language }: Pick<Reader, 'language'>,
	notice: Notice,
	values: Readonly<Record<string, string>> = {},
): Page {
	const texts = ANSWER_TEXTS[language];
	const { title, tone } = NOTICES[notice];
	return { title: texts[title], body: html`<p>${fill(texts[notice], values)}</p>`, tone };
}

/** What a page may have to tell. */
export type Notice = keyof typeof NOTICES;

const NOTICES = {
	thanks: { title: 'thanksTitle', tone: 'good' },
	answered: { title: 'answeredTitle', tone: 'neutral' },
	over: { title: 'overTitle', tone: 'neutral' },
	late: { title: 'overTitle', tone: 'neutral' },
	badLink: { title: 'badLinkTitle', tone: 'bad' },
	tooLarge: { title: 'tooLargeTitle', tone: 'bad' },
	wrongType: { title: 'wrongTypeTitle', tone: 'bad' },
} as const;

/** An instant as its reader writes it, with the time zone: the reader's own may be another one. */
export function timeIn(
	iso: string,
	{ language, timeZone }: Pick<Reader, 'language' | 'timeZone'>,
): string {
	const date = { year: 'numeric', month: 'long', day: 'numeric' } as const;
	const time = { hour: 'numeric', minute: '2-digit', timeZone } as const;
	const instant = new Date(iso);
	const zone = new Intl.DateTimeFormat(language, { timeZone, timeZoneName: 'short' })
		.formatToParts(instant)
		.find(({ type }) => type === 'timeZoneName')?.value;
	return `${new Intl.DateTimeFormat(language, { ...date, ...time }).format(instant)} (${zone ?? timeZone})`;
}
