import { randomBytes } from 'node:crypto';
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { WAIT_INDEFINITELY } from 'n8n-workflow';

import { fill } from '../../../credentials/texts';
import { isThisMachine } from '../../../platform/addresses';
import {
	InvalidFieldError,
	isBlank,
	oneOf,
	parameter,
	requiredText,
} from '../../../platform/checks';
import type { Message } from '../../../platform/messages';
import type { Work } from '../../run/items';
import { answerFields } from '../answers/fields';
import { readForm, readWording } from '../answers/form';
import { linkTo } from '../answers/link';
import type { Question } from '../answers/question';
import { runIndexOf, storeQuestion } from '../answers/store';
import { readWaitLimit } from '../answers/waitLimit';
import { messageTypes } from '../messageTypes';
import type { ReadParameter } from '../messageTypes/messageType';
import { QUESTION_TEXTS } from '../texts';
import {
	openDelivery,
	partsOf,
	recipientsOf,
	type Delivery,
	type PreparedMessage,
} from './delivery';

const { oa, link } = messageTypes;

/** Only cards have something to click. */
const typeFields: INodeProperties[] = [
	{
		displayName: 'Message Type',
		name: 'msgType',
		type: 'options',
		options: [oa, link].map(({ msgType, label, hint }) => ({
			name: label,
			value: msgType,
			description: hint,
		})),
		default: 'oa',
		description:
			'What the question looks like to its reader; a click on it opens the page to answer',
		displayOptions: { show: { operation: ['sendAndWait'] } },
	},
];

/** Asks people of the platform, and waits until somebody has answered. */
export const sendAndWait = { typeFields, properties: answerFields, open };

/** One part of a question: to whom it goes, and whom its link names. */
interface Part {
	recipients: readonly string[];
	redirectedFrom?: readonly string[];
	/** Whoever answers by this link answers as this person. */
	respondent?: string;
	/** Tells the parts apart in the Business ID. */
	suffix: string;
}

/**
 * All or told: the execution waits only when the platform has accepted every message; the form and
 * every message are checked before the first.
 */
