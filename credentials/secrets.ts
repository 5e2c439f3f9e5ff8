import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { parseAccessToken, parseAppCode } from '../platform/addresses';
import { concealer, type Hide } from '../transport/secrets';

/** What a credential holds that nobody may read elsewhere: its token, and its application's key. */
export function secretsOf({ accessToken, appKey }: ICredentialDataDecryptedObject): string[] {
	if (appKey === undefined) return readable(() => parseAccessToken(accessToken));
	const issued = typeof accessToken === 'string' ? accessToken : '';
	return [issued, ...readable(() => parseAppCode(appKey, 'appKey'))];
}

/** Takes the secrets that a credential holds by then out of a text. */
export function hideSecretsOf(credentials: ICredentialDataDecryptedObject): Hide {
	return (text) => concealer(secretsOf(credentials))(text);
}

/** What cannot be read as a token or a key opens nothing: its own error says what is wrong with it. */
function readable(read: () => string): string[] {
	try {
		return [read()];
	} catch {
		return [];
	}
}
