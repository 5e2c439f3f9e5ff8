import type { INodeProperties } from 'n8n-workflow';

/** Whom messages are for: all operations have these fields. */
export const recipientFields: INodeProperties[] = [
	{
		displayName: 'Send To',
		name: 'sendTo',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Recipients',
				value: 'recipients',
				description: 'The people whose IDs you give below',
			},
			{
				name: 'Message Alone',
				value: 'noRecipientField',
				description:
					'No recipient field is sent: the documents of the platform do not say whom that reaches, so it may be everybody',
			},
		],
		default: 'recipients',
		description: 'Whom the message is for',
		displayOptions: { show: { operation: ['send', 'sendAndWait'] } },
	},
	{
		displayName: 'Recipients',
		name: 'recipients',
		type: 'string',
		typeOptions: { rows: 2 },
		required: true,
		default: '',
		placeholder: 'e.g. P1001, P1002',
		description:
			'IDs of the people who get the message, separated by commas, spaces or lines, or an expression that yields a list of IDs. They are sent in the recipient field of the credential.',
		displayOptions: { show: { operation: ['send', 'sendAndWait'], sendTo: ['recipients'] } },
	},
];
