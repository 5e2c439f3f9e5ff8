import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { optionalText, parameter, requiredText, stripInvisible } from '../../../platform/checks';
import { connect } from '../../run/connection';
import { codeExchange } from '../../run/exchangeCode';
import type { Work } from '../../run/items';
import { readParameter } from '../../run/rawParameters';
import { EXCHANGE_SENTENCES } from '../../run/texts';

const properties: INodeProperties[] = [
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

interface PreparedExchange {
	oauthCode: string;
	personId: string | undefined;
}

/** Exchanges the code of a login for an OAuth token, which binds two accounts (platform.md 1, S). */
export const exchange = { properties, open };

async function open(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Work<PreparedExchange>> {
	const connection = await connect(context, secrets);
	const exchangeCode = codeExchange(connection, secrets);

	return {
		keeps: 'oauthToken',
		own: ['personId'],
		sentences: EXCHANGE_SENTENCES,
		pace: connection.paceOf({ concurrency: 1 }),
		prepare(itemIndex) {
			const read = (name: string): unknown => readParameter(context, itemIndex, name);
			const oauthCode = requiredText(read('oauthCode'), parameter('oauthCode'));
			const personId = optionalText(read('personId'), parameter('personId'));
			return [{ oauthCode: stripInvisible(oauthCode), personId }];
		},
		async perform({ oauthCode, personId }, turn) {
			const token = await exchangeCode(oauthCode, turn);
			return { ...(personId === undefined ? {} : { personId }), ...token };
		},
	};
}
