import type { IConnection, INode } from 'n8n-workflow';

import type { WorkflowFile } from '../testbed/examples';
import { ACCESS_TOKEN, messagePath } from './platform';

/** Messages that are under way at once in (d), (e) and (f): with so many TZE Send Message begins. */
export const IN_FLIGHT = 10;

/** What is compared; (e) and (f), bare axios, run outside of n8n. */
export const CONTENDERS = {
	a: 'TZE Send Message, as it comes',
	b: 'HTTP Request, same credential, as it comes',
	c: 'HTTP Request, same credential, one at a time (Loop Over Items)',
	d: `minimal node, n8n's helper, ${IN_FLIGHT} in flight`,
	e: `bare axios outside n8n, ${IN_FLIGHT} in flight`,
	f: `the same without keep-alive: a connection for each message`,
} as const;

export type Contender = keyof typeof CONTENDERS;
/** Those that are a node of n8n. */
export type NodeContender = Exclude<Contender, 'e' | 'f'>;
/** The name of the node that is measured. */
export const MEASURED = 'Send';
/** The name of the node that a run begins with. */
export const TRIGGER = 'Start';

/** The one expression that every contender evaluates for each item. */
const TEXT = '$json.name + ", school is closed tomorrow because of heavy snow."';

/** Where the messages of a run go. */
export interface Target {
	baseUrl: string;
	/** How long the platform takes to answer. */
	latencyMs: number;
	/** The limit of its path, as `messagePath` takes it. */
	limit?: string;
	/** What stands behind the address of the server, for calls whose paths the package knows. */
	prefix?: string;
}

/** The data of the `tzeApi` credential for a target. */
export function credentialData(target: Target): Record<string, string> {
	const { latencyMs, limit, prefix = '' } = target;
	return {
		baseUrl: `${target.baseUrl}${prefix}`,
		accessToken: ACCESS_TOKEN,
		messagePath: messagePath(latencyMs, limit),
	};
}

/**
 * A contender's workflow: so many items, each sent as a text.
 *
 * @param suffix what the workflow's name ends with.
 */
export function workflowOf(
	contender: NodeContender,
	count: number,
	target: Target,
	suffix = '',
): WorkflowFile {
	const nodes = [
		node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Items', 'n8n-nodes-tze-bench.makeItems', 1, { count }),
		sender(contender, target),
	];
	const connections: WorkflowFile['connections'] = {
		[TRIGGER]: { main: [to('Items')] },
		Items: { main: [to(MEASURED)] },
	};
	if (contender === 'c') {
		// The node's own batching never waits for an answer: only a loop sends one at a time
		nodes.push(node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 1, options: {} }));
		connections.Items = { main: [to('Loop')] };
		connections.Loop = { main: [[], to(MEASURED)] };
		connections[MEASURED] = { main: [to('Loop')] };
	}
	return {
		name: `${contender}, ${count} messages, ${target.latencyMs} ms${suffix}`,
		nodes,
		connections,
		settings: { executionOrder: 'v1' },
	};
}

/** The node that is measured. */
export function sender(contender: NodeContender, target: Target): INode {
	const url = `${target.baseUrl}${messagePath(target.latencyMs)}`;
	const httpRequest = {
		method: 'POST',
		url,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'tzeApi',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ { msgType: "text", msgtype: "text", text: { content: ${TEXT} } } }}`,
	};
	switch (contender) {
		case 'a':
			return tzeSender({ sendTo: 'noRecipientField', content: `={{ ${TEXT} }}` });
		case 'b':
		case 'c':
			return node(MEASURED, 'n8n-nodes-base.httpRequest', 4.5, { ...httpRequest, options: {} });
		case 'd':
			return node(MEASURED, 'n8n-nodes-tze-bench.minimal', 1, {
				url: `${url}?accessToken=${ACCESS_TOKEN}`,
				content: `={{ ${TEXT} }}`,
				concurrency: IN_FLIGHT,
			});
	}
}

/** TZE Send Message with these parameters. */
export function tzeSender(parameters: INode['parameters']): INode {
	return node(MEASURED, 'n8n-nodes-tze.tzeSendMessage', 1, parameters);
}

/** TZE Directory that reads all members of an organization of the server's. */
export function memberReader(count: number): INode {
	return node(MEASURED, 'n8n-nodes-tze.tzeDirectory', 1, {
		resource: 'organization',
		operation: 'getMembers',
		orgId: { __rl: true, mode: 'id', value: String(count) },
		returnAll: true,
	});
}

/** A node that makes so many items, and does nothing else. */
export function itemMaker(count: number): INode {
	return node(MEASURED, 'n8n-nodes-tze-bench.makeItems', 1, { count });
}

function to(name: string): IConnection[] {
	return [{ node: name, type: 'main', index: 0 }];
}

export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INode['parameters'],
): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters };
}
