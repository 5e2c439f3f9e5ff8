import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import { authenticationField, credentialChoices } from '../run/authentication';

const onlyForExchange = { show: { exchangeCode: [true] } };

/** The node's credentials: only an exchange needs one. */
export const credentialsForExchange: INodeCredentialDescription[] = credentialChoices.map(
	(choice) => ({
		...choice,
		displayOptions: { show: { ...choice.displayOptions?.show, ...onlyForExchange.show } },
	}),
);

export const properties: INodeProperties[] = [
	{
		displayName:
			'Send people to the Start URL: it is the address above with <b>/start</b> behind it, and <b>?ref=</b> with a random key that tells you whose account it is. Register the address without these in the console of the platform, as where its login returns to.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Exchange Code',
		name: 'exchangeCode',
		type: 'boolean',
		noDataExpression: true,
		default: true,
		description:
			'Whether to exchange the code of the login for an OAuth token before the page answers, so that the page knows whether the login was good. When off, the code itself is put out; then a second n8n process may start a second run for the same code.',
	},
	{ ...authenticationField, displayOptions: onlyForExchange },
	{
		displayName: 'Path',
		name: 'path',
		type: 'string',
		noDataExpression: true,
		required: true,
		default: 'tze-login',
		placeholder: 'e.g. tze-login',
		description:
			"The end of this node's address. It must be the only one of its kind in this n8n: letters, digits and the signs - _ . ~ with / between them.",
	},
	{
		displayName: 'Login URL',
		name: 'loginUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://…?redirect_uri={redirectUri}&state={state}',
		description:
			'Address of the login of the platform, as its developer console states it. {redirectUri} stands for the address of this node, {state} for a random value that the login hands back.',
	},
	{
		displayName: 'Check State',
		name: 'checkState',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Required',
				value: 'required',
				description: 'The login hands {state} back, and it is that of this browser',
			},
			{
				name: 'Browser Only',
				value: 'browserOnly',
				description:
					'For a login that hands no state back: this browser began at the Start URL. It then takes whatever return link it opens within 15 minutes, also one that somebody else made.',
			},
			{
				name: 'Off',
				value: 'off',
				description: 'Whoever comes with a code is taken, even one that somebody else sent',
			},
		],
		default: 'required',
		description: 'How to make sure that who comes back is who began',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Redirect To',
				name: 'redirectTo',
				type: 'string',
				noDataExpression: true,
				default: '',
				placeholder: 'e.g. https://school.example/welcome',
				description:
					'Address to send the browser on to after a success, instead of showing a page. Nothing is added to it.',
			},
			{
				displayName: 'Success Text',
				name: 'successText',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				description: 'What the page says after a success',
			},
			{
				displayName: 'Success Title',
				name: 'successTitle',
				type: 'string',
				default: '',
				description: 'Title of the page after a success',
			},
		],
	},
];