async function open(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Work<PreparedMessage>> {
	refuseTool(context);
	const delivery = await openDelivery(context, secrets);
	delivery.raw.refuseExpression('oneExpression', 'options', 'limitWaitTime');
	delivery.raw.refuseExpression('oneExpression', 'options', 'limitWaitTime', 'values');
	const count = context.getInputData().length;
	let asked: { question: Question; until: Date; isDryRun: boolean; people: string[] } | undefined;

	return {
		...delivery,
		prepare(itemIndex) {
			if (count > 1) throw new InvalidFieldError(parameter('operation'), 'oneQuestion', { count });
			const read = withToolInput(context, delivery, itemIndex);
			const options = delivery.optionsOf(itemIndex);
			const limit = read('options.limitWaitTime.values');
			if (isReview(context) && !isBlank(limit)) {
				throw new InvalidFieldError(parameter('options', 'limitWaitTime'), 'noLimitInReview');
			}
			const until = readWaitLimit(limit, context.getTimezone(), Date.now());
			const form = readForm(read, delivery.raw);
			const id = randomBytes(12).toString('hex');
			const own = recipientsOf(read);
			const parts = partsOfQuestion(delivery, own, read, options.recipientsPerCall);
			const messages = parts.map(({ respondent, suffix }) =>
				buildMessage(delivery, read, linkTo(context, { question: id, respondent }), suffix),
			);
			const [first] = messages;
			const question: Question = {
				id,
				askedAt: new Date().toISOString(),
				runIndex: runIndexOf(context),
				...readWording(read),
				rows: first.msgType === 'oa' ? (first.oa.body?.form ?? []) : [],
				form,
				sent: [],
			};
			if (until < WAIT_INDEFINITELY) question.until = until.toISOString();
			asked = { question, until, isDryRun: options.dryRun, people: parts.flatMap(namesOf) };
			hintAtLocalAddress(context, delivery, linkTo(context, { question: id }));
			return parts.map((part, index) => delivery.address(messages[index], part, options));
		},
		together: {
			async done(outputs) {
				if (asked === undefined || asked.isDryRun) return outputs;
				const { question, until } = asked;
				question.sent = outputs.map(({ json }) => json);
				storeQuestion(context, question);
				await context.putExecutionToWait(until);
				return context.getInputData();
			},
			torn({ done, unknown }) {
				const reached = new Set(done.flatMap(({ recipients }) => recipients));
				const values = { done: namesIn(done), unknown: namesIn(unknown) };
				const text = unknown.length > 0 ? QUESTION_TEXTS.tornUnknown : QUESTION_TEXTS.torn;
				const missed = (asked?.people ?? []).filter((person) => !reached.has(person));
				return {
					sentence: fill(text, values),
					about: missed.length > 0 ? { recipients: missed } : {},
				};
			},
		},
	};
}

const namesOf = ({ recipients }: Pick<PreparedMessage, 'recipients'>) => [...recipients];

/** Whom calls reached, as a person lists them. */
function namesIn(calls: readonly PreparedMessage[]): string {
	if (calls.length === 0) return QUESTION_TEXTS.nobody;
	return calls.flatMap(namesOf).join(', ') || QUESTION_TEXTS.messageAlone;
}

/** What n8n writes into the message of a human review, and what shows more of it than "[object Object]". */
const TOOL_INPUT = /\{\{\s*\$tool\.parameters\s*\}\}/g;
const READABLE_TOOL_INPUT = '{{ JSON.stringify($tool.parameters, null, 2) }}';

/**
 * Reads an item's parameters, the message of a human review so that its reader sees what the tool is
 * about to do: n8n puts an object within a text as "[object Object]" (n8n.md).
 */
function withToolInput(
	context: IExecuteFunctions,
	{ raw, readerOf }: Delivery,
	itemIndex: number,
): ReadParameter {
	const read = readerOf(itemIndex);
	return (name) => {
		const value = read(name);
		const stored = raw.find(name);
		if (name !== 'message' || typeof stored !== 'string' || !stored.startsWith('=')) return value;
		if (typeof value !== 'string' || !value.includes('[object Object]')) return value;
		const readable = stored.slice(1).replace(TOOL_INPUT, () => READABLE_TOOL_INPUT);
		return context.evaluateExpression(readable, itemIndex);
	};
}

/**
 * n8n does not let a plain tool of an agent wait; the human review of a tool is a node that may. What a
 * node is run as stands in its type on every line: `…Tool`, `…HitlTool`.
 */
function refuseTool(context: IExecuteFunctions): void {
	const { type } = context.getNode();
	if (!type.endsWith('Tool') || type.endsWith('HitlTool')) return;
	throw new InvalidFieldError(parameter('operation'), 'notAsTool');
}

/**
 * True for the human review of an agent's tool. When the time to wait is over, n8n passes the input on, and
 * takes an `approved` in it, which may be the model's, for an approval (n8n.md).
 */
function isReview(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('HitlTool');
}

function partsOfQuestion(
	{ redirectTo }: Delivery,
	own: readonly string[],
	read: ReadParameter,
	recipientsPerCall: number,
): Part[] {
	const ways = ['perRecipient', 'shared'] as const;
	// Nobody is named: there is one message, and one link
	const way =
		own.length === 0 ? 'shared' : oneOf(read('answerLink'), parameter('answerLink'), ways);
	if (way === 'perRecipient') {
		const redirect = redirectTo === undefined ? {} : { redirectedFrom: own };
		return (redirectTo ?? own).map((person) => ({
			recipients: [person],
			...redirect,
			respondent: person,
			suffix: `-${person}`,
		}));
	}
	const lists = partsOf(own, recipientsPerCall);
	return lists.map((list, index) => ({
		...(redirectTo === undefined
			? { recipients: list }
			: { recipients: redirectTo, redirectedFrom: list }),
		suffix: lists.length > 1 ? `-${index + 1}` : '',
	}));
}

/** A card of `send`, with the question in the place of its texts, and the answer in that of its target. */
function buildMessage(
	{ raw }: Delivery,
	read: ReadParameter,
	address: string,
	suffix: string,
): Message {
	const { title, text } = readWording(read);
	const busiId = `${requiredText(read('busiId'), parameter('busiId'))}${suffix}`;
	const ours: Readonly<Record<string, unknown>> = {
		title,
		headText: title,
		content: text,
		pcUrl: address,
		appUrl: address,
		busiId,
	};
	const types = ['oa', 'link'] as const;
	const msgType = oneOf(read('msgType'), parameter('msgType'), types);
	const readOurs: ReadParameter = (name) => (Object.hasOwn(ours, name) ? ours[name] : read(name));
	const message = messageTypes[msgType].build(readOurs, raw);
	// A card shows the question, unless its body says something of its own
	if (message.msgType === 'oa') message.oa.body = { content: text, ...message.oa.body };
	return message;
}

/** Phones cannot open an address of this machine; whoever tries things out on it can. */
function hintAtLocalAddress(
	context: IExecuteFunctions,
	{ baseUrl }: Delivery,
	address: string,
): void {
	const { host, hostname } = new URL(address);
	if (!isThisMachine(hostname) || isThisMachine(baseUrl.hostname)) return;
	const message = fill(QUESTION_TEXTS.localAddress, { host });
	context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
}
