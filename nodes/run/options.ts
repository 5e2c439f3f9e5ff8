import type { IExecuteFunctions } from 'n8n-workflow';

import { integerInRange, isBlank, parameter } from '../../platform/checks';
import { DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS } from '../../transport/call';
import { readParameter, type RawParameters } from './rawParameters';

/** Finds an option of the collection `options`; the fallback when the user did not add it. */
export type ReadOption = (name: string, fallback: unknown) => unknown;

/** A function that reads an item's options. */
export function optionReader(
	context: IExecuteFunctions,
	raw: RawParameters,
	itemIndex: number,
): ReadOption {
	return (name, fallback) =>
		isBlank(raw.find('options', name))
			? fallback
			: readParameter(context, itemIndex, `options.${name}`);
}

/** Bounds and default of an option that is a number: for the form, and for what is read. */
export interface NumberOption {
	min: number;
	max: number;
	fallback: number;
}

/** Those of every call. */
export const CALL_OPTIONS = {
	maxRetries: { min: 0, max: 10, fallback: DEFAULT_MAX_RETRIES },
	/** Milliseconds. */
	timeout: { min: 1, max: 2 ** 31 - 1, fallback: DEFAULT_TIMEOUT_MS },
} as const;

/** A number's part of its field. */
export function numberField(name: string, { min, max, fallback }: NumberOption) {
	return { name, typeOptions: { minValue: min, maxValue: max }, default: fallback };
}

/** @throws InvalidFieldError for one that is out of bounds, or whose expression finds nothing. */
export function readNumber(read: ReadOption, name: string, option: NumberOption): number {
	const { fallback, ...bounds } = option;
	return integerInRange(read(name, fallback), parameter('options', name), bounds);
}
