import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { authenticationField, credentialChoices } from '../run/authentication';
import { runItems } from '../run/items';
import { answerWebhook, answerWebhooks } from './answers/webhook';
import { messageTypes } from './messageTypes';
import { operationOf } from './operations';
import { send } from './operations/send';
import { sendAndWait } from './operations/sendAndWait';
import { optionsField } from './options';
import { recipientFields } from './recipientFields';

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
				action: 'Send message',
			},
			{
				name: 'Send and Wait for Response',
				value: 'sendAndWait',
				description: 'Ask people of the platform, and go on when somebody has answered',
				action: 'Send message and wait for response',
			},
		],
		default: 'send',
	},
	...send.properties,
	...sendAndWait.typeFields,
	...recipientFields,
	...sendAndWait.properties,
	...Object.values(messageTypes).flatMap((messageType) => messageType.properties),
	optionsField,
];

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
		webhooks: answerWebhooks,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const open = async (secrets: Set<string>) =>
			await operationOf(this.getNodeParameter('operation', 0, null)).open(this, secrets);
		return [await runItems(this, properties, open)];
	}

	/** The page on which a question is answered. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerWebhook(this);
	}
}
