import type { IDataObject } from 'n8n-workflow';

import { operationOf } from '../../nodes/TzeSendMessage/operations';
import { send } from '../../nodes/TzeSendMessage/operations/send';
import { answer, errorOf, failing, SUCCESS } from './fakes';
import { fakeContext, type FakeRun } from './fakeContext';

// A pause before a repeat takes no time here: how long it is, is tested beside the client
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => undefined,
}));

const target = { pcUrl: 'https://a.example/pc', appUrl: 'https://a.example/app', busiId: 'B7' };
const messages: Record<string, IDataObject> = {
	text: { msgType: 'text', content: 'x' },
	link: { msgType: 'link', title: 'T', content: 'C', picUrl: 'https://a.example/p', ...target },
	oa: { msgType: 'oa', headText: 'H', headBgColor: '#1463D8', body: { title: 'B' }, ...target },
};

/** Sends the items one after another; what was sent, and what was put out. */
async function sendAll(parameters: IDataObject[], run: FakeRun = {}) {
	const { context, requests } = fakeContext({ parameters, ...run });
	const { prepare, perform, concurrency } = await send.open(context);
	const output: IDataObject[] = [];
	for (let item = 0; item < parameters.length; item++) {
		output.push(await perform(prepare(item) as never, item));
	}
	return { bodies: requests.map(({ body }) => body as IDataObject), requests, output, concurrency };
}

describe('a message', () => {
	it.each<[string, IDataObject]>([
		['text', { text: { content: 'x' } }],
		['link', { link: { title: 'T', content: 'C', picUrl: 'https://a.example/p', ...target } }],
		['oa', { oa: { head: { text: 'H', bgColor: 'FF1463D8' }, body: { title: 'B' } }, ...target }],
	])('of type %s is made of the fields of its form', async (msgType, content) => {
		const { bodies } = await sendAll([messages[msgType]]);
		expect(bodies).toEqual([{ msgType, msgtype: msgType, ...content }]);
	});

	it('is a text when no type is named', async () => {
		expect((await sendAll([{ content: 'x' }])).bodies).toMatchObject([{ msgType: 'text' }]);
	});

	it("goes to the credential's address", async () => {
		const { requests } = await sendAll([messages.text]);
		expect(requests).toMatchObject([{ method: 'POST', url: 'https://api.tze.cn/msg' }]);
	});

	it.each([undefined, null, ''])('goes nowhere when that is %j', async (messagePath) => {
		const credential = { baseUrl: 'https://api.tze.cn', accessToken: 't', messagePath } as never;
		await expect(sendAll([messages.text], { credential })).rejects.toThrow('messagePath: required');
	});

	it('of each item has its own recipients, fields and output', async () => {
		const { bodies, output } = await sendAll(
			[
				{ ...messages.text, recipients: '1', 'options.extraBodyFields': '{"agentId":1}' },
				{ ...messages.oa, recipients: '', 'options.includeMessage': true },
				{ ...messages.link, recipients: ['2', '3'], 'options.extraBodyFields': { agentId: 3 } },
			],
			{
				credential: {
					baseUrl: 'https://api.tze.cn',
					accessToken: 't',
					messagePath: '/msg',
					recipientField: 'toUsers',
				},
			},
		);
		expect(bodies.map(({ toUsers, agentId, msgType }) => [toUsers, agentId, msgType])).toEqual([
			[['1'], 1, 'text'],
			[undefined, undefined, 'oa'],
			[['2', '3'], 3, 'link'],
		]);
		const said = { retCode: '000000', retDesc: 'success' };
		expect(output).toEqual([
			{ ...said, msgType: 'text', recipients: ['1'] },
			{ ...said, msgType: 'oa', busiId: 'B7', message: bodies[1] },
			{ ...said, msgType: 'link', busiId: 'B7', recipients: ['2', '3'] },
		]);
	});

	it('puts out what the platform says', async () => {
		const respond = answer({ ...SUCCESS, data: { msgId: '7' } });
		const { output } = await sendAll([messages.text], { respond });
		expect(output).toMatchObject([{ data: { msgId: '7' } }]);
		const [without] = (await sendAll([messages.text])).output;
		expect(without).not.toHaveProperty('data');
	});
});

describe('recipients that an expression yields', () => {
	it.each(['={{ $json.id }}', '=P{{ $json.id }}'])('must be somebody: %s', async (recipients) => {
		const run = { stored: { recipients } };
		await expect(sendAll([{ ...messages.text, recipients: [] }], run)).rejects.toThrow(
			'recipients: required',
		);
	});

	it('may be nobody when the field was left empty', async () => {
		const run = { stored: { recipients: '' } };
		expect((await sendAll([{ ...messages.text, recipients: '' }], run)).bodies).toHaveLength(1);
	});
});

describe('an option', () => {
	it('is used', async () => {
		const given = {
			'options.timeout': 700,
			'options.concurrency': 4,
			'options.typeKey': 'msgtype',
		};
		const { requests, bodies, concurrency } = await sendAll([{ ...messages.text, ...given }]);
		expect([requests[0].timeout, concurrency]).toEqual([700, 4]);
		expect(Object.keys(bodies[0])).toEqual(['msgtype', 'text']);
	});

	it.each([0, 1])('says how often a message is tried again: %d', async (maxRetries) => {
		const { context, requests } = fakeContext({
			parameters: [{ ...messages.text, 'options.maxRetries': maxRetries }],
			respond: failing({ code: 'ECONNREFUSED' }),
		});
		const { prepare, perform } = await send.open(context);
		const { problem } = await errorOf(perform(prepare(0) as never, 0));
		expect([problem, requests.length]).toEqual(['notSent', 1 + maxRetries]);
	});
});

it.each([
	['busy, so it is sent again', answer('', 503), 2],
	['lost, so it may have arrived', failing({ code: 'ECONNRESET' }), 1],
])('a message is %s', async (_what, respond, calls) => {
	const { context, requests } = fakeContext({
		parameters: [{ ...messages.text, 'options.maxRetries': 1 }],
		respond,
	});
	const { prepare, perform } = await send.open(context);
	const { delivered } = await errorOf(perform(prepare(0) as never, 0));
	expect([delivered, requests.length]).toEqual([calls === 1 ? 'unknown' : 'no', calls]);
});

describe('an operation', () => {
	it('is the one that the workflow names', () => {
		expect(operationOf('send')).toBe(send);
	});

	it.each(['sendAndWait', null, undefined, '', 'toString', '__proto__'])(
		'that a newer version has stored does not become another: %j',
		(value) => {
			expect(() => operationOf(value)).toThrow('operation: unknownOperation');
		},
	);
});
