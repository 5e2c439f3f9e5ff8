import type { IExecuteFunctions } from 'n8n-workflow';

import { parseAccessToken, parseBaseUrl } from '../../platform/addresses';
import type { RecipientFormat } from '../../platform/wire';
import { credentialTypeOf, type CredentialType } from './authentication';
import { unreadableCredential } from './errors';
import { AppTokens, pastedToken, type Tokens } from './tokens';

/** A credential, read once per run, checked, and ready for calls. */
export interface Connection {
	readonly credentialType: CredentialType;
	readonly tokens: Tokens;
	readonly baseUrl: URL;
	/** Host and port, as errors name it. */
	readonly host: string;
	/** As the user left it: only sending needs it. */
	readonly messagePath: unknown;
	/** `''` when left empty: only sending to named people needs it. */
	readonly recipientField: string;
	readonly recipientFormat: RecipientFormat;
}

/**
 * Reads the node's credential and checks what every call needs.
 *
 * @throws InvalidFieldError for a setting that breaks a rule; NodeOperationError when there is no
 * credential to read.
 */
export async function connect(context: IExecuteFunctions): Promise<Connection> {
	const credentialType = credentialTypeOf(context.getNodeParameter('authentication', 0, null));
	const read = async () =>
		await context.getCredentials(credentialType).catch((error: unknown) => {
			throw unreadableCredential(context, error);
		});
	const data = await read();
	const baseUrl = parseBaseUrl(data.baseUrl);

	return {
		credentialType,
		tokens:
			credentialType === 'tzeAppApi'
				? new AppTokens(data, read)
				: pastedToken(data, parseAccessToken(data.accessToken)),
		baseUrl,
		host: baseUrl.host,
		messagePath: data.messagePath,
		recipientField: typeof data.recipientField === 'string' ? data.recipientField : '',
		recipientFormat: data.recipientFormat === 'commaSeparated' ? 'commaSeparated' : 'array',
	};
}
