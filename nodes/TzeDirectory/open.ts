import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { parameter, yesOrNo } from '../../platform/checks';
import { KNOWN_NAMES } from '../../platform/directory';
import { connect } from '../run/connection';
import type { Work } from '../run/items';
import { optionReader } from '../run/options';
import { RawParameters, readParameter } from '../run/rawParameters';
import { asItCame, Directory, simplified, type Show } from './directory';
import { operationOf } from './operations';
import type { Task } from './operations/operation';
import { readBounds } from './options';

interface PreparedTask extends Task {
	show: Show;
}

/** Reads what all items of a run share. */
export async function openDirectory(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Work<PreparedTask>> {
	const resource = context.getNodeParameter('resource', 0, null);
	const operation = operationOf(resource, context.getNodeParameter('operation', 0, null));
	const raw = new RawParameters(context.getNode().parameters);
	raw.refuseExpression('oneExpression', 'options');
	const bounds = readBounds(optionReader(context, raw, 0));
	const connection = await connect(context, secrets);

	return {
		// Names and ids of people lose nothing to a secret that they share a piece with
		own: KNOWN_NAMES,
		hasForeignNames: true,
		sentences: operation.sentences,
		pace: connection.paceOf({}),
		prepare(itemIndex) {
			const read = (name: string): unknown => readParameter(context, itemIndex, name);
			const simplify = yesOrNo(read('simplify'), parameter('simplify'));
			return [{ ...operation.prepare(read), show: simplify ? simplified : asItCame }];
		},
		async perform({ run, show }, turn): Promise<IDataObject[]> {
			return await run(new Directory(connection, bounds, turn), show);
		},
		about: ({ about }) => about,
	};
}
