import type { WorkflowFile } from '../../../testbed/examples';
import type { CredentialReference } from '../../../testbed/n8n/client';
import { until } from '../../../testbed/process/until';
import { startChatModel, type ChatModel } from '../chatModel';
import { agentWorkflow, asToolOf, modelCredential, nodeOf, START } from '../handMade';
import { expectMatch, expectSame, isOldest, outside, type Step, type World } from '../world';
import { storedCredential } from './credential';

const TEACHER = 'T1001';
const PARENT = 'P2001';
/** Whom the model would like to reach; nobody asked it to. */
const OTHERS = 'P9999';
const TEXT = '家长您好，请假申请已收到。';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The node as human review: a tool of an agent runs when a teacher has said yes on a card. */
export const humanInTheLoopSteps: Step[] = [
	{
		title: 'the nodes panel offers the question in its section for a human in the loop',
		async run(world) {
			const { editor, edition, shoot } = world;
			const name = edition.text('TZE Send Message');
			await editor.newWorkflow();
			await editor.searchNodes('Manual Trigger', 'Manual Trigger');
			await editor.pickNode('Manual Trigger');
			await editor.openSection(isOldest(world) ? 'Human in the loop' : 'Human review', name);
			await shoot('review-section');
			await editor.pickNode(name, edition.text('Send message and wait for response'));
			const labels = await editor.labels();
			expectSame('fields of a question', labels.includes('Response Type'), true);
			await shoot('review-section-node');
		},
	},
	{
		title: 'a tool call of an AI Agent waits for the approval of a teacher on a card',
		async run(world) {
			// n8n 1 has no human review of tools
			if (isOldest(world)) return;
			const { editor, shoot, control } = world;
			await reviewed(world, async ({ model, workflowId, card, end }) => {
				await editor.openWorkflow(workflowId);
				await shoot('review-canvas');
				await editor.openNode('Ask a Teacher');
				await shoot('review-node');
				const labels = await editor.labels();
				expectSame(
					'fields that an agent or nobody fills in',
					labels.filter((label) => ['Operation', 'Response Type'].includes(label)),
					[],
				);
				await editor.closeNode();

				expectSame('tools that the model was offered', model.offered().length, 1);
				const parameters = JSON.stringify(model.offered()[0].parameters);
				expectMatch('parameters of the tool', parameters, 'Content');
				expectSame('recipients among them', /recipients/i.test(parameters), false);
				expectSame('the card is for', card.recipients, [TEACHER]);
				expectMatch('the card', card.text, TEXT);
				const page = await outside.get<string>(card.url);
				expectMatch('the page', page.data, TEXT);
				expectSame('messages before the approval', (await textsTo(world, PARENT)).length, 0);

				const answer = await outside.post<string>(card.url, 'answer=approve', { headers: FORM });
				expectSame('status of the answer', answer.status, 200);
				expectMatch('the page after the answer', answer.data, 'Thank you');
				expectSame('the execution', await end(), 'success');
				expectSame('messages to the parent', await textsTo(world, PARENT), [TEXT]);
				expectMatch('answer of the tool', model.answers().join(), '000000');
				const { total } = await control.messages({ recipient: OTHERS });
				expectSame('messages to people whom the model named', total, 0);
			});
		},
	},
	{
		title: 'a declined tool call is not made, and the model is told so',
		async run(world) {
			if (isOldest(world)) return;
			await reviewed(world, async ({ model, card, end }) => {
				const answer = await outside.post<string>(card.url, 'answer=decline', { headers: FORM });
				expectSame('status of the answer', answer.status, 200);
				expectSame('the execution', await end(), 'success');
				expectSame('messages to the parent', await textsTo(world, PARENT), []);
				expectMatch('what the model was told', model.answers().join(), 'rejected the tool call');
				// The link of an execution that is over
				const late = await outside.post<string>(card.url, 'answer=approve', { headers: FORM });
				expectSame('status of a late answer', late.status < 500, true);
				expectSame('messages after it', await textsTo(world, PARENT), []);
			});
		},
	},
];

