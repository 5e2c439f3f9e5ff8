import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { oneOf, parameter } from '../../platform/checks';

/** The credentials of this package. */
export type CredentialType = 'tzeApi' | 'tzeAppApi';

/** Chooses between the credentials; every node has it. */
export const authenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Access Token',
			value: 'accessToken',
			description: 'A token that you paste, and replace when it has run out',
		},
		{
			name: 'App Key',
			value: 'appKey',
			description: 'ID and key of your application: tokens are fetched and renewed by themselves',
		},
	],
	default: 'accessToken',
	description: 'How calls to the platform are authorized',
};

/** A node's credentials, by the choice above. */
export const credentialChoices: INodeCredentialDescription[] = [
	{
		name: 'tzeApi',
		required: true,
		displayOptions: { show: { authentication: ['accessToken'] } },
	},
	{
		name: 'tzeAppApi',
		required: true,
		displayOptions: { show: { authentication: ['appKey'] } },
	},
];

/**
 * The credential that a choice stands for.
 *
 * @throws InvalidFieldError
 */
export function credentialTypeOf(authentication: unknown): CredentialType {
	const choices = ['accessToken', 'appKey'] as const;
	const choice = oneOf(authentication, parameter('authentication'), choices);
	return choice === 'appKey' ? 'tzeAppApi' : 'tzeApi';
}
