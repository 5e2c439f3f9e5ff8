import './environment';

import {
	ExecutionLifecycleHooks,
	LazyPackageDirectoryLoader,
	LoadOptionsContext,
	PackageDirectoryLoader,
	WebhookContext,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	type ICredentialDataDecryptedObject,
	ICredentialsHelper,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type IExecuteResponsePromiseData,
	type INode,
	type INodeCredentialsDetails,
	type INodeListSearchResult,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypes,
	type IPinData,
	type IRun,
	type IRunExecutionData,
	type IWebhookData,
	type IWorkflowExecuteAdditionalData,
	NodeHelpers,
	Workflow,
} from 'n8n-workflow';
import path from 'node:path';

import type { WorkflowFile } from '../examples';
import { parseQuery } from './query';

/** Credential data by type, as `{ tzeApi: { baseUrl, accessToken, … } }`. */
export type CredentialStore = Record<string, ICredentialDataDecryptedObject>;

/** The node by which n8n's server tests a credential. */
const TEST_NODE = 'n8n-nodes-base.noOp';

export interface RunOptions {
	credentials: CredentialStore;
	/** Node to begin with; n8n's own choice otherwise. */
	startNode?: string;
	/** Output that nodes are taken to have had: how a trigger gets its data. */
	pinData?: IPinData;
	/** n8n's "stop" button. */
	signal?: AbortSignal;
	/** Nodes of no package, by their full name, such as `test.probe`. */
	nodeTypes?: Record<string, INodeType>;
	/** Stand-ins for services of the n8n server, such as data tables. */
	services?: Partial<IWorkflowExecuteAdditionalData>;
}

export interface RunResult {
	run: IRun;
	/** Items that a node put out, by output (0: the first). */
	output(nodeName: string, output?: number): INodeExecutionData[];
	/** What "Respond to Webhook" answered. */
	response?: IExecuteResponsePromiseData;
	/** How often a credential was read. */
	credentialReads: number;
}

/** A request to a waiting execution, its body as n8n's server has parsed it. */
export interface WaitingRequest {
	method: string;
	url: string;
	headers?: Record<string, string>;
	body?: unknown;
	rawBody?: Buffer;
}

/** What was answered, and how the execution went on, if it did. */
export interface WaitingAnswer {
	response: HttpResponse;
	run?: IRun;
}

/** Of Express's response what webhooks use. */
export class HttpResponse {
	statusCode = 200;
	text = '';
	readonly headers: Record<string, string> = {};

	status(code: number): this {
		this.statusCode = code;
		return this;
	}

	setHeader(name: string, value: string): this {
		this.headers[name.toLowerCase()] = value;
		return this;
	}

	end(text = ''): this {
		this.text += text;
		return this;
	}
}

/**
 * n8n's execution engine without its server: loads packages as n8n does, and runs workflows with
 * real expressions, real HTTP and real error handling.
 */
export class Engine {
	private constructor(private readonly loaders: PackageDirectoryLoader[]) {}

	/** Loads this package from a folder (a build, or an unpacked tarball), beside n8n's core nodes. */
	static async load(packageFolder: string): Promise<Engine> {
		const coreNodes = path.dirname(require.resolve('n8n-nodes-base/package.json'));
		const loaders = [
			new PackageDirectoryLoader(packageFolder),
			new LazyPackageDirectoryLoader(coreNodes),
		];
		for (const loader of loaders) await loader.loadAll();
		return new Engine(loaders);
	}

	/** Everything that the package offers, as the loader sees it. */
	get package(): PackageDirectoryLoader {
		return this.loaders[0];
	}

