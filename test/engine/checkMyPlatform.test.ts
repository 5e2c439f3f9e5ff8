import type { IDataObject } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { readExample } from '../../testbed/examples';
import { ROOT } from '../../testbed/root';
import { openBench, type Bench } from './harness';

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

/** Runs `check-my-platform.json` with these settings. */
async function check(settings: IDataObject, at = bench) {
	const workflow = readExample('check-my-platform.json');
	const { assignments } = workflow.nodes.find(({ name }) => name === 'Settings')?.parameters
		.assignments as { assignments: Array<{ name: string; value: unknown }> };
	for (const one of assignments) one.value = settings[one.name] ?? one.value;
	for (const node of workflow.nodes) {
		const options = node.parameters.options as { batching?: { batch: IDataObject } } | undefined;
		if (options?.batching) options.batching.batch.batchInterval = 0;
		if (node.name === 'Send as It Is') node.credentials = { tzeApi: { id: '1', name: 'TZE' } };
	}
	const { run, output } = await at.engine.run(workflow, { credentials: at.credentials() });
	if (run.data.resultData.error) throw run.data.resultData.error;
	return (name: string) => output(name)[0]?.json ?? {};
}

const sampleOf = ({ sandbox }: Bench, more = '') =>
	`POST ${sandbox.url}${sandbox.messagePath}?accessToken=${sandbox.accessToken}\n{"msgtype":"text","text":{"content":"Hi"},"personIds":["P1001"]${more}}`;

it.each<[string, string, IDataObject]>([
	[
		'as a console may show it',
		'POST https://api.tze.cn/a/send?accessToken={{ACCESS_TOKEN}}\n\n{"msgtype":"text","text":{"content":"x {y}"},"userIds":["1"]}',
		{
			isComplete: true,
			'Base URL': 'https://api.tze.cn',
			'Message Path': '/a/send',
			'Recipient Field': 'userIds',
			'Recipient Format': 'List',
			'Access Token': 'not in the call: ask for it',
		},
	],
	[
		'as curl',
		`curl -X POST 'https://city.example:8443/b?accessToken=abcdef123456' -H 'Content-Type: application/json' -d '{"msgType":"text","text":{"content":"x"},"to":"1,2"}'`,
		{
			isComplete: true,
			'Base URL': 'https://city.example:8443',
			'Message Path': '/b',
			'Recipient Field': 'to',
			'Recipient Format': 'Comma-Separated Text',
			'Access Token': 'in the call (not shown)',
		},
	],
	[
		'with a path alone, and more in its query',
		'/c/send?v=2&accessToken=x {"msgType":"text","personIds":["1"]}',
		{
			isComplete: true,
			problem: expect.stringContaining('more parameters'),
			'Base URL': 'https://api.tze.cn',
			'Message Path': '/c/send?v=2',
			'Recipient Field': 'personIds',
			'Recipient Format': 'List',
			'Access Token': 'in the call (not shown)',
		},
	],
	[
		'as the documents have it, without recipients',
		'https://api.tze.cn/d {"msgtype":"text","text":{"content":"x"}}',
		expect.objectContaining({
			isComplete: false,
			problem: expect.stringContaining('names no recipients'),
			'Message Path': '/d',
		}) as IDataObject,
	],
	[
		'with several fields that may be it',
		'https://api.tze.cn/e {"msgtype":"text","deptIds":["7"],"personIds":["1"]}',
		expect.objectContaining({
			isComplete: false,
			problem: expect.stringContaining('deptIds, personIds'),
			'Recipient Field': 'not certain',
		}) as IDataObject,
	],
	['as nothing', 'Hello?', { isComplete: false, problem: expect.stringContaining('No address') }],
])('tells what belongs where: a call %s', async (_what, sampleCall, expected) => {
	const output = await check({ sampleCall });
	expect(output('What Belongs Where')).toEqual(expected);
	expect(JSON.stringify(output('What Belongs Where'))).not.toContain('abcdef123456');
});

