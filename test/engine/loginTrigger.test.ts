import type { IDataObject, INode } from 'n8n-workflow';

import { serveWebhooks, type WebhookHost } from '../../testbed/engine/webhooks';
import { answerWith, expectShown, openBench, type Bench } from './harness';

let bench: Bench;
const hosts: WebhookHost[] = [];

beforeAll(async () => {
	bench = await openBench();
});
afterEach(async () => {
	await Promise.all(hosts.splice(0).map(async (host) => await host.close()));
	await bench.client.clear();
});
afterAll(async () => await bench.close());

const nodeOf = (parameters: IDataObject): INode => ({
	id: 'login',
	webhookId: 'login',
	name: 'Login',
	type: 'n8n-nodes-tze.tzeLoginTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {
		...{ path: 'bind/people', checkState: 'required', exchangeCode: true, options: {} },
		authentication: 'accessToken',
		loginUrl: `${bench.sandbox.loginUrl}?redirect_uri={redirectUri}&state={state}`,
		...parameters,
	} as INode['parameters'],
});

async function serve(
	parameters: IDataObject = {},
	{ credential = {}, isTest = false }: { credential?: IDataObject; isTest?: boolean } = {},
) {
	const host = await serveWebhooks(
		bench.engine,
		nodeOf(parameters),
		bench.credentials(credential),
		{ isTest },
	);
	hosts.push(host);
	const base = `${host.url}/webhook${isTest ? '-test' : ''}/bind/people`;
	const get = async (url: string, headers: Record<string, string> = {}, method = 'GET') => {
		const response = await fetch(url, { redirect: 'manual', headers, method });
		return { status: response.status, headers: response.headers, text: await response.text() };
	};
	/** Begins as a browser does: the cookie, and the state. */
	const begin = async (query = '?ref=key-1') => {
		const { status, headers } = await get(`${base}/start${query}`);
		expect(status).toBe(302);
		const to = new URL(headers.get('location') ?? '');
		const cookie = headers.get('set-cookie') ?? '';
		return { to, cookie, pair: cookie.split(';')[0], state: to.searchParams.get('state') ?? '' };
	};
	const code = async () => (await bench.client.codes({ count: 1 }))[0];
	const back = (query: Record<string, string>) =>
		`${base}?${new URLSearchParams(query).toString()}`;
	return { host, base, get, begin, code, back };
}

