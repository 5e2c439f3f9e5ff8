import type { IDataObject } from 'n8n-workflow';

import { operationOf } from '../../nodes/TzeSendMessage/operations';
import { send } from '../../nodes/TzeSendMessage/operations/send';
import { sendAndWait } from '../../nodes/TzeSendMessage/operations/sendAndWait';
import type * as fakes from './fakes';
import { answer, errorOf, failing, REFUSAL, SUCCESS, type Step } from './fakes';
import { fakeContext, performOne, type FakeRun } from './fakeContext';

// Time passes only while everybody waits: how long that is, is tested beside the client
jest.mock('n8n-workflow', () => {
	const { VirtualClock } = jest.requireActual<typeof fakes>('./fakes');
	return { ...jest.requireActual<object>('n8n-workflow'), sleep: new VirtualClock().sleep };
});

const target = { pcUrl: 'https://a.example/pc', appUrl: 'https://a.example/app', busiId: 'B7' };
const messages: Record<string, IDataObject> = {
	text: { msgType: 'text', content: 'x', recipients: '1' },
	link: {
		...{ msgType: 'link', title: 'T', content: 'C', picUrl: 'https://a.example/p', ...target },
		recipients: '1',
	},
	oa: {
		...{ msgType: 'oa', headText: 'H', headBgColor: '#1463D8', body: { title: 'B' }, ...target },
		recipients: '1',
	},
};
const CREDENTIAL = {
	...{ baseUrl: 'https://api.tze.cn', accessToken: 'a-token-of-a-test', messagePath: '/msg' },
	recipientField: 'toUsers',
};

/** Sends the items one after another; what was sent, and what was put out. */
async function sendAll(
	parameters: IDataObject[],
	{ credential = {}, ...run }: Omit<FakeRun, 'credential'> & { credential?: object } = {},
) {
	const { context, requests } = fakeContext({
		parameters,
		credential: { ...CREDENTIAL, ...credential },
		...run,
	});
	const work = await send.open(context, new Set());
	const output: IDataObject[] = [];
	const told: unknown[] = [];
	for (let item = 0; item < parameters.length; item++) {
		for (const call of work.prepare(item)) {
			told.push(work.about?.(call));
			output.push(await performOne(work, call));
		}
	}
	const bodies = requests.map(({ body }) => JSON.parse(String(body)) as IDataObject);
	return { bodies, requests, output, told, pace: work.pace };
}

describe('a message', () => {
	it.each<[string, IDataObject]>([
		['text', { text: { content: 'x' } }],
		['link', { link: { title: 'T', content: 'C', picUrl: 'https://a.example/p', ...target } }],
		['oa', { oa: { head: { text: 'H', bgColor: 'FF1463D8' }, body: { title: 'B' } }, ...target }],
	])('of type %s is made of the fields of its form', async (msgType, content) => {
		const { bodies } = await sendAll([messages[msgType]]);
		expect(bodies).toEqual([{ msgType, msgtype: msgType, toUsers: ['1'], ...content }]);
	});

	it('of type oa may have a body of JSON', async () => {
		const json = { specifyBody: 'json', bodyJson: '{"title":"J"}' };
		const { bodies } = await sendAll([{ ...messages.oa, ...json }]);
		expect(bodies).toMatchObject([{ oa: { body: { title: 'J' } } }]);
	});

	it("goes to the credential's address", async () => {
		const { requests } = await sendAll([messages.text]);
		expect(requests).toMatchObject([{ method: 'POST', url: 'https://api.tze.cn/msg' }]);
	});

	it.each([undefined, null, ''])('goes nowhere when that is %j', async (messagePath) => {
		await expect(sendAll([messages.text], { credential: { messagePath } })).rejects.toThrow(
			'messagePath: required',
		);
	});

	it('of each item has its own recipients, fields and output', async () => {
		const extra = 'options.extraBodyFields';
		const include = 'options.includeMessage';
		const { bodies, output, told } = await sendAll([
			{ ...messages.text, recipients: '1', [extra]: '{"agentId":1}', [include]: false },
			{ ...messages.oa, sendTo: 'noRecipientField', [extra]: {}, [include]: true },
			{ ...messages.link, recipients: ['2', '3'], [extra]: { agentId: 3 }, [include]: 'false' },
		]);
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
		// Should it fail, its error says so, too
		expect(told).toEqual([{ recipients: ['1'] }, {}, { recipients: ['2', '3'] }]);
	});

	it('puts out what the platform says', async () => {
		const respond = answer({ ...SUCCESS, data: { msgId: '7' } });
		const { output } = await sendAll([messages.text], { respond });
		expect(output).toMatchObject([{ data: { msgId: '7' } }]);
		const [without] = (await sendAll([messages.text])).output;
		expect(without).not.toHaveProperty('data');
	});
});

