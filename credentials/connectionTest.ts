import type { ICredentialTestRequest } from 'n8n-workflow';

import { EXCHANGE_PATH } from '../platform/addresses';
import { ANY_ANSWER } from '../transport/http';
import { CREDENTIAL_TEXTS } from './texts';

/** A code that nobody was given. */
const BOGUS_CODE = 'n8n-connection-test';

/**
 * Tries to exchange the bogus code. Any answer in the platform's envelope shows that Base URL is
 * right, whatever its HTTP status; no published call would prove the token without side effects.
 */
export const connectionTest: ICredentialTestRequest = {
	request: {
		// Without white space and trailing slashes, as parseBaseUrl reads it
		baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
		url: EXCHANGE_PATH,
		method: 'POST',
		body: { oauthCode: BOGUS_CODE },
		...ANY_ANSWER,
	},
	rules: [
		{
			type: 'responseSuccessBody',
			properties: { key: 'retCode', value: undefined, message: CREDENTIAL_TEXTS.notThePlatform },
		},
	],
};
