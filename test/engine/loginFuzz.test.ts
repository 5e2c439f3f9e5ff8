import fc from 'fast-check';
import type { INode } from 'n8n-workflow';

import { serveWebhooks, type WebhookHost } from '../../testbed/engine/webhooks';
import { caseOf, FIXED_SEED } from '../fuzz/random';
import { openBench, type Bench } from './harness';

/** Requests to the two addresses of each node that is tried. */
const CASES = 1_000;

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());

/** What may never come back as it is. */
const MARK = '<fz onload="x" \'y\'>';

/** Values that are nothing like a code or a person. */
const bad = fc.constantFrom(
	...['', ' ', '\0', 'a\r\nSet-Cookie: a=b', '%2541', '%253Cfz%253E', '\u202Eevil', '\uFEFFa'],
	...[MARK, `javascript:${MARK}`, 'a b', '\u{1F600} ', 'x'.repeat(513), 'y'.repeat(12_000)],
	...['{}', '[]', '"', '\\', '\u3000', '\uD800'],
);

type Query = Array<[name: string, value: string]>;

/** A request; `breaks` says that it is not a complete one, whatever else it has. */
interface Request {
	method: string;
	suffix: string;
	query: Query;
	cookie: string;
	headers: Record<string, string>;
	breaks: boolean;
}

type Mutation = (request: Request) => void;

const name = fc.constantFrom('personId', 'oauthCode');
const broken =
	(change: Mutation): Mutation =>
	(request) => {
		request.breaks = true;
		change(request);
	};
const without = (query: Query, gone: string) => query.filter(([key]) => key !== gone);

/** What makes any request incomplete. */
const breaking: fc.Arbitrary<Mutation> = fc.oneof(
	name.map((key) => broken((request) => (request.query = without(request.query, key)))),
	fc.tuple(name, fc.string()).map(([key, more]) => broken(({ query }) => query.push([key, more]))),
	fc
		.tuple(name, fc.constantFrom('[]', '[a]', '[__proto__]', '[a][b][c]', '[0]'))
		.map(([key, nested]) => broken(({ query }) => query.push([key + nested, MARK]))),
	fc
		.tuple(name, bad)
		.map(([key, value]) =>
			broken((request) =>
				request.query.splice(0, Infinity, ...without(request.query, key), [key, value]),
			),
		),
	fc
		.constantFrom('POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS')
		.map((method) => broken((request) => (request.method = method))),
	fc
		.constantFrom('/start', '/start/x', '/', '/%00', '/..', `/${encodeURIComponent(MARK)}`)
		.map((suffix) => broken((request) => (request.suffix = suffix === '/' ? '/other' : suffix))),
	fc
		.constantFrom('sec-purpose', 'purpose', 'x-moz')
		.map((key) => broken(({ headers }) => (headers[key] = 'prefetch'))),
);

/** A cookie with the name of the node's own. */
const asTheNodes = (cookie: string, request: Request) =>
	cookie.replace('tze-login', request.cookie.split('=')[0]);

/** What makes it incomplete where the browser is checked. */
const ofCookie: fc.Arbitrary<Mutation> = fc
	.constantFrom(
		'',
		'tze-login=',
		'tze-login=%',
		`tze-login=${'a'.repeat(42)}`,
		`a=${'b'.repeat(9000)}`,
	)
	.map((cookie) => broken((request) => (request.cookie = asTheNodes(cookie, request))));
const doubledCookie: fc.Arbitrary<Mutation> = fc.constant(
	// Twice, so that one that took the place of another is not alone
	broken(
		(request) => (request.cookie += asTheNodes(`; tze-login=${'a'.repeat(43)}`, request).repeat(2)),
	),
);

/** What makes it incomplete where the state is. */
const ofState: fc.Arbitrary<Mutation> = fc.oneof(
	fc.constant(broken((request: Request) => (request.query = without(request.query, 'state')))),
	bad.map((value) =>
		broken((request) => (request.query = [...without(request.query, 'state'), ['state', value]])),
	),
	fc.constant(broken(({ query }) => query.push(['state', 'b']))),
	fc.constant(
		broken((request) => {
			const [state] = request.query.filter(([key]) => key === 'state');
			if (state !== undefined)
				state[1] = state[1].replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
		}),
	),
);

