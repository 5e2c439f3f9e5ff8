import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestHelper,
	INodeProperties,
} from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import { AccessTokenError } from '../transport/errors';
import { fetchAccessToken } from '../transport/fetchToken';
import { noteProgress } from '../transport/progress';
import { authenticateWith, wasCalledWith } from './authenticate';
import { connectionTest, noteTried } from './connectionTest';
import { appFields, baseUrlField, messageFields, rootOrgField } from './fields';
import { hideSecretsOf } from './secrets';
import { sentencesOfTokenError } from './words';

/** An application's ID and key, with which tokens are fetched as they are needed (platform.md 3, V). */
export class TzeAppApi implements ICredentialType {
	name = 'tzeAppApi';

	displayName = 'TZE App API';

	documentationUrl = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze';

	icon: Icon = { light: 'file:../icons/tze.svg', dark: 'file:../icons/tze.dark.svg' };

	properties: INodeProperties[] = [
		baseUrlField,
		...appFields,
		...messageFields,
		rootOrgField,
		// n8n fills these in from preAuthentication and keeps them, so that all its workers share a token
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{
			displayName: 'Access Token Issued At',
			name: 'accessTokenIssuedAt',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
		{
			displayName: 'Access Token Expires At',
			name: 'accessTokenExpiresAt',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
	];

	/**
	 * n8n calls this when `accessToken` is empty, for a connection test (demandTrial), and after a failed call of
	 * the HTTP Request node. Then no token is returned, so that n8n does not repeat the call.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<ICredentialDataDecryptedObject> {
		if (wasCalledWith(credentials)) return {};
		noteProgress(credentials, { step: 'fetchingToken' });
		const fetched = await fetchAccessToken(this, credentials).catch((error: unknown) => {
			noteProgress(credentials, { step: 'refused', error });
			if (!(error instanceof AccessTokenError)) throw error;
			throw new UserError(hideSecretsOf(credentials)(sentencesOfTokenError(error)));
		});
		noteTried(credentials);
		return { ...fetched };
	}

	/** The token as it was issued: nobody pasted it. */
	authenticate: IAuthenticate = authenticateWith(({ accessToken }) => String(accessToken ?? ''));

	/** Fetching a token comes first, and shows the platform's own words when it is refused. */
	test: ICredentialTestRequest = connectionTest;
}
