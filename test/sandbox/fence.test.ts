import { request } from 'node:http';

import { seedText, startBench, textTo, type TestBench } from './support';

let bench: TestBench;
beforeAll(async () => {
	bench = await startBench({ hosts: ['Box.example', '127.0.0.1:9000'] });
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const QUEUE = JSON.stringify({ kind: 'html' });
const ownPort = () => new URL(bench.sandbox.url).port;

/** A call with headers that `fetch` does not let anybody set, and its HTTP status. */
async function statusOf(
	method: string,
	path: string,
	headers: Record<string, string>,
	body?: string,
): Promise<number> {
	return await new Promise((resolve, reject) => {
		const call = request(`${bench.sandbox.url}${path}`, { method, headers }, (answer) => {
			answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
		});
		call.once('error', reject).end(body);
	});
}

describe('its own names', () => {
	test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', 'box.example'])('%s', async (name) => {
		expect(await statusOf('GET', '/inbox', { host: `${name}:${ownPort()}` })).toBe(200);
	});

	test.each(['box.example', '127.0.0.1:9000'])('%s, as it was named', async (host) => {
		expect(await statusOf('GET', '/inbox', { host })).toBe(200);
	});

	const paths: Array<[string, string]> = [
		['GET', '/inbox'],
		['GET', '/login'],
		['GET', '/_sandbox/messages'],
		['GET', '/_sandbox/assets/theme.css'],
		['POST', '/_sandbox/tokens'],
		['POST', '/sandbox/message/send'],
		['GET', '/elsewhere'],
	];
	test.each(paths)('%s %s is not answered to another name', async (method, path) => {
		const port = ownPort();
		for (const host of [
			`rebound.example:${port}`,
			`127.0.0.1.rebound.example:${port}`,
			`box.example.rebound.example`,
			'127.0.0.1:1',
			'127.0.0.1',
			`127.0.0.1:${port}@rebound.example`,
		]) {
			const status = await statusOf(
				method,
				path,
				{ ...JSON_TYPE, host },
				method === 'GET' ? undefined : '{}',
			);
			expect([host, status]).toEqual([host, 421]);
		}
		expect((await bench.control.stats()).requests).toBe(0);
		expect(await bench.control.tokens()).toMatchObject({ count: 1 });
	});
});

