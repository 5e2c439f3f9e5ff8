import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import {
	exampleFile,
	exampleNames,
	ownNodes,
	readExample,
	type WorkflowFile,
} from '../../../testbed/examples';
import { until } from '../../../testbed/process/until';
import { CREDENTIAL_NAME } from './credential';
import { expectSame, isOldest, outside, type Step, type World } from '../world';

/** The file of the workflow that binds a person, and of the one that other systems call. */
export const BINDING = 'bind-a-person-after-login.json';
export const BY_WEBHOOK = 'send-a-message-by-webhook.json';

/** The examples with persons who log in or answer, in the order in which they are used. */
export const ACCOUNTS = {
	invite: 'bind-accounts-1-invite.json',
	login: 'bind-accounts-2-login.json',
	renew: 'bind-accounts-3-renew.json',
	unbind: 'bind-accounts-4-unbind.json',
};
export const LEAVE = 'leave-approval.json';
const WITH_OWN_STEPS = [...Object.values(ACCOUNTS), LEAVE];

/** The examples that find their recipients in the directory: whom of the town each reaches, and how many. */
const FROM_DIRECTORY: Readonly<Record<string, { person: string; people: number }>> = {
	'tell-all-teachers-of-a-school.json': { person: '王芳', people: 20 },
	'todays-menu-to-class-teachers.json': { person: '王芳', people: 1 },
	'guardians-of-a-class.json': { person: '陈美玲', people: 19 },
};

/** What callers of the webhooks prove themselves by, and the credential that holds it. */
export const CALLERS_KEY = { 'X-API-Key': 'of the callers in this test' };
const CALLERS_CREDENTIAL = 'Callers';

/** The example workflows, each as its own step; those that go on with steps of their own are not run here. */
export const workflowSteps: Step[] = exampleNames()
	.filter((file) => !WITH_OWN_STEPS.includes(file))
	.map((file) => {
		const canRun = !readExample(file).nodes.some(needsDatabase);
		return {
			title: `workflows/${file} is imported in the editor${canRun ? ' and runs' : ''}`,
			needed: [BINDING, BY_WEBHOOK].includes(file),
			async run(world) {
				const { editor, edition, shoot } = world;
				const workflow = readExample(file, edition.examples);
				await importExample(world, file);
				if (!canRun) return;
				const { total: before } = await world.control.messages();

				await editor.executeWorkflow();
				const webhook = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.webhook');
				if (webhook !== undefined) await callForTest(world, webhook);
				await editor.waitForEnd();
				const [first] = ownNodes(workflow);
				if (first !== undefined) await editor.waitForSuccess(first.name);
				await shoot(`ran-${path.basename(file, '.json')}`);
				if (Object.hasOwn(FROM_DIRECTORY, file)) await expectReached(world, file, before);
			},
		};
	});

/** One message to so many people has come since, and the inbox finds it by the name of one of them. */
async function expectReached(world: World, file: string, before: number): Promise<void> {
	const { control, sandbox, page, shoot } = world;
	const { person, people } = FROM_DIRECTORY[file];
	const { messages } = await control.messages({ offset: before });
	expectSame(
		'people of each message',
		messages.map(({ recipients }) => recipients.length),
		[people],
	);
	const inbox = await page.context().newPage();
	await inbox.goto(sandbox.inboxUrl);
	await inbox.locator('[data-test-id="inbox-search"]').fill(person);
	await inbox.waitForURL((url) => url.searchParams.get('search') === person);
	const found = inbox.locator(`[data-test-id="inbox-message"][data-id="${messages[0].id}"]`);
	await found.waitFor();
	await shoot(`inbox-${path.basename(file, '.json')}`, inbox);
	await inbox.close();
}

/** Imports an example and selects its credentials, as a person does; leaves it open, stored. */
export async function importExample(world: World, file: string): Promise<string> {
	const { editor, edition, shoot, imported } = world;
	const workflow = readExample(file, edition.examples);
	const closed = workflow.nodes.filter(isClosedWebhook);
	// Before the editor opens: that of n8n 1 asks for the credentials then, and not again
	if (closed.length > 0) await provideCallersKey(world);
	await editor.importFile(await fileToImport(world, file, structuredClone(workflow)));
	const id = editor.workflowId();
	imported.set(file, id);
	await shoot(`imported-${path.basename(file, '.json')}`);
	await editor.dismissToasts();

	for (const node of ownNodes(workflow)) {
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
	return id;
}

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
	if (!isOldest(world) || makers.length === 0) return exampleFile(file, world.edition.examples);

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

/** Makes a table, unless another example has made it; answers its id. */
async function createTable(world: World, parameters: Record<string, unknown>): Promise<string> {
	const known = await findTable(world, String(parameters.tableName));
	if (known !== undefined) return known.id;
	const { column } = parameters.columns as { column: Array<{ name: string; type: string }> };
	const { client } = world.n8n;
	const project = await client.rest<{ id: string }>('GET', '/projects/personal');
	const { id } = await client.rest<{ id: string }>('POST', `/projects/${project.id}/data-tables`, {
		name: parameters.tableName,
		columns: column,
	});
	return id;
}

interface TableReference {
	id: string;
	name: string;
	project: string;
}

async function findTable({ n8n }: World, name: string): Promise<TableReference | undefined> {
	const { data: tables } = await n8n.client.rest<{
		data: Array<{ id: string; name: string; projectId?: string; project?: { id: string } }>;
	}>('GET', '/data-tables-global');
	const table = tables.find((one) => one.name === name);
	if (table === undefined) return undefined;
	return { id: table.id, name, project: String(table.project?.id ?? table.projectId) };
}

/** The rows of a data table. */
export async function rowsOf<Row>(world: World, name: string): Promise<Row[]> {
	const table = await findTable(world, name);
	if (table === undefined) throw new Error(`there is no table ${name}`);
	const { data } = await world.n8n.client.rest<{ data: Row[] }>(
		'GET',
		`/projects/${table.project}/data-tables/${table.id}/rows`,
	);
	return data;
}
