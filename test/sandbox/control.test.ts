import { fullOa, seedLink, startBench, textTo, type TestBench } from './support';

let bench: TestBench;
beforeAll(async () => {
	bench = await startBench();
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

test('GET /_sandbox lists the control calls', async () => {
	const { data } = await bench.get('/_sandbox');
	expect(data).toContain('POST /_sandbox/faults');
});

describe('messages', () => {
	test('tell what was delivered', async () => {
		const { data } = await bench.send({ ...fullOa, personIds: ['P1', 'P2'] });
		expect((await bench.control.messages()).messages).toEqual([
			{
				id: data?.msgId,
				receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
				msgType: 'oa',
				recipients: ['P1', 'P2'],
				busiId: 'LEAVE-1',
				message: { ...fullOa, personIds: ['P1', 'P2'] },
			},
		]);
	});

	test('come oldest first, in pages', async () => {
		for (const content of ['a', 'b', 'c', 'd']) await bench.send(textTo(content));
		const { total, messages } = await bench.control.messages({ offset: 1, limit: 2 });
		expect(total).toBe(4);
		expect(messages.map(({ message }) => message)).toEqual([textTo('b'), textTo('c')]);
	});

	test('can be asked for by recipient', async () => {
		await bench.send(textTo('a', 'P1', 'P2'));
		await bench.send(textTo('b', 'P1'));
		expect((await bench.control.messages({ recipient: 'P2' })).total).toBe(1);
	});

	test('can be asked for by busiId', async () => {
		await bench.send(seedLink);
		await bench.send(fullOa);
		const { messages } = await bench.control.messages({ busiId: 'AQWER1234' });
		expect(messages.map(({ msgType }) => msgType)).toEqual(['link']);
	});

	test('are forgotten, and ids are not used again', async () => {
		const first = await bench.send(textTo('a'));
		await bench.control.clearMessages();
		expect((await bench.control.messages()).total).toBe(0);
		expect((await bench.send(textTo('b'))).data?.msgId).not.toBe(first.data?.msgId);
	});

	test('a limit that is no number is refused', async () => {
		const { status, data } = await bench.get('/_sandbox/messages?limit=many');
		expect(status).toBe(400);
		expect(JSON.parse(data)).toEqual({ error: 'limit must be a whole number, not "many"' });
	});
});

describe('stats', () => {
	test('count calls by path, and refusals', async () => {
		await bench.send(textTo('a'));
		await bench.send(textTo(''));
		await bench.call('/elsewhere', {});
		expect(await bench.control.stats()).toEqual({
			requests: 3,
			inFlight: 0,
			maxInFlight: 1,
			renewals: 0,
			refused: 1,
			byPath: { '/sandbox/message/send': 2, '/elsewhere': 1 },
		});
	});

	test('show how many calls were in flight at once', async () => {
		await bench.control.fault({ kind: 'delay', ms: 300, times: 7 });
		const calls = Array.from({ length: 7 }, () => bench.send(textTo('a')));
		await new Promise((resolve) => setTimeout(resolve, 150));
		expect((await bench.control.stats()).inFlight).toBe(7);
		await Promise.all(calls);
		expect(await bench.control.stats()).toMatchObject({ inFlight: 0, maxInFlight: 7 });
	});

	test('never count a client that keeps to 5 calls with more', async () => {
		const worker = async () => {
			for (let sent = 0; sent < 60; sent += 1) await bench.send(textTo('a'));
		};
		await Promise.all(Array.from({ length: 5 }, worker));
		const { requests, maxInFlight } = await bench.control.stats();
		expect(requests).toBe(300);
		expect(maxInFlight).toBeLessThanOrEqual(5);
	});
});

describe('requests', () => {
	test('tell what was called and answered', async () => {
		await bench.control.fault({ kind: 'refuse', retCode: 'E1', retDesc: '' });
		await bench.send(textTo('a'));
		expect(await bench.control.requests()).toEqual([
			{
				at: expect.any(String),
				method: 'POST',
				path: '/sandbox/message/send',
				status: 200,
				retCode: 'E1',
				fault: 'refuse',
				headers: {
					'content-type': 'application/json',
					'user-agent': expect.stringContaining('axios'),
					accept: expect.any(String),
				},
				body: textTo('a'),
			},
		]);
	});

	test('mask the code of an exchange', async () => {
		const [{ oauthCode }] = await bench.control.codes();
		await bench.call('/oauth/getOauthToken', { oauthCode });
		expect((await bench.control.requests())[0].body).toEqual({ oauthCode: '***' });
	});

	test('are the last 1000', async () => {
		const batch = async (size: number) =>
			Promise.all(Array.from({ length: size }, (_, index) => bench.send(textTo(`${index}`))));
		for (let at = 0; at < 1010; at += 101) await batch(101);
		expect(await bench.control.requests()).toHaveLength(1000);
		expect((await bench.control.stats()).requests).toBe(1010);
	});
});

test('no page and no control call repeats an access token or a code', async () => {
	const { sandbox, control } = bench;
	const [{ oauthCode }] = await control.codes();
	await bench.call('/oauth/getOauthToken', { oauthCode });
	await bench.send(textTo('a', 'P1001'));
	await bench.call('/elsewhere', {});
	const paths = ['', '/messages', '/tokens', '/stats', '/requests', '/faults'].map(
		(path) => `/_sandbox${path}`,
	);
	for (const path of [...paths, '/inbox', '/login', '/login?redirect_uri=http://localhost/']) {
		const { status, data } = await bench.get(path);
		expect([path, status]).toEqual([path, 200]);
		expect(data).not.toContain(sandbox.accessToken);
		expect(data).not.toContain(sandbox.appKey);
		expect(data).not.toContain(oauthCode);
	}
});
