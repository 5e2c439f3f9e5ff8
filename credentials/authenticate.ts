import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import { ACCESS_TOKEN_PARAMETER, isSafeTransport } from '../platform/addresses';
import { shorten } from '../platform/fields';
import { baseUrlField } from './fields';
import { ACCESS_TOKEN_TEXTS, FIELD_TEXTS, fill } from '../nodes/shared/texts';

/** How n8n's HTTP Request node names the address. */
interface LegacyAddress {
	uri?: string;
}

/**
 * Puts the access token into the query, where every call of the platform takes it (S, T).
 * One function for both credentials, so that n8n's HTTP Request node can use them as well.
 *
 * @throws UserError when there is no valid address, or the token would travel in clear text.
 */
export async function authenticateWithAccessToken(
	credentials: ICredentialDataDecryptedObject,
	requestOptions: IHttpRequestOptions & LegacyAddress,
): Promise<IHttpRequestOptions> {
	const { baseURL } = requestOptions;
	const address = requestOptions.url ?? requestOptions.uri ?? '';
	const target = /^https?:\/\//i.test(address) ? address : `${baseURL ?? ''}${address}`;
	if (!URL.canParse(target)) {
		throw new UserError(
			fill(FIELD_TEXTS.notUrl.message, { field: baseUrlField.displayName, value: shorten(target) }),
		);
	}
	if (!isSafeTransport(new URL(target))) {
		throw new UserError(fill(ACCESS_TOKEN_TEXTS.insecure, { host: new URL(target).host }));
	}
	requestOptions.qs = {
		...requestOptions.qs,
		[ACCESS_TOKEN_PARAMETER]: String(credentials.accessToken ?? '').trim(),
	};
	return requestOptions;
}
