import type { INodeProperties } from 'n8n-workflow';

import { integerInRange, oneOf } from '../../platform/fields';
import type { TypeKey } from '../../platform/wire';

/** The "Options" of the node. */
export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'Extra Body Fields',
			name: 'extraBodyFields',
			type: 'json',
			default: '{}',
			placeholder: 'e.g. {"agentId": "1001"}',
			description:
				'JSON object with fields that your application has to send along, as its developer console states. Added beside the fields of the message, never in their place.',
		},
		{
			displayName: 'Include Message',
			name: 'includeMessage',
			type: 'boolean',
			default: false,
			description: 'Whether to add the request body that was sent to the output, as message',
		},
		{
			displayName: 'Max Retries',
			name: 'maxRetries',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 10 },
			default: 3,
			description:
				'How often a message is tried again when there is no connection or the platform is too busy. A message that may have been delivered is never sent again.',
		},
		{
			displayName: 'Messages at Once',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 50 },
			default: 10,
			description: 'How many messages are under way at the same time. 1 keeps strict order.',
		},
		{
			displayName: 'Timeout',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 30000,
			description: 'How long to wait for the answer to a message, in milliseconds',
		},
		{
			displayName: 'Type Key',
			name: 'typeKey',
			type: 'options',
			options: [
				{
					name: 'Both',
					value: 'both',
					description: 'Send msgType and msgtype',
				},
				{ name: 'As in the Field Tables', value: 'msgType', description: 'Send msgType' },
				{ name: 'As in the Examples', value: 'msgtype', description: 'Send msgtype' },
			],
			default: 'both',
			description:
				'How the key of the message type is spelled. The documents of the platform use two spellings, so both are sent by default.',
		},
	],
};

/** The options that hold for a whole run. */
export interface RunOptions {
	concurrency: number;
	maxRetries: number;
	/** Milliseconds. */
	timeout: number;
	typeKey: TypeKey;
}

/**
 * The run's options with their defaults (interface.md).
 *
 * @param read finds an option; blank when the user did not set it.
 * @throws InvalidFieldError for one that is out of bounds.
 */
export function readRunOptions(read: (name: keyof RunOptions) => unknown): RunOptions {
	const integer = (name: keyof RunOptions, min: number, max: number, fallback: number) =>
		integerInRange(read(name), ['options', name], { min, max, fallback });
	return {
		concurrency: integer('concurrency', 1, 50, 10),
		maxRetries: integer('maxRetries', 0, 10, 3),
		timeout: integer('timeout', 1, 2 ** 31 - 1, 30_000),
		typeKey: oneOf(read('typeKey'), ['options', 'typeKey'], ['both', 'msgType', 'msgtype']),
	};
}
