import type { INodeProperties } from 'n8n-workflow';

import { integerInRange, oneOf, parameter } from '../../platform/checks';
import type { TypeKey } from '../../platform/requestBody';
import { DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS } from '../../transport/call';

/** Bounds and defaults of the options that are numbers: for the form, and for what is read. */
const NUMBERS = {
	concurrency: { min: 1, max: 50, fallback: 10 },
	maxRetries: { min: 0, max: 10, fallback: DEFAULT_MAX_RETRIES },
	/** Milliseconds. */
	timeout: { min: 1, max: 2 ** 31 - 1, fallback: DEFAULT_TIMEOUT_MS },
} as const;

/** A number's part of its field. */
function numberField(name: keyof typeof NUMBERS) {
	const { min, max, fallback } = NUMBERS[name];
	return { name, typeOptions: { minValue: min, maxValue: max }, default: fallback };
}

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
			...numberField('maxRetries'),
			type: 'number',
			description:
				'How often a message is tried again when there is no connection or the platform is too busy. A message that may have been delivered is never sent again.',
		},
		{
			displayName: 'Messages at Once',
			...numberField('concurrency'),
			type: 'number',
			description: 'How many messages are under way at the same time. 1 keeps strict order.',
		},
		{
			displayName: 'Timeout',
			...numberField('timeout'),
			type: 'number',
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
	timeoutMs: number;
	typeKey: TypeKey;
}

/**
 * The run's options with their defaults (interface.md).
 *
 * @param read finds an option; blank when the user did not set it.
 * @throws InvalidFieldError for one that is out of bounds.
 */
export function readRunOptions(
	read: (name: keyof typeof NUMBERS | 'typeKey') => unknown,
): RunOptions {
	const integer = (name: keyof typeof NUMBERS) =>
		integerInRange(read(name), parameter('options', name), NUMBERS[name]);
	const typeKeys = ['both', 'msgType', 'msgtype'] as const;
	return {
		concurrency: integer('concurrency'),
		maxRetries: integer('maxRetries'),
		timeoutMs: integer('timeout'),
		typeKey: oneOf(read('typeKey'), parameter('options', 'typeKey'), typeKeys),
	};
}
