import type { IDataObject, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { ExpressionError, NodeApiError } from 'n8n-workflow';

import { fill } from '../../credentials/texts';
import { concealer, concealIn } from '../../transport/secrets';
import type { NodeFailure } from './failures';
import { RUN_TEXTS } from './texts';

/** The fields of an output that are not searched as all others are. */
export interface Fields {
	/** The field of the output that is a secret itself, and wanted. */
	keeps?: string;
	/**
	 * The fields of the output, and of what an error tells beside, that hold the user's own: what only
	 * shares a piece with a secret stays as it is there, so that the IDs that are shown are those that were
	 * sent to.
	 */
	own: readonly string[];
	/** True when other names of fields come from the platform: a secret may stand in those as well. */
	hasForeignNames?: boolean;
}

/**
 * A function that takes the secrets of a run out of an output. Our own names of fields stay; in the
 * platform's, within them or (where a node says so) beside them, a secret may stand.
 */
export function outputCleaner(secrets: Iterable<string>) {
	const hide = concealer(secrets);
	const hideWhole = concealer(secrets, (length) => length);
	return (output: IDataObject, { keeps, own, hasForeignNames = false }: Fields): IDataObject => {
		const cleaned: Array<[string, IDataObject[string]]> = [];
		const foreign: typeof cleaned = [];
		for (const [name, value] of Object.entries(output)) {
			if (name === keeps) cleaned.push([name, value]);
			else if (own.includes(name)) cleaned.push([name, concealIn(value, hideWhole)]);
			else if (hasForeignNames) foreign.push([name, value]);
			else cleaned.push([name, concealIn(value, hide)]);
		}
		if (foreign.length > 0) {
			cleaned.push(...Object.entries(concealIn(Object.fromEntries(foreign), hide)));
		}
		return Object.fromEntries(cleaned) as IDataObject;
	};
}

/**
 * What became of a failed call: `error` alone, so that every field of the user's own stays as it came
 * (n8n adds them on the error output), and so that every n8n sends the item there (n8n.md, trap 3).
 *
 * @param about what else the node tells of the call, such as its recipients.
 */
export function toErrorItem(
	failure: NodeFailure,
	itemIndex: number,
	about: IDataObject,
): INodeExecutionData {
	const { context, message } = failure;
	const error: IDataObject = {
		message,
		description: withItem(failure, itemIndex),
		delivered: context.delivered ?? 'no',
	};
	// Whose mistake it is: who handed over the item, or who looks after the platform and the credential
	if (typeof context.parameter === 'string') error.parameter = context.parameter;
	if (context.retCode !== undefined) error.retCode = context.retCode;
	if (failure instanceof NodeApiError && failure.httpCode !== null) {
		error.httpCode = failure.httpCode;
	}
	return { json: { error: { ...error, ...about } }, pairedItem: { item: itemIndex } };
}

/** The description with the item's number before it. */
function withItem({ description }: NodeFailure, item: unknown): string {
	const values = { item: String(item), description: description ?? '' };
	return fill(description ? RUN_TEXTS.item : RUN_TEXTS.itemAlone, values);
}

/** Nobody reads more of them in a sentence; with n8n's "Continue" every item tells of itself. */
const MAX_RANGES = 100;

/** What became of a run's calls: numbers of items, and of the parts that an item was split into. */
export class Tally {
	private readonly parts = new Map<number, number>();
	private readonly all: Record<'done' | 'failed' | 'unknown', Array<[item: number, part: number]>> =
		{ done: [], failed: [], unknown: [] };
	/** True when a request may have been made. */
	hasStarted = false;

	constructor(readonly items: number) {}

	prepared(item: number, parts: number): void {
		this.parts.set(item, parts);
	}

	started(): void {
		this.hasStarted = true;
	}

	done(item: number, part: number): void {
		this.all.done.push([item, part]);
	}

	failed(item: number, part: number, isUnknown: boolean): void {
		this.all.failed.push([item, part]);
		if (isUnknown) this.all.unknown.push([item, part]);
	}

	/** How many calls came out like this. */
	count(outcome: 'done' | 'failed' | 'unknown'): number {
		return this.all[outcome].length;
	}

	/** How many calls there are; an item whose parameters were not read counts as one. */
	get total(): number {
		let total = this.items - this.parts.size;
		for (const parts of this.parts.values()) total += parts;
		return total;
	}

	/** The calls as a person lists them: `0–11, 14`, and `2 (parts 1–3)` where an item was split. */
	list(outcome: 'done' | 'failed' | 'unknown'): string {
		const whole: number[] = [];
		const split = new Map<number, number[]>();
		for (const [item, part] of this.all[outcome]) {
			if ((this.parts.get(item) ?? 1) === 1) whole.push(item);
			else split.set(item, [...(split.get(item) ?? []), part + 1]);
		}
		const entries = toRanges(whole).map(([first, last]) => ({
			first,
			text: first === last ? `${first}` : `${first}–${last}`,
		}));
		for (const [first, parts] of split) {
			const ranges = toRanges(parts).map(([from, to]) =>
				from === to ? `${from}` : `${from}–${to}`,
			);
			entries.push({
				first,
				text: fill(RUN_TEXTS.parts, { item: first, parts: ranges.join(', ') }),
			});
		}
		const texts = entries.sort((a, b) => a.first - b.first).map(({ text }) => text);
		return [...texts.slice(0, MAX_RANGES), ...(texts.length > MAX_RANGES ? ['…'] : [])].join(', ');
	}
}

/** Adds what became of the other calls, so that the user knows where to go on. */
export function withTally(failure: NodeFailure, tally: Tally): NodeFailure {
	const sentences = [
		failure instanceof ExpressionError
			? (failure.description ?? '')
			: withItem(failure, failure.context.itemIndex),
	];
	const { total } = tally;
	if (!tally.hasStarted && total > 1) sentences.push(fill(RUN_TEXTS.noneStarted, { total }));
	if (tally.hasStarted && total > 1) {
		const done = tally.count('done');
		if (done > 0) {
			sentences.push(fill(RUN_TEXTS.tally, { done, total, ranges: tally.list('done') }));
		} else {
			const isCertain = tally.count('unknown') === 0;
			sentences.push(fill(isCertain ? RUN_TEXTS.noneDone : RUN_TEXTS.noneKnown, { total }));
		}
		if (tally.count('failed') > 1) {
			sentences.push(fill(RUN_TEXTS.failed, { ranges: tally.list('failed') }));
		}
		if (tally.count('unknown') > 0) {
			sentences.push(fill(RUN_TEXTS.unknown, { ranges: tally.list('unknown') }));
		}
	}
	failure.description = sentences.join(' ').trim();
	return failure;
}

/** What the editor shows above the output of a run that went on after failures. */
export function hintOf(tally: Tally): NodeExecutionHint {
	const unknown = tally.count('unknown');
	const failed = tally.count('failed') - unknown;
	const values = { done: tally.count('done'), failed, unknown, ranges: tally.list('unknown') };
	const message = unknown > 0 ? RUN_TEXTS.hintUnknown : RUN_TEXTS.hint;
	return { message: fill(message, values), type: 'warning', location: 'outputPane' };
}

/** Numbers as ranges, in order. */
function toRanges(numbers: readonly number[]): Array<[first: number, last: number]> {
	const sorted = [...numbers].sort((a, b) => a - b);
	const ranges: Array<[first: number, last: number]> = [];
	for (const number of sorted) {
		const current = ranges.at(-1);
		if (current !== undefined && number === current[1] + 1) current[1] = number;
		else ranges.push([number, number]);
	}
	return ranges;
}
