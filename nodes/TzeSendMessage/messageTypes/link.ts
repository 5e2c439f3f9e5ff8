import { linkMessage } from '../../../platform/messages';
import { alsoAsked, shownFor, targetFields, type MessageTypeDefinition } from './messageType';

export const link: MessageTypeDefinition = {
	msgType: 'link',
	label: 'Link',
	hint: 'A card with title, description and picture that opens a page',
	properties: shownFor('link', [
		{
			displayName: 'Title',
			name: 'title',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. Sports day on Friday',
			description: 'Title of the card',
		},
		{
			displayName: 'Content',
			name: 'content',
			type: 'string',
			typeOptions: { rows: 3 },
			required: true,
			default: '',
			placeholder: 'e.g. Meet at the stadium at 8:30. Bring water and a hat.',
			description: 'Description below the title',
		},
		alsoAsked({
			displayName: 'Picture URL',
			name: 'picUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://school.example/sports-day.jpg',
			description:
				'Address of a JPG or PNG picture. Looks best at 640×320 pixels (large) or 80×80 (small). Leave empty for a card without a picture.',
		}),
		...targetFields,
	]),
	build: (read) =>
		linkMessage({
			title: read('title'),
			content: read('content'),
			picUrl: read('picUrl'),
			pcUrl: read('pcUrl'),
			appUrl: read('appUrl'),
			busiId: read('busiId'),
		}),
};
