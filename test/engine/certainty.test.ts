import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { credentialsFor } from '../../testbed/credentials';
import { freePort } from '../../testbed/process/ports';
import { engineIsOlderThan, openBench, type Bench, type NodeRun } from './harness';

// n8n reads it once, when its engine is loaded
process.env.N8N_SSRF_BLOCKED_IP_RANGES = '127.0.0.0/8';
process.env.N8N_SSRF_ALLOWED_HOSTNAMES = 'localhost';
process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY'];
afterEach(() => {
	for (const name of PROXIES) Reflect.deleteProperty(process.env, name);
});

/** The sandbox under a name that n8n lets through here. */
const allowed = () => bench.sandbox.url.replace('127.0.0.1', 'localhost');

/** One message, tried once; what became of it as the user is told. */
async function send(baseUrl: string): Promise<{ error: string; delivered: unknown }> {
	const { json, errors } = await bench.send(
		{ content: 'x', options: { maxRetries: 0, timeout: 1000 } },
		{ onError: 'continueErrorOutput', credential: { baseUrl } },
	);
	if (json.length > 0) return { error: '', delivered: 'yes' };
	const [{ error }] = errors as unknown as Array<{
		error: { message: string; delivered: unknown };
	}>;
	return { error: error.message, delivered: error.delivered };
}