	/**
	 * Tests a credential as n8n's server does (credentials-tester.service): its `test` is made the
	 * request of a declarative node, and its rules are held against the answer.
	 */
	async testCredential(
		typeName: string,
		data: ICredentialDataDecryptedObject,
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		const { test } = this.package.getCredential(typeName).type;
		if (test === undefined) throw new Error(`${typeName} has no test`);
		const property = { displayName: 'Temp', name: 'temp', type: 'string', default: '' } as const;
		const node: INode = {
			id: 'temp',
			name: 'Temp-Node',
			type: TEST_NODE,
			typeVersion: 1,
			position: [0, 0],
			parameters: { temp: '' },
		};
		const nodeType: INodeType = {
			description: {
				displayName: 'Temp',
				name: 'noOp',
				group: ['input'],
				version: 1,
				description: '',
				defaults: {},
				inputs: ['main'],
				outputs: ['main'],
				credentials: [{ name: typeName, required: true }],
				properties: [{ ...property, routing: { request: test.request } }],
			},
		};
		const { run, output } = await this.run(
			{ name: 'test', nodes: [node], connections: {}, settings: {} },
			{
				credentials: { [typeName]: data },
				startNode: node.name,
				nodeTypes: { [TEST_NODE]: nodeType },
			},
		);
		const { error } = run.data.resultData;
		if (error !== undefined) {
			const { code } = (error.cause ?? {}) as { code?: string };
			return { status: 'Error', message: code ?? error.message };
		}
		const [answer] = output(node.name);
		for (const rule of test.rules ?? []) {
			if (rule.type !== 'responseSuccessBody') throw new Error(`No rule is known: ${rule.type}`);
			const { key, value, message } = rule.properties;
			const found = key
				.split('.')
				.reduce<unknown>((part, name) => (part as IDataObject | undefined)?.[name], answer.json);
			if (found === value) return { status: 'Error', message };
		}
		return { status: 'OK', message: 'Connection successful!' };
	}

	/** Runs a workflow to its end; a failed one resolves too, with its error in `run`. */
	async run(file: WorkflowFile, options: RunOptions): Promise<RunResult> {
		const workflow = this.workflow(file, options);
		const hooks = hooksOf(file);
		let response: IExecuteResponsePromiseData | undefined;
		hooks.addHandler('sendResponse', (answer) => {
			response = answer;
		});

		const credentials = new Credentials(this.loaders, options.credentials);
		const execution = start(
			new WorkflowExecute(
				toAdditionalData(credentials, hooks, options.services),
				'manual',
				createRunExecutionData(),
			),
			{
				workflow,
				startNode:
					options.startNode === undefined
						? undefined
						: (workflow.getNode(options.startNode) ?? undefined),
				pinData: options.pinData,
			},
		);
		options.signal?.addEventListener('abort', () => execution.cancel());
		const run = await execution;

		return {
			run,
			response,
			credentialReads: credentials.reads,
			output: (nodeName, output = 0) =>
				run.data.resultData.runData[nodeName]?.at(-1)?.data?.main[output] ?? [],
		};
	}

	/**
	 * A workflow that is listened for: what a webhook's context is made of.
	 *
	 * @param credentials as of a run.
	 */
	listening(file: WorkflowFile, credentials: CredentialStore) {
		const workflow = this.workflow(file, { credentials }, true);
		const helper = new Credentials(this.loaders, credentials);
		const services = { executionId: undefined };
		return { workflow, additionalData: toAdditionalData(helper, undefined, services) };
	}

	/**
	 * A page of a list in the editor, as n8n's server brings it (dynamic-node-parameters.service).
	 *
	 * @throws what the node throws
	 */
	async listSearch(
		given: INode,
		method: string,
		credentials: CredentialStore,
		...asked: [filter?: string, paginationToken?: string]
	): Promise<INodeListSearchResult> {
		const file = { name: 'list', nodes: [given], connections: {}, settings: {} };
		const { workflow, additionalData } = this.listening(file, credentials);
		const node = workflow.nodes[given.name];
		const { methods } = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
		const search = methods?.listSearch?.[method];
		if (search === undefined) throw new Error(`${given.type} has no list ${method}`);
		const data = { ...additionalData, currentNodeParameters: node.parameters };
		return await search.call(new LoadOptionsContext(workflow, node, data, ''), ...asked);
	}