describe('whom it is for', () => {
	it.each(['', [], null])('is never nobody by mistake: %j', async (recipients) => {
		await expect(sendAll([{ ...messages.text, recipients }])).rejects.toThrow(
			'recipients: noRecipients',
		);
	});

	it.each(['everybody', '', ['recipients']])('is not guessed from "%s"', async (sendTo) => {
		await expect(sendAll([{ ...messages.text, sendTo }])).rejects.toThrow('sendTo: ');
	});

	it('is nobody by choice, whatever is left in the form', async () => {
		const { bodies } = await sendAll([{ ...messages.text, sendTo: 'noRecipientField' }]);
		expect(bodies).toEqual([{ msgType: 'text', msgtype: 'text', text: { content: 'x' } }]);
		const split = { sendTo: 'noRecipientField', 'options.recipientsPerCall': 2 };
		expect((await sendAll([{ ...messages.text, ...split }])).bodies).toEqual(bodies);
	});

	it.each([
		[0, [['1', '2', '3', '4', '5']]],
		[2, [['1', '2'], ['3', '4'], ['5']]],
		[5, [['1', '2', '3', '4', '5']]],
	])('is split into calls of %d', async (size, expected) => {
		const parameters = { recipients: '1 2 3 4 5', 'options.recipientsPerCall': size };
		const { bodies, output } = await sendAll([{ ...messages.text, ...parameters }]);
		expect(bodies.map(({ toUsers }) => toUsers)).toEqual(expected);
		expect(output.map(({ recipients }) => recipients)).toEqual(expected);
	});

	it('is the test recipients of the credential, if there are any', async () => {
		const { bodies, output } = await sendAll([{ ...messages.text, recipients: '1, 2' }], {
			credential: { testRecipients: 'me' },
		});
		expect(bodies).toMatchObject([{ toUsers: ['me'] }]);
		expect(output).toMatchObject([{ recipients: ['me'], redirectedFrom: ['1', '2'] }]);
		const alone = { ...messages.text, sendTo: 'noRecipientField' };
		const redirected = await sendAll([alone], { credential: { testRecipients: 'me' } });
		expect(redirected.bodies).toMatchObject([{ toUsers: ['me'] }]);
	});
});

describe('an option', () => {
	it('is used', async () => {
		const given = {
			'options.timeout': 700,
			'options.concurrency': 4,
			'options.typeKey': 'msgtype',
		};
		const { requests, bodies, pace } = await sendAll([{ ...messages.text, ...given }]);
		expect(requests[0].timeout).toBe(700);
		let turns = 0;
		for (let n = 0; n < 9; n++) void pace.enter().then(() => turns++);
		for (let n = 0; n < 9; n++) await new Promise(setImmediate);
		expect(turns).toBe(4);
		expect(Object.keys(bodies[0])).toEqual(['msgtype', 'text', 'toUsers']);
	});

	it('may be a dry run: nothing is sent, and the message is shown', async () => {
		const { requests, output } = await sendAll([{ ...messages.text, 'options.dryRun': true }]);
		expect(requests).toEqual([]);
		expect(output).toMatchObject([{ dryRun: true, message: { text: { content: 'x' } } }]);
	});

	it('is not read from an expression in the place of all options', async () => {
		const { context, node } = fakeContext({ parameters: [messages.text] });
		node.parameters.options = '={{ $json.options }}';
		await expect(send.open(context, new Set())).rejects.toThrow('options: oneExpression');
	});

	it.each([0, 1])('says how often a message is tried again: %d', async (maxRetries) => {
		const { error, requests } = await failWith(failing({ code: 'ECONNREFUSED' }), maxRetries);
		expect([error.problem, requests.length]).toEqual(['notSent', 1 + maxRetries]);
	});
});

/** A message of which this comes, and how often it was sent. */
async function failWith(respond: Step, maxRetries: number, changes: FakeRun = {}) {
	const { context, requests } = fakeContext({
		parameters: [{ ...messages.text, 'options.maxRetries': maxRetries }],
		credential: CREDENTIAL,
		respond,
		...changes,
	});
	const work = await send.open(context, new Set());
	return { error: await errorOf(performOne(work, work.prepare(0)[0])), requests };
}

describe('with an app key', () => {
	it.each([
		['an old token', 3_600_000],
		['a fresh token', 1000],
	])('a refused message is sent with two other tokens at most, after %s', async (_what, ageMs) => {
		const refusing: Step = (data) => {
			// As n8n does where there is no token
			if (data.accessToken === '') {
				data.accessToken = `another, ${Math.random()}`;
				data.accessTokenIssuedAt = String(Date.now());
			}
			return answer(REFUSAL)();
		};
		const { requests } = await failWith(refusing, 0, {
			parameters: [{ ...messages.text, authentication: 'appKey' }],
			credential: { ...CREDENTIAL, accessTokenIssuedAt: String(Date.now() - ageMs) },
		});
		expect(requests.length).toBe(3);
	});
});

it.each([
	['busy, so it is sent again', answer('', 503), 2],
	['lost, so it may have arrived', failing({ code: 'ECONNRESET' }), 1],
])('a message is %s', async (_what, respond, calls) => {
	const { error, requests } = await failWith(respond, 1);
	expect([error.delivered, requests.length]).toEqual([calls === 1 ? 'unknown' : 'no', calls]);
});

describe('an operation', () => {
	it('is the one that the workflow names', () => {
		expect(operationOf('send')).toBe(send);
		expect(operationOf('sendAndWait')).toBe(sendAndWait);
	});

	it.each(['sendAndForget', null, undefined, '', 'toString', '__proto__'])(
		'that a newer version has stored does not become another: %j',
		(value) => {
			expect(() => operationOf(value)).toThrow('operation: unknownOperation');
		},
	);
});
