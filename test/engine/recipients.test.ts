import type { IDataObject } from 'n8n-workflow';

import { numbered, openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** Whom each message went to, in the order of arrival. */
async function reached(): Promise<string[][]> {
	return (await bench.client.messages()).messages.map(({ recipients }) => recipients);
}

async function requests(): Promise<number> {
	return (await bench.client.stats()).requests;
}

/** Sends a text; the recipients stand in the item, as data from other nodes does. */
async function sendTo(list: unknown, recipients = '={{ $json.list }}') {
	return await bench.send({ content: 'x', recipients }, { items: [{ list } as IDataObject] });
}

describe('IDs are read as a person reads them', () => {
	it.each<[string, unknown, string[]]>([
		['a text', '1001, 1002', ['1001', '1002']],
		['lines', '1001\n1002\r\n\n1003\n', ['1001', '1002', '1003']],
		['Chinese commas', '1001，1002、1003；1004', ['1001', '1002', '1003', '1004']],
		['a JSON list', '["1001", 1002]', ['1001', '1002']],
		['a JSON list in lines', ' [\n"1001"\n,\n"1002"\n] ', ['1001', '1002']],
		['a list', ['1001', 1002], ['1001', '1002']],
		['one number', 1001, ['1001']],
		['quotes', '"1001", \'1002\', “1003”', ['1001', '1002', '1003']],
		['invisible characters', '\uFEFF1001,\u200B1002\u200D', ['1001', '1002']],
		['repeats', '1001, 1001, "1001"', ['1001']],
		['empty entries', ['1001', '', '  '], ['1001']],
		['leading zeros', '007, 0007', ['007', '0007']],
		['32 hex digits', 'bec2f0e2bec2f0e2bec2f0e2bec2f0e2', ['bec2f0e2bec2f0e2bec2f0e2bec2f0e2']],
		['long digits in a text', '12345678901234567890', ['12345678901234567890']],
		['long digits in a JSON list', '[12345678901234567890]', ['12345678901234567890']],
	])('%s', async (_name, list, ids) => {
		const { json } = await sendTo(list);
		expect(json).toMatchObject([{ retCode: '000000', recipients: ids }]);
		expect(await reached()).toEqual([ids]);
	});
});

describe('what cannot be an ID is named, and nothing is sent', () => {
	const EXPRESSIONS: Array<[expression: string, message: string]> = [
		['={{ [{ id: 1 }] }}', "'Recipients': the 1st entry is an object, not an ID"],
		['={{ { id: 1 } }}', "'Recipients': the 1st entry is an object, not an ID"],
		['={{ ["1001", null] }}', "'Recipients': the 2nd entry is not an ID: null"],
		['={{ ["1001", undefined] }}', "'Recipients': the 2nd entry is not an ID: undefined"],
		['={{ [NaN] }}', "'Recipients': the 1st entry is not an ID: NaN"],
		['={{ [1.5] }}', "'Recipients': the 1st entry is not an ID: 1.5"],
		['={{ [true] }}', "'Recipients': the 1st entry is not an ID: true"],
		['={{ [["1001"]] }}', "'Recipients': the 1st entry is not an ID: […]"],
		['={{ $now }}', "'Recipients': the 1st entry is an object, not an ID"],
		['={{ [12345678901234567890] }}', "'Recipients' has lost digits: 12345678901234567000"],
		['={{ [1e21] }}', "'Recipients' has lost digits: 1e+21"],
		['={{ $json.missing }}', "'Recipients': nobody is named"],
		['={{ [] }}', "'Recipients': nobody is named"],
		['={{ null }}', "'Recipients': nobody is named"],
		['={{ ["", " "] }}', "'Recipients': nobody is named"],
	];
	it.each(EXPRESSIONS)('%s', async (expression, message) => {
		const { error } = await sendTo(undefined, expression);
		expect(error).toMatchObject({ message, context: { delivered: 'no' } });
		expect(await requests()).toBe(0);
	});

	it.each<[text: unknown, message: string]>([
		['[object Object]', "'Recipients' has lost its IDs: [object Object]"],
		['[object Object],[object Object]', "'Recipients' has lost its IDs"],
		['1001, [object Object]', "'Recipients': the 2nd entry is not an ID: [object"],
		['null', "'Recipients': the 1st entry is not an ID: null"],
		['1001, undefined', "'Recipients': the 2nd entry is not an ID: undefined"],
		['NaN', "'Recipients': the 1st entry is not an ID: NaN"],
		['1.2345678901234568e+19', "'Recipients': the 1st entry is not an ID: 1.2345678901234568e+19"],
		['["1001"', '\'Recipients\' is not a list of IDs: ["1001"'],
		['[1001, 1002', "'Recipients' is not a list of IDs: [1001, 1002"],
		['{"id": "1001"}', '\'Recipients\': the 1st entry is not an ID: {"id":'],
		['王芳(1001)', "'Recipients': the 1st entry is not an ID: 王芳(1001)"],
		['Fang <1001>', "'Recipients': the 2nd entry is not an ID: ‹1001>"],
		['１００１', "'Recipients': the 1st entry is not an ID: １００１"],
		['10\u200B01', "'Recipients': the 1st entry is not an ID"],
		[['1001, 1002'], "'Recipients': the 1st entry is not an ID: 1001, 1002"],
		['\u200B \uFEFF', "'Recipients': nobody is named"],
		[', ;\n', "'Recipients': nobody is named"],
		['x'.repeat(256), "'Recipients': the 1st entry is not an ID"],
	])('%j', async (list, message) => {
		const { error } = await sendTo(list);
		expect(error?.message.slice(0, message.length)).toBe(message);
		expect(await requests()).toBe(0);
	});

	it('says what to do: objects among text', async () => {
		const people = { people: [{ id: '1001' }, { id: '1002' }] };
		const { error } = await bench.send(
			{ content: 'x', recipients: '=To: {{ $json.people }}' },
			{ items: [people] },
		);
		expect(error?.message).toMatch(/^'Recipients': the \d\w\w entry is not an ID/);
		const { error: alone } = await bench.send(
			{ content: 'x', recipients: '={{ $json.people }}\n' },
			{ items: [people] },
		);
		expect(alone?.description).toContain('Let the expression stand alone');
	});

	it('names the field that holds the ID', async () => {
		const { error } = await sendTo([{ name: '王芳', personId: '1001' }]);
		expect(error?.description).toContain('map((person) => person.personId)');
	});

	it('names the parameter in the item, so that a workflow can tell whose mistake it is', async () => {
		const { json } = await bench.send(
			{ content: 'x', recipients: '={{ [null] }}' },
			{ onError: 'continueRegularOutput' },
		);
		expect(json).toMatchObject([{ error: { parameter: 'recipients', delivered: 'no' } }]);
	});
});

describe('nobody never becomes everybody', () => {
	it.each(['={{ undefined }}', '={{ "" }}', '={{ [].join(",") }}', '={{ [[]].flat() }}'])(
		'%s is an error',
		async (recipients) => {
			const { error } = await bench.send({ content: 'x', recipients });
			expect(error?.message).toBe("'Recipients': nobody is named");
			expect(await requests()).toBe(0);
		},
	);

	it('a choice that nobody knows is none', async () => {
		const { error } = await bench.send({ content: 'x', sendTo: 'everybody' });
		expect(error?.message).toBe('\'Send To\' cannot be "everybody"');
		expect(await requests()).toBe(0);
	});

	it('one who has no ID does not send the others’ message to all', async () => {
		const items = [{ id: '1001' }, {}, { id: '1003' }];
		const { json, errors } = await bench.send(
			{ content: 'x', recipients: '={{ $json.id }}' },
			{ items, onError: 'continueErrorOutput' },
		);
		expect([json.length, errors.length]).toEqual([2, 1]);
		expect((await reached()).sort()).toEqual([['1001'], ['1003']]);
	});

	it('the message alone goes by choice, without a recipient field', async () => {
		const { json } = await bench.send({ content: 'x', sendTo: 'noRecipientField' });
		expect(json[0]).not.toHaveProperty('recipients');
		const [{ message }] = (await bench.client.messages()).messages;
		expect(message).toEqual({ msgType: 'text', msgtype: 'text', text: { content: 'x' } });
	});
});

describe('a list in parts', () => {
	const recipients = ['1', '2', '3', '4', '5'];
	const send = async (size: unknown, options: Parameters<Bench['send']>[1] = {}) =>
		await bench.send(
			{
				content: 'x',
				recipients: '={{ $json.list }}',
				options: { recipientsPerCall: size as number, concurrency: 1 },
			},
			{ items: [{ list: recipients }], ...options },
		);

	it.each([
		[0, [recipients]],
		[1, recipients.map((id) => [id])],
		[2, [['1', '2'], ['3', '4'], ['5']]],
		[5, [recipients]],
		[100_000, [recipients]],
		[
			'={{ 1 + 2 }}',
			[
				['1', '2', '3'],
				['4', '5'],
			],
		],
	])('of %s', async (size, parts) => {
		const { items } = await send(size);
		expect(items.map(({ json }) => json.recipients)).toEqual(parts);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(parts.map(() => ({ item: 0 })));
		expect(await reached()).toEqual(parts);
	});

	it.each([-1, 1.5, 100_001, '={{ "many" }}'])('not of %s', async (size) => {
		const { error } = await send(size);
		expect(error?.message).toMatch(
			/^'Options > Recipients per Call' must be a whole number from 0/,
		);
		expect(await requests()).toBe(0);
	});

	const refuse = async () =>
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限', match: '"3"' });

	it('each with an error of its own', async () => {
		await refuse();
		const { json } = await send(2, { onError: 'continueRegularOutput' });
		expect(json).toMatchObject([
			{ retCode: '000000', recipients: ['1', '2'] },
			{ error: { message: '无权限', delivered: 'no', retCode: 'X1', recipients: ['3', '4'] } },
			{ retCode: '000000', recipients: ['5'] },
		]);
	});

	it('whose error leaves with the item’s own fields', async () => {
		await refuse();
		const { json, errors } = await send(2, { onError: 'continueErrorOutput' });
		expect(json.map((item) => item.recipients)).toEqual([['1', '2'], ['5']]);
		expect(errors).toEqual([
			{ list: recipients, error: expect.objectContaining({ recipients: ['3', '4'] }) },
		]);
	});

	it('of which a stopped run tells what was done', async () => {
		await refuse();
		const { error } = await send(2);
		expect(error?.description).toContain('1 of 3 were completed: items 0 (parts 1).');
		expect(await reached()).toEqual([['1', '2']]);
	});
});

describe('a dry run', () => {
	const dryRun = { dryRun: true };

	it('makes not one request, and shows what would be sent', async () => {
		const { json } = await bench.send(
			{
				content: '=m{{ $json.n }}',
				recipients: '={{ ["a", "b", "c"] }}',
				options: { ...dryRun, recipientsPerCall: 2 },
			},
			{ items: numbered(2) },
		);
		const output = (n: number, recipients: string[]) => ({
			dryRun: true,
			msgType: 'text',
			recipients,
			message: {
				msgType: 'text',
				msgtype: 'text',
				text: { content: `m${n}` },
				personIds: recipients,
			},
		});
		expect(json).toEqual([
			output(0, ['a', 'b']),
			output(0, ['c']),
			output(1, ['a', 'b']),
			output(1, ['c']),
		]);
		expect(await requests()).toBe(0);
	});

	it('with an app key does not even fetch a token', async () => {
		const { sandbox } = bench;
		const app = { appId: sandbox.appId, appKey: sandbox.appKey, accessToken: '' };
		const { json } = await bench.send(
			{ authentication: 'appKey', content: 'x', recipients: '1', options: dryRun },
			{ credentials: { tzeAppApi: { ...bench.credentials().tzeApi, ...app } } },
		);
		expect(json).toMatchObject([{ dryRun: true }]);
		expect(await requests()).toBe(0);
	});

	it('still finds what is wrong', async () => {
		const { error } = await bench.send({ content: 'x', recipients: '={{ [] }}', options: dryRun });
		expect(error?.message).toBe("'Recipients': nobody is named");
	});

	it('of one item leaves the others alone', async () => {
		const { json } = await bench.send(
			{ content: 'x', recipients: '={{ $json.n }}', options: { dryRun: '={{ $json.n === 0 }}' } },
			{ items: numbered(2) },
		);
		expect(json.map((item) => [item.dryRun, item.retCode])).toEqual([
			[true, undefined],
			[undefined, '000000'],
		]);
		expect(await reached()).toEqual([['1']]);
	});
});

describe('test recipients', () => {
	const credential = { testRecipients: 'me, my-colleague' };
	const testers = ['me', 'my-colleague'];

	it('get every message instead of its own', async () => {
		const { json } = await bench.send({ content: 'x', recipients: '1001, 1002' }, { credential });
		expect(json).toMatchObject([{ recipients: testers, redirectedFrom: ['1001', '1002'] }]);
		expect(await reached()).toEqual([testers]);
	});

	it('get a message alone, too', async () => {
		const { json } = await bench.send({ content: 'x', sendTo: 'noRecipientField' }, { credential });
		expect(json).toMatchObject([{ recipients: testers, redirectedFrom: [] }]);
		expect(await reached()).toEqual([testers]);
	});

	it('get each part of a list', async () => {
		const { json } = await bench.send(
			{ content: 'x', recipients: '1, 2, 3', options: { recipientsPerCall: 2 } },
			{ credential },
		);
		expect(json.map((item) => item.redirectedFrom)).toEqual([['1', '2'], ['3']]);
		expect(await reached()).toEqual([testers, testers]);
	});

	it('stand in the error of a message that failed', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: '无权限' });
		const { json } = await bench.send(
			{ content: 'x', recipients: '1001' },
			{ credential, onError: 'continueRegularOutput' },
		);
		expect(json).toMatchObject([{ error: { recipients: testers } }]);
	});

	it('that are no IDs stop the run: nobody else gets it', async () => {
		const { error } = await bench.send(
			{ content: 'x', recipients: '1001' },
			{ credential: { testRecipients: '[object Object]' } },
		);
		expect(error?.message).toContain('Test Recipients');
		expect(await requests()).toBe(0);
	});

	it.each([',', '""', '[]'])('that name nobody (%s) stop it as well', async (testRecipients) => {
		const { error } = await bench.send(
			{ content: 'x', recipients: '1001' },
			{ credential: { testRecipients } },
		);
		expect(error?.message).toContain("'Test Recipients': nobody is named");
		expect(await requests()).toBe(0);
	});
});

describe('after failures, the editor shows', () => {
	const hintsOf = async (onError: 'continueRegularOutput' | 'continueErrorOutput') => {
		const { run } = await bench.send(
			{ content: '="m{{ $json.n }}"', recipients: '1', options: { concurrency: 1 } },
			{ items: numbered(5), onError },
		);
		return run.data.resultData.runData.Node[0].hints?.map(({ message }) => message) ?? [];
	};

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'what was done (%s)',
		async (onError) => {
			await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'x', match: 'm1' });
			expect(await hintsOf(onError)).toEqual([
				'4 completed, 1 failed. The error of each tells why.',
			]);
		},
	);

	it('whom to look for before anything is sent again', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc: 'x', match: 'm1' });
		await bench.client.fault({ kind: 'cutAfter', match: 'm2' });
		await bench.client.fault({ kind: 'cutAfter', match: 'm3' });
		expect(await hintsOf('continueErrorOutput')).toEqual([
			'2 completed, 1 failed, 2 unknown: items 2–3 may have been completed all the same. Look for them on the platform before you repeat them.',
		]);
	});

	it('nothing when all went well', async () => {
		expect(await hintsOf('continueErrorOutput')).toEqual([]);
	});
});
