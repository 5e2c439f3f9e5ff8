import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { toFailure, type NodeFailure } from './failures';
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
 * Requests that start in the same millisecond delay each other, since their answers come together
 * (bench/README.md): starts are a millisecond apart, unless answers are quicker than this.
 */
const QUICK_ANSWER_MS = 5;

/** After this many items, n8n's other work gets its turn. */
const ITEMS_BETWEEN_PAUSES = 100;

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
		if (itemIndex % ITEMS_BETWEEN_PAUSES === ITEMS_BETWEEN_PAUSES - 1) await sleep(0);
	}

	let started = 0;
	let lastStart = 0;
	let lastDuration = 0;
	const done: number[] = [];
	const lane = async ({ perform, sentences }: Work<Prepared>) => {
		for (;;) {
			// Items that fail without a request must not keep n8n from its other work, such as a stop
			if (started % ITEMS_BETWEEN_PAUSES === ITEMS_BETWEEN_PAUSES - 1) await sleep(0);
			while (lastDuration > QUICK_ANSWER_MS && Date.now() === lastStart) await sleep(1);
			if (started === prepared.length || isOver()) return;
			const { itemIndex, item } = prepared[started++];
			const start = Date.now();
			lastStart = start;
			try {
				const json = await perform(item, itemIndex);
				outputs[itemIndex] = { json, pairedItem: { item: itemIndex } };
				done.push(itemIndex);
			} catch (cause) {
				fail(cause, itemIndex, sentences);
			}
			lastDuration = Date.now() - start;
		}
	};
	if (work !== undefined) {
		const lanes = Math.min(work.concurrency, prepared.length);
		await Promise.all(Array.from({ length: lanes }, async () => await lane(work)));
	}

	// n8n marks a stopped execution as such by itself: what was done until then is the output
	if (signal?.aborted) return outputs.filter((output) => output !== undefined);
	if (firstFailure !== undefined && !continueOnFail) {
		throw withTally(firstFailure, { total, done, failed, unknown });
	}
	return outputs;
}
