import fastify, { type FastifyReply } from 'fastify';

/** A call of a tool that the stand-in makes the agent do. */
export interface ToolCall {
	/** What it fills in. */
	arguments: Record<string, unknown>;
}

export interface ChatModel {
	/** Goes into n8n's OpenAI credential as Base URL. */
	url: string;
	/** The names of the tools that the last question offered, and their descriptions of parameters. */
	offered(): OfferedTool[];
	/** What tools have answered so far. */
	answers(): string[];
	close(): Promise<void>;
}

export interface OfferedTool {
	name: string;
	description: string;
	parameters: unknown;
}

/** The two ways in which OpenAI's API describes a tool. */
interface ToolBody {
	name?: string;
	description?: string;
	parameters?: unknown;
	function?: { name: string; description?: string; parameters?: unknown };
}

interface QuestionBody {
	stream?: boolean;
	tools?: ToolBody[];
	/** Chat completions. */
	messages?: Array<{ role: string; content?: unknown }>;
	/** Responses. */
	input?: Array<{ type?: string; role?: string; output?: unknown }> | string;
}

const MODEL = 'stand-in';
const FINAL_TEXT = 'Done: the message was sent.';

/**
 * A stand-in for an OpenAI-compatible chat model on loopback. It answers the first question with a
 * call of the first tool, and the tool's answer with a closing sentence.
 */
export async function startChatModel(call: ToolCall): Promise<ChatModel> {
	let offered: OfferedTool[] = [];
	const answers: string[] = [];
	const app = fastify({ bodyLimit: 10 * 1024 * 1024, forceCloseConnections: true });

	/** The tool to call now, or nothing when its answer is there. */
	function nextCall({ tools = [], messages, input }: QuestionBody): string | undefined {
		offered = tools.map((tool) => {
			const { name = '', description = '', parameters } = tool.function ?? tool;
			return { name, description, parameters };
		});
		const results = [
			...(messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content),
			...(typeof input === 'string' || input === undefined ? [] : input)
				.filter(({ type }) => type === 'function_call_output')
				.map(({ output }) => output),
		];
		answers.push(...results.map((result) => JSON.stringify(result)));
		return results.length > 0 ? undefined : offered.at(0)?.name;
	}

	app.get('/v1/models', () => ({ object: 'list', data: [{ id: MODEL, object: 'model' }] }));

	app.post<{ Body: QuestionBody }>('/v1/chat/completions', async (request, reply) => {
		const tool = nextCall(request.body);
		const message = {
			role: 'assistant',
			content: tool === undefined ? FINAL_TEXT : null,
			...(tool === undefined
				? {}
				: {
						tool_calls: [
							{
								index: 0,
								id: 'call_1',
								type: 'function',
								function: { name: tool, arguments: JSON.stringify(call.arguments) },
							},
						],
					}),
		};
		const finish_reason = tool === undefined ? 'stop' : 'tool_calls';
		const frame = { id: 'chatcmpl-1', created: now(), model: MODEL };
		if (request.body.stream !== true) {
			return {
				...frame,
				object: 'chat.completion',
				choices: [{ index: 0, message, finish_reason }],
				usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
			};
		}
		const chunk = { ...frame, object: 'chat.completion.chunk' };
		return await sendEvents(reply, [
			{ ...chunk, choices: [{ index: 0, delta: message, finish_reason: null }] },
			{ ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
			'[DONE]',
		]);
	});

	app.post<{ Body: QuestionBody }>('/v1/responses', async (request, reply) => {
		const tool = nextCall(request.body);
		const item =
			tool === undefined
				? {
						id: 'msg_1',
						type: 'message',
						role: 'assistant',
						status: 'completed',
						content: [{ type: 'output_text', text: FINAL_TEXT, annotations: [] }],
					}
				: {
						id: 'fc_1',
						type: 'function_call',
						status: 'completed',
						call_id: 'call_1',
						name: tool,
						arguments: JSON.stringify(call.arguments),
					};
		const response = {
			id: 'resp_1',
			object: 'response',
			created_at: now(),
			status: 'completed',
			model: MODEL,
			output: [item],
			tools: request.body.tools ?? [],
			parallel_tool_calls: true,
			error: null,
			incomplete_details: null,
			usage: {
				input_tokens: 1,
				input_tokens_details: { cached_tokens: 0 },
				output_tokens: 1,
				output_tokens_details: { reasoning_tokens: 0 },
				total_tokens: 2,
			},
		};
		if (request.body.stream !== true) return response;
		const begun = { ...response, status: 'in_progress', output: [] };
		return await sendEvents(reply, [
			{ type: 'response.created', sequence_number: 0, response: begun },
			{ type: 'response.output_item.added', sequence_number: 1, output_index: 0, item },
			...(tool === undefined
				? [
						{
							type: 'response.output_text.delta',
							sequence_number: 2,
							item_id: item.id,
							output_index: 0,
							content_index: 0,
							delta: FINAL_TEXT,
						},
					]
				: []),
			{ type: 'response.output_item.done', sequence_number: 3, output_index: 0, item },
			{ type: 'response.completed', sequence_number: 4, response },
		]);
	});

	const url = await app.listen({ port: 0, host: '127.0.0.1' });
	return {
		url: `${url}/v1`,
		offered: () => offered,
		answers: () => answers,
		close: () => app.close(),
	};
}

/** Server-sent events, as OpenAI's API streams. */
async function sendEvents(
	reply: FastifyReply,
	events: Array<string | Record<string, unknown>>,
): Promise<FastifyReply> {
	const text = events
		.map((event) => {
			if (typeof event === 'string') return `data: ${event}\n\n`;
			const name = event.type === undefined ? '' : `event: ${String(event.type)}\n`;
			return `${name}data: ${JSON.stringify(event)}\n\n`;
		})
		.join('');
	return await reply.type('text/event-stream').send(text);
}

function now(): number {
	return Math.floor(Date.now() / 1000);
}
