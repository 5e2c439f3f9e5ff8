import { textMessage } from '../../../platform/messages';
import { shownFor, type MessageTypeDefinition } from './messageType';

export const text: MessageTypeDefinition = {
	msgType: 'text',
	label: 'Text',
	hint: 'A plain text message',
	properties: shownFor('text', [
		{
			displayName: 'Content',
			name: 'content',
			type: 'string',
			typeOptions: { rows: 4 },
			required: true,
			default: '',
			placeholder: 'e.g. School is closed tomorrow because of heavy snow.',
			description: 'Text of the message; line breaks are kept',
		},
	]),
	build: (read) => textMessage({ content: read('content') }),
};
