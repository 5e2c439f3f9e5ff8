import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { resolveCall } from '../../platform/addresses';
import { oneOf } from '../../platform/fields';
import { busiIdOf, type JsonObject, type Message } from '../../platform/messages';
import { parseExtraBodyFields, parseRecipients, toRequestBody } from '../../platform/wire';
import { authenticationField, credentialChoices } from '../shared/authentication';
import { runBatch, type Batch } from '../shared/batch';
import { connect } from '../shared/connection';
import { callPlatform } from '../shared/request';
import { messageTypes } from './messageTypes';
import type { ReadParameter } from './messageTypes/messageType';
import { optionsField, readRunOptions } from './options';

const properties: INodeProperties[] = [
	authenticationField,
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Send',
				value: 'send',
				description: 'Send a message to people of the platform',
				action: 'Send a message',
			},
		],
		default: 'send',
	},
	{
		displayName: 'Message Type',
		name: 'msgType',
		type: 'options',
		options: messageTypes.map(({ msgType, label, hint }) => ({
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
	...messageTypes.flatMap((messageType) => messageType.properties),
	optionsField,
];

/** A message on its way: what is sent, and what of it the output shows. */
interface PreparedMessage {
	body: JsonObject;
	output: IDataObject;
}

/**
 * Sends messages of all three types.
 *
 * Programmatic, not declarative: a declarative node fires all items at once, does not see a failure
 * inside an HTTP 200, and does not stop (n8n.md).
 */
export class TzeSendMessage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TZE Send Message',
		name: 'tzeSendMessage',
		icon: { light: 'file:../../icons/tze.svg', dark: 'file:../../icons/tze.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["msgType"] }}',
		description: 'Send text, link and OA messages to people of a TZE education platform',
		defaults: { name: 'TZE Send Message' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialChoices,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runBatch(this, properties, async () => await openDelivery(this))];
	}
}

/** Reads what all messages of a run share: the credential and the run's options. */
async function openDelivery(context: IExecuteFunctions): Promise<Batch<PreparedMessage>> {
	const { concurrency, maxRetries, timeout, typeKey } = readRunOptions((name) =>
		context.getNodeParameter(`options.${name}`, 0, null),
	);
	const connection = await connect(context);
	const url = resolveCall(connection.baseUrl, connection.messagePath, 'messagePath');
	const { recipientField, recipientFormat } = connection;
	// Left empty is a choice; an expression that finds nobody is a mistake, and may reach everybody
	const isMeant = isExpression(context.getNode().parameters.recipients);

	return {
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
		async perform({ body, output }, itemIndex) {
			const call = { kind: 'message', url, body, timeout, maxRetries } as const;
			return await callPlatform(context, connection, call, itemIndex, (answer) => {
				const { retCode, retDesc, data } = answer;
				return { retCode, retDesc, ...(data === undefined ? {} : { data }), ...output };
			});
		},
	};
}

function isExpression(parameter: unknown): boolean {
	return typeof parameter === 'string' && parameter.startsWith('=');
}

function buildMessage(read: ReadParameter): Message {
	const [first, ...others] = messageTypes;
	const chosen = oneOf(
		read('msgType'),
		['msgType'],
		[first.msgType, ...others.map(({ msgType }) => msgType)],
	);
	return (others.find(({ msgType }) => msgType === chosen) ?? first).build(read);
}
