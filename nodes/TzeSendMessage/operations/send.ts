import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { resolveCall } from '../../../platform/addresses';
import { oneOf, parameter } from '../../../platform/checks';
import type { JsonObject } from '../../../platform/json';
import { busiIdOf, type Message } from '../../../platform/messages';
import {
	parseExtraBodyFields,
	parseRecipients,
	toRequestBody,
} from '../../../platform/requestBody';
import type { CallPolicy } from '../../../transport/repeat';
import { connect } from '../../run/connection';
import type { Work } from '../../run/items';
import { messageTypeNames, messageTypes } from '../messageTypes';
import type { ReadParameter } from '../messageTypes/messageType';
import { readRunOptions } from '../options';
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
		displayName: 'Recipients',
		name: 'recipients',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. 1001, 1002',
		description:
			'IDs of the people who get the message, separated by commas or lines, or an expression that yields a list. They are sent in the recipient field of the credential. Leave empty to send no recipient field.',
		displayOptions: { show: { operation: ['send'] } },
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
	body: JsonObject;
	output: IDataObject;
}

/** Reads what all messages of a run share: the credential and the run's options. */
async function open(context: IExecuteFunctions): Promise<Work<PreparedMessage>> {
	const { concurrency, maxRetries, timeoutMs, typeKey } = readRunOptions((name) =>
		context.getNodeParameter(`options.${name}`, 0, null),
	);
	const connection = await connect(context);
	const url = resolveCall(connection.baseUrl, connection.messagePath, 'messagePath');
	const { recipientField, recipientFormat } = connection;
	// Left empty is a choice; an expression that finds nobody is a mistake, and may reach everybody
	const isMeant = isExpression(context.getNode().parameters.recipients);

	return {
		sentences: MESSAGE_SENTENCES,
		concurrency,
		prepare(itemIndex) {
			const read = (name: string): unknown => context.getNodeParameter(name, itemIndex, null);
			const message = buildMessage(read);
			const recipients = parseRecipients(read('recipients'), isMeant);
			const body = toRequestBody(message, {
				typeKey,
				recipients,
				recipientField,
				recipientFormat,
				extraBodyFields: parseExtraBodyFields(read('options.extraBodyFields')),
			});

			const output: IDataObject = { msgType: message.msgType };
			const busiId = busiIdOf(message);
			if (busiId !== undefined) output.busiId = busiId;
			if (recipients.length > 0) output.recipients = recipients;
			if (read('options.includeMessage') === true) output.message = body;
			return { body, output };
		},
		async perform({ body, output }) {
			const { envelope } = await connection.call({
				policy: POLICY,
				url,
				body,
				timeoutMs,
				maxRetries,
			});
			const { retCode, retDesc, data } = envelope;
			return { retCode, retDesc, ...(data === undefined ? {} : { data }), ...output };
		},
	};
}

function isExpression(value: unknown): boolean {
	return typeof value === 'string' && value.startsWith('=');
}

function buildMessage(read: ReadParameter): Message {
	const msgType = oneOf(read('msgType'), parameter('msgType'), messageTypeNames);
	return messageTypes[msgType].build(read);
}
