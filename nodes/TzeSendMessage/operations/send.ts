import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { oneOf, parameter } from '../../../platform/checks';
import type { Message } from '../../../platform/messages';
import type { Work } from '../../run/items';
import type { RawParameters } from '../../run/rawParameters';
import { messageTypeNames, messageTypes } from '../messageTypes';
import type { ReadParameter } from '../messageTypes/messageType';
import { openDelivery, partsOf, recipientsOf, type PreparedMessage } from './delivery';

const properties: INodeProperties[] = [
	{
		displayName: 'Message Type',
		name: 'msgType',
		type: 'options',
		options: Object.values(messageTypes).map(({ msgType, label, hint }) => ({
			name: label,
			value: msgType,
			description: hint,
		})),
		default: 'text',
		description: 'What the message looks like to its reader',
		displayOptions: { show: { operation: ['send'] } },
	},
];

/** Sends a message of any type to people of the platform (platform.md 2, S). */
export const send = { properties, open };

async function open(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Work<PreparedMessage>> {
	const delivery = await openDelivery(context, secrets);
	return {
		...delivery,
		prepare(itemIndex) {
			const read = delivery.readerOf(itemIndex);
			const options = delivery.optionsOf(itemIndex);
			const message = buildMessage(read, delivery.raw);
			return partsOf(recipientsOf(read), options.recipientsPerCall).map((own) => {
				const { redirectTo } = delivery;
				const to =
					redirectTo === undefined
						? { recipients: own }
						: { recipients: redirectTo, redirectedFrom: own };
				return delivery.address(message, to, options);
			});
		},
	};
}

function buildMessage(read: ReadParameter, raw: RawParameters): Message {
	const msgType = oneOf(read('msgType'), parameter('msgType'), messageTypeNames);
	return messageTypes[msgType].build(read, raw);
}
