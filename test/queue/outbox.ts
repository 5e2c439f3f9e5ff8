import axios from 'axios';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

import { credentialsFor } from '../../testbed/credentials';
import {
	EXAMPLES,
	readExample,
	selectCredentials,
	type WorkflowFile,
} from '../../testbed/examples';
import { until } from '../../testbed/process/until';
import type { Cluster } from './cluster';
import type { TestPlatform } from './platform';
import type { Login, Postgres } from './services';

/** The table's database, apart from n8n's own. */
const DATABASE = 'outbox';

/**
 * The lease of the published workflow is three minutes, since a batch may take 100 s in the worst case.
 * Here a batch takes a second, and nobody wants to wait for three minutes.
 */
export const LEASE_SECONDS = 20;

const CALLERS = 20;
/** The header that callers prove themselves by. */
const CALLERS_HEADER = 'X-API-Key';
/** A caller that got no answer calls again, with the same `requestId`. */
const CALLER_PATIENCE_MS = 15_000;
const INSISTENCE_MS = 120_000;

export interface Row {
	id: string;
	recipient: string;
	attempts: number;
	delivered: boolean;
	failed: boolean;
	leased_by: string | null;
	last_error: string | null;
}

/** What the callers saw. */
export interface CallTally {
	seconds: number;
	/** Calls that were made again, since no answer came. */
	repeated: number;
	/** What the answers said was stored. */
	stored: number;
}

/** The outbox: its table, its two workflows in n8n, and the callers of its webhook. */
export interface Outbox {
	rows(): Promise<Row[]>;
	counts(): Promise<{ all: number; open: number }>;
	/** Rows that an execution of this list has in hand. */
	leasedBy(executions: string[]): Promise<string[]>;
	/** Makes so many calls for so many recipients each, a few at once. */
	call(calls: number, recipientsEach: number): Promise<CallTally>;
	/** One call as it is, by a caller who knows the key unless told; answers status and body. */
	callOnce(
		body: unknown,
		headers?: Record<string, string>,
	): Promise<{ status: number; body: unknown }>;
	/** Waits until no row is open. @throws Error when it takes longer */
	untilEmpty(patienceMs: number): Promise<void>;
	startDraining(): Promise<void>;
	stopDraining(): Promise<void>;
	/** Forgets all rows and all messages. */
	clear(): Promise<void>;
}

/**
 * Makes the database and its table, and the role that the workflows use.
 *
 * @returns the role's name and password
 */
export async function makeTable(postgres: Postgres, database = DATABASE): Promise<Login> {
	const login = { user: 'outbox', password: randomBytes(16).toString('hex') };
	await postgres.createDatabase(database);
	await postgres.runFile(database, path.join(EXAMPLES, 'outbox.sql'));
	const env = { OUTBOX_PASSWORD: login.password };
	await postgres.runFile(database, path.join(EXAMPLES, 'outbox-role.sql'), env);
	return login;
}

/** What a person types into the Postgres credential. */
export function databaseCredential({ port }: Postgres, login: Login, database = DATABASE) {
	return {
		host: '127.0.0.1',
		port,
		database,
		...login,
		maxConnections: 20,
		ssl: 'disable' as const,
	};
}

