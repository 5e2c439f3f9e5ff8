import { credentialsFor } from '../../../testbed/credentials';
import type { WorkflowFile } from '../../../testbed/examples';
import type { StoredExecution } from '../../../testbed/n8n/client';
import { freePort } from '../../../testbed/process/ports';
import { inLine, nodeOf, START, startNode, to } from '../handMade';
import { expectMatch, expectSame, isOldest, type Step, type World } from '../world';
import { CREDENTIAL_NAME, storedCredential } from './credential';

const NODE = 'Send Text';
const TEXTS = ['good', 'cut', 'late', 'refused', 'busy'];

/** What the editor says of the run: items 1 and 2 are the cut and the late one. */
const HINT =
	'2 completed, 1 failed, 2 unknown: items 1–2 may have been completed all the same. Look for them on the platform before you repeat them.';

/** What n8n stored of an execution, as far as it is looked at here. */
interface RunData {
	resultData: {
		runData: Record<string, Array<{ data: { main: Array<Array<{ json: Item }> | null> } }>>;
	};
}

interface Item {
	/** The item's own text, which has the name that an error's text has. */
	message?: string;
	retCode?: string;
	error?: { message: string; delivered: string };
}

/** Faults of the network and the platform: what each output of the node says of them, and what really arrived. */
export const faultSteps: Step[] = [
	{
		title:
			'a list meets a cut, a late answer, a refusal and a 429: both outputs and a hint tell what became of each item',
		async run(world) {
			const { n8n, editor, control, shoot } = world;
			await control.clear();
			await control.fault({ kind: 'cutAfter', match: '"cut"' });
			await control.fault({ kind: 'delay', ms: 2500, match: '"late"' });
			await control.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match: '"refused"' });
			await control.fault({ kind: 'status', httpStatus: 429, retryAfter: 1, match: '"busy"' });
			const { id } = await n8n.client.importWorkflow(await listWorkflow(world, 'tzeApi'));
			await editor.openWorkflow(id);
			await editor.executeWorkflow();
			await editor.waitForEnd();
			await shoot('faults-canvas');
			await editor.openNode('Failed');
			await shoot('faults-failed-items');
			await editor.closeNode();
			await editor.openNode(NODE);
			expectMatch('hint', await editor.hint(), HINT);
			await shoot('faults-hint');
			await editor.closeNode();

			const [newest] = await n8n.client.executions(id);
			const { delivered, failed } = await outputs(await n8n.client.execution(newest.id));
			expectSame(
				'codes of the success output',
				delivered.map(({ retCode }) => retCode),
				['000000', '000000'],
			);
			expectSame(
				'items of the error output, with their own fields',
				failed.map(({ message, error }) => [message, error?.delivered]),
				[
					['cut', 'unknown'],
					['late', 'unknown'],
					['refused', 'no'],
				],
			);
			const [cut, late, refused] = failed.map(({ error }) => error?.message ?? '');
			expectMatch('cut', cut, /was lost before its answer arrived \(ECONNRESET\)$/);
			expectMatch('late', late, /did not answer within 1\.5 seconds$/);
			expectSame('refused', refused, '无权限');
			expectSame('what arrived, each once', await arrived(world), ['busy', 'cut', 'good', 'late']);
		},
	},
	{
		title: 'with an app key: a token that is cut off, kept, void, and nobody at the address',
		async run(world) {
			const { control, sandbox } = world;
			const { id, update } = await appWorkflow(world);

			await control.clear();
			await control.fault({ kind: 'cutAfter', path: '/apigateway' });
			const first = await runList(world, id);
			expectSame('items that failed', first.failed, []);
			expectSame('what arrived, each once', await arrived(world), [...TEXTS].sort());
			expectSame('calls for a token: one was cut', await tokenCalls(world), 2);

			await control.clear();
			const second = await runList(world, id);
			expectSame('items that failed in the second run', second.failed, []);
			expectSame('calls for a token in the second run', await tokenCalls(world), 0);

			await update({ accessToken: 'a-void-token', accessTokenIssuedAt: '1' });
			await control.clear();
			const third = await runList(world, id);
			expectSame('items that failed with a void token', third.failed, []);
			expectSame('what arrived with a void token', await arrived(world), [...TEXTS].sort());
			expectSame('calls for a token when it was void', await tokenCalls(world), 1);

			const nobody = `http://127.0.0.1:${await freePort()}`;
			await update({ baseUrl: nobody, accessToken: 'any-token', accessTokenIssuedAt: '1' });
			const { delivered, failed } = await runList(world, id);
			expectSame('items that arrived at nobody', delivered, []);
			expectSame(
				'items that were never sent',
				failed.map(({ error }) => error?.delivered),
				TEXTS.map(() => 'no'),
			);
			expectMatch('why', failed[0].error?.message ?? '', /^No connection to 127\.0\.0\.1/);
			await update({ baseUrl: sandbox.url });
		},
	},
	{
		title: 'an edit of the credential while a token is fetched: kept by n8n 2, undone by n8n 1',
		async run(world) {
			const { n8n, control } = world;
			const { id, credential, update } = await appWorkflow(world);
			await update({ accessToken: '' });
			await control.clear();
			await control.fault({ kind: 'delay', ms: 2500, path: '/apigateway' });
			const running = runList(world, id);
			await new Promise((resolve) => setTimeout(resolve, 1500));
			await update({ accessToken: '', recipientFormat: 'commaSeparated' });
			expectSame('items that failed', (await running).failed, []);
			const { data } = await n8n.client.rest<{ data: { recipientFormat: string } }>(
				'GET',
				`/credentials/${credential}?includeData=true`,
			);
			// n8n 1 stores all that it had read before (n8n.md, trap 20)
			expectSame('the edit', data.recipientFormat, isOldest(world) ? 'array' : 'commaSeparated');
		},
	},
];

