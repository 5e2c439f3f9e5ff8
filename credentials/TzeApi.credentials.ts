import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { EXCHANGE_PATH } from '../platform/addresses';
import { authenticateWithAccessToken } from './authenticate';
import { accessTokenField, baseUrlField, messageFields } from './fields';

/** A code that nobody was given. */
const BOGUS_CODE = 'n8n-connection-test';

/** An access token pasted by hand (platform.md, S). */
export class TzeApi implements ICredentialType {
	name = 'tzeApi';

	displayName = 'TZE API';

	documentationUrl = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze#credentials';

	icon: Icon = { light: 'file:../icons/tze.svg', dark: 'file:../icons/tze.dark.svg' };

	properties: INodeProperties[] = [baseUrlField, accessTokenField, ...messageFields];

	authenticate: IAuthenticate = authenticateWithAccessToken;

	/**
	 * Tries to exchange the bogus code. Any answer in the platform's envelope shows that Base URL
	 * is right; no published call would prove the token without side effects.
	 */
	test: ICredentialTestRequest = {
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
}
