import Ajv from 'ajv';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { createSandboxClient } from '../../sandbox/client';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { credentialsFor } from '../../testbed/credentials';
import {
	Engine,
	type CredentialStore,
	type RunOptions,
	type RunResult,
} from '../../testbed/engine/engine';
import { readExample, type WorkflowFile } from '../../testbed/examples';
import { ROOT } from '../../testbed/root';

/** The package under test: this checkout's build, or a packed one (`npm run test:engines`). */
const testedPackage = process.env.N8N_NODES_TZE_PACKAGE ?? ROOT;

/** True when the n8n-core under test is older than a version such as `2.38.0`. */
export function engineIsOlderThan(version: string): boolean {
	const manifest = readFileSync(require.resolve('n8n-core/package.json'), 'utf8');
	const { version: core } = JSON.parse(manifest) as { version: string };
	return core.localeCompare(version, 'en', { numeric: true }) < 0;
}

/**
 * That an output has just the fields that n8n's editor shows before the first run.
 *
 * @param file the node's schema below `nodes`, such as `TzeSendMessage/__schema__/v1.0.0/send.json`
 */
export function expectShown(file: string, output: unknown): void {
	const text = readFileSync(path.join(testedPackage, 'dist', 'nodes', file), 'utf8');
	const schema = JSON.parse(text, (_key, value: unknown) =>
		typeof value === 'object' && value !== null && 'properties' in value
			? { ...value, required: Object.keys(value.properties as object), additionalProperties: false }
			: value,
	) as object;
	const validate = new Ajv({ strict: false }).compile(schema);
	validate(output);
	expect(validate.errors).toBeNull();
}

/** What n8n says instead of running a node whose required field is empty; n8n 1 names no field. */
export const EMPTY_FIELD =
	/Parameter "Content" is required\.|The workflow has issues and cannot be executed/;

/** The engine with this package's build, and a sandbox: what most tests here need. */
export interface Bench {
	engine: Engine;
	sandbox: Sandbox;
	client: ReturnType<typeof createSandboxClient>;
	/** Credentials that the sandbox accepts. */
	credentials(changes?: IDataObject): CredentialStore;
	/** Runs one Send Message node behind a trigger that yields the given items. */
	send(parameters: IDataObject, options?: NodeRunOptions): Promise<NodeRun>;
	/** Runs one OAuth Exchange node behind a trigger that yields the given items. */
	exchange(parameters: IDataObject, options?: NodeRunOptions): Promise<NodeRun>;
	/** Runs one Directory node behind a trigger that yields the given items. */
	directory(parameters: IDataObject, options?: NodeRunOptions): Promise<NodeRun>;
	/** Runs an example. @throws what stopped it. */
	runExample(name: string, options?: Partial<RunOptions>): Promise<RunResult>;
	close(): Promise<void>;
}

export interface NodeRunOptions extends Partial<RunOptions> {
	items?: IDataObject[];
	onError?: INode['onError'];
	/** Other settings of the node. */
	settings?: Partial<INode>;
	/** Changes to the credential. */
	credential?: IDataObject;
}

/** What a node did: `json` of its items, and the error that stopped it. */
export interface NodeRun extends RunResult {
	json: IDataObject[];
	errors: IDataObject[];
	items: INodeExecutionData[];
	error?: {
		message: string;
		description?: string | null;
		context?: IDataObject;
		httpCode?: string | null;
		name: string;
	};
}

/** Starts both; close them in `afterAll`. */
export async function openBench(options: SandboxOptions = {}): Promise<Bench> {
	const [engine, sandbox] = await Promise.all([
		Engine.load(testedPackage),
		startSandbox({ ...options, port: 0 }),
	]);
	const client = createSandboxClient(sandbox.controlUrl);

	const credentials = (changes: IDataObject = {}): CredentialStore => ({
		tzeApi: { ...credentialsFor(sandbox).tzeApi, ...(changes as CredentialStore[string]) },
	});

	const runNode = async (
		type: string,
		parameters: IDataObject,
		{ items = [{}], onError, settings, credential, ...options }: NodeRunOptions = {},
	): Promise<NodeRun> => {
		const result = await engine.run(workflowOf(type, parameters, { onError, ...settings }), {
			credentials: credentials(credential),
			pinData: { Trigger: items.map((json) => ({ json })) },
			...options,
		});
		return {
			...result,
			items: result.output('Node'),
			json: result.output('Node').map(({ json }) => json),
			errors: result.output('Node', 1).map(({ json }) => json),
			error: result.run.data.resultData.error as NodeRun['error'],
		};
	};

	return {
		engine,
		sandbox,
		client,
		credentials,
		send: async (parameters, options) => {
			// Most tests are about something else than whom a message is for
			const sendTo = 'recipients' in parameters ? 'recipients' : 'noRecipientField';
			return await runNode('tzeSendMessage', { sendTo, ...parameters }, options);
		},
		exchange: async (parameters, options) => await runNode('tzeOauthExchange', parameters, options),
		directory: async (parameters, options) => await runNode('tzeDirectory', parameters, options),
		runExample: async (name, options = {}) => {
			const result = await engine.run(readExample(name), {
				credentials: credentials(),
				...options,
			});
			const { error } = result.run.data.resultData;
			if (error !== undefined) throw error;
			return result;
		},
		close: async () => await sandbox.close(),
	};
}

/** A workflow of one node of ours behind a trigger, `Node` behind `Trigger`. */
export function workflowOf(
	type: string,
	parameters: IDataObject,
	settings: Partial<INode> = {},
): WorkflowFile {
	return {
		name: type,
		nodes: [
			node('Trigger', 'n8n-nodes-base.manualTrigger', {}),
			{ ...node('Node', `n8n-nodes-tze.${type}`, parameters), ...settings },
		],
		connections: { Trigger: { main: [[{ node: 'Node', type: 'main', index: 0 }]] } },
		settings: {},
	};
}

function node(name: string, type: string, parameters: IDataObject): INode {
	return {
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
	};
}

/** A list of `{ n: 0 }`, `{ n: 1 }`, … */
export function numbered(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, n) => ({ n }));
}

/**
 * A server that answers every call with this text; what it was sent, letter by letter; how many
 * connections are open; and how to end it.
 */
export async function answerWith(body: string | Buffer, status = 200, headers = {}) {
	const received: string[] = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			received.push(Buffer.concat(parts).toString());
			response.writeHead(status, headers).end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const open = async () =>
		await new Promise<number>((resolve, reject) => {
			server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
		});
	return { baseUrl: `http://127.0.0.1:${port}`, received, open, close: () => server.close() };
}