/** A workflow with an app-key credential of its own, and how to change that. */
async function appWorkflow(world: World) {
	const { n8n, sandbox } = world;
	const { client } = n8n;
	const { tzeAppApi: data } = credentialsFor(sandbox);
	const known = (await client.credentials()).find(({ name }) => name === APP);
	const { id: credential } = known ?? (await client.createCredential(APP, 'tzeAppApi', data));
	const { id } = await client.importWorkflow(await listWorkflow(world, 'tzeAppApi'));
	return {
		id,
		credential,
		update: async (changes: Record<string, string>) =>
			await client.updateCredential(credential, APP, 'tzeAppApi', { ...data, ...changes }),
	};
}

async function runList({ n8n }: World, id: string) {
	return await outputs(await n8n.client.execute(id, START));
}

const APP = 'TZE Sandbox App';

/** The texts that arrived, sorted. */
async function arrived({ control }: World): Promise<string[]> {
	const { messages } = await control.messages();
	return messages
		.map((one) => (one.msgType === 'text' ? one.message.text.content : one.msgType))
		.sort();
}

async function tokenCalls({ control }: World): Promise<number> {
	return (await control.stats()).byPath['/apigateway/getAccessToken'] ?? 0;
}

/** What left the node by each of its outputs. */
async function outputs({
	data,
	status,
}: StoredExecution): Promise<{ delivered: Item[]; failed: Item[] }> {
	const { parse } = await import('flatted');
	expectSame('status of the execution', status, 'success');
	const { runData } = (parse(data) as RunData).resultData;
	const [delivered, failed] = [0, 1].map((output) =>
		(runData[NODE].at(-1)?.data.main[output] ?? []).map(({ json }) => json),
	);
	return { delivered, failed };
}

/** A text each for a list, with both outputs connected. */
async function listWorkflow(world: World, type: 'tzeApi' | 'tzeAppApi'): Promise<WorkflowFile> {
	const name = type === 'tzeApi' ? CREDENTIAL_NAME : APP;
	const credential = await storedCredential(world, name);
	return {
		name: `TZE: faults (${type})`,
		nodes: [
			startNode,
			nodeOf('List', 'n8n-nodes-base.set', 3.4, [220, 0], {
				mode: 'raw',
				jsonOutput: JSON.stringify({ list: TEXTS.map((message) => ({ message })) }),
				options: {},
			}),
			nodeOf('Split Out', 'n8n-nodes-base.splitOut', 1, [440, 0], {
				fieldToSplitOut: 'list',
				options: {},
			}),
			{
				...nodeOf(NODE, 'n8n-nodes-tze.tzeSendMessage', 1, [660, 0], {
					authentication: type === 'tzeApi' ? 'accessToken' : 'appKey',
					recipients: 'P1001',
					content: '={{ $json.message }}',
					options: { timeout: 1500 },
				}),
				onError: 'continueErrorOutput',
				credentials: { [type]: credential },
			},
			nodeOf('Delivered', 'n8n-nodes-base.noOp', 1, [900, -100], {}),
			nodeOf('Failed', 'n8n-nodes-base.noOp', 1, [900, 100], {}),
		],
		connections: {
			...inLine('List', 'Split Out', NODE),
			[NODE]: { main: [to('Delivered'), to('Failed')] },
		},
		settings: { executionOrder: 'v1' },
	};
}
