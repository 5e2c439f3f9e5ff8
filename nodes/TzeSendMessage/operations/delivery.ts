import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { resolveCall } from '../../../platform/addresses';
import { isBlank, oneOf, parameter, setting } from '../../../platform/checks';
import type { Envelope } from '../../../platform/envelopes';
import type { SendableObject } from '../../../platform/json';
import { busiIdOf, type Message } from '../../../platform/messages';
import { parseRecipients } from '../../../platform/recipients';
import { toRequestBody } from '../../../platform/requestBody';
import type { CallPolicy } from '../../../transport/repeat';
import { connect } from '../../run/connection';
import type { Work } from '../../run/items';
import { optionReader } from '../../run/options';
import { RawParameters, readParameter } from '../../run/rawParameters';
import type { ReadParameter } from '../messageTypes/messageType';
import { readItemOptions, readRunOptions, type ItemOptions } from '../options';
import { MESSAGE_SENTENCES } from '../texts';

/** A message delivered twice is a mistake; a refused one, or one turned away, was not delivered (D). */
const POLICY: CallPolicy = {
	onlyReads: false,
	busyDidNothing: true,
	maxReplacements: 2,
	mayReplaceFreshToken: true,
};

/** A message on its way: what is sent, and what of it the output shows. */
export interface PreparedMessage {
	body: SendableObject;
	recipients: readonly string[];
	output: IDataObject;
	isDryRun: boolean;
}

/** How the messages of a run are sent, whatever they say. */
export interface Delivery extends Omit<Work<PreparedMessage>, 'prepare'> {
	raw: RawParameters;
	/** Where the platform is. */
	baseUrl: URL;
	/** Who gets every message instead of its own recipients, while somebody does. */
	redirectTo: readonly string[] | undefined;
	/** Reads the parameters of an item. */
	readerOf(itemIndex: number): ReadParameter;
	optionsOf(itemIndex: number): ItemOptions;
	/** A message to these people; `redirectedFrom` are those whom it was for. */
	address(
		message: Message,
		to: { recipients: readonly string[]; redirectedFrom?: readonly string[] },
		options: ItemOptions,
	): PreparedMessage;
}

/** Reads what all messages of a run share: the credential and the run's options. */
export async function openDelivery(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Delivery> {
	const raw = new RawParameters(context.getNode().parameters);
	raw.refuseExpression('oneExpression', 'options');
	const readOptions = (itemIndex: number) => optionReader(context, raw, itemIndex);
	const { concurrency, callsPerMinute, maxRetries, timeoutMs, typeKey } = readRunOptions(
		readOptions(0),
	);
	const connection = await connect(context, secrets);
	const url = resolveCall(connection.baseUrl, connection.messagePath, 'messagePath');
	const { baseUrl, recipientField, recipientFormat, testRecipients } = connection;

	return {
		raw,
		baseUrl,
		redirectTo: isBlank(testRecipients)
			? undefined
			: parseRecipients(testRecipients, setting('testRecipients')),
		own: ['msgType', 'busiId', 'recipients', 'redirectedFrom', 'message', 'dryRun'],
		sentences: MESSAGE_SENTENCES,
		pace: connection.paceOf({ concurrency, callsPerMinute }),
		readerOf: (itemIndex) => (name) => readParameter(context, itemIndex, name),
		optionsOf: (itemIndex) => readItemOptions(readOptions(itemIndex)),
		address(message, { recipients, redirectedFrom }, options) {
			const body = toRequestBody(message, {
				typeKey,
				recipients,
				recipientField,
				recipientFormat,
				extraBodyFields: options.extraBodyFields,
			});
			const busiId = busiIdOf(message);
			const output: IDataObject = { msgType: message.msgType };
			if (busiId !== undefined) output.busiId = busiId;
			if (recipients.length > 0) output.recipients = [...recipients];
			if (redirectedFrom !== undefined) output.redirectedFrom = [...redirectedFrom];
			if (options.includeMessage || options.dryRun) {
				output.message = JSON.parse(JSON.stringify(body)) as IDataObject;
			}
			return { body, recipients, output, isDryRun: options.dryRun };
		},
		async perform({ body, output, isDryRun }, turn) {
			if (isDryRun) return { dryRun: true, ...output };
			const call = { policy: POLICY, url, body, timeoutMs, maxRetries };
			const { envelope } = await connection.call(call, turn);
			const said: Partial<Envelope> = { ...envelope };
			delete said.answer;
			return { ...said, ...output };
		},
		about: ({ recipients }) => (recipients.length > 0 ? { recipients: [...recipients] } : {}),
	};
}

/** Whom an item is for: nobody by the user's own choice alone. */
export function recipientsOf(read: ReadParameter): string[] {
	const choices = ['recipients', 'noRecipientField'] as const;
	const choice = oneOf(read('sendTo'), parameter('sendTo'), choices);
	return choice === 'recipients' ? parseRecipients(read('recipients')) : [];
}

/** A list in parts of so many at most; in one part when there is no limit. */
export function partsOf<Entry>(list: readonly Entry[], size: number): Array<readonly Entry[]> {
	if (size === 0 || list.length <= size) return [list];
	const count = Math.ceil(list.length / size);
	return Array.from({ length: count }, (_, part) => list.slice(part * size, (part + 1) * size));
}
