import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { resolveCall } from '../../../platform/addresses';
import { isBlank, oneOf, parameter, setting } from '../../../platform/checks';
import type { SendableObject } from '../../../platform/json';
import { busiIdOf, type Message } from '../../../platform/messages';
import { parseRecipients } from '../../../platform/recipients';
import { toRequestBody } from '../../../platform/requestBody';
import type { CallPolicy } from '../../../transport/repeat';
import { connect } from '../../run/connection';
import type { Work } from '../../run/items';
import { messageTypeNames, messageTypes } from '../messageTypes';
import type { ReadParameter } from '../messageTypes/messageType';
import { readItemOptions, readRunOptions, type ReadOption } from '../options';
import { RawParameters, readParameter } from '../../run/rawParameters';
import { MESSAGE_SENTENCES } from '../texts';

const properties: INodeProperties[] = [
	{
		displayName: 'Message Type',
		name: 'msgType',
		type: 'options',
		options: Object.values(messageTypes).map(({ msgType, label, hint }) => ({
			name: label,
			value: msgType,
			description: hint,
		})),
		default: 'text',
		description: 'What the message looks like to its reader',
		displayOptions: { show: { operation: ['send'] } },
	},
	{
		displayName: 'Send To',
		name: 'sendTo',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Recipients',
				value: 'recipients',
				description: 'The people whose IDs you give below',
			},
			{
				name: 'Message Alone',
				value: 'noRecipientField',
				description:
					'No recipient field is sent: the documents of the platform do not say whom that reaches, so it may be everybody',
			},
		],
		default: 'recipients',
		description: 'Whom the message is for',
		displayOptions: { show: { operation: ['send'] } },
	},
	{
		displayName: 'Recipients',
		name: 'recipients',
		type: 'string',
		typeOptions: { rows: 2 },
		required: true,
		default: '',
		placeholder: 'e.g. 1001, 1002',
		description:
			'IDs of the people who get the message, separated by commas, spaces or lines, or an expression that yields a list of IDs. They are sent in the recipient field of the credential.',
		displayOptions: { show: { operation: ['send'], sendTo: ['recipients'] } },
	},
	...Object.values(messageTypes).flatMap((messageType) => messageType.properties),
];

/** A message delivered twice is a mistake; a refused one, or one turned away, was not delivered (D). */
const POLICY: CallPolicy = {
	onlyReads: false,
	busyDidNothing: true,
	maxReplacements: 2,
	mayReplaceFreshToken: true,
};

/** Sends a message of any type to people of the platform (platform.md 2, S). */
export const send = { properties, open };

/** A message on its way: what is sent, and what of it the output shows. */
interface PreparedMessage {
	body: SendableObject;
	recipients: readonly string[];
	output: IDataObject;
	isDryRun: boolean;
}

/** Reads what all messages of a run share: the credential and the run's options. */
async function open(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Work<PreparedMessage>> {
	const raw = new RawParameters(context.getNode().parameters);
	raw.refuseExpression('oneExpression', 'options');
	const readOptions =
		(itemIndex: number): ReadOption =>
		(name, fallback) =>
			isBlank(raw.find('options', name))
				? fallback
				: readParameter(context, itemIndex, `options.${name}`);
	const { concurrency, callsPerMinute, maxRetries, timeoutMs, typeKey } = readRunOptions(
		readOptions(0),
	);
	const connection = await connect(context, secrets);
	const url = resolveCall(connection.baseUrl, connection.messagePath, 'messagePath');
	const { recipientField, recipientFormat, testRecipients } = connection;
	const redirectTo = isBlank(testRecipients)
		? undefined
		: parseRecipients(testRecipients, setting('testRecipients'));

	return {
		own: ['msgType', 'busiId', 'recipients', 'redirectedFrom', 'message', 'dryRun'],
		sentences: MESSAGE_SENTENCES,
		pace: connection.paceOf({ concurrency, callsPerMinute }),
		prepare(itemIndex) {
			const read = (name: string): unknown => readParameter(context, itemIndex, name);
			const options = readItemOptions(readOptions(itemIndex));
			const message = buildMessage(read, raw);
			const busiId = busiIdOf(message);
			return partsOf(recipientsOf(read), options.recipientsPerCall).map((own) => {
				const recipients = redirectTo ?? own;
				const body = toRequestBody(message, {
					typeKey,
					recipients,
					recipientField,
					recipientFormat,
					extraBodyFields: options.extraBodyFields,
				});
				const output: IDataObject = { msgType: message.msgType };
				if (busiId !== undefined) output.busiId = busiId;
				if (recipients.length > 0) output.recipients = [...recipients];
				if (redirectTo !== undefined) output.redirectedFrom = [...own];
				if (options.includeMessage || options.dryRun) {
					output.message = JSON.parse(JSON.stringify(body)) as IDataObject;
				}
				return { body, recipients, output, isDryRun: options.dryRun };
			});
		},
		async perform({ body, output, isDryRun }, turn) {
			if (isDryRun) return { dryRun: true, ...output };
			const call = { policy: POLICY, url, body, timeoutMs, maxRetries };
			const { envelope } = await connection.call(call, turn);
			const { answer: _, ...said } = envelope;
			return { ...said, ...output };
		},
		about: ({ recipients }) => (recipients.length > 0 ? { recipients: [...recipients] } : {}),
	};
}

/** Whom an item is for: nobody by the user's own choice alone. */
function recipientsOf(read: ReadParameter): string[] {
	const choices = ['recipients', 'noRecipientField'] as const;
	const choice = oneOf(read('sendTo'), parameter('sendTo'), choices);
	return choice === 'recipients' ? parseRecipients(read('recipients')) : [];
}

/** A list in parts of so many at most; in one part when there is no limit. */
function partsOf<Entry>(list: readonly Entry[], size: number): Array<readonly Entry[]> {
	if (size === 0 || list.length <= size) return [list];
	const count = Math.ceil(list.length / size);
	return Array.from({ length: count }, (_, part) => list.slice(part * size, (part + 1) * size));
}

function buildMessage(read: ReadParameter, raw: RawParameters): Message {
	const msgType = oneOf(read('msgType'), parameter('msgType'), messageTypeNames);
	return messageTypes[msgType].build(read, raw);
}
