import axios from 'axios';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { DeliveredMessage } from '../../sandbox/client';
import { until } from '../../testbed/process/until';
import type { Cluster } from './cluster';
import { LEASE_SECONDS, type Outbox } from './outbox';
import type { TestPlatform } from './platform';

/** What a scenario works with. */
export interface Scene {
	cluster: Cluster;
	outbox: Outbox;
	platform: TestPlatform;
	/** How many webhook calls make up a load, and for how many recipients each. */
	calls: number;
	recipientsEach: number;
}

export interface Scenario {
	name: string;
	title: string;
	/** Answers what was seen, for the line of the report. @throws when a check fails */
	run(scene: Scene): Promise<string>;
}

const http = axios.create({ proxy: false, validateStatus: () => true });

/** How long the outbox may take to become empty. */
const PATIENCE_MS = 300_000;
const OUTAGE_SECONDS = 20;

/** Beside the scenarios: what needs PostgreSQL alone, and no n8n. */
export const STATEMENTS = 'statements';

export const SCENARIOS: Scenario[] = [
	{
		name: 'calls',
		title:
			'calls are checked, a repeated one stores nothing twice, and a card arrives as it was given',
		run: calls,
	},
	{ name: 'kill', title: 'a worker is killed in the middle', run: killedWorker },
	{
		name: 'outage',
		title: `the platform is down for ${OUTAGE_SECONDS} s in the middle`,
		run: outage,
	},
	{ name: 'token', title: 'the access token is revoked in the middle', run: revokedToken },
	{
		name: 'answer',
		title: 'a question waits, every worker is killed, and it is answered at the webhook process',
		run: answeredElsewhere,
	},
	{ name: 'throughput', title: 'throughput with one worker and with two', run: throughput },
];

