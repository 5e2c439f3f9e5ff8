import type { INodeProperties } from 'n8n-workflow';

import { oneOf, parameter, yesOrNo } from '../../platform/checks';
import {
	CALL_OPTIONS,
	numberField as fieldOf,
	readNumber,
	type NumberOption,
	type ReadOption,
} from '../run/options';
import { textMark, twinOf } from '../run/rawParameters';
import type { SendableObject } from '../../platform/json';
import { parseExtraBodyFields, type TypeKey } from '../../platform/requestBody';
import { limitWaitTimeField } from './answers/waitLimit';

/** Bounds and defaults of the options that are numbers: for the form, and for what is read. */
const NUMBERS = {
	/** Left out, it grows and shrinks with what the platform takes. */
	concurrency: { min: 1, max: 50, fallback: 10 },
	/** 0: no limit. */
	messagesPerMinute: { min: 0, max: 60_000, fallback: 0 },
	/** 0: no limit. */
	recipientsPerCall: { min: 0, max: 100_000, fallback: 0 },
	...CALL_OPTIONS,
} as const satisfies Record<string, NumberOption>;

/** A number's part of its field. */
function numberField(name: keyof typeof NUMBERS) {
	return fieldOf(name, NUMBERS[name]);
}

/** The "Options" of the node. */
export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		textMark,
		{
			displayName: 'Dry Run',
			name: 'dryRun',
			type: 'boolean',
			default: true,
			description:
				'Whether to send nothing at all: the output shows each message as it would be sent, and to whom',
		},
		{
			displayName: 'Extra Body Fields',
			name: 'extraBodyFields',
			type: 'json',
			default: '{}',
			placeholder: 'e.g. {"agentId": "42"}',
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
		limitWaitTimeField,
		twinOf(limitWaitTimeField),
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
			description:
				'How many messages are under way at the same time at most. 1 keeps strict order. Without this option, it begins with 10 and follows what the platform takes, up to 50.',
		},
		{
			displayName: 'Messages per Minute',
			...numberField('messagesPerMinute'),
			type: 'number',
			description:
				'How many messages may start within a minute, evenly spaced. 0 sets no limit: what the platform turns away as too many is slowed down anyway.',
		},
		{
			displayName: 'Recipients per Call',
			...numberField('recipientsPerCall'),
			type: 'number',
			description:
				'How many people one call reaches: a longer list is split into several calls, each with its own output item. 0 sends the whole list in one call. The documents of the platform name no limit.',
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
	/** Left out by the user: as the platform takes it. */
	concurrency: number | undefined;
	/** 0: no limit. */
	callsPerMinute: number;
	maxRetries: number;
	timeoutMs: number;
	typeKey: TypeKey;
}

/** The options of an item. */
export interface ItemOptions {
	dryRun: boolean;
	extraBodyFields: SendableObject;
	includeMessage: boolean;
	/** 0: all in one call. */
	recipientsPerCall: number;
}

/**
 * The run's options with their defaults (interface.md).
 *
 * @throws InvalidFieldError for one that is out of bounds, or whose expression finds nothing.
 */
export function readRunOptions(read: ReadOption): RunOptions {
	const typeKeys = ['both', 'msgType', 'msgtype'] as const;
	return {
		concurrency:
			read('concurrency', undefined) === undefined ? undefined : numberOf(read, 'concurrency'),
		callsPerMinute: numberOf(read, 'messagesPerMinute'),
		maxRetries: numberOf(read, 'maxRetries'),
		timeoutMs: numberOf(read, 'timeout'),
		typeKey: oneOf(read('typeKey', 'both'), parameter('options', 'typeKey'), typeKeys),
	};
}

/**
 * An item's options with their defaults.
 *
 * @throws InvalidFieldError as {@link readRunOptions}.
 */
export function readItemOptions(read: ReadOption): ItemOptions {
	const isOn = (name: string) => yesOrNo(read(name, false), parameter('options', name));
	return {
		dryRun: isOn('dryRun'),
		extraBodyFields: parseExtraBodyFields(read('extraBodyFields', '{}')),
		includeMessage: isOn('includeMessage'),
		recipientsPerCall: numberOf(read, 'recipientsPerCall'),
	};
}

function numberOf(read: ReadOption, name: keyof typeof NUMBERS): number {
	return readNumber(read, name, NUMBERS[name]);
}
