import axios, { type AxiosInstance, type AxiosResponse, type Method } from 'axios';

import type { WorkflowFile } from '../examples';
import { until } from '../process/until';

/** Who owns an n8n. */
export interface Owner {
	email: string;
	firstName: string;
	lastName: string;
	password: string;
}

/** A workflow as n8n stores it. */
export interface StoredWorkflow extends WorkflowFile {
	id: string;
	versionId: string;
	active: boolean;
}

export interface CredentialReference {
	id: string;
	name: string;
}

export interface StoredExecution {
	id: string;
	status: string;
	workflowId: string;
	finished: boolean;
	/** All that the execution kept, in n8n's flat form. */
	data: string;
}

interface ExecutionPage {
	results: Array<Omit<StoredExecution, 'data'>>;
	nextCursor?: string | null;
}

/** The owner's session with an n8n, through the calls that its editor makes. */
export interface N8nClient {
	/** Makes the owner's account in a new n8n; in one that has its owner, only logs in. */
	logIn(owner: Owner): Promise<void>;
	/** The session's cookie, to hand to a browser. */
	cookie(): { name: string; value: string };
	createCredential(name: string, type: string, data: object): Promise<CredentialReference>;
	updateCredential(id: string, name: string, type: string, data: object): Promise<void>;
	credentials(): Promise<Array<CredentialReference & { type: string }>>;
	importWorkflow(workflow: WorkflowFile): Promise<StoredWorkflow>;
	workflows(): Promise<Array<{ id: string; name: string }>>;
	workflow(id: string): Promise<StoredWorkflow>;
	/** Makes a workflow answer to its triggers: in n8n 2 it is published. */
	activate(id: string): Promise<void>;
	/** Runs a workflow from a trigger as the editor's button does, and waits for its end. */
	execute(id: string, trigger: string): Promise<StoredExecution>;
	/** Executions, newest first, without their data. */
	executions(workflowId?: string): Promise<Array<Omit<StoredExecution, 'data'>>>;
	execution(id: string): Promise<StoredExecution>;
	/** Any other call under `/rest`; answers what n8n wraps in `data`. */
	rest<T>(method: Method, path: string, body?: object): Promise<T>;
}

const EXECUTION_PATIENCE_MS = 60_000;
const PAGE = 100;

/** A client for the n8n at `url`; each call throws an Error with n8n's sentence. */
export function createN8nClient(url: string): N8nClient {
	let session = '';
	const http: AxiosInstance = axios.create({
		baseURL: `${url}/rest`,
		// Calls to loopback must not go through a proxy that the environment names
		proxy: false,
		validateStatus: () => true,
	});

	async function request(
		method: Method,
		path: string,
		body?: object,
	): Promise<AxiosResponse<unknown>> {
		const answer = await http.request<unknown>({
			method,
			url: path,
			data: body,
			headers: session === '' ? {} : { cookie: session },
		});
		for (const cookie of answer.headers['set-cookie'] ?? []) {
			const [pair] = cookie.split(';');
			if (pair.startsWith('n8n-auth=')) session = pair;
		}
		return answer;
	}

	async function rest<T>(method: Method, path: string, body?: object): Promise<T> {
		const { status, data } = await request(method, path, body);
		if (status >= 200 && status < 300) return unwrap(data) as T;
		throw new Error(`${method} /rest${path}: HTTP ${status}, ${messageOf(data)}`);
	}

	const client: N8nClient = {
		rest,
		async logIn(owner) {
			const settings = await rest<{ userManagement?: { showSetupOnFirstLoad?: boolean } }>(
				'GET',
				'/settings',
			);
			if (settings.userManagement?.showSetupOnFirstLoad !== false) {
				await rest('POST', '/owner/setup', owner);
			}
			const { email, password } = owner;
			// n8n 1 knows the first name of the field, older ones the second
			await rest('POST', '/login', { emailOrLdapLoginId: email, email, password });
		},
		cookie() {
			const [name, value] = session.split(/=(.*)/s);
			return { name, value };
		},
		createCredential: (name, type, data) => rest('POST', '/credentials', { name, type, data }),
		async updateCredential(id, name, type, data) {
			await rest('PATCH', `/credentials/${id}`, { id, name, type, data });
		},
		credentials: () => rest('GET', '/credentials'),
		importWorkflow: (workflow) =>
			rest('POST', '/workflows', { settings: {}, active: false, ...workflow }),
		workflows: () => rest('GET', '/workflows'),
		workflow: (id) => rest('GET', `/workflows/${id}`),
		async activate(id) {
			const { versionId } = await client.workflow(id);
			await rest('POST', `/workflows/${id}/activate`, { versionId, name: '', description: '' });
		},
		async execute(id, trigger) {
			const workflowData = await client.workflow(id);
			const { executionId } = await rest<{ executionId: string }>('POST', `/workflows/${id}/run`, {
				workflowData,
				triggerToStartFrom: { name: trigger },
			});
			return await until(
				`execution ${executionId} to end`,
				async () => {
					const execution = await client.execution(executionId);
					// n8n 1 stores the status a moment before the data
					const isStored = execution.data !== '[]';
					const isOver = !['new', 'running', 'waiting'].includes(execution.status);
					return isStored && isOver && execution;
				},
				{ patienceMs: EXECUTION_PATIENCE_MS, everyMs: 100 },
			);
		},
		async executions(workflowId) {
			const found: Array<Omit<StoredExecution, 'data'>> = [];
			const filter = encodeURIComponent(
				JSON.stringify(workflowId === undefined ? {} : { workflowId }),
			);
			for (let next = ''; ;) {
				const page = await rest<ExecutionPage>(
					'GET',
					`/executions?filter=${filter}&limit=${PAGE}${next}`,
				);
				found.push(...page.results);
				const lastId = found.at(-1)?.id;
				if (page.results.length < PAGE || page.nextCursor === null || lastId === undefined) {
					return found;
				}
				// n8n 1 knows no cursor, n8n 2 nothing else
				next =
					page.nextCursor === undefined
						? `&lastId=${lastId}`
						: `&cursor=${encodeURIComponent(page.nextCursor)}`;
			}
		},
		execution: (id) => rest('GET', `/executions/${id}`),
	};
	return client;
}

/** n8n wraps most answers in `data`. */
function unwrap(body: unknown): unknown {
	return typeof body === 'object' && body !== null && 'data' in body ? body.data : body;
}

function messageOf(body: unknown): string {
	if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
	return JSON.stringify(body).slice(0, 300);
}