	/**
	 * Brings a request to a waiting execution, as n8n's server does (waiting-webhooks): its data is read as
	 * it was stored, the node's webhook answers, and the execution goes on when that gave items.
	 *
	 * @param run that waits; it can be asked again while nothing went on.
	 */
	async request(
		file: WorkflowFile,
		waiting: IRun,
		request: WaitingRequest,
		options: RunOptions,
	): Promise<WaitingAnswer> {
		const workflow = this.workflow(file, options);
		const data = JSON.parse(JSON.stringify(waiting.data)) as IRunExecutionData;
		const stack = data.executionData?.nodeExecutionStack ?? [];
		const name = data.resultData.lastNodeExecuted ?? '';
		const node = workflow.getNode(name);
		if (node === null || stack.length === 0) throw new Error('The execution does not wait');
		stack[0].node.disabled = true;
		data.waitTill = undefined;
		data.resultData.runData[name].pop();

		const { method, url, headers = {}, body = {}, rawBody } = request;
		const query = parseQuery(new URL(url).search.slice(1));
		const response = new HttpResponse();
		const services: object = {
			httpRequest: { method, url, headers, body, query, rawBody, params: {} },
			httpResponse: response,
			...options.services,
		};
		const additionalData = () =>
			toAdditionalData(
				new Credentials(this.loaders, options.credentials),
				hooksOf(file),
				services as Partial<IWorkflowExecuteAdditionalData>,
			);
		const { webhook, description } = workflow.nodeTypes.getByNameAndVersion(
			node.type,
			node.typeVersion,
		);
		const webhookDescription = description.webhooks?.find(
			({ httpMethod }) => httpMethod === method,
		);
		// No address of this method: n8n says so
		if (webhook === undefined || webhookDescription === undefined) return { response };
		const context = new WebhookContext(
			workflow,
			node,
			additionalData(),
			'manual',
			{ webhookDescription } as IWebhookData,
			[],
			data,
		);
		const { workflowData, webhookResponse } = await webhook.call(context);
		if (typeof webhookResponse === 'string') response.end(webhookResponse);
		if (workflowData === undefined) return { response };
		stack[0].data.main = workflowData;
		const run = await new WorkflowExecute(additionalData(), 'manual', data).processRunExecutionData(
			workflow,
		);
		return { response, run };
	}

	private workflow(file: WorkflowFile, options: RunOptions, isActive = false): Workflow {
		const nodeTypes = this.nodeTypes(options.nodeTypes);
		return new Workflow({
			id: 'workflow',
			name: file.name,
			nodes: file.nodes.map((node) => withCredentials(node, nodeTypes)),
			connections: file.connections,
			active: isActive,
			nodeTypes,
			settings: file.settings ?? {},
		});
	}

	private nodeTypes(others: Record<string, INodeType> = {}): INodeTypes {
		const find = (fullName: string) => others[fullName] ?? this.nodeType(fullName);
		return {
			getByName: find,
			getByNameAndVersion: (fullName, version) =>
				NodeHelpers.getVersionedNodeType(find(fullName), version),
			getKnownTypes: () => ({}),
		};
	}

	private nodeType(fullName: string) {
		const [packageName, name] = fullName.split('.');
		const loader = this.loaders.find((candidate) => candidate.packageName === packageName);
		if (loader === undefined) throw new Error(`No package is loaded for the node ${fullName}`);
		return loader.getNode(name).type as INodeType;
	}
}

function hooksOf(file: WorkflowFile): ExecutionLifecycleHooks {
	return new ExecutionLifecycleHooks('manual', 'execution', {
		...file,
		id: 'workflow',
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
	});
}

/** As the editor does when a workflow is imported: a node is given the credential of its type. */
function withCredentials(node: INode, nodeTypes: INodeTypes): INode {
	const { credentials } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion).description;
	const ours = credentials?.filter(({ name }) => name.startsWith('tze')) ?? [];
	return {
		...node,
		credentials: {
			...node.credentials,
			...Object.fromEntries(ours.map(({ name }) => [name, { id: name, name }])),
		},
	};
}

type Start = Parameters<WorkflowExecute['run']>[0];
type Execution = ReturnType<WorkflowExecute['run']>;

