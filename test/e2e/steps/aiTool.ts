import type { WorkflowFile } from '../../../testbed/examples';
import type { CredentialReference } from '../../../testbed/n8n/client';
import { startChatModel } from '../chatModel';
import { expectMatch, expectSame, type Step } from '../world';
import { CREDENTIAL_NAME } from './credential';

const TEXT = '明天因大雪停课一天。';

/** The node in the hands of a language model. */
export const aiToolSteps: Step[] = [
	{
		title: 'an AI Agent sends a text through Send Message as its tool',
		async run({ n8n, editor, control, page, sandbox, shoot }) {
			const model = await startChatModel({ arguments: { Recipients: 'P2001', Content: TEXT } });
			try {
				const { client } = n8n;
				const tze = (await client.credentials()).find(({ name }) => name === CREDENTIAL_NAME);
				if (tze === undefined) throw new Error(`no credential ${CREDENTIAL_NAME}`);
				const openAi = await client.createCredential('Stand-in model', 'openAiApi', {
					apiKey: 'sk-stand-in',
					url: model.url,
					header: false,
				});
				const { id } = await client.importWorkflow(agentWorkflow(tze, openAi));
				await control.clearMessages();
				await editor.openWorkflow(id);
				await shoot('agent-canvas');
				await editor.executeWorkflow();
				await editor.waitForSuccess('AI Agent');
				await shoot('agent-ran');

				expectSame('tools that the model was offered', model.offered().length, 1);
				const [tool] = model.offered();
				expectMatch('parameters of the tool', JSON.stringify(tool.parameters), 'Content');
				expectMatch('answer of the tool', model.answers().join(), '000000');
				const { messages } = await control.messages({ recipient: 'P2001' });
				expectSame(
					'messages in the inbox',
					messages.map((one) => (one.msgType === 'text' ? one.message.text.content : one.msgType)),
					[TEXT],
				);
				const inbox = await page.context().newPage();
				await inbox.goto(sandbox.inboxUrl);
				await shoot('agent-inbox', inbox);
				await inbox.close();
				await editor.openNode('Send a Text');
				await shoot('agent-tool');
				await editor.closeNode();
			} finally {
				await model.close();
			}
		},
	},
];

/** What a person builds with a few clicks; `$fromAI` is what the button with the sparkles writes. */
function agentWorkflow(tze: CredentialReference, openAi: CredentialReference): WorkflowFile {
	const reference = ({ id, name }: CredentialReference) => ({ id, name });
	return {
		name: 'TZE: an agent that sends',
		nodes: [
			{
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				id: 'start',
				parameters: {},
			},
			{
				name: 'AI Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: 3,
				position: [220, 0],
				id: 'agent',
				parameters: {
					promptType: 'define',
					text: 'Tell P2001 that school is closed tomorrow because of heavy snow.',
					options: {},
				},
			},
			{
				name: 'Chat Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.3,
				position: [140, 240],
				id: 'model',
				parameters: {
					model: { __rl: true, mode: 'id', value: 'stand-in' },
					builtInTools: {},
					options: {},
				},
				credentials: { openAiApi: reference(openAi) },
			},
			{
				name: 'Send a Text',
				type: 'n8n-nodes-tze.tzeSendMessageTool',
				typeVersion: 1,
				position: [380, 240],
				id: 'tool',
				parameters: {
					recipients: "={{ $fromAI('Recipients', 'IDs of the people', 'string') }}",
					content: "={{ $fromAI('Content', 'Text of the message', 'string') }}",
					options: {},
				},
				credentials: { tzeApi: reference(tze) },
			},
		],
		connections: {
			Start: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
			'Chat Model': {
				ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]],
			},
			'Send a Text': { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}
