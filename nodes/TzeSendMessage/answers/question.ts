import type { IDataObject } from 'n8n-workflow';

import { isRecord, parseJson } from '../../../platform/json';

/** What may be filled in, with its name in the answer's `data`. */
export interface FormField {
	name: string;
	label: string;
	type: FieldType;
	required: boolean;
	placeholder?: string;
	/** Of `dropdown`, `radio` and `checkbox`: one at least. */
	options: string[];
}

/** `checkbox` is a choice of several; `boolean` a yes or no. The others are n8n's, too. */
export type FieldType =
	'text' | 'textarea' | 'number' | 'date' | 'dropdown' | 'radio' | 'checkbox' | 'boolean';

/** How a question is answered. Labels that are left out are the page's own, in its reader's language. */
export type AnswerForm =
	| {
			kind: 'approval';
			canDecline: boolean;
			approveLabel?: string;
			declineLabel?: string;
	  }
	| { kind: 'freeText' }
	| { kind: 'customForm'; fields: FormField[] };

/** A question as it was asked: what its page shows, and what is told with its answer. */
export interface Question {
	/** Random; in every link to it, so that a link to an earlier question answers none but that. */
	id: string;
	/** ISO 8601. */
	askedAt: string;
	/** When the waiting ends; left out, it does not. ISO 8601. */
	until?: string;
	/** Which run of the node asked it. */
	runIndex: number;
	title: string;
	text: string;
	/** The rows of the card. */
	rows: Array<{ key: string; value: string }>;
	form: AnswerForm;
	/** What the platform said to each of its messages. */
	sent: IDataObject[];
}

/** A question that the node asked before in the same execution, and when it was answered, if it was. */
export interface EarlierQuestion {
	id: string;
	answeredAt?: string;
}

/** What the node keeps in the execution, where every process of n8n finds it. */
export interface Asked {
	question: Question;
	earlier: EarlierQuestion[];
}

/** Where it is kept: in the node's context, which n8n stores with the execution. */
export const CONTEXT_KEY = 'tzeAsked';

/** A loop may ask for long; the links to older questions are told that they are over without a time. */
const MAX_EARLIER = 50;

/** A text, since what an expression reads from a context must not depend on how deep n8n copies it. */
export function writeAsked({ question, earlier }: Asked): string {
	return JSON.stringify({ question, earlier: earlier.slice(-MAX_EARLIER) });
}

/** What {@link writeAsked} wrote; `undefined` for anything else. */
export function readAsked(stored: unknown): Asked | undefined {
	const asked = typeof stored === 'string' ? parseJson(stored) : undefined;
	return isRecord(asked) && isRecord(asked.question) ? (asked as unknown as Asked) : undefined;
}
