import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { EXCHANGE_PATH, resolveCall } from '../../../platform/addresses';
import { optionalText, parameter, requiredText, stripInvisible } from '../../../platform/checks';
import { MAX_TOKEN_LENGTH } from '../../../platform/appKey';
import { readOauthToken, type OauthToken } from '../../../platform/envelopes';
import { DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS } from '../../../transport/call';
import { PlatformError } from '../../../transport/errors';
import type { CallPolicy } from '../../../transport/repeat';
import { concealer } from '../../../transport/secrets';
import { connect } from '../../run/connection';
import type { Work } from '../../run/items';
import { readParameter } from '../../run/rawParameters';
import { EXCHANGE_SENTENCES } from '../texts';

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

/** A code works once: only what was never sent, or was refused, leaves it good (D). */
const POLICY: CallPolicy = {
	onlyReads: false,
	busyDidNothing: false,
	maxReplacements: 1,
	mayReplaceFreshToken: false,
};

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
	const { call, baseUrl, paceOf } = await connect(context, secrets);
	const url = resolveCall(baseUrl, EXCHANGE_PATH, 'baseUrl');
	const hide = concealer(secrets);
	const hideWhole = concealer(secrets, (length) => length);
	const isOwn = ({ oauthToken }: OauthToken) => {
		// Tokens of one platform may begin alike, but what holds the access token is another person's.
		// The search for the whole takes time for each of its characters: not in what is no token any more
		const search = oauthToken.length > MAX_TOKEN_LENGTH ? hide : hideWhole;
		return search(oauthToken) === oauthToken;
	};

	return {
		keeps: 'oauthToken',
		own: ['personId'],
		sentences: EXCHANGE_SENTENCES,
		pace: paceOf({ concurrency: 1 }),
		prepare(itemIndex) {
			const read = (name: string): unknown => readParameter(context, itemIndex, name);
			const oauthCode = requiredText(read('oauthCode'), parameter('oauthCode'));
			const personId = optionalText(read('personId'), parameter('personId'));
			return [{ oauthCode: stripInvisible(oauthCode), personId }];
		},
		async perform({ oauthCode, personId }, turn) {
			const exchanging = {
				policy: POLICY,
				url,
				body: { oauthCode },
				secrets: [oauthCode],
				timeoutMs: DEFAULT_TIMEOUT_MS,
				maxRetries: DEFAULT_MAX_RETRIES,
			};
			const { envelope, status } = await call(exchanging, turn);
			const token = readOauthToken(envelope);
			if (token === undefined || !isOwn(token)) {
				throw new PlatformError('incomplete', 'unknown', { host: baseUrl.host, status });
			}
			const expiry = String(token.expiry);
			const isHidden = hide(expiry) !== expiry;
			return {
				...(personId === undefined ? {} : { personId }),
				...token,
				...(isHidden ? { expiry: null, expiresAt: null } : {}),
			};
		},
	};
}
