import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { numbered, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** What the platform got. */
async function received() {
	return (await bench.client.messages()).messages.map(
		({ message }) => message as unknown as IDataObject,
	);
}

const link = {
	msgType: 'link',
	pcUrl: 'http://www.baidu.com',
	appUrl: 'http://www.baidu.com',
	picUrl: 'http://xxx.yyy.com/zzz.jpg',
	content: '百度一下',
	title: '百度',
	busiId: 'AQWER1234',
};
const oa = {
	msgType: 'oa',
	headText: 'Leave',
	pcUrl: 'https://a.example/1',
	appUrl: 'https://a.example/m/1',
	busiId: 'L-1',
};

describe("the seed's examples", () => {
	it('text leaves as it stands there', async () => {
		const content = 'zhxy msg text test 12';
		await bench.send({ content, options: { typeKey: 'msgtype' } });
		expect(await received()).toEqual([{ msgtype: 'text', text: { content } }]);
	});

	it('text carries both type keys by default', async () => {
		await bench.send({ content: 'x' });
		expect(await received()).toEqual([
			{ msgType: 'text', msgtype: 'text', text: { content: 'x' } },
		]);
	});

	it('link leaves as it stands there', async () => {
		await bench.send({ ...link, options: { typeKey: 'msgtype' } });
		const { msgType: _, ...fields } = link;
		expect(await received()).toEqual([{ msgtype: 'link', link: fields }]);
	});

	it('oa leaves as settled', async () => {
		await bench.send({
			...oa,
			headBgColor: '#1463d8',
			body: {
				title: 'T',
				content: 'C',
				imageUrl: 'https://a.example/x.png',
				fileCount: '={{ 3 }}',
				author: 'A',
				form: { fields: [{ key: 'Days', value: '={{ 1 + 2 }}' }] },
			},
			options: { typeKey: 'msgType' },
		});
		expect(await received()).toEqual([
			{
				msgType: 'oa',
				busiId: 'L-1',
				pcUrl: 'https://a.example/1',
				appUrl: 'https://a.example/m/1',
				oa: {
					head: { text: 'Leave', bgColor: 'FF1463D8' },
					body: {
						title: 'T',
						content: 'C',
						imageUrl: 'https://a.example/x.png',
						fileCount: '3',
						author: 'A',
						form: [{ key: 'Days', value: '3' }],
					},
				},
			},
		]);
	});
});

describe('output', () => {
	it('is the answer and what was sent to whom', async () => {
		const { json } = await bench.send({ ...link, recipients: '1001, 1002' });
		expect(json).toEqual([
			{
				retCode: '000000',
				retDesc: 'success',
				data: { msgId: expect.stringMatching(/./) },
				msgType: 'link',
				busiId: 'AQWER1234',
				recipients: ['1001', '1002'],
			},
		]);
	});

	it('holds the message when asked for', async () => {
		const { json } = await bench.send({ content: 'x', options: { includeMessage: true } });
		expect(json[0].message).toEqual({ msgType: 'text', msgtype: 'text', text: { content: 'x' } });
	});

	it('is in input order and paired, whatever comes back first', async () => {
		await bench.client.fault({ kind: 'delay', ms: 300, match: '"m0"' });
		const { items } = await bench.send(
			{ content: '=m{{ $json.n }}', options: { includeMessage: true } },
			{ items: numbered(30) },
		);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			numbered(30).map(({ n }) => ({ item: n })),
		);
		expect(items.map(({ json }) => json.message)).toMatchObject(
			numbered(30).map(({ n }) => ({ text: { content: `m${n as number}` } })),
		);
	});

	it('gives every execution and item its own busiId by default', async () => {
		const { busiId: _, ...withoutId } = link;
		const { json } = await bench.send(withoutId, { items: numbered(2) });
		expect(json.map(({ busiId }) => busiId)).toEqual(['execution-0', 'execution-1']);
	});
});

describe('what arrives', () => {
	it('is exactly the text that was asked for', async () => {
		const texts = fc.sample(
			fc
				.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
				.filter((text) => text.trim() !== ''),
			{ numRuns: 200, seed: 7 },
		);
		texts.push(
			'שלום\u202Eعالم',
			'"quotes" \\ {{ $json }} `x`',
			'a\r\nb\n\n\tc',
			'👩‍👩‍👧‍👦',
			'学'.repeat(100_000),
		);
		await bench.send(
			{ content: '={{ $json.text }}', options: { concurrency: 1 } },
			{ items: texts.map((text) => ({ text })) },
		);
		expect((await received()).map((message) => message.text)).toEqual(
			texts.map((content) => ({ content })),
		);
	});

	it('goes to the recipients of each item', async () => {
		await bench.send(
			{ content: 'x', recipients: '={{ ["p" + $json.n, $json.n] }}', options: { concurrency: 1 } },
			{ items: numbered(2) },
		);
		expect((await received()).map(({ personIds }) => personIds)).toEqual([
			['p0', '0'],
			['p1', '1'],
		]);
	});

	it('has the recipients as one text when the credential says so', async () => {
		await bench.send(
			{ content: 'x', recipients: 'a\nb' },
			{ credential: { recipientFormat: 'commaSeparated' } },
		);
		expect((await received())[0].personIds).toBe('a,b');
	});

	it('has the extra fields of each item', async () => {
		const options = { extraBodyFields: '={{ { agentId: $json.n } }}', concurrency: 1 };
		await bench.send({ content: 'x', options }, { items: numbered(2) });
		expect((await received()).map(({ agentId }) => agentId)).toEqual([0, 1]);
	});

	it('takes the message type of each item', async () => {
		const parameters = {
			...oa,
			...link,
			msgType: '={{ $json.type }}',
			options: { concurrency: 1 },
		};
		await bench.send(parameters, { items: [{ type: 'text' }, { type: 'oa' }, { type: 'link' }] });
		expect((await received()).map(({ msgType }) => msgType)).toEqual(['text', 'oa', 'link']);
	});
});

describe('pace', () => {
	it.each([1, 3, 10])('has as many as %i messages at once, and never more', async (concurrency) => {
		const count = concurrency * 4;
		// Long enough for all of them to be under way together, on a busy machine as well
		await bench.client.fault({ kind: 'delay', ms: 250, times: count });
		await bench.send({ content: 'x', options: { concurrency } }, { items: numbered(count) });
		expect(await bench.client.stats()).toMatchObject({
			maxInFlight: concurrency,
			requests: count,
		});
	});

	it('reads the credential once', async () => {
		const { credentialReads } = await bench.send({ content: 'x' }, { items: numbered(50) });
		expect(credentialReads).toBe(1);
	});
});
