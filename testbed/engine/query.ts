import type { IDataObject } from 'n8n-workflow';
import { createRequire } from 'node:module';

/** Express 5 reads a query with it, as n8n sets it up (`query parser: extended`). */
const { parse } = createRequire(__filename)('qs') as {
	parse(text: string, options: object): IDataObject;
};

/** The query of an address as n8n's server hands it to a webhook. */
export function parseQuery(query: string): IDataObject {
	return parse(query, { allowPrototypes: true });
}
