import type { ICredentialTestRequest } from 'n8n-workflow';

import { CREDENTIAL_TEXTS } from '../nodes/shared/texts';
import { EXCHANGE_PATH } from '../platform/addresses';

/** A code that nobody was given. */
const BOGUS_CODE = 'n8n-connection-test';

const { notThePlatform } = CREDENTIAL_TEXTS;

/** What proxies, portals and wrong paths answer with. */
const OTHER_STATUSES = [401, 403, 404, 405, 500, 502, 503, 504];

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
			properties: { key: 'retCode', value: undefined, message: notThePlatform },
		},
		...OTHER_STATUSES.map((value) => ({
			type: 'responseCode',
			properties: { value, message: notThePlatform },
		})),
		// n8n reads rule by rule; its type wants all of them to be of one kind
	] as ICredentialTestRequest['rules'],
};
