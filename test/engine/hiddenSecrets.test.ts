import fc from 'fast-check';
import { LoggerProxy } from 'n8n-workflow';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import type { CredentialStore } from '../../testbed/engine/engine';
import { numbered, openBench, type Bench } from './harness';

/**
 * Whatever a platform answers, and however it writes a secret in it: nothing that n8n stores, shows or
 * logs of a run holds the secret, or a long piece of it. What is searched is read in ways of this test's
 * own, not in those of the package.
 */
let bench: Bench;
const logged: unknown[][] = [];
beforeAll(async () => {
	bench = await openBench();
	const log = (...words: unknown[]) => void logged.push(words);
	LoggerProxy.init({ error: log, warn: log, info: log, debug: log });
});
afterAll(async () => await bench.close());

const SEED = 20_261_126;
const ANSWERS_PER_RUN = 120;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** What a paste leaves as it is. */
const PASTED = `${LETTERS}!#$&()*+,-./;=?@^_|~\\[]`;
/** What a platform may put into a token that nobody pastes. */
const ISSUED = `${PASTED}%"'\`<>{}:`;

const secretOf = (signs: string) =>
	fc
		.string({ unit: fc.constantFrom(...signs), minLength: 14, maxLength: 46 })
		.map((text) => `k${text}k`);

const percent = (sign: string) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
const each =
	(escape: (sign: string) => string, which = /[^]/g) =>
	(text: string) =>
		text.replace(which, escape);

