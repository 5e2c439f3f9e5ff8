import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { ExpressionError, NodeApiError } from 'n8n-workflow';

import { fill } from '../../credentials/texts';
import type { NodeFailure } from './failures';
import { RUN_TEXTS } from './texts';

/**
 * A failed item: its `error`, and `details` that tell whether it is safe to try again. n8n sends an
 * item to the error output by its keys: up to 2.30 at least, only `error` alone or `error` and
 * `message` count, so there the details are the `message` (n8n.md, trap 3).
 */
export function toErrorItem(
	onError: INode['onError'],
	failure: NodeFailure,
	itemIndex: number,
): INodeExecutionData {
	const { context } = failure;
	const details: IDataObject = {
		description: withItem(failure, itemIndex),
		delivered: context.delivered ?? 'no',
	};
	if (context.retCode !== undefined) details.retCode = context.retCode;
	if (failure instanceof NodeApiError && failure.httpCode !== null) {
		details.httpCode = failure.httpCode;
	}
	const key = onError === 'continueErrorOutput' ? 'message' : 'details';
	return { json: { error: failure.message, [key]: details }, pairedItem: { item: itemIndex } };
}

/** The description with the item's number before it. */
function withItem({ description }: NodeFailure, item: unknown): string {
	return fill(RUN_TEXTS.item, { item: String(item) }) + (description ?? '');
}

/** What became of the items of a run, by their numbers. */
export interface Tally {
	total: number;
	done: readonly number[];
	failed: readonly number[];
	/** Those of the failed that may have been delivered all the same. */
	unknown: readonly number[];
}

/** Adds what became of the other items, so that the user knows where to go on. */
export function withTally(
	failure: NodeFailure,
	{ total, done, failed, unknown }: Tally,
): NodeFailure {
	const sentences = [
		failure instanceof ExpressionError
			? (failure.description ?? '')
			: withItem(failure, failure.context.itemIndex),
	];
	if (total > 1) {
		sentences.push(
			done.length === 0
				? fill(RUN_TEXTS.noneDone, { total })
				: fill(RUN_TEXTS.tally, { done: done.length, total, ranges: toRanges(done) }),
		);
		if (failed.length > 1) sentences.push(fill(RUN_TEXTS.failed, { ranges: toRanges(failed) }));
		if (unknown.length > 0) {
			sentences.push(fill(RUN_TEXTS.unknown, { ranges: toRanges(unknown) }));
		}
	}
	failure.description = sentences.join(' ').trim();
	return failure;
}

/** Numbers as a person lists them: `0–11, 14`. */
function toRanges(numbers: readonly number[]): string {
	const sorted = [...numbers].sort((a, b) => a - b);
	const ranges: Array<[first: number, last: number]> = [];
	for (const number of sorted) {
		const current = ranges.at(-1);
		if (current !== undefined && number === current[1] + 1) current[1] = number;
		else ranges.push([number, number]);
	}
	return ranges
		.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`))
		.join(', ');
}
