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

/** A language of the examples; English when none is named. */
export type ExampleLanguage = 'zh-CN';

/** The file of an example. */
export function exampleFile(name: string, language?: ExampleLanguage): string {
	return path.join(EXAMPLES, language ?? '', name);
}

/** An example, read anew each time: it may be changed. */
export function readExample(name: string, language?: ExampleLanguage): WorkflowFile {
	return JSON.parse(readFileSync(exampleFile(name, language), 'utf8')) as WorkflowFile;
}

/** What the texts of the examples are in a language, by the English ones. */
export function readExampleTexts(language: ExampleLanguage): Record<string, string> {
	const file = path.join(ROOT, 'locales', `workflows.${language}.json`);
	return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

/** The nodes of a workflow that are this package's. */
export function ownNodes({ nodes }: WorkflowFile): WorkflowFile['nodes'] {
	return nodes.filter(({ type }) => type.startsWith('n8n-nodes-tze.'));
}

/** The types of credential that the examples need: the package's own, and those of n8n's nodes. */
export type ExampleCredential = CredentialType | 'postgres' | 'httpHeaderAuth';

/** The type of credential that a node needs, if it needs one. */
function credentialOf({
	type,
	parameters: { authentication },
}: WorkflowFile['nodes'][number]): ExampleCredential | undefined {
	if (type.startsWith('n8n-nodes-tze.')) {
		return authentication === 'appKey' ? 'tzeAppApi' : 'tzeApi';
	}
	if (type === 'n8n-nodes-base.postgres') return 'postgres';
	return type === 'n8n-nodes-base.webhook' && authentication === 'headerAuth'
		? 'httpHeaderAuth'
		: undefined;
}

/** Selects a credential in each node that needs one, as a person does after an import. */
export function selectCredentials(
	workflow: WorkflowFile,
	credentials: Partial<Record<ExampleCredential, { id: string; name: string }>>,
): void {
	for (const node of workflow.nodes) {
		const type = credentialOf(node);
		const chosen = type === undefined ? undefined : credentials[type];
		if (type === undefined || chosen === undefined) continue;
		node.credentials = { [type]: { id: chosen.id, name: chosen.name } };
	}
}

/** Lets an example's logins go to the sandbox's login page, instead of one that is to be filled in. */
export function useLoginPage({ nodes }: WorkflowFile, loginUrl: string): void {
	for (const { type, parameters } of nodes) {
		if (type !== 'n8n-nodes-tze.tzeLoginTrigger') continue;
		parameters.loginUrl = `${loginUrl}?redirect_uri={redirectUri}&state={state}`;
	}
}
