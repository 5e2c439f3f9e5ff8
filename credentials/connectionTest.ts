import type { ICredentialTestRequest } from 'n8n-workflow';

import { EXCHANGE_PATH } from '../platform/addresses';

/** A code that nobody was given. */
const BOGUS_CODE = 'n8n-connection-test';

/**
 * Tries to exchange the bogus code. Any answer in the platform's envelope shows that Base URL is
 * right; no published call would prove the token without side effects.
 */
export const connectionTest: ICredentialTestRequest = {
	request: {
		baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
		url: EXCHANGE_PATH,
		method: 'POST',
		body: { oauthCode: BOGUS_CODE },
		disableFollowRedirect: true,
	},
	rules: [
		{
			type: 'responseSuccessBody',
			properties: {
				key: 'retCode',
				value: undefined,
				message:
					'Base URL answers, but not as the TZE open platform does. Check the address with your platform administrator.',
			},
		},
	],
};
