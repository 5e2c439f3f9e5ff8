import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';

import { parseAccessToken } from '../platform/addresses';
import { authenticateWith, wasCalledWith } from './authenticate';
import { connectionTest, tryConnection } from './connectionTest';
import { accessTokenField, baseUrlField, messageFields } from './fields';

const authenticate = authenticateWith(({ accessToken }) => parseAccessToken(accessToken));

/** An access token pasted by hand (platform.md, S). */
export class TzeApi implements ICredentialType {
	name = 'tzeApi';

	displayName = 'TZE API';

	documentationUrl = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze';

	icon: Icon = { light: 'file:../icons/tze.svg', dark: 'file:../icons/tze.dark.svg' };

	properties: INodeProperties[] = [
		baseUrlField,
		accessTokenField,
		...messageFields,
		// Never empty, so that n8n calls preAuthentication for a connection test alone (n8n.md, trap 30)
		{
			displayName: 'Connection Test',
			name: 'connectionTest',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: 'preAuthentication',
		},
	];

	/** The connection test, in our words. n8n calls this after a failed call, too. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<ICredentialDataDecryptedObject> {
		if (wasCalledWith(credentials)) return {};
		await tryConnection(this, async (options) => await authenticate({ ...credentials }, options));
		return {};
	}

	authenticate: IAuthenticate = authenticate;

	test: ICredentialTestRequest = connectionTest;
}
