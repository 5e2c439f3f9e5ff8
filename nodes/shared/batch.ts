import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { ExpressionError, NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';

import { InvalidFieldError } from '../../platform/fields';
import { invalidField, unforeseen, unreadableParameter, type NodeFailure } from './errors';
import { BATCH_TEXTS, fill } from './texts';

/** What a node does with its items. */
export interface Batch<Prepared> {
	/** How many items are under way at once, 1 or more. */
	concurrency: number;
	/** Reads and checks an item's parameters; makes no request. */
	prepare(itemIndex: number): Prepared;
	/** Makes the item's call; resolves to its output. */
	perform(prepared: Prepared, itemIndex: number): Promise<IDataObject>;
}

/**
 * Requests that leave in one go are answered in one go, and then wait until n8n has worked through
 * all of them: a moment apart, they do not (bench/README.md). Answers that come within this time
 * leave nothing to gain (milliseconds).
 */
const QUICK_ANSWER = 5;

/** After this many items, n8n's other work gets its turn. */
const ITEMS_BETWEEN_BREATHS = 100;

/**
 * Runs a node's items, a few at once, and returns one output item for each, in input order.
 *
 * All parameters are checked before the first request, so that a mistake in the last item costs
 * nothing. When the node continues on failure, a failing item becomes an item with its `error`.
 * Otherwise nothing new is started, what is under way is awaited, and the error tells what was done.
 * A stopped execution starts nothing new, either, and gives up what is under way.
 *
 * @param properties the node's own, for the labels in errors.
 * @param open reads what all items share; its failure is every item's.
 * @throws NodeApiError, NodeOperationError, ExpressionError.
 */
export async function runBatch<Prepared>(
	context: IExecuteFunctions,
	properties: readonly INodeProperties[],
	open: () => Promise<Batch<Prepared>>,
): Promise<INodeExecutionData[]> {
	const total = context.getInputData().length;
	const continueOnFail = context.continueOnFail();
	const { onError } = context.getNode();
	const signal = context.getExecutionCancelSignal();
	const outputs: INodeExecutionData[] = [];
	const failed: number[] = [];
	const unknown: number[] = [];
	let firstFailure: NodeFailure | undefined;

	const fail = (cause: unknown, itemIndex: number, otherwise = unreadableParameter) => {
		const failure = toFailure(context, properties, cause, itemIndex, otherwise);
		firstFailure ??= failure;
		failed.push(itemIndex);
		if (failure.context.delivered === 'unknown') unknown.push(itemIndex);
		outputs[itemIndex] = toErrorItem(onError, failure, itemIndex);
	};
	/** True when no further item may be started. */
	const isOver = () => signal?.aborted === true || (failed.length > 0 && !continueOnFail);

	const batch = await open().catch((cause: unknown) => {
		for (let itemIndex = 0; itemIndex < total && !isOver(); itemIndex++) fail(cause, itemIndex);
	});

	const prepared: Array<{ itemIndex: number; item: Prepared }> = [];
	for (let itemIndex = 0; batch !== undefined && itemIndex < total && !isOver(); itemIndex++) {
		try {
			prepared.push({ itemIndex, item: batch.prepare(itemIndex) });
		} catch (cause) {
			fail(cause, itemIndex);
		}
		if (itemIndex % ITEMS_BETWEEN_BREATHS === ITEMS_BETWEEN_BREATHS - 1) await sleep(0);
	}

	let started = 0;
	let lastStart = 0;
	let lastDuration = 0;
	const done: number[] = [];
	const lane = async ({ perform }: Batch<Prepared>) => {
		for (;;) {
			// Items that fail without a request must not keep n8n from its other work, such as a stop
			if (started % ITEMS_BETWEEN_BREATHS === ITEMS_BETWEEN_BREATHS - 1) await sleep(0);
			while (lastDuration > QUICK_ANSWER && Date.now() === lastStart) await sleep(1);
			if (started === prepared.length || isOver()) return;
			const { itemIndex, item } = prepared[started++];
			const start = Date.now();
			lastStart = start;
			try {
				const json = await perform(item, itemIndex);
				outputs[itemIndex] = { json, pairedItem: { item: itemIndex } };
				done.push(itemIndex);
			} catch (cause) {
				fail(cause, itemIndex, unforeseen);
			}
			lastDuration = Date.now() - start;
		}
	};
	if (batch !== undefined) {
		const lanes = Math.min(batch.concurrency, prepared.length);
		await Promise.all(Array.from({ length: lanes }, async () => await lane(batch)));
	}

	// n8n marks a stopped execution as such by itself: what was done until then is the output
	if (signal?.aborted) return outputs.filter((output) => output !== undefined);
	if (firstFailure !== undefined && !continueOnFail) {
		throw withTally(firstFailure, { total, done, failed, unknown });
	}
	return outputs;
}

/** Whatever went wrong with an item, as an error that n8n can show; `otherwise` is for what has none. */
function toFailure(
	context: IExecuteFunctions,
	properties: readonly INodeProperties[],
	cause: unknown,
	itemIndex: number,
	otherwise: typeof unforeseen,
): NodeFailure {
	if (cause instanceof ExpressionError) {
		cause.context.itemIndex ??= itemIndex;
		return cause;
	}
	const failure =
		cause instanceof InvalidFieldError
			? invalidField(context, cause, properties, itemIndex)
			: cause instanceof NodeApiError || cause instanceof NodeOperationError
				? cause
				: otherwise(context, cause, itemIndex);
	failure.context.itemIndex = itemIndex;
	return failure;
}

/**
 * A failed item: its `error`, and `details` that tell whether it is safe to try again. n8n sends an
 * item to the error output by its keys: up to 2.30 at least, only `error` alone or `error` and
 * `message` count, so there the details are the `message` (n8n.md, trap 3).
 */
function toErrorItem(
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
	return fill(BATCH_TEXTS.item, { item: String(item) }) + (description ?? '');
}

interface Tally {
	total: number;
	done: readonly number[];
	failed: readonly number[];
	/** Those of the failed that may have been delivered all the same. */
	unknown: readonly number[];
}

/** Adds what became of the other items, so that the user knows where to go on. */
function withTally(failure: NodeFailure, { total, done, failed, unknown }: Tally): NodeFailure {
	const sentences = [
		failure instanceof ExpressionError
			? (failure.description ?? '')
			: withItem(failure, failure.context.itemIndex),
	];
	if (total > 1) {
		sentences.push(
			done.length === 0
				? fill(BATCH_TEXTS.noneDone, { total })
				: fill(BATCH_TEXTS.tally, { done: done.length, total, ranges: toRanges(done) }),
		);
		if (failed.length > 1) sentences.push(fill(BATCH_TEXTS.failed, { ranges: toRanges(failed) }));
		if (unknown.length > 0) {
			sentences.push(fill(BATCH_TEXTS.unknown, { ranges: toRanges(unknown) }));
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