describe('a page of another origin', () => {
	const foreign = (): Array<Record<string, string>> => [
		{ origin: 'https://evil.example' },
		{ origin: 'http://127.0.0.1:1' },
		{ origin: 'http://localhost' },
		{ origin: `https://127.0.0.1:${ownPort()}` },
		{ origin: `http://localhost:${ownPort()}` },
		{ origin: 'null' },
		{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
		{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
		{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
	];
	const calls: Array<[string, string]> = [
		['POST', '/_sandbox/faults'],
		['POST', '/_sandbox/tokens'],
		['POST', '/_sandbox/codes'],
		['DELETE', '/_sandbox/messages'],
		['DELETE', '/_sandbox/tokens'],
		['POST', '/sandbox/message/send'],
		['POST', '/elsewhere'],
	];
	test.each(calls)('%s %s is refused, and nothing is kept of it', async (method, path) => {
		for (const headers of foreign()) {
			const status = await statusOf(method, path, { ...JSON_TYPE, ...headers }, QUEUE);
			expect([headers, status]).toEqual([headers, 403]);
		}
		expect((await bench.control.stats()).requests).toBe(0);
		expect(await bench.control.faults()).toEqual([]);
		expect(await bench.control.tokens()).toMatchObject({ count: 1 });
	});

	test('reads nothing', async () => {
		const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
		expect(await statusOf('GET', '/_sandbox/messages', headers)).toBe(403);
	});

	test('may lead here by a link', async () => {
		const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
		expect(await statusOf('GET', '/login', headers)).toBe(200);
	});

	test.each([
		['text/plain'],
		['application/x-www-form-urlencoded'],
		['multipart/form-data; boundary=x'],
		['text/plain; charset=application/json'],
	])('a form of %s changes nothing, even from a browser that tells no origin', async (type) => {
		for (const path of ['/_sandbox/faults', '/_sandbox/tokens', '/_sandbox/codes']) {
			expect(await statusOf('POST', path, { 'content-type': type }, QUEUE)).toBe(415);
			expect(await statusOf('POST', path, {})).toBe(415);
		}
		expect(await bench.control.faults()).toEqual([]);
	});
});

test('its own pages and programs may call', async () => {
	const own = { ...JSON_TYPE, origin: bench.sandbox.url, 'sec-fetch-site': 'same-origin' };
	expect(await statusOf('POST', '/_sandbox/faults', own, QUEUE)).toBe(200);
	expect(await statusOf('POST', '/_sandbox/faults', JSON_TYPE, QUEUE)).toBe(200);
	expect(await bench.control.faults()).toHaveLength(2);
});

test.each(['/inbox', '/login', '/_sandbox', '/_sandbox/assets/icon.svg', '/elsewhere', '/inbox/x'])(
	'%s is answered with headers that keep other pages away from it',
	async (path) => {
		const { headers } = await bench.get(path);
		expect(headers).toMatchObject({
			'x-content-type-options': 'nosniff',
			'x-frame-options': 'DENY',
			'referrer-policy': 'no-referrer',
			'cross-origin-resource-policy': 'same-origin',
			'cache-control': 'no-store',
		});
		const policy = String(headers['content-security-policy']);
		expect(policy).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
		expect(policy).not.toContain('unsafe');
		expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
	},
);

test('a page that a fault puts into an answer can run nothing', async () => {
	await bench.control.fault({ kind: 'status', httpStatus: 200, body: '<script>alert(1)</script>' });
	const { headers } = await bench.get('/elsewhere');
	expect(headers['content-security-policy']).toMatch(/^default-src 'none'; form-action 'none'/);
});

describe('what callers can fill', () => {
	const MB = 1024 * 1024;

	test('of a long body the log keeps its length', async () => {
		await bench.call('/elsewhere', { text: 'x'.repeat(MB) });
		const [{ body }] = await bench.control.requests();
		expect(body).toBe(`${MB + '{"text":""}'.length} characters, too many for the log`);
	});

	test('of many bodies the log keeps the last 8 MB', async () => {
		const text = 'x'.repeat(250_000);
		for (let at = 0; at < 40; at++) await bench.call('/elsewhere', { at, text });
		const kept = await bench.control.requests();
		expect(kept).toHaveLength(33);
		expect(kept.at(-1)?.body).toEqual({ at: 39, text });
	});

	test('paths and headers are cut, and only some paths are counted for themselves', async () => {
		await bench.get(`/${'p'.repeat(5_000)}`);
		for (let at = 0; at < 1_005; at++) await bench.get(`/path-${at}`);
		expect((await bench.control.requests())[0].path.length).toBeLessThanOrEqual(500);
		const { byPath, requests } = await bench.control.stats();
		expect(requests).toBe(1_006);
		expect(Object.keys(byPath)).toHaveLength(1_001);
		expect(byPath['other paths']).toBe(6);
	});

	test('of many messages the newest 64 MB are kept', async () => {
		const busiId = 'B-1';
		const link = { pcUrl: 'http://a', appUrl: 'http://a', title: 't', picUrl: '', busiId };
		const send = async (content: string) =>
			await bench.send({ msgType: 'link', link: { ...link, content } });
		for (let at = 0; at < 9; at++) await send('x'.repeat(8 * MB));
		await bench.send(seedText);
		const { total, messages } = await bench.control.messages();
		expect(total).toBe(8);
		expect(messages.at(-1)?.message).toEqual(seedText);
		expect((await bench.get('/inbox')).data).toContain('sent 7 times');
	});

	test('faults, their length, and the names of persons have an end', async () => {
		const long = { kind: 'status', httpStatus: 500, body: 'x'.repeat(600_000) } as const;
		await expect(bench.control.fault(long)).rejects.toThrow('HTTP 413');
		await expect(bench.control.codes({ personId: 'x'.repeat(201) })).rejects.toThrow('personId');
		for (let at = 0; at < 100; at++) await bench.control.fault({ kind: 'html' });
		await expect(bench.control.fault({ kind: 'html' })).rejects.toThrow('too many faults');
	});
});

describe('the log has no secrets', () => {
	const logged = async () => JSON.stringify(await bench.control.requests());
	/** A body as somebody sends it by mistake, to the exchange. */
	const post = async (
		body: string,
		contentType = 'application/json',
		path = '/oauth/getOauthToken',
	) => await statusOf('POST', path, { 'content-type': contentType }, body);
	const code = 'q7Zs-foreign-code';
	const encoded = encodeURIComponent(JSON.stringify({ oauthCode: code }));
	const unicode = `{"\\u006fauthCode":"${code}`;

	test.each([
		['nested', JSON.stringify({ data: { list: [{ oauthCode: code }] } })],
		['in another case', JSON.stringify({ OAUTHCODE: code })],
		['as an object', JSON.stringify({ oauthCode: { value: code } })],
		['JSON in a text', JSON.stringify({ data: JSON.stringify({ oauthCode: code }) })],
		['broken JSON', `{"oauthCode":"${code}`],
		['broken JSON without a colon', `{"oauthCode" "${code}"}`],
		['broken JSON, with an escape in the name', unicode],
		['a form', `a=b&oauthCode=${code}&c=d`],
		['a form with an encoded name', `%6FauthCode=${code}`],
		['a form twice encoded', `data=${encodeURIComponent(encoded)}`],
		[
			'a form in parts',
			`--x\r\nContent-Disposition: form-data; name="oauthCode"\r\n\r\n${code}\r\n`,
		],
		['UTF-16', Buffer.from(`{"oauthCode":"${code}"}`, 'utf16le').toString('latin1')],
		['an access token', JSON.stringify({ a: [[{ accessToken: code }]] })],
		['a signature', `keyInfo=${code}`],
		['an app key', `appKey: ${code}`],
	])('%s', async (_name, body) => {
		await post(body);
		await post(body, 'application/x-www-form-urlencoded');
		expect(await bench.control.requests()).toHaveLength(2);
		expect((await logged()).replaceAll('\\u0000', '')).not.toContain(code);
	});

	test('what it issued itself is known under any name, used or not', async () => {
		const [{ oauthCode }] = await bench.control.codes();
		const issued = await bench.control.issueToken();
		const { accessToken, appKey } = bench.sandbox;
		for (const secret of [oauthCode, issued, accessToken, appKey]) {
			await post(JSON.stringify({ code: secret, text: `It is ${secret}.`, [secret]: 1 }));
			await post(`code=${secret}`, 'text/plain', `/oauth/${secret}`);
			expect(await logged()).not.toContain(secret);
		}
		const { byPath } = await bench.control.stats();
		expect(Object.keys(byPath)).toEqual(['/oauth/getOauthToken', '/oauth/***']);
	});

	test('a value after a name in the path', async () => {
		await post('', 'text/plain', `/oauth;oauthCode=${code}`);
		expect((await bench.control.requests())[0].path).toBe('/oauth;oauthCode***');
	});

	test('all else stays as it was', async () => {
		const message = textTo('d41d8cd98f00b204e9800998ecf8427e', 'P1');
		await bench.send(message);
		expect((await bench.control.requests())[0].body).toEqual(message);
	});

	test('a body of brackets alone does no harm', async () => {
		const brackets = '['.repeat(20_000) + ']'.repeat(20_000);
		expect(await post(brackets, 'application/json', '/elsewhere')).toBe(404);
		expect(await logged()).toContain('***');
	});
});
