import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { EXCHANGE_PATH, resolveCall } from '../../platform/addresses';
import { readOauthToken } from '../../platform/envelopes';
import { optionalText, requiredText } from '../../platform/fields';
import { authenticationField, credentialChoices } from '../shared/authentication';
import { runBatch, type Batch } from '../shared/batch';
import { connect } from '../shared/connection';
import { callPlatform } from '../shared/request';

const properties: INodeProperties[] = [
	authenticationField,
	{
		displayName: 'OAuth Code',
		name: 'oauthCode',
		type: 'string',
		typeOptions: { password: true },
		required: true,
		default: '={{ $json.oauthCode }}',
		description:
			'The oauthCode that the platform added to the address of your page after the login. It works once. Behind a Webhook node, drag it here from query in its output.',
	},
	{
		displayName: 'Person ID',
		name: 'personId',
		type: 'string',
		default: '={{ $json.personId }}',
		description:
			'The personId that came with the code; it is passed on to the output, so that both can be stored together. The platform does not confirm that the two belong together. Behind a Webhook node, drag it here from query in its output.',
	},
];

/** What an exchange is worth waiting for, in milliseconds. */
const TIMEOUT = 30_000;
/** Repeats of a call that was never sent; nothing else is repeated, since a code works once (D). */
const MAX_RETRIES = 3;

interface PreparedExchange {
	oauthCode: string;
	personId: string | undefined;
}

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
		return [await runBatch(this, properties, async () => await openExchange(this))];
	}
}

async function openExchange(context: IExecuteFunctions): Promise<Batch<PreparedExchange>> {
	const connection = await connect(context);
	const url = resolveCall(connection.baseUrl, EXCHANGE_PATH, 'baseUrl');

	return {
		concurrency: 1,
		prepare(itemIndex) {
			const read = (name: string): unknown => context.getNodeParameter(name, itemIndex, null);
			return {
				oauthCode: requiredText(read('oauthCode'), ['oauthCode']).trim(),
				personId: optionalText(read('personId'), ['personId']),
			};
		},
		async perform({ oauthCode, personId }, itemIndex) {
			const call = {
				kind: 'exchange',
				url,
				body: { oauthCode },
				secrets: [oauthCode],
				timeout: TIMEOUT,
				maxRetries: MAX_RETRIES,
			} as const;
			const token = await callPlatform(context, connection, call, itemIndex, readOauthToken);
			return { ...(personId === undefined ? {} : { personId }), ...token };
		},
	};
}
