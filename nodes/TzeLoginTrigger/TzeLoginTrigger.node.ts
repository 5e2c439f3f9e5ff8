import type {
	IHookFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { visit } from './door';
import { credentialsForExchange, properties } from './fields';
import { checkBeforeListening } from './settings';

/** Called when n8n begins to listen; there is nothing to register with the platform. */
const listening = {
	checkExists: async () => false,
	async create(this: IHookFunctions): Promise<boolean> {
		checkBeforeListening(this, properties);
		return true;
	},
	delete: async () => true,
};

/** Two addresses: the first sends a person to the platform's login, the second is where they come back. */
export class TzeLoginTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TZE Login Trigger',
		name: 'tzeLoginTrigger',
		icon: { light: 'file:../../icons/tze.svg', dark: 'file:../../icons/tze.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ "/" + $parameter["path"] }}',
		description: 'Starts the workflow when a person has logged in on a TZE education platform',
		defaults: { name: 'TZE Login Trigger' },
		usableAsTool: undefined,
		sensitiveOutputFields: ['oauthToken', 'oauthCode'],
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsForExchange,
		webhooks: [
			{
				name: 'default',
				httpMethod: 'GET',
				responseMode: 'onReceived',
				path: '={{$parameter["path"]}}',
				isFullPath: true,
			},
			{
				name: 'start' as 'default',
				httpMethod: 'GET',
				responseMode: 'onReceived',
				path: '={{$parameter["path"]}}/start',
				isFullPath: true,
			},
		],
		properties,
	};

	webhookMethods = { default: listening, start: listening };

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await visit(this, properties);
	}
}
