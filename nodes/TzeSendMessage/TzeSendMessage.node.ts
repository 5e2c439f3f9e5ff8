import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { authenticationField, credentialChoices } from '../run/authentication';
import { runItems } from '../run/items';
import { operationOf } from './operations';
import { send } from './operations/send';
import { optionsField } from './options';

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
	...send.properties,
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
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const open = async (secrets: Set<string>) =>
			await operationOf(this.getNodeParameter('operation', 0, null)).open(this, secrets);
		return [await runItems(this, properties, open)];
	}
}
