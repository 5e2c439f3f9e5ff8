import type { WorkflowFile } from '../../../testbed/examples';
import type { CredentialReference } from '../../../testbed/n8n/client';
import { directoryServer, found, type Asked } from '../../engine/fakeDirectory';
import { startChatModel } from '../chatModel';
import { agentWorkflow, asToolOf, inLine, modelCredential, nodeOf, startNode } from '../handMade';
import { expectMatch, expectSame, type Step } from '../world';

const DIRECTORY = 'n8n-nodes-tze.tzeDirectory';

/** A school with sixty classes, and a pupil in each. */
function school({ call, query: { org_id, user_id, page } }: Asked): unknown {
	const named = (id: string) => ({
		org_id: id,
		org_name: `${id}班`,
		org_type: '7',
		has_child: '0',
	});
	switch (call) {
		case 'get-user-info':
			return user_id === 'P3001'
				? found({ user_id, name: '陈小雨', gender: '0' })
				: { code: '100001', message: '用户不存在' };
		case 'get-org-info':
			return found({ org_id, org_name: '实验小学', org_type: '2' });
		case 'get-child-list':
			return found(Array.from({ length: 60 }, (_, index) => named(`C${index}`)));
		default:
			return found(org_id === 'R' || page !== '1' ? [] : [{ user_id: `P-${org_id}`, name: '李' }]);
	}
}

/** A node of ours behind the start, with a credential. */
function looking(name: string, tzeApi: CredentialReference): WorkflowFile {
	const parameters = {
		resource: 'organization',
		operation: 'get',
		orgId: { __rl: true, mode: 'list', value: '' },
	};
	const more = { credentials: { tzeApi } };
	return {
		name,
		nodes: [startNode, nodeOf('Look Up', DIRECTORY, 1, [220, 0], parameters, more)],
		connections: inLine('Look Up'),
		settings: { executionOrder: 'v1' },
	};
}

/** The node that looks people and organizations up. */
export const directorySteps: Step[] = [
	{
		title: 'an organization is chosen from a list, which is searched, and says what it lacks',
		async run({ n8n: { client }, editor, edition, page, shoot }) {
			const server = await directoryServer(school);
			try {
				const data = { baseUrl: server.baseUrl, accessToken: 'a-token-of-a-directory' };
				const rootless = await client.createCredential('TZE without a root', 'tzeApi', data);
				const { id: without } = await client.importWorkflow(looking('TZE: no root', rootless));
				await editor.openWorkflow(without);
				await editor.openNode('Look Up');
				const [missing] = await editor.list('orgId');
				expectMatch('a list without a root', missing, /Could not load list/);
				const said = await page.locator('[data-test-id="rlc-error-container"]').first().innerText();
				expectMatch('what it lacks', said, edition.text('Root Organization ID'));
				expectMatch('what to do', said, "choose 'By ID' here");
				await shoot('directory-no-root');

				const rooted = { ...data, rootOrgId: 'R' };
				const school = await client.createCredential('TZE with a root', 'tzeApi', rooted);
				const { id } = await client.importWorkflow(looking('TZE: a list', school));
				await editor.openWorkflow(id);
				await editor.openNode('Look Up');
				const entries = await editor.list('orgId');
				expectSame('the list begins', entries.slice(0, 2), ['实验小学 (R)', 'C0班 (C0)']);
				await shoot('directory-list');
				expectSame('what a search finds', await editor.list('orgId', 'c59'), ['C59班 (C59)']);
				expectSame('what is called otherwise', await editor.list('orgId', 'nobody'), []);
				await shoot('directory-nothing-found');
				await editor.list('orgId', 'C7');
				await editor.pickFromList('C7班 (C7)');
				expectMatch('the output', await editor.executeNode(), '实验小学');
				const [asked] = server.asked.slice(-1);
				expectSame('what was asked', asked, { call: 'get-org-info', query: { org_id: 'C7' } });
				await shoot('directory-chosen');
				await editor.closeNode();
			} finally {
				server.close();
			}
		},
	},
	{
		title: 'an AI Agent looks a person up through Directory as its tool',
		async run({ n8n: { client }, editor, shoot }) {
			const server = await directoryServer(school);
			const model = await startChatModel({ arguments: { User: 'P3001' } });
			try {
				const data = { baseUrl: server.baseUrl, accessToken: 'a-token-of-a-directory' };
				const tze = await client.createCredential('TZE for an agent', 'tzeApi', data);
				const openAi = await modelCredential(client, 'Stand-in model that asks', model);
				const { id } = await client.importWorkflow(askingAgent(tze, openAi));
				await editor.openWorkflow(id);
				await editor.executeWorkflow();
				await editor.waitForSuccess('AI Agent');
				await shoot('agent-looked-up');
				const [tool] = model.offered();
				expectMatch('parameters of the tool', JSON.stringify(tool.parameters), 'User');
				expectMatch('answer of the tool', model.answers().join(), '陈小雨');
				expectSame('what was asked', server.asked, [
					{ call: 'get-user-info', query: { user_id: 'P3001' } },
				]);
			} finally {
				await model.close();
				server.close();
			}
		},
	},
];

/** `$fromAI` is what the button with the sparkles writes. */
function askingAgent(tzeApi: CredentialReference, openAi: CredentialReference): WorkflowFile {
	const userId = { __rl: true, mode: 'id', value: "={{ $fromAI('User', 'ID', 'string') }}" };
	return agentWorkflow('TZE: an agent that asks', 'Who is P3001?', openAi, {
		nodes: [
			nodeOf(
				'Look a Person Up',
				`${DIRECTORY}Tool`,
				1,
				[380, 240],
				{ resource: 'user', operation: 'get', userId, options: {} },
				{ credentials: { tzeApi } },
			),
		],
		connections: { 'Look a Person Up': asToolOf('AI Agent') },
	});
}
