import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import type { Pace, Turn } from '../../transport/pace';
import { concealer } from '../../transport/secrets';
import { toFailure, type NodeFailure } from './failures';
import { type Fields, hintOf, outputCleaner, Tally, toErrorItem, withTally } from './outcome';
import { performAtPace, UNITS_BETWEEN_PAUSES } from './performAtPace';
import type { CallSentences } from './texts';

/** What a node does with its items. */
export interface Work<Call> extends Fields {
	/** The words for a call that fails. */
	sentences: CallSentences;
	/** When calls start, and how many are under way. */
	pace: Pace;
	/** Reads and checks an item's parameters; makes no request. Returns its calls: one at least. */
	prepare(itemIndex: number): Call[];
	/** Makes a call in its turn; resolves to its output, or to all of them in order, for what reads lists. */
	perform(call: Call, turn: Turn): Promise<IDataObject | IDataObject[]>;
	/** What the error of a call tells beside, such as whom it was for. */
	about?(call: Call): IDataObject;
	/** Present when the calls of an item are of use only together. */
	together?: Together<Call>;
}

/** What becomes of calls that are of use only together: after a failure, nothing new starts. */
export interface Together<Call> {
	/** All were carried out. Resolves to what the node puts out instead of their outputs. */
	done(outputs: INodeExecutionData[]): Promise<INodeExecutionData[]>;
	/**
	 * One failed: a sentence on what was carried out all the same, and may have been; and what the one
	 * error tells beside.
	 */
	torn(calls: Record<'done' | 'unknown', Call[]>): { sentence: string; about: IDataObject };
}

/** Of a long list; then n8n's other work gets its turn. */
const OUTPUTS_BETWEEN_PAUSES = 1_000;

/** A call of an item, in the order of the output. */
interface Unit<Call> {
	itemIndex: number;
	part: number;
	call: Call;
}

/**
 * Runs a node's items, a few calls at once, and returns what each call puts out, in input order.
 *
 * All parameters are checked before the first request, so that a mistake in the last item costs
 * nothing. When the node continues on failure, a failing call becomes an item with its `error`.
 * Otherwise nothing new is started, what is under way is awaited, and the error tells what was done.
 * A stopped execution starts nothing new, either, and gives up what is under way.
 *
 * Whatever leaves the node leaves it here, and without the secrets of the run: outputs and errors.
 *
 * @param properties the node's own, for the labels in errors.
 * @param open reads what all items share, and adds the secrets that come to be known, also later; its
 * failure is every item's.
 * @throws NodeApiError, NodeOperationError, ExpressionError.
 */
export async function runItems<Call>(
	context: IExecuteFunctions,
	properties: readonly INodeProperties[],
	open: (secrets: Set<string>) => Promise<Work<Call>>,
): Promise<INodeExecutionData[]> {
	const total = context.getInputData().length;
	const continueOnFail = context.continueOnFail();
	const node = context.getNode();
	const signal = context.getExecutionCancelSignal();
	/** By item, and by the part of it. */
	const outputs: INodeExecutionData[][][] = Array.from({ length: total }, () => []);
	const tally = new Tally(total);
	const secrets = new Set<string>();
	const hide = concealer(secrets);
	const clean = outputCleaner(secrets);
	let firstFailure: NodeFailure | undefined;
	const carriedOut: Record<'done' | 'unknown', Call[]> = { done: [], unknown: [] };

	const fail = (
		cause: unknown,
		itemIndex: number,
		part = 0,
		sentences?: CallSentences,
		about: IDataObject = {},
	) => {
		const failure = toFailure(cause, { node, itemIndex, properties, sentences, hide });
		firstFailure ??= failure;
		tally.failed(itemIndex, part, failure.context.delivered === 'unknown');
		outputs[itemIndex][part] = [toErrorItem(failure, itemIndex, about)];
		return failure;
	};
	/** True when nothing further may be started. */
	const isOver = (together?: Together<Call>) =>
		signal?.aborted === true ||
		(firstFailure !== undefined && (!continueOnFail || together !== undefined));

	const work = await open(secrets).catch((cause: unknown) => {
		for (let itemIndex = 0; itemIndex < total && !isOver(); itemIndex++) fail(cause, itemIndex);
	});

	const units: Array<Unit<Call>> = [];
	for (let itemIndex = 0; work !== undefined && itemIndex < total && !isOver(); itemIndex++) {
		try {
			const calls = work.prepare(itemIndex);
			tally.prepared(itemIndex, calls.length);
			calls.forEach((call, part) => units.push({ itemIndex, part, call }));
		} catch (cause) {
			fail(cause, itemIndex);
		}
		if (itemIndex % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);
	}

	if (work !== undefined) {
		await performAtPace(
			units,
			work.pace,
			() => isOver(work.together),
			async ({ itemIndex, part, call }, turn) => {
				tally.started();
				try {
					const came: INodeExecutionData[] = [];
					for (const output of [await work.perform(call, turn)].flat()) {
						came.push({ json: clean(output, work), pairedItem: { item: itemIndex } });
						if (came.length % OUTPUTS_BETWEEN_PAUSES === 0) await sleep(0);
					}
					outputs[itemIndex][part] = came;
					tally.done(itemIndex, part);
					carriedOut.done.push(call);
				} catch (cause) {
					const about = clean(work.about?.(call) ?? {}, work);
					const failure = fail(cause, itemIndex, part, work.sentences, about);
					if (failure.context.delivered === 'unknown') carriedOut.unknown.push(call);
				}
			},
		);
	}

	// What a stop kept from being started is missing; n8n marks a stopped execution as such by itself
	const output = outputs.flat(2);
	if (signal?.aborted) return output;
	if (firstFailure === undefined) return (await work?.together?.done(output)) ?? output;
	if (work?.together !== undefined && units.length > 0) {
		const { sentence, about } = work.together.torn(carriedOut);
		firstFailure.description = hide([firstFailure.description, sentence].join(' ').trim());
		if (carriedOut.unknown.length > 0) firstFailure.context.delivered = 'unknown';
		// The sentence tells of the parts already
		if (!continueOnFail) throw withTally(firstFailure, new Tally(1));
		return [toErrorItem(firstFailure, units[0].itemIndex, clean(about, work))];
	}
	if (!continueOnFail) throw withTally(firstFailure, tally);
	context.addExecutionHints(hintOf(tally));
	return output;
}