it.each<[string, IDataObject & { more?: string }]>([
	['not asked to', { sendTestMessages: false }],
	['nobody is named', { testRecipients: ' ' }],
	['it is not certain which field carries the recipients', { more: ',"deptIds":["1"]' }],
])('sends nothing while %s', async (_what, { more = '', ...settings }) => {
	const output = await check({ ...asked(bench), sampleCall: sampleOf(bench, more), ...settings });
	expect(output('Table')).toEqual({});
	expect(await bench.client.requests()).toEqual([]);
});

interface Row {
	what: string;
	answer: string;
	retCode: string;
	words: string;
	settles: string;
}

/** The rows of the table that the workflow prints. */
function rowsOf({ table }: IDataObject): Row[] {
	const [, , ...lines] = String(table).split('\n');
	return lines.map((line) => {
		const [, what, answer, retCode, words, , settles] = line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim());
		return { what, answer, retCode, words, settles };
	});
}

const asked = (at: Bench, people = 'P1001, P1002') => ({
	sampleCall: sampleOf(at),
	testRecipients: people,
	sendTestMessages: true,
});

it('tries what the documents leave open, to test recipients alone, and prints a table', async () => {
	const output = await check(asked(bench));
	const rows = rowsOf(output('Table'));
	const refused = rows.filter(({ answer }) => answer !== 'accepted');
	expect(refused.map(({ what, answer }) => [what, answer])).toEqual([
		['link, without picUrl', 'refused'],
		['oa, bgColor of 6 digits', 'refused'],
		['text, a wrong token', 'refused'],
	]);
	expect(output('Table')).toMatchObject({ accepted: 19, refused: 3, unclear: 0 });
	expect(String(output('Table').table)).not.toContain(bench.sandbox.accessToken);

	const { messages } = await bench.client.messages();
	expect(new Set(messages.flatMap(({ recipients }) => recipients))).toEqual(
		new Set(['P1001', 'P1002']),
	);
	expect(messages).toHaveLength(19);
});

it.each([
	[
		'looks at msgtype alone',
		{ typeKey: 'msgtype' as const },
		['text, msgType alone'],
		'[sandbox] msgtype is missing',
	],
	[
		'wants recipients as a text',
		{ recipients: 'text' as const },
		['text, one recipient in a list', 'text, two recipients in a list'],
		'[sandbox] personIds must be a text, not an array',
	],
])('tells of a platform that %s', async (_what, messageForm, wrong, words) => {
	const other = await openBench({ messageForm });
	const sampleCall = sampleOf(other).replace(
		'["P1001"]',
		'recipients' in messageForm ? '"P1001"' : '["P1001"]',
	);
	const documented = rowsOf((await check(asked(bench)))('Table'));
	const rows = rowsOf((await check({ ...asked(other), sampleCall }, other))('Table'));
	const refused = rows.filter(
		({ answer }, index) => answer === 'refused' && documented[index].answer === 'accepted',
	);
	expect(refused.map(({ what }) => what)).toEqual(wrong);
	expect(new Set(refused.map((row) => row.words))).toEqual(new Set([words]));
	await other.close();
});

it('names lines that docs/platform.md has', async () => {
	const platform = readFileSync(path.join(ROOT, 'docs/platform.md'), 'utf8').replace(/\s+/g, ' ');
	const rows = rowsOf((await check(asked(bench)))('Table'));
	expect(rows.filter(({ settles }) => !platform.includes(settles))).toEqual([]);
});

it('tries no second person where one is named', async () => {
	const output = await check(asked(bench, 'P1001'));
	expect(rowsOf(output('Table')).some(({ what }) => what.includes('two recipients'))).toBe(false);
});

it('hides what may be a secret in the words of the platform', async () => {
	const retDesc = `token ${bench.sandbox.accessToken} | is\nbad`;
	await bench.client.fault({ kind: 'refuse', retCode: 'X1', retDesc, times: 99 });
	const [row] = rowsOf((await check(asked(bench)))('Table'));
	expect(row).toMatchObject({ answer: 'refused', retCode: 'X1', words: 'token *** is bad' });
});

it('calls an answer unclear that is none', async () => {
	await bench.client.fault({ kind: 'cutAfter', times: 1 });
	await bench.client.fault({ kind: 'html', times: 1 });
	const rows = rowsOf((await check(asked(bench)))('Table'));
	expect(rows.slice(0, 3).map(({ answer }) => answer)).toEqual(['unclear', 'unclear', 'accepted']);
});
