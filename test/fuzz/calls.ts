import type { IDataObject } from 'n8n-workflow';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { ACCESS_TOKEN_PATH, MESSAGE_PATH, OAUTH_TOKEN_PATH } from '../../sandbox/constants';
import { credentialsFor } from '../../testbed/credentials';
import type { RunOptions } from '../../testbed/engine/engine';
import { readExample } from '../../testbed/examples';
import { FakePostgres } from '../engine/fakePostgres';
import { openBench, type Bench } from '../engine/harness';
import { Tables } from '../engine/tables';
import {
	callCases,
	CODE,
	readByN8n,
	shownCall,
	TOKEN,
	wellFormed,
	type CallCase,
} from './callCases';
import { casesOf, type Fuzzer, type OpenFuzzer, type Report, type Span } from './random';
import { MAX_BLOCK_MS, Turns } from './turns';

/**
 * The fuzzer of calls: whatever somebody sends to the example webhooks, as n8n's body parser hands it to
 * the workflow, and to the sandbox, over the wire.
 */

const END_MS = 20_000;
/** Of the calls that cannot be taken for a message, one in so many is followed by a look at what was sent. */
const CHECK_EVERY = 20;
const MAX_ANSWER_LENGTH = 4_000;

/** Words that only a program's own mistake brings before a caller. */
const STACK = /\n\s+at |node_modules|\.[jt]s:\d+|is not a function|Cannot read|Maximum call stack/;
const UNSTORABLE = /[\u0000\ud800-\udfff]/u;

/** What a call was answered. */
interface Answer {
	status: number;
	text: string;
	/** True when the sandbox took a message. */
	isSent?: boolean;
}

class CallsFuzzer implements OpenFuzzer {
	private written = '';
	private unchecked = 0;

	constructor(private readonly bench: Bench) {}

	async run(span: Span): Promise<Report> {
		const report: Report = { findings: [], counts: {} };
		const stopListening = this.listen();
		for (const [index, call] of casesOf(callCases, span)) {
			this.written = '';
			const turns = new Turns();
			const came = await this.try(call);
			turns.end();
			const isSlow = turns.blockedMs > MAX_BLOCK_MS && (await this.blocks(call));
			const problem =
				typeof came === 'string'
					? came
					: isSlow
						? `nothing else ran for ${MAX_BLOCK_MS} ms`
						: undefined;
			const outcome = typeof came === 'string' ? 'found' : came.isSent ? 'sent' : came.status;
			const what = `${call.target}: ${outcome}`;
			report.counts[what] = (report.counts[what] ?? 0) + 1;
			if (problem !== undefined) {
				report.findings.push({ seed: span.seed, index, problem, shown: shownCall(call) });
			}
		}
		stopListening();
		return report;
	}

	async close(): Promise<void> {
		await this.bench.close();
	}

	/** Notes what the process prints meanwhile. */
	private listen(): () => void {
		const streams = [process.stdout, process.stderr];
		const originals = streams.map((stream) => stream.write);
		for (const [n, stream] of streams.entries()) {
			stream.write = ((...args: Parameters<typeof stream.write>) => {
				this.written += String(args[0]);
				return originals[n].apply(stream, args);
			}) as typeof stream.write;
		}
		return () => streams.forEach((stream, n) => (stream.write = originals[n]));
	}

	/** The answer, or what is wrong with what came of the call. */
	private async try(call: CallCase): Promise<Answer | string> {
		const end = new AbortController();
		const late = wait(END_MS, 'it does not end', { signal: end.signal });
		try {
			return await Promise.race([this.perform(call), late]);
		} catch (error) {
			return `it fails: ${error instanceof Error ? error.message : String(error)}`;
		} finally {
			late.catch(() => undefined);
			end.abort();
		}
	}

	/** True when it keeps the process from all else, as often as it is tried alone. */
	private async blocks(call: CallCase): Promise<boolean> {
		for (let tries = 0; tries < 3; tries++) {
			const turns = new Turns();
			await this.try(call);
			turns.end();
			if (turns.blockedMs < MAX_BLOCK_MS) return false;
		}
		return true;
	}

	private async perform(call: CallCase): Promise<Answer | string> {
		const came =
			call.target === 'sandbox'
				? await this.callSandbox(call)
				: call.target === 'bind'
					? await this.bind(call)
					: await this.callWebhook(call);
		if (typeof came === 'string') return came;
		const { status, text } = came;
		if (status >= 500 && status !== 501) return `it is answered ${status}: ${text.slice(0, 300)}`;
		const isScript = call.target === 'sandbox' && call.path.includes('/assets/');
		if (STACK.test(text) && !isScript)
			return `it is answered with the program's insides: ${text.slice(0, 300)}`;
		if (this.isLeaked(text, call)) return `it is answered with a secret: ${text.slice(0, 300)}`;
		if (this.isLeaked(this.written, call)) return 'a secret is logged';
		return came;
	}

