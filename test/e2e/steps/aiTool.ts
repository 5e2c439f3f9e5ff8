import type { WorkflowFile } from '../../../testbed/examples';
import type { CredentialReference } from '../../../testbed/n8n/client';
import { startChatModel } from '../chatModel';
import { agentWorkflow, asToolOf, modelCredential, nodeOf } from '../handMade';
import { expectMatch, expectSame, type Step } from '../world';
import { storedCredential } from './credential';

const TEXT = '明天因大雪停课一天。';

/** The node in the hands of a language model. */
export const aiToolSteps: Step[] = [
	{
		title: 'an AI Agent sends a text through Send Message as its tool',
		async run({ n8n, editor, control, page, sandbox, shoot }) {
			const model = await startChatModel({ arguments: { Recipients: 'P2001', Content: TEXT } });
			try {
				const { client } = n8n;
				const tze = await storedCredential({ n8n });
				const openAi = await modelCredential(client, 'Stand-in model', model);
				const { id } = await client.importWorkflow(sendingAgent(tze, openAi));
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
function sendingAgent(tzeApi: CredentialReference, openAi: CredentialReference): WorkflowFile {
	const text = 'Tell P2001 that school is closed tomorrow because of heavy snow.';
	return agentWorkflow('TZE: an agent that sends', text, openAi, {
		nodes: [
			nodeOf(
				'Send a Text',
				'n8n-nodes-tze.tzeSendMessageTool',
				1,
				[380, 240],
				{
					recipients: "={{ $fromAI('Recipients', 'IDs of the people', 'string') }}",
					content: "={{ $fromAI('Content', 'Text of the message', 'string') }}",
					options: {},
				},
				{ credentials: { tzeApi } },
			),
		],
		connections: { 'Send a Text': asToolOf('AI Agent') },
	});
}
