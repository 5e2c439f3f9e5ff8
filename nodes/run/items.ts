import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { toFailure, type NodeFailure } from './failures';
import { performInLanes, UNITS_BETWEEN_PAUSES } from './lanes';
import { toErrorItem, withTally } from './outcome';
import type { CallSentences } from './texts';

/** What a node does with its items. */
export interface Work<Prepared> {
	/** The words for a call that fails. */
	sentences: CallSentences;
	/** How many items are under way at once, 1 or more. */
	concurrency: number;
	/** Reads and checks an item's parameters; makes no request. */
	prepare(itemIndex: number): Prepared;
	/** Makes the item's call; resolves to its output. */
	perform(prepared: Prepared, itemIndex: number): Promise<IDataObject>;
}

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
export async function runItems<Prepared>(
	context: IExecuteFunctions,
	properties: readonly INodeProperties[],
	open: () => Promise<Work<Prepared>>,
): Promise<INodeExecutionData[]> {
	const total = context.getInputData().length;
	const continueOnFail = context.continueOnFail();
	const node = context.getNode();
	const signal = context.getExecutionCancelSignal();
	const outputs: INodeExecutionData[] = [];
	const failed: number[] = [];
	const unknown: number[] = [];
	let firstFailure: NodeFailure | undefined;

	const fail = (cause: unknown, itemIndex: number, sentences?: CallSentences) => {
		const failure = toFailure(cause, { node, itemIndex, properties, sentences });
		firstFailure ??= failure;
		failed.push(itemIndex);
		if (failure.context.delivered === 'unknown') unknown.push(itemIndex);
		outputs[itemIndex] = toErrorItem(node.onError, failure, itemIndex);
	};
	/** True when no further item may be started. */
	const isOver = () => signal?.aborted === true || (failed.length > 0 && !continueOnFail);

	const work = await open().catch((cause: unknown) => {
		for (let itemIndex = 0; itemIndex < total && !isOver(); itemIndex++) fail(cause, itemIndex);
	});

	const prepared: Array<{ itemIndex: number; item: Prepared }> = [];
	for (let itemIndex = 0; work !== undefined && itemIndex < total && !isOver(); itemIndex++) {
		try {
			prepared.push({ itemIndex, item: work.prepare(itemIndex) });
		} catch (cause) {
			fail(cause, itemIndex);
		}
		if (itemIndex % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);
	}

	const done: number[] = [];
	if (work !== undefined) {
		const { concurrency, perform, sentences } = work;
		await performInLanes(prepared, concurrency, isOver, async ({ itemIndex, item }) => {
			try {
				const json = await perform(item, itemIndex);
				outputs[itemIndex] = { json, pairedItem: { item: itemIndex } };
				done.push(itemIndex);
			} catch (cause) {
				fail(cause, itemIndex, sentences);
			}
		});
	}

	// n8n marks a stopped execution as such by itself: what was done until then is the output
	if (signal?.aborted) return outputs.filter((output) => output !== undefined);
	if (firstFailure !== undefined && !continueOnFail) {
		throw withTally(firstFailure, { total, done, failed, unknown });
	}
	return outputs;
}
