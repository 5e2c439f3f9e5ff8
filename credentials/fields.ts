import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_BASE_URL, GATEWAY_PATH } from '../platform/addresses';

/** Where the platform is: the first field of every credential. */
export const baseUrlField: INodeProperties = {
	displayName: 'Base URL',
	name: 'baseUrl',
	type: 'string',
	required: true,
	default: DEFAULT_BASE_URL,
	placeholder: 'e.g. https://api.tze.cn',
	description:
		'Address of the open platform. Other cities run the same software on their own hosts. Plain http is accepted for this machine only (localhost).',
};

/** The token itself, pasted by hand. */
export const accessTokenField: INodeProperties = {
	displayName: 'Access Token',
	name: 'accessToken',
	type: 'string',
	typeOptions: { password: true },
	required: true,
	default: '',
	description:
		'The accessToken that the platform issued to your application. The connection test cannot prove it: the first call does.',
};

/** What an application is known by, to fetch tokens with. */
export const appFields: INodeProperties[] = [
	{
		displayName: 'App ID',
		name: 'appId',
		type: 'string',
		required: true,
		default: '',
		description: 'ID of your application, from the developer console of the platform',
	},
	{
		displayName: 'App Key',
		name: 'appKey',
		type: 'string',
		typeOptions: { password: true },
		required: true,
		default: '',
		description: 'Key of your application, from the developer console of the platform',
	},
	{
		displayName: 'Token Path',
		name: 'tokenPath',
		type: 'string',
		default: GATEWAY_PATH,
		description:
			'Path of the call that issues access tokens. The default was seen in other cities on the same software; change it when your developer console says otherwise.',
	},
];

/** Where the lists of the directory begin; every credential has it. */
export const rootOrgField: INodeProperties = {
	displayName: 'Root Organization ID',
	name: 'rootOrgId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3200001',
	description:
		'ID of the organization whose people and organizations are offered in the lists of TZE Directory, such as your school. Only needed for these lists.',
};

/** What an application's developer console says about sending messages; every credential has it. */
export const messageFields: INodeProperties[] = [
	{
		displayName: 'Message Path',
		name: 'messagePath',
		type: 'string',
		default: '',
		placeholder: 'e.g. /path/from/your/console',
		hint: 'Needed to send messages. It is not public: copy it from the developer console of the platform.',
		description:
			'Path, or full URL on the same host, of the call that sends messages, as the developer console of the platform states it for your application',
	},
	{
		displayName: 'Recipient Field',
		name: 'recipientField',
		type: 'string',
		default: 'personIds',
		description:
			'Name of the request field that carries the recipients, as the developer console states it. Only needed to send messages to named people.',
	},
	{
		displayName: 'Recipient Format',
		name: 'recipientFormat',
		type: 'options',
		options: [
			{ name: 'List', value: 'array', description: 'A JSON array of IDs: ["P1001", "P1002"]' },
			{
				name: 'Comma-Separated Text',
				value: 'commaSeparated',
				description: 'One text with commas: "P1001,P1002"',
			},
		],
		default: 'array',
		description: 'How the recipients are written in the recipient field',
	},
	{
		displayName: 'Test Recipients',
		name: 'testRecipients',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. P1001, P1002',
		hint: 'Caution: while this is filled in, nobody else gets any message. Empty it to go live.',
		description:
			'IDs, separated by commas or lines, of the people who get every message instead of its own recipients, for trying a workflow on the real platform. The output says so (redirectedFrom).',
	},
];