/** Until 2.0 at least, n8n's engine took a list of arguments; by 2.20 it takes an object. */
function start(execute: WorkflowExecute, options: Start): Execution {
	if (execute.run.length === 1) return execute.run(options);
	const run = execute.run.bind(execute) as unknown as (...args: unknown[]) => Execution;
	return run(options.workflow, options.startNode, undefined, options.pinData);
}

/** Credentials in memory, treated as n8n's server treats them. */
class Credentials extends ICredentialsHelper {
	reads = 0;

	constructor(
		private readonly loaders: PackageDirectoryLoader[],
		private readonly store: CredentialStore,
	) {
		super();
	}

	private type(name: string): ICredentialType {
		const loader = this.loaders.find(({ known }) => name in known.credentials);
		if (loader === undefined) throw new Error(`No package is loaded for the credential ${name}`);
		return loader.getCredential(name).type;
	}

	getParentTypes() {
		return [];
	}

	isCredentialUsableByNode() {
		return true;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions,
	) {
		const { authenticate } = this.type(typeName);
		if (typeof authenticate !== 'function') throw new Error('Not a function-style credential');
		return await authenticate(credentials, requestOptions);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		_node: INode,
		credentialsExpired: boolean,
	) {
		const expirable = this.type(typeName).properties.find(
			({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable === true,
		);
		if (expirable === undefined) return undefined;
		if (credentials[expirable.name] !== '' && !credentialsExpired) return undefined;
		const output = await this.runPreAuthentication(helpers, credentials, typeName);
		if (output?.[expirable.name] === undefined) return undefined;
		Object.assign(this.store[typeName], output);
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	) {
		const output: IDataObject | undefined = await this.type(typeName).preAuthentication?.call(
			helpers,
			credentials,
		);
		return output as ICredentialDataDecryptedObject | undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('Stored credentials are not part of this engine');
	}

	/** Defaults are filled in, as n8n does before a node sees the data. */
	async getDecrypted(_data: unknown, _details: INodeCredentialsDetails, typeName: string) {
		this.reads++;
		if (!(typeName in this.store)) throw new Error(`No credential of type ${typeName} was given`);
		const defaults = this.type(typeName).properties.map((field) => [field.name, field.default]);
		return {
			...Object.fromEntries(defaults),
			...this.store[typeName],
		} as ICredentialDataDecryptedObject;
	}

	async updateCredentials(
		_details: INodeCredentialsDetails,
		typeName: string,
		data: ICredentialDataDecryptedObject,
	) {
		this.store[typeName] = data;
	}

	async updateCredentialsOauthTokenData() {
		throw new Error('OAuth2 credentials are not part of this engine');
	}

	getCredentialsProperties(typeName: string): INodeProperties[] {
		return this.type(typeName).properties;
	}
}

function toAdditionalData(
	credentialsHelper: ICredentialsHelper,
	hooks: ExecutionLifecycleHooks | undefined,
	services: Partial<IWorkflowExecuteAdditionalData> = {},
): IWorkflowExecuteAdditionalData {
	const base = 'http://localhost:5678';
	const data: Partial<IWorkflowExecuteAdditionalData> = {
		credentialsHelper,
		hooks,
		executionId: 'execution',
		workflowId: 'workflow',
		currentNodeExecutionIndex: 0,
		restApiUrl: `${base}/rest`,
		instanceBaseUrl: `${base}/`,
		formBaseUrl: `${base}/form`,
		formWaitingBaseUrl: `${base}/form-waiting`,
		formTestBaseUrl: `${base}/form-test`,
		webhookBaseUrl: `${base}/webhook`,
		webhookWaitingBaseUrl: `${base}/webhook-waiting`,
		webhookTestBaseUrl: `${base}/webhook-test`,
		mcpBaseUrl: `${base}/mcp`,
		mcpTestBaseUrl: `${base}/mcp-test`,
		variables: {},
		...services,
	};
	return data as IWorkflowExecuteAdditionalData;
}