	/** True when a secret stands in a text; the pages and control calls of the sandbox show its own. */
	private isLeaked(text: string, { target, path }: CallCase): boolean {
		const { accessToken, appKey } = this.bench.sandbox;
		const isPlatform = [MESSAGE_PATH, OAUTH_TOKEN_PATH, ACCESS_TOKEN_PATH].includes(path);
		if (target === 'sandbox' && !isPlatform) return false;
		return [accessToken, appKey].some((secret) => text.includes(secret));
	}

	private async callSandbox(call: CallCase): Promise<Answer | string> {
		const { client, sandbox } = this.bench;
		if (call.path.includes('faults')) await client.clearFaults();
		const { method, path, query, contentType, headers, body } = call;
		const token = query.accessToken === TOKEN ? sandbox.accessToken : query.accessToken;
		const pairs = Object.entries({ ...query, accessToken: token }).flatMap(([name, value]) =>
			[value].flat().map((one) => `${name}=${encodeURIComponent(wellFormed(one))}`),
		);
		const given = new Set(headers.map(([name]) => name.toLowerCase()));
		const head = [
			`${method} ${path}?${pairs.join('&')} HTTP/1.1`,
			...(given.has('host') ? [] : [`Host: ${new URL(sandbox.url).host}`]),
			...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
			...(given.has('content-length') ? [] : [`Content-Length: ${body.length}`]),
			...headers.map(([name, value]) => `${name}: ${value}`),
			'Connection: close',
		];
		const bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
		const text = await overTheWire(Number(new URL(sandbox.url).port), bytes);
		const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

		// To ask after every call would take longer than the calls
		const isChecked = /message/i.test(path) || this.unchecked++ % CHECK_EVERY === 0;
		if (!isChecked) return { status, text };
		const { total, messages } = await client.messages({ limit: 2 });
		if (total > 0) await client.clear();
		const isProper =
			method === 'POST' && path === MESSAGE_PATH && query.accessToken === TOKEN && isObject(body);
		if (total > 1 || (total > 0 && !isProper)) {
			return `it sends ${total} messages unasked: ${JSON.stringify(messages)}`;
		}
		if (total > 0 && status !== 200) return `it sends a message, and is answered ${status}`;
		return { status, text, isSent: total > 0 };
	}

	private async callWebhook(call: CallCase): Promise<Answer | string> {
		const body = readByN8n(call);
		// n8n answers by itself
		if (body === undefined) return { status: 422, text: '' };
		const headers = call.contentType === undefined ? {} : { 'content-type': call.contentType };
		const json = { headers, params: {}, query: {}, body } as IDataObject;
		const asked = JSON.stringify(body) ?? '';
		const isJson = /^application\/json *(;|$)/i.test(call.contentType ?? '');
		// Of thousands, some: to look for each would take longer than the call
		const names = (people: readonly string[]) =>
			people.slice(0, 50).every((person) => asked.includes(JSON.stringify(person).slice(1, -1)));

		if (call.target === 'accept') {
			const postgres = new FakePostgres(() => [{ differs: false, accepted: 1, stored: 1 }]);
			const answer = await this.runExample('outbox-accept.json', json, 'Incoming Call', {
				credentials: { tzeAppApi: credentialsFor(this.bench.sandbox).tzeAppApi },
				nodeTypes: postgres.nodeTypes,
			});
			const [stored] = postgres.statements;
			if (stored === undefined || typeof answer === 'string') return answer;
			if (!isJson) return 'what is no JSON is stored';
			if (answer.status !== 200) return `it is stored, and answered ${answer.status}`;
			const [text, requestId] = stored.values as [string, string | null];
			const { recipients, message } = JSON.parse(text) as {
				recipients: string[];
				message: unknown;
			};
			// Well-formed JSON writes what cannot be stored with a backslash
			if (
				/\\u(0000|d[89a-f])/i.test(text.replace(/\\\\/g, '')) ||
				UNSTORABLE.test(requestId ?? '')
			) {
				return 'what cannot be stored is stored';
			}
			if (!names(recipients)) return `others are stored: ${recipients.slice(0, 3).join()}`;
			if (recipients.length > 10_000 || JSON.stringify(message).length > 100_000)
				return 'too much is stored';
			return answer;
		}
		const { client } = this.bench;
		const answer = await this.runExample('send-a-message-by-webhook.json', json, 'Incoming Call', {
			credentials: this.bench.credentials(),
		});
		const { total, messages } = await client.messages({ limit: 2 });
		if (total > 0) await client.clearMessages();
		if (typeof answer === 'string') return answer;
		if (total !== (answer.status === 200 ? 1 : 0)) {
			return `it is answered ${answer.status}, and ${total} messages are sent`;
		}
		const [sent] = messages;
		if (sent !== undefined && !(isJson && names(sent.recipients))) {
			return `a message is sent that nobody asked for: ${JSON.stringify(sent).slice(0, 300)}`;
		}
		return answer;
	}

