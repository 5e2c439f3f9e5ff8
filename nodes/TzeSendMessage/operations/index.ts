import { InvalidFieldError, parameter, shorten } from '../../../platform/checks';
import { send } from './send';
import { sendAndWait } from './sendAndWait';

/** Every operation of the node, by its value in stored workflows. */
const operations = { send, sendAndWait };

/**
 * The operation that a workflow names. One that a newer version has stored must not become another.
 *
 * @throws InvalidFieldError `unknownOperation`.
 */
export function operationOf(value: unknown): (typeof operations)[keyof typeof operations] {
	const known = Object.entries(operations).find(([name]) => name === value);
	if (known !== undefined) return known[1];
	const details = { value: shorten(String(value)), options: Object.keys(operations).join(', ') };
	throw new InvalidFieldError(parameter('operation'), 'unknownOperation', details);
}
