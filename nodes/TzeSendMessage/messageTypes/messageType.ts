import type { INodeProperties } from 'n8n-workflow';

import type { Message, MessageType } from '../../../platform/messages';
import type { RawParameters } from '../../run/rawParameters';

/** Reads one parameter of the item at hand; `null` when the form does not have it. */
export type ReadParameter = (name: string) => unknown;

/** A message type: its fields in the form, and how they become its message. */
export interface MessageTypeDefinition {
	msgType: MessageType;
	/** What the type is called in the form, and a hint on what it is for. */
	label: string;
	hint: string;
	properties: INodeProperties[];
	/** @throws InvalidFieldError for the first field that breaks a rule. */
	build(read: ReadParameter, raw: RawParameters): Message;
}

/** Limits fields to one message type; a field is of `send` alone unless it says otherwise. */
export function shownFor(msgType: MessageType, properties: INodeProperties[]): INodeProperties[] {
	return properties.map((property) => ({
		...property,
		displayOptions: {
			show: { operation: ['send'], msgType: [msgType], ...property.displayOptions?.show },
		},
	}));
}

/** A field of a message that may ask something, too. */
export function alsoAsked(property: INodeProperties): INodeProperties {
	const show = { operation: ['send', 'sendAndWait'], ...property.displayOptions?.show };
	return { ...property, displayOptions: { show } };
}

/** Where a click leads, and what the message is about: `link` and `oa` share these fields. */
export const targetFields: INodeProperties[] = [
	{
		displayName: 'PC URL',
		name: 'pcUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://school.example/notices/42',
		description: 'Page that opens when the message is clicked on a computer',
	},
	{
		displayName: 'App URL',
		name: 'appUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://school.example/m/notices/42',
		description: 'Mobile (H5) page that opens when the message is tapped in the app',
	},
	{
		displayName: 'Business ID',
		name: 'busiId',
		type: 'string',
		required: true,
		default: '={{ $execution.id }}-{{ $itemIndex }}',
		description:
			'ID of the record in your own system that this message is about, such as a notice number. A message that comes twice carries the same ID, so repeats can be told apart. The default is made of execution and item: inside a loop, or with several of these nodes in a workflow, give an ID of your own.',
	},
];
