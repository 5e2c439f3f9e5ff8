import { answerWith, expectShown, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const parameters = { oauthCode: '={{ $json.oauthCode }}', personId: '={{ $json.personId }}' };

/** Codes as a login hands them out, as items. */
async function login(count = 1) {
	const codes = await bench.client.codes({ count });
	return codes.map(({ personId, oauthCode }) => ({ personId, oauthCode }));
}

it("sends the seed's example as it stands there", async () => {
	await bench.exchange(parameters, { items: [{ oauthCode: '0b37d86ec2796085eb4******' }] });
	const [{ method, path, body }] = await bench.client.requests();
	expect({ method, path, keys: Object.keys(body as object) }).toEqual({
		method: 'POST',
		path: '/oauth/getOauthToken',
		keys: ['oauthCode'],
	});
});

it('turns a code into a token that is valid for 15 days', async () => {
	const [item] = await login();
	const { json } = await bench.exchange({}, { items: [item] });
	expect(json).toEqual([
		{
			personId: item.personId,
			oauthToken: expect.stringMatching(/^[0-9a-f]{32}$/),
			expiry: expect.any(Number),
			expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
		},
	]);
	expectShown('TzeOauthExchange/__schema__/v1.0.0.json', json[0]);
	const { expiry, expiresAt } = json[0] as { expiry: number; expiresAt: string };
	expect(new Date(expiresAt).getTime()).toBe(expiry);
	expect((expiry - Date.now()) / 86_400_000).toBeCloseTo(15, 2);
});

it('leaves personId out when there is none', async () => {
	const [{ oauthCode }] = await login();
	const { json } = await bench.exchange({ oauthCode }, { items: [{}] });
	expect(Object.keys(json[0])).toEqual(['oauthToken', 'expiry', 'expiresAt']);
});

it('works through a list one by one, in order', async () => {
	const items = await login(5);
	// Slow enough to be seen together, if they were
	await bench.client.fault({ kind: 'delay', ms: 100, times: 5 });
	const { json } = await bench.exchange(parameters, { items });
	expect(json.map(({ personId }) => personId)).toEqual(items.map(({ personId }) => personId));
	expect((await bench.client.stats()).maxInFlight).toBe(1);
});

it("says in the platform's own words why a code is refused, and what to do", async () => {
	const [item] = await login();
	await bench.exchange(parameters, { items: [item] });
	const { error } = await bench.exchange(parameters, { items: [item] });
	expect(error).toMatchObject({
		name: 'NodeApiError',
		message: expect.stringMatching(/^\[sandbox\] .*used/),
		description: expect.stringContaining('let the person log in again'),
		httpCode: '200',
		context: { itemIndex: 0, retCode: expect.stringMatching(/^SBX/), delivered: 'no' },
	});
});

it('wants a code', async () => {
	const { error } = await bench.exchange(parameters, { items: [{ personId: '1' }] });
	expect(error).toMatchObject({ message: "'OAuth Code' is empty" });
	expect((await bench.client.stats()).requests).toBe(0);
});

it.each([
	{ kind: 'status', httpStatus: 503 },
	{ kind: 'status', httpStatus: 429, retryAfter: 1 },
	{ kind: 'status', httpStatus: 500 },
	{ kind: 'cutBefore' },
	{ kind: 'cutAfter' },
	{ kind: 'truncatedJson' },
] as const)('never sends a code a second time: %j', async (fault) => {
	const items = await login(1);
	await bench.client.fault(fault);
	const { error } = await bench.exchange(parameters, { items });
	expect(error?.description).toMatch(/again/);
	expect((await bench.client.stats()).requests).toBe(1);
});

it('says so when success comes without a token', async () => {
	const server = await answerWith('{"retCode":"000000","retDesc":"success","data":{}}');
	const { error } = await bench.exchange(
		{ oauthCode: 'some-code' },
		{ credential: { baseUrl: server.baseUrl } },
	);
	server.close();
	expect(error?.message).toMatch(/reported success, but its answer holds no oauthToken$/);
});