it('binds a person who logs in, from the first click to the run', async () => {
	const { host, base, get, begin } = await serve();
	const { to, cookie, pair, state } = await begin('?ref=Key_1-.~');
	expect(to.searchParams.get('redirect_uri')).toBe(base);
	expect(state).toMatch(/^[\w-]{43}$/);
	expect(cookie.replace(/^tze-login-[0-9a-f]{8}=/, '')).toBe(
		`${state}.Key_1-.~; Max-Age=900; Path=/webhook/bind/people; HttpOnly; SameSite=Lax`,
	);

	const login = await fetch(to);
	const [person] = /\/login\/as\/[^"]+/.exec(await login.text()) ?? [];
	const chosen = await get(new URL((person ?? '').replaceAll('&amp;', '&'), to).href);
	const returned = await get(chosen.headers.get('location') ?? '', { cookie: pair });
	expect(returned.status).toBe(200);
	expect(returned.text).toContain('You are logged in');
	expect(returned.headers.get('set-cookie')).toMatch(/^tze-login-[0-9a-f]{8}=; Max-Age=0; Path=/);
	expect(host.runs).toEqual([
		{
			personId: expect.any(String),
			oauthToken: expect.any(String),
			expiry: expect.any(Number),
			expiresAt: expect.any(String),
			ref: 'Key_1-.~',
			receivedAt: expect.any(String),
		},
	]);
	expectShown('TzeLoginTrigger/__schema__/v1.0.0.json', host.runs[0]);
	expect(host.logs).toEqual([]);
});

it('a reload of a success shows it again, and costs no second exchange and no second run', async () => {
	const { host, get, begin, code, back } = await serve();
	const { pair, state } = await begin();
	const url = back({ ...(await code()), state });
	const both = await Promise.all([get(url, { cookie: pair }), get(url, { cookie: pair })]);
	const reload = await get(url);
	for (const { status, text } of [...both, reload]) {
		expect([status, text.includes('You are logged in')]).toEqual([200, true]);
	}
	expect(host.runs).toHaveLength(1);
	expect(await bench.client.requests()).toHaveLength(1);
	// Who logs in again meanwhile goes on with the cookie of then
	expect(reload.headers.get('set-cookie')).toBeNull();
});

it.each([true, false])(
	'a code that was used comes to nothing with another person, who may have begun here: exchanged %s',
	async (exchangeCode) => {
		const { host, get, begin, code, back } = await serve({ exchangeCode });
		const first = await begin();
		const used = await code();
		await get(back({ ...used, state: first.state }), { cookie: first.pair });
		const { pair, state } = await begin();
		const url = back({ ...used, personId: 'P2001', state });
		for (const headers of [{ cookie: pair }, {}] as Array<Record<string, string>>) {
			const { status, text } = await get(url, headers);
			expect([status, text.includes('each login works only once')]).toEqual([400, true]);
		}
		expect(host.runs).toHaveLength(1);
	},
);

it('puts out the code itself where that is wanted, and asks nobody', async () => {
	const { host, get, begin, back } = await serve({ exchangeCode: false });
	const { pair, state } = await begin('');
	const query = { personId: 'P1', oauthCode: 'code-of-P1' };
	const { text } = await get(back({ ...query, state }), { cookie: pair });
	expect(text).toContain('Your login was received');
	expect(host.runs).toEqual([{ ...query, receivedAt: expect.any(String) }]);
	expect(await bench.client.requests()).toEqual([]);
});

describe('who did not begin here', () => {
	it.each([
		['required', 'no cookie', false, true],
		['required', 'no state', true, false],
		['browserOnly', 'no cookie', false, true],
	])('is turned away: %s, %s', async (checkState, _what, hasCookie, hasState) => {
		const { host, get, begin, code, back } = await serve({ checkState });
		const { pair, state } = await begin();
		const url = back({ ...(await code()), ...(hasState ? { state } : {}) });
		const { status, text } = await get(url, hasCookie ? { cookie: pair } : {});
		expect([status, host.runs]).toEqual([400, []]);
		expect(text).toContain('did not begin in this browser');
		// The code is still good
		expect((await get(back({ ...queryOf(url), state }), { cookie: pair })).status).toBe(200);
	});

	it('is turned away with the state of another', async () => {
		const { host, get, begin, code, back } = await serve();
		const [one, other] = [await begin(), await begin()];
		const url = back({ ...(await code()), state: other.state });
		expect((await get(url, { cookie: one.pair })).status).toBe(400);
		expect(host.runs).toEqual([]);
	});

	it.each(['browserOnly', 'off'])('may come back without a state: %s', async (checkState) => {
		const { host, get, begin, code, back } = await serve({
			checkState,
			loginUrl: bench.sandbox.loginUrl,
		});
		const { pair } = await begin();
		const url = back({ ...(await code()) });
		expect((await get(url, checkState === 'off' ? {} : { cookie: pair })).status).toBe(200);
		expect(host.runs).toHaveLength(1);
	});
});

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

it.each([
	['HEAD', {}],
	['GET', { 'sec-purpose': 'prefetch;prerender' }],
	['GET', { purpose: 'prefetch' }],
	['GET', { 'x-moz': 'prefetch' }],
	['GET', { 'user-agent': 'TelegramBot (like TwitterBot)' }],
])('nobody who only looks uses a code up: %s %j', async (method, headers) => {
	const { host, get, begin, code, back } = await serve();
	const { pair, state } = await begin();
	const url = back({ ...(await code()), state });
	const looked = await get(url, { cookie: pair, ...headers } as Record<string, string>, method);
	expect(looked.status).toBeLessThan(500);
	expect(host.runs).toEqual([]);
	expect((await get(url, { cookie: pair })).text).toContain('You are logged in');
});

describe('a code that is not exchanged', () => {
	it('starts no run, is in the log without a secret, and its reload asks nobody again', async () => {
		const { host, get, begin, back } = await serve();
		const { pair, state } = await begin();
		const url = back({ personId: 'P1', oauthCode: 'no-such-code-1234567890', state });
		for (const cookie of [pair, '']) {
			const { status, text } = await get(url, { cookie });
			expect([status, text.includes('each login works only once')]).toEqual([400, true]);
		}
		expect(host.runs).toEqual([]);
		expect(host.logs).toEqual([expect.stringMatching(/^Login: .*let the person log in again/)]);
		expect(host.logs[0]).not.toContain('no-such-code');
		expect(await bench.client.requests()).toHaveLength(1);
	});

	it('since nobody answers is still good: a reload tries again', async () => {
		const { host, get, begin, code, back } = await serve(
			{},
			{ credential: { baseUrl: 'http://127.0.0.1:1' } },
		);
		const { pair, state } = await begin();
		const url = back({ ...(await code()), state });
		for (const _time of [1, 2]) {
			const { status, text } = await get(url, { cookie: pair });
			expect([status, text.includes('reload this page')]).toEqual([424, true]);
		}
		expect(host.logs).toHaveLength(2);
		expect(host.runs).toEqual([]);
	});

	it('as far as anybody can tell is not sent again', async () => {
		const platform = await answerWith('<h1>Oh no</h1>', 502);
		const { host, get, begin, code, back } = await serve(
			{},
			{ credential: { baseUrl: platform.baseUrl } },
		);
		const { pair, state } = await begin();
		const url = back({ ...(await code()), state });
		for (const _time of [1, 2]) {
			const { status, text } = await get(url, { cookie: pair });
			expect([status, text.includes('no clear answer')]).toEqual([424, true]);
		}
		expect(platform.received).toHaveLength(1);
		expect(host.runs).toEqual([]);
		platform.close();
	});
});

describe('the page', () => {
	it.each([
		['zh-CN', 'zh-CN', '登录成功'],
		['de', 'en', 'You are logged in'],
	])("is in the browser's language: %s", async (accepted, lang, title) => {
		const { get, begin, code, back } = await serve();
		const { pair, state } = await begin();
		const headers = { cookie: pair, 'accept-language': accepted };
		const { text } = await get(back({ ...(await code()), state }), headers);
		expect(text).toContain(`<html lang="${lang}">`);
		expect(text).toContain(`<h1>${title}</h1>`);
	});

	it('has the words of the user', async () => {
		const options = { successTitle: 'Hello & <b>', successText: 'Line\nTwo' };
		const { get, begin, code, back } = await serve({ options });
		const { pair, state } = await begin();
		const { text } = await get(back({ ...(await code()), state }), { cookie: pair });
		expect(text).toContain('<h1>Hello &amp; &lt;b&gt;</h1>\n<p>Line\nTwo</p>');
	});

	it('may be another address', async () => {
		const redirectTo = 'https://school.example/welcome';
		const { host, get, begin, code, back } = await serve({ options: { redirectTo } });
		const { pair, state } = await begin();
		const { status, headers } = await get(back({ ...(await code()), state }), { cookie: pair });
		expect([status, headers.get('location')]).toEqual([302, redirectTo]);
		expect(headers.get('referrer-policy')).toBe('no-referrer');
		expect(host.runs).toHaveLength(1);
	});
});

describe('a node that is not set up', () => {
	it('says so calmly, and what is wrong in the log alone', async () => {
		const { host, base, get } = await serve({ loginUrl: 'https://login.example/' });
		const { status, text } = await get(`${base}/start`);
		expect(status).toBe(424);
		expect(text).toContain('This login is not ready yet');
		expect(text).not.toContain('{state}');
		expect(host.logs[0]).toContain("'Login URL' has no {state} in it");
	});

	it.each<[string, IDataObject, RegExp]>([
		['a path with a blank', { path: 'tze login' }, /^'Path' /],
		['a path that a browser resolves', { path: 'tze/../login' }, /^'Path' /],
		[
			'a login without {state}',
			{ loginUrl: 'https://login.example/' },
			/^'Login URL' has no \{state\} in it/,
		],
	])('cannot be published: %s', async (_what, parameters, message) => {
		const { host } = await serve(parameters);
		await expect(host.activate()).rejects.toMatchObject({
			message: expect.stringMatching(message),
		});
	});

	it('can be published when all is well', async () => {
		const { host } = await serve();
		await expect(host.activate()).resolves.toBeUndefined();
	});

	it('tells who tries it out what is wrong', async () => {
		const { base, get } = await serve({ loginUrl: 'login.example' }, { isTest: true });
		expect((await get(`${base}/start`)).text).toContain(
			'&#39;Login URL&#39; is not a full web address',
		);
	});
});

it('leads back to the address that listens while the editor does', async () => {
	const { host, base, get, begin, code, back } = await serve({}, { isTest: true });
	const { to, cookie, pair, state } = await begin();
	expect(to.searchParams.get('redirect_uri')).toBe(base);
	expect(cookie).toContain('Path=/webhook-test/bind/people;');
	await get(back({ ...(await code()), state }), { cookie: pair });
	expect(host.runs).toHaveLength(1);
});
