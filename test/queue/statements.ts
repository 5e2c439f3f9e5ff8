import assert from 'node:assert/strict';
import type { IDataObject, IPinData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

import { startSandbox, type Sandbox } from '../../sandbox';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client';
import { credentialsFor } from '../../testbed/credentials';
import type { Engine, RunOptions } from '../../testbed/engine/engine';
import { readExample, selectCredentials } from '../../testbed/examples';
import { until } from '../../testbed/process/until';
import { ROOT } from '../../testbed/root';
import { acceptCases, readByN8n } from '../fuzz/callCases';
import { casesOf, FIXED_SEED } from '../fuzz/random';
import { databaseCredential, makeTable } from './outbox';
import type { Login, Postgres } from './services';

/** A database of its own, beside that of the scenarios. */
const DATABASE = 'statements';
const MOST_ATTEMPTS = 30;
const MADE_UP_CALLS = 300;
const PATIENCE = { patienceMs: 20_000, everyMs: 50 };

/** The two workflows in n8n's engine, without its server, with a real database. */
interface Stand {
	sql<Row>(statements: string): Promise<Row[]>;
	client: SandboxClient;
	login: Login;
	postgres: Postgres;
	/** Fills the table anew: rows that are due, each for one person; `columns` are written over. */
	fill(count: number, columns?: Record<string, string>): Promise<void>;
	/** One run of *drain*, up to a node; its batch is the nodes' own unless told. */
	drain(options?: DrainOptions): Promise<void>;
	/** One call of *accept*, by a caller who was let in; answers status and body. */
	accept(body: unknown, contentType?: string): Promise<{ status: number; body: IDataObject }>;
}

interface DrainOptions {
	execution?: string;
	settings?: IDataObject;
	/** What *Send Message* puts out, instead of sending. */
	sent?: IDataObject[];
	/** The last node that runs. */
	last?: 'Claim' | 'All Outcomes';
}

interface Row {
	id: string;
	recipient: string;
	attempts: number;
	leased_by: string | null;
	delivered: boolean;
	failed: boolean;
	last_error: string | null;
}

const CHECKS: Array<[title: string, check: (stand: Stand) => Promise<void>]> = [
	['what became of every other row is written down, whatever one answer holds', anyAnswer],
	['an output that is not of its row is not taken for a delivery', foreignOutput],
	['no row is taken more often than mostAttempts, even if nothing is ever written down', attempts],
	['no more than drainsAtOnce have rows in hand, however many claim at one moment', drainsAtOnce],
	['a requestId has one message, however it is written and whoever comes first', requestIds],
	['what cannot be stored is refused with words', unstorable],
	[
		`${MADE_UP_CALLS} made-up calls are answered, and what is stored is what was asked`,
		madeUpCalls,
	],
	['the role of the workflows can do nothing else', leastRights],
];

/**
 * Checks the statements of the two workflows: with n8n's own Postgres node and a real database, but
 * without n8n's server.
 *
 * @param attempt runs a check, and says what became of it
 */
export async function checkStatements(
	postgres: Postgres,
	attempt: (title: string, check: () => Promise<void>) => Promise<unknown>,
): Promise<void> {
	// n8n's engine takes seconds to load, and only this needs it
	const { Engine } = await import('../../testbed/engine/engine.js');
	const [engine, sandbox, login] = await Promise.all([
		Engine.load(ROOT),
		startSandbox(),
		makeTable(postgres, DATABASE),
	]);
	try {
		const stand = standOn(engine, sandbox, postgres, login);
		for (const [title, check] of CHECKS) {
			await stand.client.clear();
			await attempt(title, async () => await check(stand));
		}
	} finally {
		await sandbox.close();
	}
}

function standOn(engine: Engine, sandbox: Sandbox, postgres: Postgres, login: Login): Stand {
	const names = ['tzeAppApi', 'postgres', 'httpHeaderAuth'] as const;
	const chosen = Object.fromEntries(names.map((name) => [name, { id: name, name }]));
	const credentials: RunOptions['credentials'] = {
		tzeAppApi: credentialsFor(sandbox).tzeAppApi,
		postgres: databaseCredential(postgres, login, DATABASE),
	};
	const run = async (file: string, options: Partial<RunOptions>, last?: string) => {
		const workflow = readExample(file);
		selectCredentials(workflow, chosen);
		if (last !== undefined) Reflect.deleteProperty(workflow.connections, last);
		const result = await engine.run(workflow, { credentials, ...options });
		const { error } = result.run.data.resultData;
		if (error !== undefined) throw error;
		return result;
	};
	return {
		postgres,
		login,
		client: createSandboxClient(sandbox.controlUrl),
		sql: async (statements) => await postgres.sql(DATABASE, statements),
		async fill(count, columns = {}) {
			const all = { content: "'c'", title: "'t'", ...columns };
			const address = "'https://school.example'";
			await postgres.sql(
				DATABASE,
				`TRUNCATE tze_outbox RESTART IDENTITY;
				INSERT INTO tze_outbox (recipient, pc_url, app_url, ${Object.keys(all).join(', ')})
				SELECT 'P' || n, ${address}, ${address}, ${Object.values(all).join(', ')}
				FROM generate_series(1, ${count}) AS n`,
			);
		},
		async drain({ execution = 'e1', settings = {}, sent, last } = {}) {
			const defaults = { rowsAtOnce: 100, leaseSeconds: 180, drainsAtOnce: 4 };
			const json = { ...defaults, mostAttempts: MOST_ATTEMPTS, ...settings };
			const services = { executionId: execution } as Partial<IWorkflowExecuteAdditionalData>;
			const pinData: IPinData = { Settings: [{ json }], 'Every 5 Seconds': [{ json: {} }] };
			if (sent !== undefined) pinData['Send Message'] = sent.map((one) => ({ json: one }));
			const startNode = 'Every 5 Seconds';
			await run('outbox-drain.json', { startNode, pinData, services }, last);
		},
		async accept(body, contentType = 'application/json') {
			const headers = { 'content-type': contentType };
			const { response } = await run('outbox-accept.json', {
				startNode: 'Incoming Call',
				pinData: { 'Incoming Call': [{ json: { headers, body } as IDataObject }] },
			});
			const answer = response as unknown as { statusCode: number; body: IDataObject };
			return { status: answer.statusCode, body: answer.body };
		},
	};
}

async function rowsOf({ sql }: Stand): Promise<Row[]> {
	return await sql<Row>(
		`SELECT id::text, recipient, attempts, leased_by, delivered_at IS NOT NULL AS delivered,
			failed_at IS NOT NULL AS failed, last_error
		FROM tze_outbox ORDER BY tze_outbox.id`,
	);
}

async function anyAnswer(stand: Stand): Promise<void> {
	const descriptions = ['a\u0000b', 'a\ud800b', '\udc00'.repeat(2000), '"\\u0000', 'plain'];
	await stand.fill(12);
	for (const [n, retDesc] of descriptions.entries()) {
		// A refusal may mean the token, too: it is tried with another one before it counts
		const fault = { kind: 'refuse', retCode: 'X1', retDesc, times: 9 } as const;
		await stand.client.fault({ ...fault, match: `"P${n + 1}"` });
	}
	await stand.drain();
	await stand.drain();
	const rows = await rowsOf(stand);
	const seen = rows.map(({ delivered, leased_by: leasedBy }) => [delivered, leasedBy]);
	assert.deepEqual(
		seen,
		rows.map((_, n) => [n >= descriptions.length, null]),
	);
	for (const { last_error: error } of rows.slice(0, descriptions.length)) assert.ok(error);
	assert.match(rows[0].last_error ?? '', /^a.b \(delivered: no\)$/);
	assert.equal((await stand.client.messages({ limit: 1 })).total, 7);
}

async function foreignOutput(stand: Stand): Promise<void> {
	await stand.fill(3);
	// As n8n puts out the input of a node that failed as a whole; an answer of another row; and none
	await stand.drain({ sent: [{ id: '1' }, { retCode: '000000', busiId: '1' }] });
	for (const { delivered, leased_by: leasedBy, last_error: error } of await rowsOf(stand)) {
		assert.deepEqual([delivered, leasedBy], [false, null]);
		assert.match(error ?? '', /^No answer belongs to this message \(delivered: unknown\)$/);
	}
}

async function attempts(stand: Stand): Promise<void> {
	const isDue = "UPDATE tze_outbox SET next_attempt_at = now() - interval '1 second'";
	await stand.fill(3);
	for (let time = 0; time < 5; time++) {
		await stand.drain({ settings: { mostAttempts: 3 }, last: 'All Outcomes' });
		await stand.sql(isDue);
	}
	assert.equal((await stand.client.messages({ limit: 1 })).total, 9, 'messages');
	for (const { attempts: taken, failed, leased_by: leasedBy, last_error: error } of await rowsOf(
		stand,
	)) {
		assert.deepEqual([taken, failed, leasedBy], [3, true, null]);
		assert.match(error ?? '', /^Taken 3 times; .*\(delivered: unknown\)$/);
	}

	// A row that a person set so, and one whose last refusal is known, keep what is known of them
	await stand.fill(2, { attempts: '1000', last_error: "CASE n WHEN 1 THEN 'known' END" });
	await stand.drain();
	assert.deepEqual(
		(await rowsOf(stand)).map(({ attempts: taken, failed, last_error: error }) => [
			taken,
			failed,
			error,
		]),
		[
			[1000, true, 'known'],
			[1000, true, null],
		],
	);
}

async function drainsAtOnce(stand: Stand): Promise<void> {
	await stand.fill(60);
	// All of them are let go at the same moment
	const gate = stand
		.sql('BEGIN; LOCK TABLE tze_outbox; SELECT pg_sleep(60); COMMIT')
		.catch(() => undefined);
	const count = async (what: string) => {
		const [{ n }] = await stand.sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${what}`);
		return n;
	};
	const isGate = "pg_stat_activity WHERE wait_event = 'PgSleep'";
	await until('the gate to close', async () => (await count(isGate)) === 1, PATIENCE);
	const claims = Array.from({ length: 30 }, async (_, n) => {
		const settings = { rowsAtOnce: 1, drainsAtOnce: 4 };
		await stand.drain({ execution: `e${n}`, settings, last: 'Claim' });
	});
	// As many as the credential allows connections
	const isWaiting = "pg_stat_activity WHERE wait_event_type = 'Lock'";
	await until('the drains to wait', async () => (await count(isWaiting)) === 20, PATIENCE);
	await stand.sql(`SELECT pg_cancel_backend(pid) FROM ${isGate}`);
	await gate;
	await Promise.all(claims);
	const rows = await rowsOf(stand);
	const holders = rows.flatMap(({ leased_by: leasedBy }) => leasedBy ?? []);
	assert.equal(holders.length, 4, 'rows in hand');
	assert.equal(new Set(holders).size, 4, 'drains that have a row in hand');
}

async function requestIds(stand: Stand): Promise<void> {
	const call = {
		requestId: 'once',
		recipients: ['1001', '1002'],
		title: 'T',
		content: 'C',
		pcUrl: 'https://school.example',
		appUrl: 'https://school.example',
	};
	const other = { ...call, content: 'D' };
	await stand.fill(0);
	const said = async (body: unknown) => {
		const { status, body: answer } = await stand.accept(body);
		return [status, answer.stored ?? String(answer.error)];
	};
	assert.deepEqual(await said(call), [200, 2]);
	for (const requestId of [
		' once ',
		'\tonce',
		'once\u00a0',
		'\ufeffonce',
		'once\r\n',
		'\u200bonce',
	]) {
		assert.deepEqual(await said({ ...call, requestId }), [200, 0], JSON.stringify(requestId));
	}
	assert.deepEqual(await said({ ...call, recipients: ['1002', '1003'] }), [200, 1]);
	for (const body of [other, { ...other, recipients: ['1009'] }, { ...call, picUrl: call.pcUrl }]) {
		const [status, words] = await said(body);
		assert.equal(status, 409);
		assert.match(String(words), /"requestId" is that of an earlier call/);
	}
	assert.equal((await rowsOf(stand)).length, 3);

	await stand.fill(0);
	const both = await Promise.all([call, other, call, other].map(said));
	assert.deepEqual(both.map(([status]) => status).sort(), [200, 200, 409, 409]);
	const contents = await stand.sql('SELECT DISTINCT content FROM tze_outbox');
	assert.equal(contents.length, 1, 'messages under one requestId');
}

async function unstorable(stand: Stand): Promise<void> {
	const address = 'https://school.example';
	const link = { recipients: '1', title: 'T', content: 'C', pcUrl: address, appUrl: address };
	const card = { ...link, msgType: 'oa', headText: 'H' };
	const storable = [
		{ ...link, title: '\\u0000 \\ud800', content: '😀 \\' },
		{ ...card, body: '{"content":"\\ud83d\\ude00"}' },
		{ ...link, requestId: '名'.repeat(200), recipients: ['人'.repeat(255)] },
	];
	const not = [
		{ ...link, title: 'a\u0000' },
		{ ...link, content: '\ud800' },
		{ ...link, pcUrl: 'https://school.example/\udfff' },
		{ ...link, requestId: 'a\u0000b' },
		{ ...link, recipients: ['a\u0000b'] },
		{ ...card, headText: '\ud83d' },
		{ ...card, body: { content: 'x\u0000' } },
		{ ...card, body: '{"content":"x\\u0000"}' },
		{ ...card, body: { form: [{ key: '\ud800', value: 'v' }] } },
	];
	await stand.fill(0);
	for (const body of storable) {
		const { status, body: answer } = await stand.accept(body);
		assert.deepEqual([status, answer.stored], [200, 1], JSON.stringify([body, answer]));
	}
	for (const body of not) {
		const { status, body: answer } = await stand.accept(body);
		const said = `${JSON.stringify(body)}: ${status} ${JSON.stringify(answer)}`;
		assert.equal(status, 400, said);
		assert.match(String(answer.error), /cannot be stored|is not an ID/, said);
	}
	assert.equal((await rowsOf(stand)).length, storable.length);
}

async function madeUpCalls(stand: Stand): Promise<void> {
	await stand.fill(0);
	let stored = 0;
	const cases = casesOf(acceptCases, { seed: FIXED_SEED, from: 0, to: MADE_UP_CALLS });
	for (const [index, call] of cases) {
		const body = readByN8n(call);
		if (body === undefined) continue;
		const { status, body: answer } = await stand.accept(body, call.contentType ?? '');
		const said = `case ${index}: ${status} ${JSON.stringify(answer)}`;
		assert.ok([200, 400, 409, 413, 415].includes(status), said);
		if (status === 200) stored += Number(answer.stored);
		else assert.equal(typeof answer.error, 'string', said);
	}
	const [{ n }] = await stand.sql<{ n: number }>('SELECT count(*)::int AS n FROM tze_outbox');
	assert.ok(n > 0, 'nothing was stored');
	assert.equal(n, stored, 'rows');
}

async function leastRights({ postgres, login }: Stand): Promise<void> {
	const statements = [
		'DELETE FROM tze_outbox',
		'TRUNCATE tze_outbox',
		'DROP TABLE tze_outbox',
		'CREATE TABLE other (id int)',
		'CREATE TEMPORARY TABLE other (id int)',
		'CREATE ROLE other',
		'SELECT rolpassword FROM pg_authid',
		"COPY tze_outbox TO PROGRAM 'true'",
		"SELECT pg_read_file('/etc/hostname')",
	];
	for (const statement of statements) {
		await assert.rejects(
			postgres.sql(DATABASE, statement, login),
			/permission denied|must be owner|must be superuser/,
			statement,
		);
	}
}