/** What changes nothing. */
const harmless: fc.Arbitrary<Mutation> = fc.oneof(
	fc.tuple(fc.constantFrom('x', 'hasOwnProperty', '__proto__', 'a[b]', MARK), bad).map(
		([key, value]): Mutation =>
			({ query }) =>
				query.push([key, value.slice(0, 600)]),
	),
	fc.constantFrom('zh', 'en', '*', ';q=', 'zh;q=0', 'x'.repeat(900)).map(
		(language): Mutation =>
			({ headers }) =>
				(headers['accept-language'] = language),
	),
);

it.each([
	['required', true, [breaking, ofCookie, doubledCookie, ofState, harmless]],
	['browserOnly', false, [breaking, ofCookie, doubledCookie, harmless]],
	['off', false, [breaking, harmless]],
] as const)(
	'no bad request starts a run, fails, or comes back as it is: %s',
	async (checkState, exchangeCode, mutations) => {
		const node: INode = {
			id: checkState,
			webhookId: checkState,
			name: 'Login',
			type: 'n8n-nodes-tze.tzeLoginTrigger',
			typeVersion: 1,
			position: [0, 0],
			parameters: {
				...{ path: 'bind', checkState, exchangeCode, options: {} },
				authentication: 'accessToken',
				loginUrl: 'https://login.example/?to={redirectUri}&state={state}',
			},
		};
		const host = await serveWebhooks(bench.engine, node, bench.credentials());
		const requests = fc.record({
			mutations: fc.array(fc.oneof(...mutations), { maxLength: 3 }),
			replays: fc.nat({ max: 2 }),
		});
		const counts = { runs: 0, refused: 0 };
		for (let index = 0; index < CASES;) {
			const made = caseOf(requests, FIXED_SEED, index);
			const request = await complete(host, index);
			for (const mutate of made.mutations) mutate(request);
			const expected = counts.runs + (request.breaks ? 0 : 1);
			// Once more, and again: nothing new
			for (let time = 0; time <= made.replays; time++, index++) {
				const shown = `case ${index} ${JSON.stringify(request).slice(0, 600)}`;
				const { status, text, policy } = await send(host, request);
				expect([shown, status < 500, text.includes('<fz')]).toEqual([shown, true, false]);
				if (text.startsWith('<!doctype')) expect(policy).toContain("default-src 'none'");
				expect([shown, host.runs.length]).toEqual([shown, expected]);
			}
			if (request.breaks) counts.refused++;
			counts.runs = expected;
		}
		expect(counts.runs).toBeGreaterThan(CASES / 20);
		expect(counts.refused).toBeGreaterThan(CASES / 20);
		const seen = new Set(host.runs.map(({ personId }) => personId));
		expect(seen.size).toBe(host.runs.length);
		expect(host.logs.filter((line) => line.startsWith('thrown'))).toEqual([]);
		await host.close();
	},
	240_000,
);

/** A request that is complete: it began at the start, and its code is new. */
async function complete({ url }: WebhookHost, index: number): Promise<Request> {
	const started = await fetch(`${url}/webhook/bind/start?ref=key${index}`, { redirect: 'manual' });
	const state = new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? '';
	const [{ oauthCode }] = await bench.client.codes({ count: 1 });
	return {
		method: 'GET',
		suffix: '',
		query: [
			['personId', `P${index}`],
			['oauthCode', oauthCode],
			['state', state],
		],
		cookie: (started.headers.get('set-cookie') ?? '').split(';')[0],
		headers: {},
		breaks: false,
	};
}

async function send({ url }: WebhookHost, { method, suffix, query, cookie, headers }: Request) {
	const parts = query.map((pair) => pair.map(encode).join('='));
	const response = await fetch(`${url}/webhook/bind${suffix}?${parts.join('&')}`, {
		method,
		redirect: 'manual',
		headers: { ...headers, cookie },
	});
	const policy = response.headers.get('content-security-policy');
	return { status: response.status, text: await response.text(), policy };
}

/** Brackets stay, since Express gives them a meaning; half a character has no encoding. */
function encode(text: string): string {
	const whole = text.replace(/[\uD800-\uDFFF]/g, '\uFFFD');
	return encodeURIComponent(whole).replaceAll('%5B', '[').replaceAll('%5D', ']');
}
