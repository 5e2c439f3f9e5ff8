import type { INodeProperties } from 'n8n-workflow';

import { CALL_OPTIONS, numberField, readNumber, type ReadOption } from '../run/options';
import { textMark } from '../run/rawParameters';
import type { Bounds } from './directory';

/** Of one item. Nobody waits for more; a list that never ends would otherwise be read forever. */
const MAX_CALLS = { min: 1, max: 100_000, fallback: 10_000 } as const;

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
			displayName: 'Max Calls',
			...numberField('maxCalls', MAX_CALLS),
			type: 'number',
			description:
				'How many calls one item may take: a call brings a page of people, or the next level below one organization',
		},
		{
			displayName: 'Max Retries',
			...numberField('maxRetries', CALL_OPTIONS.maxRetries),
			type: 'number',
			description:
				'How often a call is tried again when there is no connection or no answer in time, or the platform is too busy. It only reads, so this does no harm.',
		},
		{
			displayName: 'Timeout',
			...numberField('timeout', CALL_OPTIONS.timeout),
			type: 'number',
			description: 'How long to wait for the answer to a call, in milliseconds',
		},
	],
};

/** The run's options with their defaults. @throws InvalidFieldError */
export function readBounds(read: ReadOption): Bounds {
	return {
		maxCalls: readNumber(read, 'maxCalls', MAX_CALLS),
		maxRetries: readNumber(read, 'maxRetries', CALL_OPTIONS.maxRetries),
		timeoutMs: readNumber(read, 'timeout', CALL_OPTIONS.timeout),
	};
}
