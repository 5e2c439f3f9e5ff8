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
	const { accessToken, accessTokenExpiresAt } = credentials;
	if (Number(accessTokenExpiresAt) > 0 && Number(accessTokenExpiresAt) < Date.now()) {
		called.delete(credentials);
		// n8n fetches a new token on this status, and then makes the call: nothing was sent yet
		throw Object.assign(new UserError(ACCESS_TOKEN_TEXTS.runOut), { response: { status: 401 } });
	}
	called.add(credentials);
	requestOptions.qs = {
		...requestOptions.qs,
		[ACCESS_TOKEN_PARAMETER]: String(accessToken ?? '').trim(),
	};
	return requestOptions;
}

/** Credentials with which a call has been made. */
const called = new WeakSet<ICredentialDataDecryptedObject>();

/**
 * True when a call has been made with this very credential object. n8n's HTTP Request node asks for
 * a new token after any failure, and then sends again what may have been delivered.
 */
export function wasCalledWith(credentials: ICredentialDataDecryptedObject): boolean {
	return called.has(credentials) && credentials.accessToken !== '';
}
