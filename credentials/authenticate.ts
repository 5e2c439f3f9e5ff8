import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import { ACCESS_TOKEN_PARAMETER, isSafeTransport } from '../platform/addresses';
import { InvalidFieldError } from '../platform/checks';
import { DEFAULT_TIMEOUT_MS } from '../transport/call';
import { pastProxies } from '../transport/http';
import { isUsedUp, noteProgress, progressOf } from '../transport/progress';
import type { Hide } from '../transport/secrets';
import { expiryOf } from '../transport/tokens';
import { demandTrial, isConnectionTest, testAddress } from './connectionTest';
import { hideSecretsOf } from './secrets';
import { ACCESS_TOKEN_TEXTS, fill } from './texts';
import { sentencesOfSetting } from './words';

/** How n8n's HTTP Request node names the address. */
interface LegacyAddress {
	uri?: string;
}

/**
 * Puts the access token into the query, where every call of the platform takes it (S, T).
 * One function for both credentials, so that n8n's HTTP Request node can use them as well.
 *
 * @param tokenOf reads a credential's token. @throws InvalidFieldError
 * @returns a function that throws UserError when there is no valid address or token, the token would
 * travel in clear text or has run out, or a call that is good for one time was made already.
 */
export function authenticateWith(tokenOf: (data: ICredentialDataDecryptedObject) => string) {
	return async (
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions & LegacyAddress,
	): Promise<IHttpRequestOptions> => {
		const hide = hideSecretsOf(credentials);
		try {
			const accessToken = tokenOf(credentials);
			if (isConnectionTest(requestOptions)) {
				requestOptions.url = testAddress(credentials);
				// n8n's own time-out begins anew with every byte (n8n.md, trap 32); a trial comes before
				requestOptions.abortSignal = AbortSignal.timeout(2 * DEFAULT_TIMEOUT_MS);
				demandTrial(credentials);
			}
			const target = checkCall(credentials, requestOptions, hide);
			// Not the HTTP Request node's, which follows redirects: in n8n 2.0 that breaks (n8n.md, trap 36)
			if (requestOptions.disableFollowRedirect) {
				Object.assign(requestOptions, pastProxies(target));
			}
			requestOptions.qs = { ...requestOptions.qs, [ACCESS_TOKEN_PARAMETER]: accessToken };
		} catch (cause) {
			const isSetting = cause instanceof InvalidFieldError;
			const error = isSetting ? new UserError(hide(sentencesOfSetting(cause))) : cause;
			noteProgress(credentials, { step: 'refused', error });
			throw error;
		}
		noteProgress(credentials, { step: 'authorized' });
		return requestOptions;
	};
}

/**
 * Where a call goes.
 *
 * @throws UserError that says why the token may not go along with it.
 */
function checkCall(
	credentials: ICredentialDataDecryptedObject,
	{ baseURL = '', url, uri = '' }: IHttpRequestOptions & LegacyAddress,
	hide: Hide,
): string {
	if (isUsedUp(credentials)) throw new UserError(ACCESS_TOKEN_TEXTS.usedUp);
	// The HTTP Request node leaves `url` out
	const address = (url as string | undefined) ?? uri;
	const target = /^https?:\/\//i.test(address) ? address : `${baseURL}${address}`;
	const parsed = URL.canParse(target) ? new URL(target) : undefined;
	if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
		throw new UserError(ACCESS_TOKEN_TEXTS.notAnAddress);
	}
	if (!isSafeTransport(parsed)) {
		throw new UserError(fill(ACCESS_TOKEN_TEXTS.insecure, { host: hide(parsed.host) }));
	}
	if ((expiryOf(credentials) ?? Infinity) < Date.now()) {
		// n8n fetches a new token on this status, and then makes the call: nothing was sent yet
		throw Object.assign(new UserError(ACCESS_TOKEN_TEXTS.runOut), { response: { status: 401 } });
	}
	return target;
}

/**
 * True when a call has been made with this very credential object. n8n's HTTP Request node asks for
 * a new token after any failure, and then sends again what may have been delivered.
 */
export function wasCalledWith(credentials: ICredentialDataDecryptedObject): boolean {
	return progressOf(credentials)?.step === 'authorized' && credentials.accessToken !== '';
}
