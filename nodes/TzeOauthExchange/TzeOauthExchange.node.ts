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
import { exchange } from './operations/exchange';

const properties: INodeProperties[] = [authenticationField, ...exchange.properties];

/** Exchanges the code of a login for an OAuth token, which binds two accounts (platform.md 1, S). */
export class TzeOauthExchange implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TZE OAuth Exchange',
		name: 'tzeOauthExchange',
		icon: { light: 'file:../../icons/tze.svg', dark: 'file:../../icons/tze.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: 'exchange: OAuth code',
		description: 'Exchange the OAuth code of a login on a TZE education platform for a token',
		defaults: { name: 'TZE OAuth Exchange' },
		// Its output is a secret, which no language model should see
		usableAsTool: undefined,
		sensitiveOutputFields: ['oauthToken'],
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialChoices,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const open = async (secrets: Set<string>) => await exchange.open(this, secrets);
		return [await runItems(this, properties, open)];
	}
}
