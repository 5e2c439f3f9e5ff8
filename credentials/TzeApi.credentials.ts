import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { authenticateWithAccessToken } from './authenticate';
import { connectionTest } from './connectionTest';
import { accessTokenField, baseUrlField, messageFields } from './fields';

/** An access token pasted by hand (platform.md, S). */
export class TzeApi implements ICredentialType {
	name = 'tzeApi';

	displayName = 'TZE API';

	documentationUrl = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze';

	icon: Icon = { light: 'file:../icons/tze.svg', dark: 'file:../icons/tze.dark.svg' };

	properties: INodeProperties[] = [baseUrlField, accessTokenField, ...messageFields];

	authenticate: IAuthenticate = authenticateWithAccessToken;

	test: ICredentialTestRequest = connectionTest;
}
