import type { IExecuteFunctions, INodeParameters, INodeProperties } from 'n8n-workflow';

import { InvalidFieldError, parameter, type FieldRule } from '../../platform/checks';
import { isRecord, MAX_DEPTH } from '../../platform/json';

/**
 * A field of every collection that shows nobody anything. n8n reads a collection's fields from whatever
 * is stored in its place: from a text, that is one expression for all, it would read nothing, and what
 * was meant would be lost in silence. But a text has a length (n8n.md, trap 37).
 */
export const textMark: INodeProperties = {
	displayName: 'Length',
	name: 'length',
	type: 'hidden',
	default: '',
};

/**
 * Stands behind a fixedCollection within a collection, and shows nobody anything: n8n takes the value
 * of a field of this type as it is stored, and so does not empty what is one expression.
 */
export function twinOf({ displayName, name }: INodeProperties): INodeProperties {
	return { displayName, name, type: 'hidden', default: '' };
}

/** A node's parameters as they are stored, expressions not evaluated. */
export class RawParameters {
	constructor(private readonly parameters: INodeParameters) {}

	/** A stored value; `undefined` when the user never set it. */
	find(...path: string[]): unknown {
		let value: unknown = this.parameters;
		for (const name of path) value = isRecord(value) ? value[name] : undefined;
		return value;
	}

	/**
	 * @param path of a collection with a {@link textMark}, or of a group with a {@link twinOf}.
	 * @throws InvalidFieldError with this rule when it is one expression.
	 */
	refuseExpression(rule: FieldRule, ...path: string[]): void {
		const length = this.find(...path, textMark.name);
		const isText = typeof this.find(...path) === 'string';
		if (isText || (typeof length === 'number' && length > 0)) {
			throw new InvalidFieldError(parameter(...path), rule);
		}
	}
}

/**
 * An item's parameter; `null` when the form does not have it.
 *
 * @param path as {@link InvalidFieldError.path}
 * @throws InvalidFieldError `tooDeep` for what n8n itself cannot look through; what n8n throws.
 */
export function readParameter(
	context: IExecuteFunctions,
	itemIndex: number,
	path: string,
): unknown {
	let failure: unknown;
	try {
		return context.getNodeParameter(path, itemIndex, null);
	} catch (error) {
		failure = error;
	}
	// Its stack ran over
	if (failure instanceof RangeError) {
		throw new InvalidFieldError(parameter(...path.split('.')), 'tooDeep', { max: MAX_DEPTH });
	}
	throw failure;
}
