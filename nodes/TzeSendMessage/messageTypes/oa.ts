import type { INodeProperties } from 'n8n-workflow';

import { oneOf, parameter } from '../../../platform/checks';
import { oaMessage } from '../../../platform/messages';
import { textMark, twinOf, type RawParameters } from '../../run/rawParameters';
import {
	alsoAsked,
	shownFor,
	targetFields,
	type MessageTypeDefinition,
	type ReadParameter,
} from './messageType';

/** The rows of the card. */
const formField: INodeProperties = {
	displayName: 'Form',
	name: 'form',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	placeholder: 'Add Row',
	// n8n's editor drops an empty collection as soon as a field beside it is edited
	default: { fields: [{ key: '', value: '' }] },
	description: 'Rows of label and value, at most 6',
	options: [
		{
			displayName: 'Row',
			name: 'fields',
			values: [
				{
					displayName: 'Key',
					name: 'key',
					type: 'string',
					default: '',
					placeholder: 'e.g. Days',
					description: 'Label of the row',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. 3',
					description: 'Value of the row',
				},
			],
		},
	],
};

export const oa: MessageTypeDefinition = {
	msgType: 'oa',
	label: 'OA Card',
	hint: 'A card with a colored head, a body and form rows, for approvals and notices',
	properties: shownFor('oa', [
		{
			displayName: 'Head Text',
			name: 'headText',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. Leave request',
			description: 'Title in the colored head of the card, at most 255 characters',
		},
		...targetFields,
		alsoAsked({
			displayName: 'Head Background Color',
			name: 'headBgColor',
			type: 'color',
			// Without opacity: n8n's picker writes it inverted
			default: '',
			hint: 'A color such as #1463D8. Leave empty for the red of the platform.',
			description:
				'Color of the head of the card. The form of the platform, AARRGGBB with the opacity first, is accepted as well.',
		}),
		alsoAsked({
			displayName: 'Specify Body',
			name: 'specifyBody',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'Using Fields Below',
					value: 'fields',
					description: 'Fill in the parts of the body one by one',
				},
				{
					name: 'Using JSON',
					value: 'json',
					description: 'Bring the body, its rows included, from data',
				},
			],
			default: 'fields',
			description: 'How what stands below the head is given',
		}),
		alsoAsked({
			displayName: 'Body (JSON)',
			name: 'bodyJson',
			type: 'json',
			default: '{}',
			hint: 'Such as {"form": [{"key": "Days", "value": "3"}]}',
			description:
				'The body as the platform describes it, every part optional: title, content, imageUrl, fileCount, author, and form, a list of at most 6 rows with key and value. Text, or an expression that yields an object.',
			displayOptions: { show: { specifyBody: ['json'] } },
		}),
		alsoAsked({
			displayName: 'Body',
			name: 'body',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			displayOptions: { show: { specifyBody: ['fields'] } },
			description: 'What stands below the head; every part is optional',
			options: [
				textMark,
				{
					displayName: 'Author',
					name: 'author',
					type: 'string',
					default: '',
					placeholder: 'e.g. Academic Affairs Office',
					description: 'Name shown as the author of the message',
				},
				{
					displayName: 'Content',
					name: 'content',
					type: 'string',
					typeOptions: { rows: 3 },
					default: '',
					placeholder: 'e.g. Ms. Li asks for leave from Monday to Wednesday.',
					description: 'Text of the card',
				},
				{
					displayName: 'File Count',
					name: 'fileCount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 3',
					description: 'Number of attachments to show. For display only: no file is attached.',
				},
				formField,
				twinOf(formField),
				{
					displayName: 'Image URL',
					name: 'imageUrl',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://school.example/poster.png',
					description: 'Address of a picture in the card',
				},
				{
					displayName: 'Title',
					name: 'title',
					type: 'string',
					default: '',
					placeholder: 'e.g. Three days of leave',
					description: 'Title of the body',
				},
			],
		}),
	]),
	build: (read, raw) =>
		oaMessage({
			headText: read('headText'),
			headBgColor: read('headBgColor'),
			...bodyOf(read, raw),
			pcUrl: read('pcUrl'),
			appUrl: read('appUrl'),
			busiId: read('busiId'),
		}),
};

function bodyOf(
	read: ReadParameter,
	raw: RawParameters,
): { body: unknown } | { bodyJson: unknown } {
	const ways = ['fields', 'json'] as const;
	if (oneOf(read('specifyBody'), parameter('specifyBody'), ways) === 'json') {
		return { bodyJson: read('bodyJson') };
	}
	for (const path of [[], ['form'], ['form', 'fields']]) {
		raw.refuseExpression('bodyExpression', 'body', ...path);
	}
	return { body: read('body') };
}
