import type { IDataObject } from 'n8n-workflow';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { openBench, type Bench } from '../engine/harness';
import {
	ANSWER_CASES,
	deliveryOf,
	isPlainSuccess,
	mayMeanNo,
	shownCase,
	type AnswerCase,
	type Asked,
	type Delivery,
	type Secrets,
} from './answerCases';
import { hasten } from './hasten';
import {
	casesOf,
	type Finding,
	type Fuzzer,
	type OpenFuzzer,
	type Report,
	type Span,
} from './random';
import { MAX_BLOCK_MS, Turns } from './turns';

/**
 * The fuzzer of answers: a server that answers one call with whatever it was told to, and the nodes
 * in n8n's real engine, which must come to an end, in time, without a secret in what n8n stores, and
 * with a word on the call that is true.
 */

/** So long the nodes wait for an answer, in the time of n8n's `sleep`, which passes faster. */
const TIMEOUT_MS = 30_000;
/** Nothing may take longer, with all that else is under way. */
const END_MS = 30_000;
/** What may be kept of a failed call, and what a person reads of it. */
const MAX_ERROR_LENGTH = 20_000;
const MAX_MESSAGE_LENGTH = 2_000;

/** The credential's, of a form that is written otherwise in an address. */
const TOKEN = 'fuzz/token+of=the=credential';
const APP_KEY = 'fuzz-app-key/0123456789';

/** A case under way. */
interface Trial {
	index: number;
	asked: Asked;
	answer: AnswerCase;
	secrets: Secrets;
	delivery: Delivery;
	/** True when the server carried the call out. */
	isTaken: boolean;
}

/** What came of the trials of a run, in their order, and what n8n stores of it. */
interface Run {
	came: Array<Came | undefined>;
	stored: unknown;
}

type Came = { kind: 'success'; json: IDataObject } | { kind: 'no' | 'unknown'; error: IDataObject };

/** Serves the answers of trials, each to the call that names it. */
class AnswerServer {
	private readonly trials = new Map<string, Trial>();
	private readonly sockets = new Set<Socket>();
	private readonly server = createServer((socket) => this.accept(socket));
	baseUrl = '';

	async listen(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		this.baseUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
		return this;
	}

	/** Connections that nobody has ended. */
	get open(): number {
		return this.sockets.size;
	}

	expect(trial: Trial): void {
		trial.isTaken = false;
		this.trials.set(nameOf(trial), trial);
	}

	/** Trials hold their answers, megabytes of some. */
	forgetAll(): void {
		this.trials.clear();
	}

	close(): void {
		for (const socket of this.sockets) socket.destroy();
		this.server.close();
	}

	private accept(socket: Socket): void {
		this.sockets.add(socket);
		socket.on('close', () => this.sockets.delete(socket));
		socket.on('error', () => undefined);
		let received = '';
		let isAnswered = false;
		socket.on('data', (chunk) => {
			received += chunk.toString('latin1');
			const [head, body] = received.split('\r\n\r\n');
			const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
			if (isAnswered || body === undefined || body.length < length) return;
			isAnswered = true;
			void this.answer(socket, body);
		});
	}

	private async answer(socket: Socket, body: string): Promise<void> {
		const name = /(?:message|exchange|token)-\d+/.exec(body)?.[0] ?? '';
		const trial = this.trials.get(name);
		if (trial === undefined) return void socket.destroy();
		// What may be taken for a "no" is said by nobody who carried the call out
		trial.isTaken = !mayMeanNo(trial.answer, trial.asked === 'message');
		// A token was issued: the call that it is for
		if (trial.asked === 'token' && body.includes('"msgType"')) {
			return void socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"retCode":"000000"}');
		}
		const { pieces, end } = trial.delivery;
		for (const [bytes, pauseMs] of pieces) {
			if (pauseMs > 0) await wait(pauseMs);
			if (socket.destroyed) return;
			socket.write(bytes);
		}
		if (end === 'end') socket.end();
		if (end === 'destroy') socket.destroySoon();
	}
}

/** What the call of a trial holds, so that the server knows which it is. */
const nameOf = ({ asked, index }: Trial) => `${asked}-${index}`;

class AnswersFuzzer implements OpenFuzzer {
	constructor(
		private readonly bench: Bench,
		private readonly server: AnswerServer,
	) {}

	async run(span: Span): Promise<Report> {
		const report: Report = { findings: [], counts: {} };
		for (let from = span.from; from < span.to; from += ROUND) {
			const to = Math.min(from + ROUND, span.to);
			const trials = (['message', 'exchange'] as const).flatMap((node) =>
				trialsOf(node, { ...span, from, to }),
			);
			await this.round(trials, span.seed, report);
		}
		return report;
	}

	async close(): Promise<void> {
		this.server.close();
		await this.bench.close();
	}

