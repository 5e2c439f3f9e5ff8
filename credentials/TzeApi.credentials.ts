import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseAccessToken } from '../platform/addresses';
import { authenticateWith } from './authenticate';
import { connectionTest, isTrial, tryConnection } from './connectionTest';
import { accessTokenField, baseUrlField, messageFields, rootOrgField } from './fields';
import { hideSecretsOf } from './secrets';

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
		rootOrgField,
		// Without such a field n8n never calls preAuthentication; with one that is empty, for every call
		{
			displayName: 'Connection Test',
			name: 'connectionTest',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: 'preAuthentication',
		},
	];

	/** Tries the platform for a connection test. n8n calls this after a refused call, too. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<ICredentialDataDecryptedObject> {
		if (isTrial(credentials)) {
			const authorize = async (options: IHttpRequestOptions) =>
				await authenticate(credentials, options);
			await tryConnection(this, authorize, hideSecretsOf(credentials));
		}
		return {};
	}

	authenticate: IAuthenticate = authenticate;

	test: ICredentialTestRequest = connectionTest;
}
