import { tryToParseDateTime, WAIT_INDEFINITELY, type INodeProperties } from 'n8n-workflow';

import { InvalidFieldError, isBlank, oneOf, parameter, shorten } from '../../../platform/checks';
import { isRecord } from '../../../platform/json';

/** Named and shaped as in n8n's own nodes that wait for an answer. */
export const limitWaitTimeField: INodeProperties = {
	displayName: 'Limit Wait Time',
	name: 'limitWaitTime',
	type: 'fixedCollection',
	default: { values: { limitType: 'afterTimeInterval', resumeAmount: 45, resumeUnit: 'minutes' } },
	description:
		'How long to wait for the answer. Without one by then, the item goes on as it came, without data.',
	displayOptions: { show: { '/operation': ['sendAndWait'] } },
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Limit Type',
					name: 'limitType',
					type: 'options',
					options: [
						{
							name: 'After Time Interval',
							value: 'afterTimeInterval',
							description: 'Wait for a certain amount of time',
						},
						{
							name: 'At Specified Time',
							value: 'atSpecifiedTime',
							description: 'Wait until a date and time',
						},
					],
					default: 'afterTimeInterval',
					description: 'What ends the waiting',
				},
				{
					displayName: 'Amount',
					name: 'resumeAmount',
					type: 'number',
					typeOptions: { minValue: 0, numberPrecision: 2 },
					default: 1,
					description: 'How long to wait, in the unit below',
					displayOptions: { show: { limitType: ['afterTimeInterval'] } },
				},
				{
					displayName: 'Unit',
					name: 'resumeUnit',
					type: 'options',
					options: [
						{ name: 'Minutes', value: 'minutes' },
						{ name: 'Hours', value: 'hours' },
						{ name: 'Days', value: 'days' },
					],
					default: 'hours',
					description: 'Unit of the amount',
					displayOptions: { show: { limitType: ['afterTimeInterval'] } },
				},
				{
					displayName: 'Max Date and Time',
					name: 'maxDateAndTime',
					type: 'dateTime',
					default: '',
					description: 'When the waiting ends, in the time zone of the workflow',
					displayOptions: { show: { limitType: ['atSpecifiedTime'] } },
				},
			],
		},
	],
};

/** Milliseconds. */
const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const UNITS = ['minutes', 'hours', 'days'] as const satisfies ReadonlyArray<keyof typeof UNIT_MS>;

const at = (name: string) => parameter('options', 'limitWaitTime', 'values', name);

/**
 * When the waiting ends.
 *
 * @param limit the option's values; blank when it was not added: then n8n waits without end.
 * @param now milliseconds since the epoch.
 * @throws InvalidFieldError `notDuration`, `notDate`, `isPast`, or as {@link oneOf}.
 */
export function readWaitLimit(limit: unknown, timeZone: string, now: number): Date {
	if (!isRecord(limit)) return WAIT_INDEFINITELY;
	const types = ['afterTimeInterval', 'atSpecifiedTime'] as const;
	const type = oneOf(limit.limitType ?? 'afterTimeInterval', at('limitType'), types);
	if (type === 'atSpecifiedTime') return readDate(limit.maxDateAndTime, timeZone, now);

	const unit = oneOf(limit.resumeUnit ?? 'hours', at('resumeUnit'), UNITS);
	const given = limit.resumeAmount ?? 1;
	const until = new Date(now + Number(isBlank(given) ? NaN : String(given)) * UNIT_MS[unit]);
	if (until.getTime() > now) return until < WAIT_INDEFINITELY ? until : WAIT_INDEFINITELY;
	throw new InvalidFieldError(at('resumeAmount'), 'notDuration', { value: shorten(String(given)) });
}

function readDate(value: unknown, timeZone: string, now: number): Date {
	const field = at('maxDateAndTime');
	if (isBlank(value)) throw new InvalidFieldError(field, 'required');
	const details = { value: shorten(String(value)) };
	const date = dateOf(value, timeZone);
	if (date === undefined) throw new InvalidFieldError(field, 'notDate', details);
	if (date.getTime() <= now) throw new InvalidFieldError(field, 'isPast', details);
	return date;
}

/** What n8n's own Wait node reads as well. */
function dateOf(value: unknown, timeZone: string): Date | undefined {
	try {
		return tryToParseDateTime(value, timeZone).toJSDate();
	} catch {
		return undefined;
	}
}