/** Makes the table, the credentials and the workflows, and publishes *accept*. */
export async function openOutbox(
	{ client, webhookUrl }: Cluster,
	postgres: Postgres,
	platform: TestPlatform,
): Promise<Outbox> {
	const login = await makeTable(postgres);
	const callersKey = randomBytes(16).toString('hex');
	const credentials = {
		postgres: await client.createCredential(
			'Outbox Database',
			'postgres',
			databaseCredential(postgres, login),
		),
		httpHeaderAuth: await client.createCredential('Callers', 'httpHeaderAuth', {
			name: CALLERS_HEADER,
			value: callersKey,
		}),
		tzeAppApi: await client.createCredential(
			'Platform',
			'tzeAppApi',
			credentialsFor(platform.sandbox, platform.url).tzeAppApi,
		),
	};
	const importFile = async (name: string) =>
		(await client.importWorkflow(prepare(readExample(name)))).id;
	const acceptId = await importFile('outbox-accept.json');
	const drainId = await importFile('outbox-drain.json');
	await client.activate(acceptId);

	/** As a person does it in the editor: selects credentials; here also the shorter lease. */
	function prepare(workflow: WorkflowFile): WorkflowFile {
		selectCredentials(workflow, credentials);
		for (const node of workflow.nodes) {
			const text = JSON.stringify(node.parameters);
			const shorter = text.replace(/("name":"leaseSeconds","value":)180\b/, `$1${LEASE_SECONDS}`);
			node.parameters = JSON.parse(shorter) as typeof node.parameters;
		}
		return workflow;
	}

	const address = `${webhookUrl}/webhook/tze-outbox`;
	const http = axios.create({
		proxy: false,
		validateStatus: () => true,
		timeout: CALLER_PATIENCE_MS,
	});
	let series = 0;

	const outbox: Outbox = {
		rows: () =>
			postgres.sql(
				DATABASE,
				`SELECT id::text, recipient, attempts, delivered_at IS NOT NULL AS delivered,
					failed_at IS NOT NULL AS failed, leased_by, last_error
				FROM tze_outbox ORDER BY tze_outbox.id`,
			),
		async counts() {
			const [counts] = await postgres.sql<{ all: number; open: number }>(
				DATABASE,
				`SELECT count(*)::int AS "all",
					count(*) FILTER (WHERE delivered_at IS NULL AND failed_at IS NULL)::int AS open
				FROM tze_outbox`,
			);
			return counts;
		},
		async leasedBy(executions) {
			if (executions.length === 0) return [];
			const list = executions.map((id) => `'${id}'`).join(', ');
			const found = await postgres.sql<{ id: string }>(
				DATABASE,
				`SELECT id::text FROM tze_outbox WHERE leased_by IN (${list}) AND delivered_at IS NULL`,
			);
			return found.map(({ id }) => id);
		},
		async callOnce(body, headers = { [CALLERS_HEADER]: callersKey }) {
			const answer = await http.post<unknown>(address, body, { headers });
			return { status: answer.status, body: answer.data };
		},
		async call(calls, recipientsEach) {
			const start = Date.now();
			const name = `series-${++series}`;
			const tally = { seconds: 0, repeated: 0, stored: 0 };
			let next = 0;
			const caller = async () => {
				while (next < calls) {
					const number = next++;
					const body = {
						requestId: `${name}-${number}`,
						recipients: Array.from({ length: recipientsEach }, (_, n) => `${number}-${n}`),
						title: `通知 ${number}`,
						content: '请点开查看。',
						pcUrl: `https://school.example/notices/${number}`,
						appUrl: `https://school.example/m/notices/${number}`,
					};
					tally.stored += await insist(body, () => tally.repeated++);
				}
			};
			await Promise.all(Array.from({ length: CALLERS }, caller));
			tally.seconds = (Date.now() - start) / 1000;
			return tally;
		},
		async untilEmpty(patienceMs) {
			await until('no row to be open', async () => (await outbox.counts()).open === 0, {
				patienceMs,
				instead: async () => {
					const open = (await outbox.rows()).filter((row) => !row.delivered && !row.failed);
					return `${open.length} rows are, such as ${JSON.stringify(open[0])}`;
				},
			});
		},
		startDraining: () => client.activate(drainId),
		async stopDraining() {
			await client.rest('POST', `/workflows/${drainId}/deactivate`, {});
		},
		async clear() {
			await postgres.sql(DATABASE, 'TRUNCATE tze_outbox');
			await platform.client.clear();
		},
	};

	/** Calls until it is accepted; answers how many messages were stored. */
	async function insist(body: object, onRepeat: () => void): Promise<number> {
		let last: unknown;
		return await until(
			'a call to be accepted',
			async () => {
				if (last !== undefined) onRepeat();
				const answer = await outbox.callOnce(body).catch((error: unknown) => String(error));
				last = answer;
				return typeof answer === 'object' && answer.status === 200 && storedOf(answer.body);
			},
			{
				patienceMs: INSISTENCE_MS,
				everyMs: 500,
				instead: () => `the last answer was ${JSON.stringify(last)}`,
			},
		);
	}
	// The webhook process learns of a published workflow a moment later
	await until(
		'the webhook of the outbox to answer',
		async () => {
			const { status } = await outbox.callOnce({}).catch(() => ({ status: 0 }));
			return status === 400;
		},
		{ patienceMs: 30_000, everyMs: 500 },
	);
	return outbox;
}

function storedOf(answer: unknown): number {
	if (typeof answer === 'object' && answer !== null && 'stored' in answer) {
		return Number(answer.stored);
	}
	throw new Error(`An answer without "stored": ${JSON.stringify(answer)}`);
}
