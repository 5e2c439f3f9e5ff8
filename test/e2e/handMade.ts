import type { WorkflowFile } from '../../testbed/examples';
import type { CredentialReference, N8nClient } from '../../testbed/n8n/client';
import type { ChatModel } from './chatModel';

/** Parts of workflows that steps put together themselves, as a person does by a few clicks. */

type Node = WorkflowFile['nodes'][number];

/** The node that a run begins with, when somebody clicks. */
export const START = 'Start';

/** A node; its ID is its name, unless `more` says otherwise. */
export function nodeOf(
	name: string,
	type: string,
	typeVersion: number,
	position: [number, number],
	parameters: Node['parameters'],
	more: Partial<Node> = {},
): Node {
	return { id: name, name, type, typeVersion, position, parameters, ...more };
}

export const startNode = nodeOf(START, 'n8n-nodes-base.manualTrigger', 1, [0, 0], {});

/** A wire to the first input of a node. */
export const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];

/** Nodes one behind the other, beginning with {@link START}. */
export function inLine(...names: string[]): WorkflowFile['connections'] {
	return Object.fromEntries(
		[START, ...names.slice(0, -1)].map((name, index) => [name, { main: [to(names[index])] }]),
	);
}

/** The stand-in for a language model, as a credential of n8n's OpenAI nodes. */
export async function modelCredential(
	client: N8nClient,
	name: string,
	{ url }: ChatModel,
): Promise<CredentialReference> {
	const data = { apiKey: 'sk-stand-in', url, header: false };
	return await client.createCredential(name, 'openAiApi', data);
}

/**
 * An agent that is told a text, with the stand-in model.
 *
 * @param tools its tools, and how they are connected.
 */
export function agentWorkflow(
	name: string,
	text: string,
	{ id, name: model }: CredentialReference,
	tools: Pick<WorkflowFile, 'nodes' | 'connections'>,
): WorkflowFile {
	const agent = '@n8n/n8n-nodes-langchain.agent';
	const chatModel = '@n8n/n8n-nodes-langchain.lmChatOpenAi';
	return {
		name,
		nodes: [
			startNode,
			nodeOf('AI Agent', agent, 3, [220, 0], { promptType: 'define', text, options: {} }),
			nodeOf(
				'Chat Model',
				chatModel,
				1.3,
				[140, 240],
				{
					model: { __rl: true, mode: 'id', value: 'stand-in' },
					builtInTools: {},
					options: {},
				},
				{ credentials: { openAiApi: { id, name: model } } },
			),
			...tools.nodes,
		],
		connections: {
			...inLine('AI Agent'),
			'Chat Model': {
				ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]],
			},
			...tools.connections,
		},
		settings: { executionOrder: 'v1' },
	};
}

/** A wire from a tool to the agent, or to the node that reviews it. */
export const asToolOf = (node: string) => ({
	ai_tool: [[{ node, type: 'ai_tool' as const, index: 0 }]],
});
