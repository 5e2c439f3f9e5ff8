import type { ICredentialsDecrypted, IExecuteFunctions } from 'n8n-workflow';

import { parseAccessToken, parseBaseUrl } from '../../platform/addresses';
import type { RecipientFormat } from '../../platform/wire';

/** A credential, read once per run, checked, and ready for calls. */
export interface Connection {
	readonly credentialType: 'tzeApi';
	/** For n8n's HTTP helper: handed these, it does not read the credential again for every call. */
	readonly credentials: ICredentialsDecrypted;
	readonly baseUrl: URL;
	/** Host and port, as errors name it. */
	readonly host: string;
	/** As the user left it: only sending needs it. */
	readonly messagePath: unknown;
	/** `''` when left empty: only sending to named people needs it. */
	readonly recipientField: string;
	readonly recipientFormat: RecipientFormat;
	/** Takes the access token, and other secrets, out of a text that came from outside. */
	conceal(text: string, otherSecrets?: readonly string[]): string;
}

/**
 * Reads the node's credential and checks what every call needs.
 *
 * @throws InvalidFieldError for a setting that breaks a rule; n8n's own error when no credential
 * is selected.
 */
export async function connect(context: IExecuteFunctions): Promise<Connection> {
	const credentialType = 'tzeApi';
	const data = await context.getCredentials(credentialType);
	const accessToken = parseAccessToken(data.accessToken);
	const baseUrl = parseBaseUrl(data.baseUrl);

	return {
		credentialType,
		credentials: { id: '', name: '', type: credentialType, data },
		baseUrl,
		host: baseUrl.host,
		messagePath: data.messagePath,
		recipientField: typeof data.recipientField === 'string' ? data.recipientField : '',
		recipientFormat: data.recipientFormat === 'commaSeparated' ? 'commaSeparated' : 'array',
		conceal: (text, otherSecrets = []) => conceal(text, [accessToken, ...otherSecrets]),
	};
}

/** The text without the secrets, plain or as they stand in an address. */
function conceal(text: string, secrets: readonly string[]): string {
	return secrets
		.filter((secret) => secret !== '')
		.flatMap((secret) => [secret, encodeURIComponent(secret)])
		.reduce((concealed, secret) => concealed.replaceAll(secret, '***'), text);
}