	private async round(trials: Trial[], seed: number, report: Report): Promise<void> {
		const find = ({ index, asked, answer }: Trial, problem: string) => {
			const shown = `${asked}: ${shownCase(answer)}`;
			report.findings.push({ seed, index, problem, shown } satisfies Finding);
		};
		const suspects: Trial[] = [];
		const turns = new Turns();
		const ended: Array<readonly [Trial[], Run | undefined]> = [];
		const perform = async (group: Trial[]) => {
			ended.push([group, await this.tryGroup(group)]);
		};
		const waiting = trials.filter(isWaiting).map((trial) => perform([trial]));
		const groups = groupsOf(trials.filter((trial) => !isWaiting(trial)));
		const worker = async () => {
			for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
				await perform(group);
			}
		};
		await Promise.all([...waiting, ...Array.from({ length: AT_ONCE }, worker)]);
		turns.end();
		for (const [group, run] of ended) {
			for (const [at, trial] of group.entries()) {
				const came = run?.came[at];
				const what = `${trial.asked}: ${came?.kind ?? 'no end'}`;
				report.counts[what] = (report.counts[what] ?? 0) + 1;
				if (problemOf(trial, came, came) !== undefined) suspects.push(trial);
			}
		}
		for (const trial of suspects) {
			// Among many others, an answer may have come too late: what is wrong is wrong alone, too
			const run = await this.tryGroup([trial]);
			const problem = problemOf(trial, run?.came[0], run?.stored);
			if (problem !== undefined) find(trial, problem);
		}
		if (turns.blockedMs > MAX_BLOCK_MS) {
			const others = trials.filter((trial) => !isWaiting(trial));
			for (const trial of await this.blocking([...others, ...trials.filter(isWaiting)])) {
				find(trial, `nothing else ran for ${MAX_BLOCK_MS} ms`);
			}
		}
		if (!(await this.isQuiet())) {
			find(trials[0], `${this.server.open} connections of its round are open: nobody ended them`);
		}
		this.server.forgetAll();
	}

	/** Those that keep the process from all else, by trying ever fewer of them at once. */
	private async blocking(trials: Trial[], atOnce = 32): Promise<Trial[]> {
		const found: Trial[] = [];
		for (let at = 0; at < trials.length; at += atOnce) {
			const some = trials.slice(at, at + atOnce);
			// What does so by chance does it once
			const tries = some.length === 1 ? 3 : 1;
			let blocked = 0;
			while (blocked < tries && (await this.isBlockedBy(some))) blocked++;
			if (blocked < tries) continue;
			found.push(...(some.length === 1 ? some : await this.blocking(some, atOnce / 2)));
		}
		return found;
	}

	private async isBlockedBy(trials: Trial[]): Promise<boolean> {
		const turns = new Turns();
		await Promise.all(trials.map(async (trial) => await this.tryGroup([trial])));
		turns.end();
		return turns.blockedMs > MAX_BLOCK_MS;
	}

	/** True when every connection is given back. */
	private async isQuiet(): Promise<boolean> {
		for (let tries = 0; tries < 100 && this.server.open > 0; tries++) await wait(50);
		return this.server.open === 0;
	}

	/** What came of the trials of one run, in their order; nothing when it does not end. */
	private async tryGroup(group: Trial[]): Promise<Run | undefined> {
		for (const trial of group) this.server.expect(trial);
		const end = new AbortController();
		const late = wait(END_MS, undefined, { signal: end.signal }).catch(() => undefined);
		try {
			return await Promise.race([this.runNode(group), late]);
		} finally {
			end.abort();
		}
	}

	private async runNode(group: Trial[]): Promise<Run> {
		const [{ asked }] = group;
		const { baseUrl } = this.server;
		// On the error output, n8n adds an item's own fields: no secret is among them
		const items = group.map(({ index }) => ({ index }));
		const common = { items, onError: 'continueErrorOutput' } as const;
		const options = { timeout: TIMEOUT_MS, maxRetries: 0, concurrency: 20 };
		const message = { content: `={{ '${asked}-' + $json.index }}`, options };
		const credential = { baseUrl, accessToken: TOKEN };
		const run =
			asked === 'exchange'
				? await this.bench.exchange(
						{ oauthCode: "={{ 'exchange-' + $json.index + '.of-a-login' }}" },
						{ ...common, credential },
					)
				: asked === 'message'
					? await this.bench.send(message, { ...common, credential })
					: await this.bench.send(
							{ ...message, authentication: 'appKey' },
							{
								...common,
								credentials: {
									tzeAppApi: {
										baseUrl,
										appId: nameOf(group[0]),
										appKey: APP_KEY,
										messagePath: '/message',
									},
								},
							},
						);
		const came: Run['came'] = [];
		for (const output of [0, 1]) {
			for (const { json, pairedItem } of run.output('Node', output)) {
				const { item } = pairedItem as { item: number };
				const error = json.error as IDataObject | undefined;
				came[item] =
					output === 0 || error === undefined
						? { kind: 'success', json }
						: { kind: error.delivered as 'no' | 'unknown', error };
			}
		}
		return { came, stored: [run.run.data.resultData.runData.Node, run.error] };
	}
}