/** How a platform, a gateway or a library between may write a secret. */
const WRITERS: Array<(secret: string) => string> = [
	(secret) => secret,
	(secret) => ` ${secret}\n`,
	(secret) => secret.toUpperCase(),
	encodeURIComponent,
	(secret) => encodeURIComponent(encodeURIComponent(secret)),
	each(percent, /[^a-z]/g),
	each((sign) => (sign === '*' ? sign : percent(sign).toUpperCase()), /[^a-z0-9_.-]/gi),
	each((sign) => `&#${sign.charCodeAt(0)};`, /[^a-z0-9]/gi),
	each((sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
	each((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`, /[^a-z0-9\\]/gi),
	(secret) => JSON.stringify(secret),
	(secret) => Buffer.from(secret).toString('base64'),
	(secret) => Buffer.from(`app:${secret}`).toString('base64url'),
	(secret) => Buffer.from(secret).toString('hex'),
];

/** A secret, or a long piece of it, in words or alone. */
const writtenOf = (secret: string) =>
	fc
		.record({
			write: fc.constantFrom(...WRITERS),
			from: fc.nat({ max: secret.length - 12 }),
			isWhole: fc.boolean(),
			around: fc.constantFrom('_', 'for _ !', '?accessToken=_&x=1', '"_"'),
		})
		.map(({ write, from, isWhole, around }) =>
			around.replace('_', () => write(isWhole ? secret : secret.slice(from))),
		);

interface Given {
	status: number;
	body: string;
	headers: Record<string, string>;
}

/** What a platform may answer that repeats one of its secrets. */
function answersOf(secrets: string[]): fc.Arbitrary<Given> {
	const written = fc.constantFrom(...secrets).chain(writtenOf);
	const { data } = fc.letrec<{ data: unknown; tree: unknown }>((tie) => ({
		data: fc.oneof(written, tie('tree')),
		tree: fc.oneof(
			fc.array(tie('data'), { minLength: 1, maxLength: 3 }),
			fc.dictionary(fc.oneof(written, fc.string()), tie('data'), { minKeys: 1, maxKeys: 3 }),
		),
	}));
	const given = (body: fc.Arbitrary<string>, headers: fc.Arbitrary<Record<string, string>>) =>
		fc.record({ status: fc.constantFrom(200, 200, 302, 400, 404), body, headers });
	const none = fc.constant({});
	const json = (part: object) => fc.record(part as never).map((value) => JSON.stringify(value));
	const token = fc.record({ oauthToken: fc.constant('bec21f56'), expiry: data, more: data });
	return fc.oneof(
		given(json({ retCode: fc.constant('000000'), retDesc: written, data }), none),
		given(json({ retCode: fc.constant('000000'), retDesc: written, data: token }), none),
		given(json({ retCode: written, retDesc: written, data }), none),
		given(json({ code: written, message: written, error: data }), none),
		given(
			written.map((text) => `<title>${text}</title><p>${text}</p>`),
			none,
		),
		given(
			written.map((text) => `{"retCode":"000000","retDesc":"${text}`),
			none,
		),
		given(
			fc.constant(''),
			written.map((text) => ({
				location: `https://${text.replace(/[^!-~]/g, '')}/x?${text.replace(/[^!-~]/g, '')}`,
			})),
		),
	);
}

/** A platform that gives these answers, one after the other. */
async function answering(answers: Given[]) {
	let count = 0;
	const server = createServer((request, response) => {
		request.resume().on('end', () => {
			const { status, body, headers } = answers[count++ % answers.length];
			response.writeHead(status, headers).end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}`,
		close: () => server.close(),
		count: () => count,
	};
}

/** Every text of a run, and what it says when it is read as somebody might who looks for secrets. */
function readingsOf(whole: unknown): string {
	const texts = new Set<string>();
	const visited = new Set<unknown>();
	const open: unknown[] = [whole, logged];
	while (open.length > 0) {
		const part = open.pop();
		if (typeof part === 'string' || typeof part === 'number') texts.add(String(part));
		if (typeof part !== 'object' || part === null || visited.has(part)) continue;
		visited.add(part);
		for (const name of Object.getOwnPropertyNames(part)) {
			texts.add(name);
			open.push((part as Record<string, unknown>)[name]);
		}
	}
	return [...texts].flatMap(readingsOfText).join('\n').toLowerCase();
}

function readingsOfText(text: string): string[] {
	const readings = [text];
	for (let i = 0; i < 4; i++) readings.push(unescaped(readings[i]));
	for (const [run] of text.matchAll(/[\w+/-]{12,}/g)) {
		for (let skip = 0; skip < 4; skip++) {
			readings.push(Buffer.from(run.slice(skip), 'base64').toString('latin1'));
		}
		for (const [digits] of run.matchAll(/[\da-f]{24,}/gi)) {
			readings.push(Buffer.from(digits, 'hex').toString('latin1'));
			readings.push(Buffer.from(digits.slice(1), 'hex').toString('latin1'));
		}
	}
	return readings;
}

function unescaped(text: string): string {
	const sign = (code: string, base: number) => String.fromCharCode(parseInt(code, base));
	return text
		.replace(/%([\da-f]{2})/gi, (_, code: string) => sign(code, 16))
		.replace(/&#x([\da-f]+);/gi, (_, code: string) => sign(code, 16))
		.replace(/&#(\d+);/g, (_, code: string) => sign(code, 10))
		.replace(/\\u([\da-f]{4})/gi, (_, code: string) => sign(code, 16))
		.replace(/\\(["\\/])/g, '$1');
}

/** Pieces of secrets that are told; there may be none. */
function told(whole: unknown, secrets: string[]): string[] {
	const readings = readingsOf(whole);
	return secrets
		.flatMap((secret) =>
			Array.from({ length: secret.length - 11 }, (_, from) => secret.slice(from, from + 12)),
		)
		.filter((piece) => readings.includes(piece.toLowerCase()));
}

/** Secrets, and answers with them: the same ones every time. */
function made(signs: string, isPasted: boolean, seed: number) {
	const [accessToken] = fc.sample(secretOf(signs), { seed, numRuns: 1 });
	const [appKey] = fc.sample(secretOf(PASTED), { seed: seed + 1, numRuns: 1 });
	const secrets = isPasted ? [accessToken] : [accessToken, appKey];
	return {
		accessToken,
		appKey,
		secrets,
		answers: fc.sample(answersOf(secrets), { seed, numRuns: ANSWERS_PER_RUN }),
	};
}

const message = { content: 'x', options: { maxRetries: 0, includeMessage: true, concurrency: 4 } };
const items = numbered(ANSWERS_PER_RUN);
const runs: Array<[name: string, signs: string, authentication: string]> = [
	['letters', LETTERS, 'accessToken'],
	['hex digits', '0123456789abcdef', 'accessToken'],
	['what can be pasted', PASTED, 'accessToken'],
	['hex digits', '0123456789abcdef', 'appKey'],
	['what can be issued', ISSUED, 'appKey'],
];

describe.each(runs)('a secret of %s (%s, %s)', (_name, signs, authentication) => {
	const seed = SEED + runs.findIndex((run) => run[1] === signs && run[2] === authentication);
	const isPasted = authentication === 'accessToken';
	const { accessToken, appKey, secrets, answers } = made(signs, isPasted, seed);
	const credentialsAt = (baseUrl: string): CredentialStore => ({
		tzeApi: { baseUrl, accessToken, messagePath: '/send' },
		tzeAppApi: {
			...{ baseUrl, appId: '1001', appKey, accessToken, messagePath: '/send' },
			...{ tokenPath: '/token', accessTokenIssuedAt: String(Date.now()) },
		},
	});
	beforeEach(() => logged.splice(0));

	it('is not told by Send Message', async () => {
		const server = await answering(answers);
		const run = await bench.send(
			{ ...message, authentication },
			{ items, onError: 'continueErrorOutput', credentials: credentialsAt(server.baseUrl) },
		);
		server.close();
		expect(server.count()).toBeGreaterThanOrEqual(ANSWERS_PER_RUN);
		expect(JSON.stringify([run.json, run.errors])).toContain('***');
		expect(told(run, secrets)).toEqual([]);
	});

	it('is not told by OAuth Exchange', async () => {
		const server = await answering(answers);
		const run = await bench.exchange(
			{ authentication, oauthCode: 'some-0auth-c0de' },
			{ items, onError: 'continueErrorOutput', credentials: credentialsAt(server.baseUrl) },
		);
		server.close();
		expect(JSON.stringify([run.json, run.errors])).toContain('***');
		expect(told(run, secrets)).toEqual([]);
	});

	it('is not told by the error that stops a run, nor by a connection test', async () => {
		const type = isPasted ? 'tzeApi' : 'tzeAppApi';
		for (const answer of answers.slice(0, 20)) {
			const server = await answering([answer]);
			const credentials = credentialsAt(server.baseUrl);
			const run = await bench.send({ ...message, authentication }, { credentials });
			const test = await bench.engine.testCredential(type, credentials[type]);
			server.close();
			expect(told(run, secrets)).toEqual([]);
			expect(told(test, secrets)).toEqual([]);
		}
	});
});

it('the search finds what is written in each way', () => {
	logged.splice(0);
	const secret = 'Some+secret/of=16!';
	for (const write of WRITERS) {
		const found = told({ json: [{ [write(secret)]: 1 }] }, [secret]);
		expect([inspect(write), found.length > 0]).toEqual([inspect(write), true]);
	}
});
