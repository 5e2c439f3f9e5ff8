import { fullOa, seedText, startBench, type TestBench } from './support';

/** Calls that a node must never make: a test of the node that makes one fails at the refusal. */
let bench: TestBench;
beforeAll(async () => {
	bench = await startBench();
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

const delivered = async () => (await bench.control.messages()).total;

describe('accessToken given twice', () => {
	test.each([
		['the same token', () => bench.sandbox.accessToken],
		['another token', () => 'another'],
		['an empty one', () => ''],
	])('%s', async (_name, first) => {
		const path = `${bench.sandbox.messagePath}?accessToken=${first()}`;
		const { data } = await bench.call(path, seedText);
		expect(data.retDesc).toBe('[sandbox] the query parameter accessToken was given more than once');
		expect(await delivered()).toBe(0);
	});
});

describe('the Content-Type', () => {
	const post = (contentType: string | undefined) => {
		const { url, messagePath, accessToken } = bench.sandbox;
		return fetch(`${url}${messagePath}?accessToken=${accessToken}`, {
			method: 'POST',
			headers: contentType === undefined ? {} : { 'content-type': contentType },
			body: Buffer.from(JSON.stringify(seedText)), // unlike a string, it gets no type by itself
		});
	};

	test.each([
		['text/plain', '"text/plain"'],
		['application/x-www-form-urlencoded', '"application/x-www-form-urlencoded"'],
		['application/json-patch+json', '"application/json-patch+json"'],
		['application/json; charset=gbk', '"application/json; charset=gbk"'],
		[undefined, 'missing'],
	])('%s is refused', async (contentType, named) => {
		expect(await (await post(contentType)).json()).toEqual({
			retCode: 'SBX002',
			retDesc: `[sandbox] the Content-Type must be application/json in UTF-8, and is ${named}`,
			data: null,
		});
		expect(await delivered()).toBe(0);
	});

	test('what is no type at all is refused as a gateway does', async () => {
		expect((await post('nonsense')).status).toBe(415);
		expect(await delivered()).toBe(0);
	});

	test.each([
		'application/json',
		'application/json; charset=utf-8',
		'Application/JSON;charset=UTF-8',
	])('%s is accepted', async (contentType) => {
		expect(await (await post(contentType)).json()).toMatchObject({ retCode: '000000' });
	});
});

describe('an oa message whose appUrl is no absolute address', () => {
	test.each([
		'',
		'/approval/1',
		'm.school.example/1',
		'//m.school.example/1',
		'https://',
		' http://a',
	])('"%s"', async (appUrl) => {
		const { retCode, retDesc } = await bench.send({ ...fullOa, appUrl });
		expect({ retCode, retDesc }).toEqual({
			retCode: 'SBX301',
			retDesc: '[sandbox] appUrl must be an absolute http:// or https:// address',
		});
		expect(await delivered()).toBe(0);
	});
});

describe('a timeStamp of getAccessToken that is not in milliseconds', () => {
	test.each([
		['seconds', '1602052142'],
		['seconds with zeros before them', '0001602052142'],
		['seconds with a fraction', '1602052142.46'],
		['microseconds', '1602052142464000'],
	])('%s', async (_name, timeStamp) => {
		const body = { appId: bench.sandbox.appId, timeStamp, keyInfo: 'A'.repeat(40) };
		const { data } = await bench.call('/apigateway/getAccessToken', body, '');
		expect(data).toMatchObject({
			retCode: 'SBX401',
			retDesc:
				'[sandbox] timeStamp must be the milliseconds since the epoch, as a string of 13 digits',
		});
		expect(await bench.control.stats()).toMatchObject({ renewals: 0, refused: 1 });
	});
});
