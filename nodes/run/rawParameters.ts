import type { INodeParameters } from 'n8n-workflow';

import { InvalidFieldError, parameter } from '../../platform/checks';
import { isRecord } from '../../platform/json';

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
	 * n8n looks for a group's fields where the form has them, and quietly finds none when the whole
	 * group is one expression: what the user gave there would be lost.
	 *
	 * @throws InvalidFieldError with this rule.
	 */
	refuseExpression(rule: 'oneExpression' | 'bodyExpression', ...path: string[]): void {
		if (typeof this.find(...path) === 'string') {
			throw new InvalidFieldError(parameter(...path), rule);
		}
	}
}