	private async bind(call: CallCase): Promise<Answer | string> {
		const { client } = this.bench;
		const isCodeAsked = [call.query.oauthCode ?? ''].flat().includes(CODE);
		const code = isCodeAsked ? (await client.codes({ personId: 'P1001' }))[0].oauthCode : '';
		const known = (value: string) => (value === CODE ? code : value);
		const query = Object.fromEntries(
			Object.entries(call.query).map(([name, value]) => [
				name,
				Array.isArray(value) ? value.map(known) : known(value),
			]),
		);
		const tables = new Tables();
		// Bound before, by somebody else's code
		const bound = { personId: 'P3001', oauthToken: 'kept', expiresAt: null, codeHash: 'x' };
		tables.rows.push({ ...bound });
		const json = { headers: {}, params: {}, query, body: {} } as IDataObject;
		const answer = await this.runExample('bind-a-person-after-login.json', json, 'Login Redirect', {
			credentials: this.bench.credentials(),
			services: tables.services,
		});
		const [kept, ...others] = tables.rows;
		if (typeof answer === 'string') return answer;
		if (JSON.stringify(kept) !== JSON.stringify(bound)) return 'a binding is replaced';
		const isGood = call.query.oauthCode === CODE && typeof call.query.personId === 'string';
		if (others.length > 0 && !isGood) return 'a token is kept without a person or a code';
		if (others.some(({ personId }) => personId !== String(query.personId).trim())) {
			return `somebody else is bound: ${JSON.stringify(others[0].personId)}`;
		}
		if (answer.text.includes('You are bound') !== others.length > 0)
			return 'the page says something else';
		if (others.some(({ oauthToken }) => answer.text.includes(String(oauthToken))))
			return 'a token is shown';
		return answer;
	}

	/** Runs an example from its webhook; what the caller is answered, or that it is not. */
	private async runExample(
		name: string,
		json: IDataObject,
		startNode: string,
		options: Partial<RunOptions> & Pick<RunOptions, 'credentials'>,
	): Promise<Answer | string> {
		const { run, response } = await this.bench.engine.run(readExample(name), {
			startNode,
			pinData: { [startNode]: [{ json }] },
			...options,
		});
		const { error, lastNodeExecuted } = run.data.resultData;
		if (error !== undefined) return `it stops in ${lastNodeExecuted}: ${error.message}`;
		if (response === undefined) return `nobody is answered after ${lastNodeExecuted}`;
		const { statusCode, body } = response as unknown as { statusCode: number; body: unknown };
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		if (text.length > MAX_ANSWER_LENGTH) return `a long answer: ${text.slice(0, 300)}`;
		return { status: statusCode, text };
	}
}

function isObject(body: Buffer): boolean {
	try {
		const value: unknown = JSON.parse(body.toString().replace(/^\ufeff/, ''));
		return typeof value === 'object' && value !== null;
	} catch {
		return false;
	}
}

/** What a server says to these bytes, and to nothing more. */
async function overTheWire(port: number, bytes: Buffer): Promise<string> {
	const socket = connect(port, '127.0.0.1');
	const parts: Buffer[] = [];
	socket.on('data', (part: Buffer) => parts.push(part));
	socket.on('error', () => undefined);
	const closed = new Promise((resolve) => socket.once('close', resolve));
	socket.end(bytes);
	await closed;
	return Buffer.concat(parts)
		.toString()
		.replace(/^HTTP\/1\.1 100 .*\r\n\r\n/, '');
}

export const calls: Fuzzer = {
	name: 'calls',
	batch: 500,
	usual: ['accept: 200', 'send: 200', 'bind: 200', 'bind: 409', 'sandbox: sent'],
	open: async () => new CallsFuzzer(await openBench()),
};
