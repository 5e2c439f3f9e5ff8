import { HookContext, WebhookContext } from 'n8n-core';
import {
	type IDataObject,
	type INode,
	type IWebhookData,
	type IWorkflowExecuteAdditionalData,
	NodeHelpers,
} from 'n8n-workflow';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CredentialStore, Engine } from './engine';
import { parseQuery } from './query';

export interface WebhookHost {
	/** Where n8n would be reached, such as `http://127.0.0.1:1234`. */
	url: string;
	/** The first item of each run that was started. */
	runs: IDataObject[];
	/** What the node told n8n's log. */
	logs: string[];
	/** What n8n calls before it begins to listen. @throws what the node has against it. */
	activate(): Promise<void>;
	close(): Promise<void>;
}

/**
 * The webhooks of one node, served as n8n's server does (webhook.service, webhook-request-handler):
 * an address is found by its method and path alone, the query is parsed as Express parses it, the node is
 * called with n8n's own context, and what it throws is answered with 500. Runs are noted, not made.
 *
 * @param isTest as while the editor listens: another address, and the mode `manual`.
 */
export async function serveWebhooks(
	engine: Engine,
	given: INode,
	credentials: CredentialStore,
	{ isTest = false } = {},
): Promise<WebhookHost> {
	const file = { name: 'webhooks', nodes: [given], connections: {}, settings: {} };
	const { workflow, additionalData } = engine.listening(file, credentials);
	const node = workflow.nodes[given.name];
	const type = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	const runs: IDataObject[] = [];
	const logs: string[] = [];
	const mode = isTest ? 'manual' : 'webhook';
	const endpoint = isTest ? '/webhook-test/' : '/webhook/';

	const webhooks = (): IWebhookData[] =>
		(type.description.webhooks ?? []).map((webhookDescription) => {
			const value = (text: string | boolean | undefined) =>
				workflow.expression.getSimpleParameterValue(node, text, 'internal', {});
			const own = String(value(webhookDescription.path));
			const isFullPath = value(webhookDescription.isFullPath) === true;
			const full = NodeHelpers.getNodeWebhookPath(workflow.id, node, own, isFullPath);
			return {
				httpMethod: webhookDescription.httpMethod as 'GET',
				node: node.name,
				path: full,
				webhookDescription,
				workflowId: workflow.id,
				workflowExecuteAdditionalData: additionalData,
				...(isTest ? { isTest } : {}),
			};
		});

	const answer = async (request: IncomingMessage, response: ServerResponse) => {
		const originalUrl = request.url ?? '';
		const [pathname, query = ''] = originalUrl.split(/\?(.*)/s);
		const webhook = pathname.startsWith(endpoint)
			? webhooks().find(
					({ httpMethod, path }) =>
						httpMethod === request.method &&
						path === pathname.slice(endpoint.length).replace(/\/$/, ''),
				)
			: undefined;
		if (webhook === undefined || type.webhook === undefined) {
			response.writeHead(404).end('{"code":404}');
			return;
		}
		const httpResponse = Object.assign(response, {
			status: (code: number) => Object.assign(response, { statusCode: code }),
		});
		const httpRequest = Object.assign(request, {
			originalUrl,
			query: parseQuery(query),
			params: {},
			body: {},
		});
		const data = { ...additionalData, httpRequest, httpResponse };
		const context = new WebhookContext(
			workflow,
			node,
			data as unknown as IWorkflowExecuteAdditionalData,
			mode,
			webhook,
			[],
			null,
		);
		const log = (line: string) => logs.push(line);
		Object.defineProperty(context, 'logger', {
			value: { debug: log, info: log, warn: log, error: log },
		});
		const result = await type.webhook.call(context);
		for (const items of result.workflowData ?? []) runs.push(...items.map(({ json }) => json));
		if (!response.writableEnded) response.writeHead(500).end('Nothing was answered');
	};

	const server = createServer((request, response) => {
		answer(request, response).catch((error: unknown) => {
			logs.push(`thrown: ${String(error)}`);
			if (!response.headersSent) response.writeHead(500);
			response.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	additionalData.webhookBaseUrl = `${url}/webhook`;
	additionalData.webhookTestBaseUrl = `${url}/webhook-test`;
	return {
		url,
		runs,
		logs,
		activate: async () => {
			for (const webhook of webhooks()) {
				const { name } = webhook.webhookDescription;
				const context = new HookContext(workflow, node, additionalData, mode, 'activate', webhook);
				await type.webhookMethods?.[name]?.create.call(context);
			}
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