/** A server that does this with whoever connects. */
async function listen(onSocket: (socket: Socket) => void) {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		onSocket(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://localhost:${port}`, close: () => server.close() };
}

function throughProxy(proxy: string): void {
	for (const name of PROXIES) process.env[name] = proxy;
}

/** A proxy that connects nobody; what it was asked. */
async function refusing(status: number) {
	const asked: string[] = [];
	const proxy = await listen((socket) =>
		socket.once('data', (data) => {
			asked.push(String(data));
			socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 6\r\n\r\ndenied`);
		}),
	);
	return { ...proxy, asked };
}

/** A host that takes no connection any more: a process that never looks, with a full queue. */
async function silentHost() {
	const script = `
		const server = require('node:net').createServer();
		server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
			require('node:fs').writeSync(1, String(server.address().port));
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
		});`;
	const program = spawn(process.execPath, ['-e', script]);
	const [port] = (await once(program.stdout, 'data')) as [Buffer];
	const waiting = Array.from({ length: 8 }, () =>
		connect(Number(port), '127.0.0.1').on('error', () => undefined),
	);
	await new Promise((resolve) => setTimeout(resolve, 200));
	const close = () => {
		for (const socket of waiting) socket.destroy();
		program.kill('SIGKILL');
	};
	return { url: `http://localhost:${String(port)}`, close };
}

describe('a token over plain http', () => {
	it.each(['accessToken', 'appKey'])('is shown to no proxy: %s', async (authentication) => {
		const proxy = await refusing(403);
		throughProxy(proxy.url);
		const { messagePath, appId, appKey, accessToken } = bench.sandbox;
		const own = { baseUrl: allowed(), messagePath };
		const { json } = await bench.send(
			{ authentication, content: 'x' },
			{
				credentials: {
					tzeApi: { ...own, accessToken },
					tzeAppApi: { ...own, appId, appKey },
				},
			},
		);
		proxy.close();
		expect([json, proxy.asked]).toEqual([[expect.objectContaining({ retCode: '000000' })], []]);
	});
});

describe('nothing was sent', () => {
	it.each(['not a url', 'http://'])('when the proxy is no address: %s', async (proxy) => {
		throughProxy(proxy);
		const { error, delivered } = await send('https://localhost:1');
		expect({ error, delivered }).toEqual({
			error: expect.stringMatching(/^n8n did not call /),
			delivered: 'no',
		});
	});

	it('when nobody is at the proxy', async () => {
		throughProxy(`http://localhost:${await freePort()}`);
		const { error, delivered } = await send('https://localhost:1');
		expect({ error, delivered }).toEqual({
			error: expect.stringMatching(/^No connection to .*\(ECONNREFUSED\)$/),
			delivered: 'no',
		});
	});

	it.each([400, 403, 404, 407, 429, 503])(
		'when the proxy refuses to connect: HTTP %d',
		async (status) => {
			const proxy = await refusing(status);
			throughProxy(proxy.url);
			const { delivered } = await send('https://localhost:1');
			proxy.close();
			expect({ delivered, asked: proxy.asked }).toEqual({
				delivered: 'no',
				asked: [expect.stringMatching(/^CONNECT localhost:1 /)],
			});
		},
	);

	it('when a host never answers', async () => {
		const host = await silentHost();
		const { error, delivered } = await send(host.url);
		host.close();
		// Before 2.38, n8n keeps nothing of the request that shows how far it came
		expect({ error, delivered }).toEqual(
			engineIsOlderThan('2.38.0')
				? {
						error: expect.stringContaining('did not answer within 1 seconds'),
						delivered: 'unknown',
					}
				: { error: expect.stringMatching(/^No connection to .*\(ETIMEDOUT\)$/), delivered: 'no' },
		);
	});

	it('when the proxy hangs up before it has connected', async () => {
		const proxy = await listen((socket) => socket.once('data', () => socket.destroy()));
		throughProxy(proxy.url);
		const { error, delivered } = await send('https://localhost:1');
		proxy.close();
		expect({ error, delivered }).toEqual({
			error: expect.stringMatching(/^No connection to localhost:1 /),
			delivered: 'no',
		});
	});

	it('when n8n blocks the host', async () => {
		const { error, delivered } = await send(bench.sandbox.url);
		const { requests } = await bench.client.stats();
		// Before 2.38, the protection is the server's, which is not part of the engine
		const expected = engineIsOlderThan('2.38.0')
			? { error: '', delivered: 'yes', requests: 1 }
			: { error: expect.stringMatching(/^n8n did not call /), delivered: 'no', requests: 0 };
		expect({ error, delivered, requests }).toEqual(expected);
	});
});

describe('nobody knows', () => {
	it.each([502, 504])('when a proxy answers with HTTP %d instead of connecting', async (status) => {
		const proxy = await refusing(status);
		throughProxy(proxy.url);
		const { delivered } = await send('https://localhost:1');
		proxy.close();
		// From 2.20 on, nothing shows who answered
		expect(delivered).toBe(engineIsOlderThan('2.20.0') ? 'no' : 'unknown');
	});

	it('when the answer comes byte by byte, without an end', async () => {
		const server = await listen((socket) => {
			socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
			const drip = setInterval(() => socket.write(' '), 100);
			socket.once('close', () => clearInterval(drip));
		});
		const { error, delivered } = await send(server.url);
		server.close();
		expect({ error, delivered }).toEqual({
			error: expect.stringContaining('did not answer within 1 seconds'),
			delivered: 'unknown',
		});
	});

	it('when the answer is said to be gzip, and is not', async () => {
		const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\n';
		const server = await listen((socket) =>
			socket.once('data', () => socket.end(`${head}no gzip`)),
		);
		const { error, delivered } = await send(server.url);
		server.close();
		expect({ error, delivered }).toEqual({
			error: expect.stringContaining('was lost before its answer arrived (Z_DATA_ERROR)'),
			delivered: 'unknown',
		});
	});

	it('when the answer breaks off in its head', async () => {
		const server = await listen((socket) =>
			socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Le')),
		);
		const { delivered } = await send(server.url);
		server.close();
		expect(delivered).toBe('unknown');
	});

	it.each(['HTTP/1.1 abc\r\n\r\n', '\u0000\u0001\u0002', 'SSH-2.0-OpenSSH_9.2\r\n'])(
		'when what answers speaks no HTTP: %j',
		async (words) => {
			const server = await listen((socket) => socket.once('data', () => socket.end(words)));
			const { delivered } = await send(server.url);
			server.close();
			expect(delivered).toBe('unknown');
		},
	);
});

describe('a call is made once', () => {
	/** A server that takes each call, says so, and breaks its answer off; how many it took. */
	async function breakingOff(status: string) {
		const taken: string[] = [];
		const server = await listen((socket) =>
			socket.once('data', (data) => {
				taken.push(String(data));
				const token = '{"retCode":"000000","tokenInfo":{"accessToken":"t0-of-an-app"}}';
				if (String(data).includes('getAccessToken')) {
					socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${token.length}\r\n\r\n${token}`);
				} else {
					socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 99\r\n\r\n{"retC`);
					setTimeout(() => socket.destroy(), 20);
				}
			}),
		);
		const messages = () => taken.filter((data) => !data.includes('getAccessToken')).length;
		return { ...server, messages };
	}

	// n8n repeats a call by itself when it knows of an answer with HTTP 401 (docs/n8n.md, trap 29)
	it.each(['200 OK', '401 Unauthorized', '503 Busy'])('when its %s breaks off', async (status) => {
		const server = await breakingOff(status);
		const { delivered } = await send(server.url);
		expect({ delivered, messages: server.messages() }).toEqual({
			delivered: 'unknown',
			messages: 1,
		});
		server.close();
	});

	it('when its 401 breaks off, with an app key', async () => {
		const server = await breakingOff('401 Unauthorized');
		const tzeAppApi = { baseUrl: server.url, messagePath: '/m', appId: 'a', appKey: 'an-apps-key' };
		const { errors } = await bench.send(
			{ authentication: 'appKey', content: 'x', options: { maxRetries: 0 } },
			{ onError: 'continueErrorOutput', credentials: { tzeAppApi } },
		);
		server.close();
		expect(errors).toMatchObject([{ error: { delivered: 'unknown' } }]);
		expect(server.messages()).toBe(1);
	});

	it('and a repeat that was never sent leaves what the first came to', async () => {
		// A gateway's own 401, and then nobody is there to issue another token
		const server = createServer((socket) => {
			socket.once('data', (data) => {
				const isToken = String(data).includes('getAccessToken');
				const [status, body] = isToken
					? ['200 OK', '{"retCode":"000000","tokenInfo":{"accessToken":"t0-of-an-app"}}']
					: ['401 Unauthorized', '<h1>Sign in</h1>'];
				if (!isToken) server.close();
				socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
		const tzeAppApi = { baseUrl, messagePath: '/m', appId: 'a', appKey: 'an-apps-key' };
		const { errors } = await bench.send(
			{ authentication: 'appKey', content: 'x', options: { maxRetries: 0 } },
			{ onError: 'continueErrorOutput', credentials: { tzeAppApi } },
		);
		expect(errors).toMatchObject([
			{
				error: {
					message: expect.stringContaining('answered with something other than JSON'),
					delivered: 'no',
				},
			},
		]);
	});
});

describe('a stop', () => {
	/** Stops a run of one message after 300 ms; what its item says of it. */
	async function stopped(run: (signal: AbortSignal) => Promise<NodeRun>) {
		const stop = new AbortController();
		setTimeout(() => stop.abort(), 300);
		const {
			items,
			errors,
			run: { status },
		} = await run(stop.signal);
		const [{ error }] = [...errors, ...items.map(({ json }) => json)] as unknown as Array<{
			error: { delivered: unknown };
		}>;
		return { status, delivered: error.delivered };
	}
	const options = { onError: 'continueErrorOutput' } as const;

	it('leaves open what became of a message that was under way', async () => {
		await bench.client.fault({ kind: 'delay', ms: 2000 });
		const credential = { baseUrl: allowed() };
		const outcome = await stopped(
			async (signal) => await bench.send({ content: 'x' }, { ...options, signal, credential }),
		);
		expect(outcome).toEqual({ status: 'canceled', delivered: 'unknown' });
	});

	it('sends nothing while an access token is fetched', async () => {
		await bench.client.fault({ kind: 'delay', ms: 600, path: '/apigateway' });
		const { tzeAppApi } = credentialsFor(bench.sandbox, allowed());
		const outcome = await stopped(
			async (signal) =>
				await bench.send(
					{ authentication: 'appKey', content: 'x' },
					{ ...options, signal, credentials: { tzeAppApi } },
				),
		);
		expect(outcome).toEqual({ status: 'canceled', delivered: 'no' });
		await new Promise((resolve) => setTimeout(resolve, 600));
		expect((await bench.client.messages()).total).toBe(0);
	});
});

it('an OAuth code that was never sent is said to be good still', async () => {
	const { errors } = await bench.exchange(
		{ oauthCode: 'code' },
		{ onError: 'continueErrorOutput', credential: { baseUrl: 'http://localhost:1' } },
	);
	expect(errors).toMatchObject([
		{ error: { delivered: 'no', description: expect.stringContaining('still good') } },
	]);
});

describe('a call that was turned away', () => {
	const credential = () => ({ baseUrl: allowed() });

	it.each([404, 405])('names the setting its address comes from: HTTP %d', async (httpStatus) => {
		await bench.client.fault({ kind: 'status', httpStatus });
		const sent = await bench.send({ content: 'x' }, { credential: credential() });
		expect(sent.error?.description).toContain("check 'Message Path' in the credential");
		expect(sent.error?.description).toContain('The message was not delivered.');
		await bench.client.fault({ kind: 'status', httpStatus });
		const exchanged = await bench.exchange({ oauthCode: 'code' }, { credential: credential() });
		expect(exchanged.error?.description).toContain("check 'Base URL' in the credential");
		expect(exchanged.error?.description).toContain('still good');
	});

	it('leaves an OAuth code good', async () => {
		await bench.client.fault({ kind: 'status', httpStatus: 403 });
		const { error } = await bench.exchange({ oauthCode: 'code' }, { credential: credential() });
		expect(error).toMatchObject({
			context: { delivered: 'no' },
			description: expect.stringContaining('still good'),
		});
	});
});