async function calls({ outbox, platform }: Scene): Promise<string> {
	await outbox.clear();
	const good = {
		requestId: 'once',
		recipients: ['1001', 1002, ' 1001 '],
		title: "O'Neill: \\ $1 {{ 1 + 1 }} 通知",
		content: '请点开查看。',
		pcUrl: 'https://school.example/notices/1',
		appUrl: 'https://school.example/m/notices/1',
		picUrl: '',
	};
	const card = {
		requestId: 'card',
		msgType: 'oa',
		recipients: '1004，1005',
		headText: "O'Neill 请假",
		headBgColor: '1463D8',
		body: { content: '\\ $1', fileCount: 2, form: [{ key: '天数', value: 3 }] },
		pcUrl: 'https://school.example/approvals/1',
		appUrl: 'https://school.example/m/approvals/1',
	};
	const answers: Array<[unknown, number, unknown]> = [
		[good, 200, { accepted: 2, stored: 2 }],
		[good, 200, { accepted: 2, stored: 0 }],
		[{ ...good, recipients: ['1002', '1003'] }, 200, { accepted: 2, stored: 1 }],
		[{ ...good, requestId: undefined }, 200, { accepted: 2, stored: 2 }],
		[card, 200, { accepted: 2, stored: 2 }],
		[{ ...card, recipients: ['1004'], body: undefined }, 409, /is that of an earlier call/],
		[{ ...good, recipients: [] }, 400, /'Recipients': nobody is named/],
		[{ ...good, recipients: ['1001', null] }, 400, /the 2nd entry is not an ID/],
		[{ ...good, title: ' ' }, 400, /'Title' is empty/],
		[{ ...good, content: undefined }, 400, /'Content' is empty/],
		[{ ...good, pcUrl: 'school.example' }, 400, /'PC URL' is not/],
		[{ ...good, appUrl: 7 }, 400, /'App URL' is not/],
		[{ ...good, picUrl: 'x' }, 400, /'Picture URL' is not/],
		[{ ...good, msgType: 'text' }, 400, /"msgType" must be/],
		[{ ...good, requestId: 'x'.repeat(201) }, 400, /"requestId" must be a text/],
		[{ ...good, title: 'a\u0000b' }, 400, /cannot be stored/],
		[{ ...card, headText: '' }, 400, /'Head Text' is empty/],
		[{ ...card, body: { text: 'x' } }, 400, /may not contain "text"/],
		[[good], 400, /must be a JSON object/],
		[{ ...good, recipients: Array.from({ length: 200_000 }, (_, n) => n) }, 413, /several calls/],
		[new URLSearchParams({ recipients: '1001', title: 'T', content: 'C' }), 415, /Send JSON/],
	];
	for (const [body, status, expected] of answers) {
		const answer = await outbox.callOnce(body);
		const said = `${JSON.stringify(body).slice(0, 120)}: ${answer.status} ${JSON.stringify(answer.body)}`;
		assert.equal(answer.status, status, said);
		if (expected instanceof RegExp)
			assert.match(JSON.stringify(answer.body).replace(/\\"/g, '"'), expected, said);
		else assert.deepEqual(answer.body, expected, said);
	}
	const strangers: Array<Record<string, string>> = [{}, { 'X-API-Key': 'guessed' }];
	for (const headers of strangers) {
		assert.equal((await outbox.callOnce(good, headers)).status, 403);
	}
	const rows = await outbox.rows();
	assert.deepEqual(
		rows.map(({ recipient }) => recipient),
		['1001', '1002', '1003', '1001', '1002', '1004', '1005'],
	);
	await outbox.startDraining();
	await outbox.untilEmpty(PATIENCE_MS);
	await outbox.stopDraining();
	const { messages } = await platform.client.messages({ recipient: '1005' });
	assert.deepEqual(
		messages.map(({ message }) => ('oa' in message ? message.oa : message)),
		[
			{
				head: { text: card.headText, bgColor: 'FF1463D8' },
				body: { content: '\\ $1', fileCount: '2', form: [{ key: '天数', value: '3' }] },
			},
		],
	);
	return `${answers.length} calls answered as promised, ${rows.length} rows stored`;
}

async function answeredElsewhere({ cluster, platform }: Scene): Promise<string> {
	const { client, webhookUrl } = cluster;
	await platform.client.clear();
	const credential = (await client.credentials()).find(({ name }) => name === 'Platform');
	assert.ok(credential !== undefined);
	const { id, name } = credential;
	const workflow = await client.importWorkflow({
		name: 'A question',
		nodes: [
			{
				...{ id: 'hook', name: 'Hook', type: 'n8n-nodes-base.webhook', typeVersion: 2 },
				position: [0, 0],
				webhookId: 'tze-question',
				parameters: { httpMethod: 'POST', path: 'tze-question' },
			},
			{
				...{ id: 'ask', name: 'Ask', type: 'n8n-nodes-tze.tzeSendMessage', typeVersion: 1 },
				position: [220, 0],
				credentials: { tzeAppApi: { id, name } },
				parameters: {
					...{ authentication: 'appKey', operation: 'sendAndWait', recipients: '1001' },
					...{ title: 'Leave', message: 'Three days?', responseType: 'freeText', options: {} },
				},
			},
		],
		connections: { Hook: { main: [[{ node: 'Ask', type: 'main', index: 0 }]] } },
	});
	await client.activate(workflow.id);
	const statusIs = async (wanted: string) =>
		await until(
			`the question's execution to be ${wanted}`,
			async () => (await client.executions(workflow.id)).find(({ status }) => status === wanted),
			{ patienceMs: PATIENCE_MS, everyMs: 250 },
		);
	// A webhook process takes a moment to know an address
	await until(
		'the call to be taken',
		async () => (await http.post(`${webhookUrl}/webhook/tze-question`, {})).status === 200,
		{ patienceMs: PATIENCE_MS, everyMs: 500 },
	);
	await statusIs('waiting');
	const killed = cluster.workers();
	for (const worker of killed) await worker.kill();

	const { messages } = await platform.client.messages({ recipient: '1001' });
	assert.equal(messages.length, 1);
	const [card] = messages;
	assert.ok(card.msgType === 'oa');
	const { pathname, search } = new URL(card.message.pcUrl);
	const address = `${webhookUrl}${pathname}${search}`;
	const page = await http.get<string>(address);
	assert.match(page.data, /Three days\?/);
	const answers = await Promise.all(
		['Yes.', 'No.'].map((text) => http.post(address, new URLSearchParams({ text }).toString())),
	);
	const taken = answers.filter(({ data }) => String(data).includes('Thank you'));
	assert.equal(taken.length, 1, answers.map(({ status }) => status).join());
	await Promise.all(killed.map(() => cluster.startWorker()));
	const { id: executionId } = await statusIs('success');
	const { data } = await client.execution(executionId);
	assert.ok(data.includes('respondedBy'));
	assert.equal(data.includes('Yes.'), answers.indexOf(taken[0]) === 0);
	return `${killed.length} workers died while execution ${executionId} waited; of two answers at once, one counted (${answers.map(({ status }) => status).join(' and ')})`;
}

async function killedWorker(scene: Scene): Promise<string> {
	const { cluster, outbox } = scene;
	const { total, tally, seconds, repeats, seen } = await sendLoad(scene, async () => {
		const { worker, executions } = await freezeInTheMiddle(scene);
		await worker.kill();
		const inHand = new Set(await outbox.leasedBy(executions));
		return { worker, inHand, starting: cluster.startWorker() };
	});
	const { worker, inHand, starting } = seen;
	await starting;
	// It was frozen when the platform had some of its messages, which nobody had recorded yet
	assert.ok(repeats.length > 0, 'nothing came twice: the worker was not in the middle of anything');
	for (const { busiId, times } of repeats) {
		assert.ok(
			inHand.has(busiId),
			`message ${busiId} came ${times} times, but ${worker.name} did not have it in hand`,
		);
		assert.equal(times, 2, `message ${busiId} came ${times} times`);
	}
	return `${total} messages from ${scene.calls} calls (${tally.repeated} repeated by their callers); ${worker.name} died with ${inHand.size} messages in hand, ${repeats.length} of them came twice with the same busiId, nobody else's; empty ${seconds.toFixed(0)} s after the kill (lease ${LEASE_SECONDS} s)`;
}

/**
 * Freezes a worker at a moment when the platform has some of the messages that it has in hand: when it
 * is killed then, these messages will come twice. Its log says which executions it runs.
 */
async function freezeInTheMiddle({ cluster, outbox, platform }: Scene) {
	const look = async () => {
		for (const worker of cluster.workers()) {
			if ((await outbox.leasedBy(worker.inHand())).length === 0) continue;
			worker.freeze();
			// What it said to the database and the platform before is carried out
			await sleep(300);
			const executions = worker.inHand();
			for (const busiId of await outbox.leasedBy(executions)) {
				const { total } = await platform.client.messages({ busiId, limit: 1 });
				if (total > 0) return { worker, executions };
			}
			worker.unfreeze();
		}
		return undefined;
	};
	const patience = { patienceMs: PATIENCE_MS, everyMs: 50 };
	return await until('a worker in the middle of its messages', look, patience);
}

async function outage(scene: Scene): Promise<string> {
	const { outbox, platform } = scene;
	const { total, seconds, repeats } = await sendLoad(scene, async () => {
		await platform.goDown();
		const { total: before } = await platform.client.messages({ limit: 1 });
		await sleep(OUTAGE_SECONDS * 1000);
		const { total: after } = await platform.client.messages({ limit: 1 });
		assert.equal(after, before, 'messages arrived while the platform was down');
		await platform.comeBack();
	});

	const rows = await outbox.rows();
	const again = new Set(rows.filter(({ attempts }) => attempts > 1).map(({ id }) => id));
	for (const { busiId } of repeats) assert.ok(again.has(busiId), `${busiId} came twice unasked`);
	const most = Math.max(...rows.map(({ attempts }) => attempts));
	return `${total} messages; ${again.size} were tried again (at most ${most} times), ${repeats.length} came twice with the same busiId; empty ${seconds.toFixed(0)} s after the platform came back`;
}

async function revokedToken(scene: Scene): Promise<string> {
	const { outbox, platform } = scene;
	const { total, seconds, repeats } = await sendLoad(
		scene,
		async () => await platform.client.revokeTokens(),
	);

	assert.deepEqual(repeats, [], 'a refused message is not delivered: nothing can come twice');
	const again = (await outbox.rows()).filter(({ attempts }) => attempts > 1).length;
	const { refused, renewals } = await platform.client.stats();
	return `${total} messages; ${refused} calls refused, ${renewals} tokens fetched, ${again} messages left to the outbox's next attempt, none came twice; empty ${seconds.toFixed(0)} s after the token was revoked`;
}

async function throughput(scene: Scene): Promise<string> {
	const { cluster, outbox, recipientsEach } = scene;
	const calls = Math.ceil(scene.calls / 2);
	const total = calls * recipientsEach;
	const perSecond = (count: number, time: number) => Math.round(count / time);
	const lines: string[] = [];
	for (const workers of [1, 2]) {
		while (cluster.workers().length > workers) await cluster.workers()[0].stop();
		while (cluster.workers().length < workers) await cluster.startWorker();
		await outbox.clear();
		const tally = await outbox.call(calls, recipientsEach);
		const start = Date.now();
		await outbox.startDraining();
		await outbox.untilEmpty(PATIENCE_MS);
		const seconds = (Date.now() - start) / 1000;
		await outbox.stopDraining();
		await checkDelivered(scene, total, tally.stored);
		lines.push(
			`${workers} ${workers === 1 ? 'worker' : 'workers'}: accepts ${perSecond(calls, tally.seconds)} calls/s (${perSecond(total, tally.seconds)} messages/s), drains ${perSecond(total, seconds)} messages/s (${total} in ${seconds.toFixed(1)} s)`,
		);
	}
	return lines.join('; ');
}

/** An empty outbox that drains, and two workers; answers how many messages there will be. */
async function begin({ cluster, outbox, calls, recipientsEach }: Scene): Promise<number> {
	while (cluster.workers().length < 2) await cluster.startWorker();
	await outbox.clear();
	await outbox.startDraining();
	return calls * recipientsEach;
}

/** Sends a load, runs `disturb` in the middle of it, and checks that everything was delivered. */
async function sendLoad<Seen>(scene: Scene, disturb: () => Promise<Seen>) {
	const { outbox, platform, calls, recipientsEach } = scene;
	const total = await begin(scene);
	const calling = outbox.call(calls, recipientsEach);
	await untilDelivered(platform, total * 0.3);
	const seen = await disturb();
	const start = Date.now();
	const tally = await calling;
	await outbox.untilEmpty(PATIENCE_MS);
	const seconds = (Date.now() - start) / 1000;
	await outbox.stopDraining();
	const repeats = await checkDelivered(scene, total, tally.stored);
	return { total, tally, seconds, repeats, seen };
}

async function untilDelivered({ client }: TestPlatform, count: number): Promise<void> {
	await until(
		`${count} messages to be delivered`,
		async () => (await client.messages({ limit: 1 })).total >= count,
		{ patienceMs: PATIENCE_MS, everyMs: 100 },
	);
}

/**
 * Every row was delivered, every message is a row's, whole and to the right person.
 *
 * @returns the messages that came more than once
 */
async function checkDelivered(
	{ outbox, platform }: Scene,
	total: number,
	stored: number,
): Promise<Array<{ busiId: string; times: number }>> {
	const rows = await outbox.rows();
	assert.equal(rows.length, total, 'rows');
	// A caller whose call was carried out, but not answered, is told 0 the next time
	assert.ok(stored <= total, `${stored} rows were said to be stored`);
	assert.deepEqual(
		rows.filter(({ failed, delivered }) => failed || !delivered),
		[],
	);

	const { messages } = await platform.client.messages();
	const byBusiId = new Map<string, DeliveredMessage[]>();
	for (const message of messages) {
		const busiId = message.busiId ?? '';
		byBusiId.set(busiId, [...(byBusiId.get(busiId) ?? []), message]);
	}
	for (const { id, recipient } of rows) {
		const came = byBusiId.get(id) ?? [];
		assert.ok(came.length > 0, `row ${id} says delivered, but the platform has no such message`);
		for (const { recipients } of came) assert.deepEqual(recipients, [recipient]);
	}
	assert.equal(byBusiId.size, total, 'messages that belong to no row');
	const people = new Set(messages.flatMap(({ recipients }) => recipients));
	assert.equal(people.size, total, 'people who got a message');
	return [...byBusiId]
		.map(([busiId, came]) => ({ busiId, times: came.length }))
		.filter(({ times }) => times > 1);
}
