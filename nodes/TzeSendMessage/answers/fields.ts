import type { INodeProperties } from 'n8n-workflow';

/** The options of a choice. */
const fieldOptions: INodeProperties = {
	displayName: 'Options',
	name: 'fieldOptions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Option',
	default: { values: [{ option: '' }] },
	description: 'What can be chosen',
	displayOptions: { show: { fieldType: ['dropdown', 'radio', 'checkbox'] } },
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Option',
					name: 'option',
					type: 'string',
					default: '',
					placeholder: 'e.g. Sick leave',
					description: 'One of the choices',
				},
			],
		},
	],
};

const labelField: INodeProperties = {
	displayName: 'Label',
	name: 'fieldLabel',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. What was decided?',
	description: 'What stands before the field',
};

const fields: INodeProperties[] = [
	{
		displayName: 'Answer Link',
		name: 'answerLink',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'One for Each Recipient',
				value: 'perRecipient',
				description:
					'Everybody gets a message with a link of their own, and the answer tells by whose link it came',
			},
			{
				name: 'Shared',
				value: 'shared',
				description: 'All get the same message, and nobody knows who answered',
			},
		],
		default: 'perRecipient',
		description:
			'Whether the answer tells who gave it. The first answer counts. Whoever holds a link can answer with it: one that is passed on answers in the name of the person it was sent to.',
		displayOptions: { show: { sendTo: ['recipients'] } },
	},
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. Leave request of Ms. Li',
		description: 'Title of the card and of the page to answer, at most 255 characters',
	},
	{
		displayName: 'Message',
		name: 'message',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. Ms. Li asks for leave from Monday to Wednesday. Do you agree?',
		description: 'What is asked. It stands on the page to answer, and on the card.',
	},
	{
		displayName: 'Response Type',
		name: 'responseType',
		type: 'options',
		options: [
			{
				name: 'Approval',
				value: 'approval',
				description: 'Approve, or approve and decline, by buttons on the page',
			},
			{
				name: 'Free Text',
				value: 'freeText',
				description: 'A text of any kind',
			},
			{
				name: 'Custom Form',
				value: 'customForm',
				description: 'A form with fields of your own',
			},
		],
		default: 'approval',
		description: 'How the question is answered',
	},
	{
		displayName: 'Approval Options',
		name: 'approvalOptions',
		type: 'fixedCollection',
		placeholder: 'Add Option',
		default: {},
		description: 'Which buttons there are, and what stands on them',
		displayOptions: { show: { responseType: ['approval'] } },
		options: [
			{
				displayName: 'Values',
				name: 'values',
				values: [
					{
						displayName: 'Type of Approval',
						name: 'approvalType',
						type: 'options',
						options: [
							{ name: 'Approve Only', value: 'single' },
							{ name: 'Approve and Disapprove', value: 'double' },
						],
						default: 'single',
						description: 'Which buttons the page has',
					},
					{
						displayName: 'Approve Button Label',
						name: 'approveLabel',
						type: 'string',
						default: '',
						placeholder: 'e.g. Approved',
						description: 'Left empty, it is "Approve" in the language of the reader',
					},
					{
						displayName: 'Disapprove Button Label',
						name: 'disapproveLabel',
						type: 'string',
						default: '',
						placeholder: 'e.g. Not approved',
						description: 'Left empty, it is "Decline" in the language of the reader',
						displayOptions: { show: { approvalType: ['double'] } },
					},
				],
			},
		],
	},
	{
		displayName: 'Form Elements',
		name: 'formFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Form Element',
		default: {},
		description: 'What is to be filled in; each becomes a field of data in the answer',
		displayOptions: { show: { responseType: ['customForm'] } },
		options: [
			{
				displayName: 'Values',
				name: 'values',
				values: [
					labelField,
					{
						displayName: 'Element Type',
						name: 'fieldType',
						type: 'options',
						options: [
							{ name: 'Checkboxes', value: 'checkbox', description: 'Several of your options' },
							{ name: 'Date', value: 'date', description: 'A day, such as 2026-09-01' },
							{
								name: 'Dropdown',
								value: 'dropdown',
								description: 'One of your options, in a list',
							},
							{ name: 'Number', value: 'number' },
							{ name: 'Radio Buttons', value: 'radio', description: 'One of your options' },
							{ name: 'Text Input', value: 'text', description: 'One line' },
							{ name: 'Textarea', value: 'textarea', description: 'Several lines' },
							{ name: 'Yes or No', value: 'boolean', description: 'The answer is true or false' },
						],
						default: 'text',
						description: 'What can be filled in',
					},
					fieldOptions,
					{
						displayName: 'Placeholder',
						name: 'placeholder',
						type: 'string',
						default: '',
						placeholder: 'e.g. In a few words',
						description: 'A sample inside the empty field',
						displayOptions: { show: { fieldType: ['text', 'textarea', 'number'] } },
					},
					{
						displayName: 'Required Field',
						name: 'requiredField',
						type: 'boolean',
						default: false,
						description: 'Whether the form can only be sent with this field filled in',
					},
					{
						displayName: 'Field Name',
						name: 'fieldName',
						type: 'string',
						default: '',
						placeholder: 'e.g. decision',
						description: 'Name of the field in the answer. Left empty, it is the label.',
					},
				],
			},
		],
	},
	{
		displayName: 'Business ID',
		name: 'busiId',
		type: 'string',
		required: true,
		default: '={{ $execution.id }}-{{ $nodeId.slice(0, 8) }}-{{ $runIndex }}',
		description:
			'ID of the record in your own system that this question is about. With a link for each recipient, the ID of the person is added, so that no card takes the place of another. The default is made of execution, node and run.',
	},
];

/** The fields of a question. */
export const answerFields = fields.map((field): INodeProperties => {
	const show = { operation: ['sendAndWait'], ...field.displayOptions?.show };
	return { ...field, displayOptions: { show } };
});
