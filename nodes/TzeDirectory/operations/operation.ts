import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { oneOf, parameter } from '../../../platform/checks';
import { parseId } from '../../../platform/recipients';
import type { CallSentences } from '../../run/texts';
import type { Directory, Show } from '../directory';
import { valueOfLocator } from '../fields';

/** Reads a parameter of an item. */
export type ReadParameter = (name: string) => unknown;

/** What one item asks for. */
export interface Task {
	/** Whom or what it is about, for its error. */
	about: IDataObject;
	run(directory: Directory, show: Show): Promise<IDataObject[]>;
}

/** One thing that the node does. */
export interface Operation {
	/** Its fields, beside those of all. */
	properties: INodeProperties[];
	/** The words for a call that fails. */
	sentences: CallSentences;
	/** Reads and checks an item's parameters. @throws InvalidFieldError */
	prepare(read: ReadParameter): Task;
}

/** The ID that a resource locator holds. @throws InvalidFieldError */
export function idFrom(read: ReadParameter, name: 'userId' | 'orgId'): string {
	return parseId(valueOfLocator(read(name)), parameter(name));
}

/**
 * The chosen ones of some options, as the platform takes them: a list with commas, or nothing for none.
 *
 * @throws InvalidFieldError `notAnOption`
 */
export function choicesFrom(
	read: ReadParameter,
	name: string,
	options: readonly [string, ...string[]],
): string | undefined {
	const value = read(name);
	const chosen = Array.isArray(value) ? (value as unknown[]) : String(value ?? '').split(',');
	const codes = chosen
		.map((code) => String(code).trim())
		.filter((code) => code !== '')
		.map((code) => oneOf(code, parameter(name), options));
	return codes.length === 0 ? undefined : [...new Set(codes)].join(',');
}