/** As n8n writes down what it stores: a module that is not CommonJS, loaded when the fuzzer is opened. */
let stringify: (value: unknown) => string;

/** Which secret of a trial stands in what n8n stores, though it has no place there. */
function leakOf(kept: unknown, { asked, secrets }: Trial, came: Came): string | undefined {
	// As n8n writes it down
	const stored = stringify(kept);

	const own =
		asked === 'token' ? [APP_KEY] : [TOKEN, ...(asked === 'exchange' ? [secrets.OWN] : [])];
	const isOutput = asked === 'exchange' && came.kind === 'success';
	if (!isOutput && asked !== 'message') own.push(secrets.ISSUED);
	return own.find(
		(secret) => stored.includes(secret) || stored.includes(encodeURIComponent(secret)),
	);
}

/** What is wrong with what came of a trial. */
function problemOf(trial: Trial, came: Came | undefined, stored: unknown): string | undefined {
	const { asked, answer, isTaken } = trial;
	if (came === undefined) return 'it does not end';
	const leaked = leakOf(stored, trial, came);
	if (leaked !== undefined) return `a secret is stored: ${leaked}`;
	if (came.kind === 'success') {
		const { json } = came;
		if (answer.content.kind !== 'success') return 'it is told as a success';
		if (asked === 'exchange') return json.oauthToken ? undefined : 'a success without its token';
		if (json.retCode !== '000000') return `a success with the code ${String(json.retCode)}`;
		const { data } = answer.content;
		const isSame = data === 'null' ? json.data === undefined : JSON.stringify(json.data) === data;
		return data === undefined || isSame ? undefined : 'its data is another';
	}
	const { message = '', description = '' } = came.error;
	if (isPlainSuccess(answer)) return `a success is told as "${came.kind}": ${String(message)}`;
	if (asked === 'token') return came.kind === 'no' ? undefined : 'the message never left';
	if (came.kind === 'no' && isTaken)
		return `it was carried out, and told as "no": ${String(message)}`;
	if (came.kind !== 'no' && came.kind !== 'unknown') return `it is told as "${String(came.kind)}"`;
	for (const words of [message, description]) {
		if (typeof words !== 'string' || words.length > MAX_MESSAGE_LENGTH) return 'a long sentence';
		if (words.includes('<')) return 'markup in a sentence';
		if (words.includes('unforeseen')) return `something unforeseen: ${String(description)}`;
	}
	if (JSON.stringify(came.error).length > MAX_ERROR_LENGTH) return 'a long error';
	return undefined;
}

/** Cases of a node in a round. */
const ROUND = 500;
/** One message in so many is about the fetching of its token. */
const TOKEN_EVERY = 10;

function trialsOf(node: 'message' | 'exchange', span: Span): Trial[] {
	const kindOf = (index: number): Asked =>
		node === 'message' && index % TOKEN_EVERY === 0 ? 'token' : node;
	return (['message', 'exchange', 'token'] as const).flatMap((asked) =>
		[...casesOf(ANSWER_CASES[asked], span)]
			.filter(([index]) => kindOf(index) === asked)
			.map(([index, answer]): Trial => {
				const ends = {
					exchange: `exchange-${index}.of-a-login`,
					message: `own-of-nobody-${index}.`,
					token: APP_KEY,
				};
				const secrets = { TOKEN, OWN: ends[asked], ISSUED: `issued-token:${index};` };
				return {
					index,
					asked,
					answer,
					secrets,
					delivery: deliveryOf(answer, secrets),
					isTaken: false,
				};
			}),
	);
}

/** How many runs of a node are under way, but for those that wait for an answer that never comes. */
const AT_ONCE = 6;

const isWaiting = ({ answer: { delivery } }: Trial) => delivery === 'drip' || delivery === 'stall';

/** How many calls go into one run of a node. */
const GROUP = { message: 25, exchange: 5, token: 1 };

/** What makes the calls behind it wait: a run of its own. */
const isBusy = ({ answer: { status } }: Trial) => status === 429 || status === 503;

function groupsOf(trials: Trial[]): Trial[][] {
	const groups: Trial[][] = trials.filter(isBusy).map((trial) => [trial]);
	for (const asked of ['message', 'exchange', 'token'] as const) {
		const calls = trials.filter((trial) => trial.asked === asked && !isBusy(trial));
		for (let at = 0; at < calls.length; at += GROUP[asked]) {
			groups.push(calls.slice(at, at + GROUP[asked]));
		}
	}
	return groups;
}

export const answers: Fuzzer = {
	name: 'answers',
	batch: 1_000,
	usual: ['message: success', 'exchange: success', 'token: success'],
	async open() {
		hasten();
		({ stringify } = await import('flatted'));
		const [bench, server] = await Promise.all([openBench(), new AnswerServer().listen()]);
		return new AnswersFuzzer(bench, server);
	},
};
