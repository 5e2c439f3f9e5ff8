import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import { ACCESS_TOKEN_PARAMETER, isSafeTransport } from '../platform/addresses';
import { shorten } from '../platform/checks';
import { isUsedUp, noteProgress, progressOf } from '../transport/progress';
import { expiryOf } from '../transport/tokens';
import { baseUrlField } from './fields';
import { ACCESS_TOKEN_TEXTS, FIELD_TEXTS, fill } from './texts';

/** How n8n's HTTP Request node names the address. */
interface LegacyAddress {
	uri?: string;
}

/**
 * Puts the access token into the query, where every call of the platform takes it (S, T).
 * One function for both credentials, so that n8n's HTTP Request node can use them as well.
 *
 * @throws UserError when there is no valid address, the token would travel in clear text or has run
 * out, or a call that is good for one time was made already.
 */
export async function authenticateWithAccessToken(
	credentials: ICredentialDataDecryptedObject,
	requestOptions: IHttpRequestOptions & LegacyAddress,
): Promise<IHttpRequestOptions> {
	const { baseURL } = requestOptions;
	const address = requestOptions.url ?? requestOptions.uri ?? '';
	const target = /^https?:\/\//i.test(address) ? address : `${baseURL ?? ''}${address}`;
	const refusal = refusalOf(credentials, target);
	if (refusal !== undefined) {
		noteProgress(credentials, { step: 'refused', error: refusal });
		throw refusal;
	}
	requestOptions.qs = {
		...requestOptions.qs,
		[ACCESS_TOKEN_PARAMETER]: String(credentials.accessToken ?? '').trim(),
	};
	noteProgress(credentials, { step: 'authorized' });
	return requestOptions;
}

/** Why this token may not go to this address, or `undefined` when it may. */
function refusalOf(
	credentials: ICredentialDataDecryptedObject,
	target: string,
): UserError | undefined {
	if (isUsedUp(credentials)) return new UserError(ACCESS_TOKEN_TEXTS.usedUp);
	if (!URL.canParse(target)) {
		const values = { field: baseUrlField.displayName, value: shorten(target) };
		return new UserError(fill(FIELD_TEXTS.notUrl.message, values));
	}
	if (!isSafeTransport(new URL(target))) {
		return new UserError(fill(ACCESS_TOKEN_TEXTS.insecure, { host: new URL(target).host }));
	}
	if ((expiryOf(credentials) ?? Infinity) < Date.now()) {
		// n8n fetches a new token on this status, and then makes the call: nothing was sent yet
		return Object.assign(new UserError(ACCESS_TOKEN_TEXTS.runOut), { response: { status: 401 } });
	}
	return undefined;
}

/**
 * True when a call has been made with this very credential object. n8n's HTTP Request node asks for
 * a new token after any failure, and then sends again what may have been delivered.
 */
export function wasCalledWith(credentials: ICredentialDataDecryptedObject): boolean {
	return progressOf(credentials)?.step === 'authorized' && credentials.accessToken !== '';
}
