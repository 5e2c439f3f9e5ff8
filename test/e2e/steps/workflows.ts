import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
	EXAMPLES,
	exampleNames,
	ownNodes,
	readExample,
	type WorkflowFile,
} from '../../../testbed/examples';
import { until } from '../../../testbed/process/until';
import { CREDENTIAL_NAME } from './credential';
import { isOldest, outside, type Step, type World } from '../world';

/** The file of the workflow that binds a person, and of the one that other systems call. */
export const BINDING = 'bind-a-person-after-login.json';
export const BY_WEBHOOK = 'send-a-message-by-webhook.json';

/** What callers of the webhooks prove themselves by, and the credential that holds it. */
export const CALLERS_KEY = { 'X-API-Key': 'of the callers in this test' };
const CALLERS_CREDENTIAL = 'Callers';

/** The example workflows, each as its own step. */
export const workflowSteps: Step[] = exampleNames().map((file) => {
	const workflow = readExample(file);
	const canRun = !workflow.nodes.some(needsDatabase);
	return {
		title: `workflows/${file} is imported in the editor${canRun ? ' and runs' : ''}`,
		needed: [BINDING, BY_WEBHOOK].includes(file),
		async run(world) {
			const { editor, shoot, imported } = world;
			const name = path.basename(file, '.json');
			const closed = workflow.nodes.filter(isClosedWebhook);
			// Before the editor opens: that of n8n 1 asks for the credentials then, and not again
			if (closed.length > 0) await provideCallersKey(world);
			await editor.importFile(await fileToImport(world, file, readExample(file)));
			imported.set(file, editor.workflowId());
			await shoot(`imported-${name}`);
			await editor.dismissToasts();

			const ours = ownNodes(workflow);
			for (const node of ours) {
				await editor.openNode(node.name);
				await editor.chooseCredential(CREDENTIAL_NAME);
				await editor.closeNode();
			}
			for (const node of closed) {
				await editor.openNode(node.name);
				await editor.chooseCredential(CALLERS_CREDENTIAL);
				await editor.closeNode();
			}
			await editor.save();
			if (!canRun) return;

			await editor.executeWorkflow();
			const webhook = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
			if (webhook !== undefined) await callForTest(world, webhook);
			await editor.waitForEnd();
			if (ours.length > 0) await editor.waitForSuccess(ours[0].name);
			await shoot(`ran-${name}`);
		},
	};
});

/** A webhook that asks for a key: until one is chosen, the workflow cannot be published. */
function isClosedWebhook({ type, parameters }: WorkflowFile['nodes'][number]): boolean {
	return type === 'n8n-nodes-base.webhook' && parameters.authentication === 'headerAuth';
}

/** Makes the callers' credential, unless an earlier step has made it. */
async function provideCallersKey({ n8n }: World): Promise<void> {
	const known = await n8n.client.credentials();
	if (known.some(({ name }) => name === CALLERS_CREDENTIAL)) return;
	const [name, value] = Object.entries(CALLERS_KEY)[0];
	await n8n.client.createCredential(CALLERS_CREDENTIAL, 'httpHeaderAuth', { name, value });
}

/** Such a workflow needs more than n8n and the sandbox: it is tried elsewhere. */
function needsDatabase({ type }: WorkflowFile['nodes'][number]): boolean {
	return type === 'n8n-nodes-base.postgres';
}

/** Calls the address that the editor listens on while it waits for a webhook. */
async function callForTest(
	{ n8n, control }: World,
	{ parameters }: WorkflowFile['nodes'][number],
): Promise<void> {
	const url = `${n8n.url}/webhook-test/${String(parameters.path)}`;
	await until(
		`${url} to answer with 200`,
		async () => {
			const { status } =
				parameters.httpMethod === 'POST'
					? await outside.post(
							url,
							{ recipients: 'P1001', content: '测试' },
							{ headers: CALLERS_KEY },
						)
					: await outside.get(url, { params: (await control.codes())[0] });
			return status === 200;
		},
		{ patienceMs: 15_000 },
	);
}

/** n8n 1 makes no table in a workflow: there the table is made before, and the step left out. */
async function fileToImport(world: World, file: string, workflow: WorkflowFile): Promise<string> {
	const makers = workflow.nodes.filter(
		({ type, parameters }) =>
			type === 'n8n-nodes-base.dataTable' && parameters.resource === 'table',
	);
	if (!isOldest(world) || makers.length === 0) return path.join(EXAMPLES, file);

	const { connections } = workflow;
	const tables = new Map<unknown, string>();
	for (const { name, parameters } of makers) {
		tables.set(parameters.tableName, await createTable(world, parameters));
		for (const [from, to] of Object.entries(connections)) {
			if (JSON.stringify(to).includes(`"node":${JSON.stringify(name)},`)) {
				connections[from] = connections[name];
			}
		}
		Reflect.deleteProperty(connections, name);
	}
	const nodes = workflow.nodes
		.filter((node) => !makers.includes(node))
		.map((node) => {
			if (node.type !== 'n8n-nodes-base.dataTable') return node;
			const { value } = node.parameters.dataTableId as { value: string };
			const dataTableId = { __rl: true, mode: 'id', value: tables.get(value) };
			return { ...node, typeVersion: 1, parameters: { ...node.parameters, dataTableId } };
		});
	const adapted = path.join(world.folder, file);
	await writeFile(adapted, JSON.stringify({ ...workflow, nodes }));
	return adapted;
}

async function createTable({ n8n }: World, parameters: Record<string, unknown>): Promise<string> {
	const { column } = parameters.columns as { column: Array<{ name: string; type: string }> };
	const project = await n8n.client.rest<{ id: string }>('GET', '/projects/personal');
	const { id } = await n8n.client.rest<{ id: string }>(
		'POST',
		`/projects/${project.id}/data-tables`,
		{
			name: parameters.tableName,
			columns: column,
		},
	);
	return id;
}