interface Review {
	model: ChatModel;
	workflowId: string;
	card: { url: string; recipients: unknown; text: string };
	/** Waits for the end of the execution; how it came out. */
	end(): Promise<string>;
}

/** Runs the agent until its tool call waits for a teacher. */
async function reviewed(world: World, look: (review: Review) => Promise<void>): Promise<void> {
	const { client } = world.n8n;
	const { control } = world;
	const model = await startChatModel({
		arguments: {
			toolParameters: { Content: TEXT, recipients: OTHERS },
			hitlParameters: { recipients: OTHERS, Recipients: OTHERS, sendTo: 'noRecipientField' },
		},
	});
	try {
		const tze = await storedCredential(world);
		const openAi = await modelCredential(client, 'Stand-in model of a review', model);
		const { id: workflowId } = await client.importWorkflow(reviewedAgent(tze, openAi));
		await control.clearMessages();
		const { executionId } = await client.rest<{ executionId: string }>(
			'POST',
			`/workflows/${workflowId}/run`,
			{
				workflowData: await client.workflow(workflowId),
				triggerToStartFrom: { name: START },
			},
		);
		const statusIs = async (...wanted: string[]) =>
			await until(
				`execution ${executionId} to be ${wanted.join(' or ')}`,
				async () => {
					const { status, data } = await client.execution(executionId);
					if (['error', 'crashed'].includes(status) && !wanted.includes(status)) {
						throw new Error(`execution ${executionId}: ${status} ${data.slice(0, 2000)}`);
					}
					return wanted.includes(status) && status;
				},
				{ patienceMs: 60_000, everyMs: 100 },
			);
		await statusIs('waiting');
		const { messages } = await control.messages({ recipient: TEACHER });
		expectSame('cards to the teacher', messages.length, 1);
		const [card] = messages;
		if (card.msgType !== 'oa') throw new Error(`a ${card.msgType} message, not a card`);
		await look({
			model,
			workflowId,
			card: {
				url: card.message.pcUrl,
				recipients: card.recipients,
				text: card.message.oa.body?.content ?? '',
			},
			end: async () => await statusIs('success', 'error'),
		});
	} finally {
		await model.close();
	}
}

async function textsTo({ control }: World, recipient: string): Promise<string[]> {
	const { messages } = await control.messages({ recipient });
	return messages.map((one) =>
		one.msgType === 'text' ? one.message.text.content : `(${one.msgType})`,
	);
}

/** An agent whose only tool is reviewed; recipients of both are fixed, as a person sets them. */
function reviewedAgent(tzeApi: CredentialReference, openAi: CredentialReference): WorkflowFile {
	const text = 'Tell the parent that it arrived.';
	return agentWorkflow('TZE: an agent that asks a teacher', text, openAi, {
		nodes: [
			nodeOf(
				'Ask a Teacher',
				'n8n-nodes-tze.tzeSendMessageHitlTool',
				1,
				[380, 240],
				{
					recipients: TEACHER,
					title: 'May the assistant do this?',
					// n8n's own field, as it is for everybody who leaves it alone
					message:
						'=The agent wants to run this tool: {{ $tool.name }}\n\nInput:\n{{ $tool.parameters }}',
					approvalOptions: { values: { approvalType: 'double' } },
					options: {},
				},
				{ credentials: { tzeApi } },
			),
			nodeOf(
				'Send a Text',
				'n8n-nodes-tze.tzeSendMessageTool',
				1,
				[380, 460],
				{
					recipients: PARENT,
					content: "={{ $fromAI('Content', 'Text of the message', 'string') }}",
					options: {},
				},
				{ credentials: { tzeApi } },
			),
		],
		connections: {
			'Send a Text': asToolOf('Ask a Teacher'),
			'Ask a Teacher': asToolOf('AI Agent'),
		},
	});
}
