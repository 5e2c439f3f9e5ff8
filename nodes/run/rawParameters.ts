import type { INodeParameters } from 'n8n-workflow';

import { isRecord } from '../../platform/json';

/**
 * A node's parameters as they are stored, expressions not evaluated. A group that is one expression has
 * been emptied by n8n before (n8n.md, trap 37).
 */
export class RawParameters {
	constructor(private readonly parameters: INodeParameters) {}

	/** A stored value; `undefined` when the user never set it. */
	find(...path: string[]): unknown {
		let value: unknown = this.parameters;
		for (const name of path) value = isRecord(value) ? value[name] : undefined;
		return value;
	}
}
