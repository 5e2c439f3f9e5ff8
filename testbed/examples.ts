import type { IWorkflowBase } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { CredentialType } from './credentials';
import { ROOT } from './root';

/** A workflow as n8n exports it. */
export type WorkflowFile = Pick<
	IWorkflowBase,
	'name' | 'nodes' | 'connections' | 'settings' | 'pinData'
>;

/** The folder of the examples. */
export const EXAMPLES = path.join(ROOT, 'workflows');

/** The names of the files with an example workflow, sorted. */
export function exampleNames(): string[] {
	return readdirSync(EXAMPLES)
		.filter((name) => name.endsWith('.json'))
		.sort();
}

/** An example, read anew each time: it may be changed. */
export function readExample(name: string): WorkflowFile {
	return JSON.parse(readFileSync(path.join(EXAMPLES, name), 'utf8')) as WorkflowFile;
}

/** The nodes of a workflow that are this package's. */
export function ownNodes({ nodes }: WorkflowFile): WorkflowFile['nodes'] {
	return nodes.filter(({ type }) => type.startsWith('n8n-nodes-tze.'));
}

/** Selects a credential in each of the package's nodes, as a person does after an import. */
export function selectCredentials(
	workflow: WorkflowFile,
	credentials: Partial<Record<CredentialType, { id: string; name: string }>>,
): void {
	for (const node of ownNodes(workflow)) {
		const type = node.parameters.authentication === 'appKey' ? 'tzeAppApi' : 'tzeApi';
		const chosen = credentials[type];
		if (chosen !== undefined) node.credentials = { [type]: { id: chosen.id, name: chosen.name } };
	}
}
