import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import type { WaitingAnswer, WaitingRequest } from '../../testbed/engine/engine';
import { caseOf, FIXED_SEED } from '../fuzz/random';
import { openBench, workflowOf, type Bench } from './harness';

const REQUESTS = 3_000;

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());

const MARK = 'tze"\'><script>alert(1)</script>';
const options = { values: [{ option: `One ${MARK}` }, { option: 'Two' }] };
const FORMS: Record<string, IDataObject> = {
	approval: { approvalOptions: { values: { approvalType: 'double', approveLabel: 'Yes <b>' } } },
	freeText: { responseType: 'freeText' },
	customForm: {
		responseType: 'customForm',
		formFields: {
			values: [
				{ fieldLabel: `A ${MARK}`, fieldType: 'text', requiredField: true },
				{ fieldLabel: 'B', fieldType: 'textarea' },
				{ fieldLabel: 'C', fieldType: 'number' },
				{ fieldLabel: 'D', fieldType: 'date' },
				{ fieldLabel: 'E', fieldType: 'dropdown', fieldOptions: options },
				{ fieldLabel: 'F', fieldType: 'checkbox', fieldOptions: options },
				{ fieldLabel: 'G', fieldType: 'boolean', requiredField: true },
			],
		},
	},
};

/** What people, programs and attackers may put into an input. */
const VALUES: unknown[] = [
	...['approve', 'decline', '0', '1', 'yes', 'no', '12.5', '2026-02-28', '2026-02-30', '', ' '],
	...[MARK, '</textarea><script>alert(1)</script>', '{{ $json }}', '={{ 1 }}', '%253Cscript%253E'],
	...['1e999', '-1', '9007199254740993', '0x10', '\0', '\uD800', 'x'.repeat(70_000), '中文'],
	...[[], ['0', '1'], ['approve', 'decline'], ['1', '1'], { a: 'b' }, null, 7, true, [['0']]],
];
const NAMES = [
	...['answer', 'text', 'approved', '__proto__', 'constructor', 'respondedBy', 'field--1'],
	...Array.from({ length: 9 }, (_, index) => `field-${index}`),
];
const TYPES = [
	...['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=utf-8'],
	...['application/json', 'multipart/form-data; boundary=x', 'text/plain', '', MARK],
];

/** A way in which links get changed. */
type Change = 'delete' | 'double' | 'alter' | 'encode' | 'long' | 'nest' | 'empty';

interface Made {
	/** Of the links that were sent, the first or the second. */
	link: 0 | 1;
	change: readonly [Change, name: string] | undefined;
	method: string;
	body: unknown;
	type: string;
	language: string;
}

const requests: fc.Arbitrary<Made> = fc.record({
	link: fc.constantFrom(0, 1),
	change: fc.oneof(
		{ weight: 3, arbitrary: fc.constant(undefined) },
		{
			weight: 1,
			arbitrary: fc.tuple(
				fc.constantFrom<Change[]>('delete', 'double', 'alter', 'encode', 'long', 'nest', 'empty'),
				fc.constantFrom('question', 'recipient', 'signature', 'approved', MARK),
			),
		},
	),
	method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE'),
	body: fc.oneof(
		{
			weight: 19,
			arbitrary: fc
				.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES)), { maxLength: 8 })
				.map((entries) => Object.fromEntries(entries)),
		},
		{ weight: 1, arbitrary: fc.constantFrom(undefined, null, 'text', 7, [], Buffer.from('x')) },
	),
	type: fc.oneof(
		{ weight: 7, arbitrary: fc.constant(TYPES[0]) },
		{ weight: 3, arbitrary: fc.constantFrom(...TYPES) },
	),
	language: fc.constantFrom('en', 'zh-CN', MARK, '', 'x'.repeat(5_000)),
});

function changedLink(link: string, [change, name]: readonly [Change, string]): string {
	const url = new URL(link);
	const value = url.searchParams.get(name) ?? MARK;
	switch (change) {
		case 'delete':
			url.searchParams.delete(name);
			break;
		case 'double':
			url.searchParams.append(name, value);
			break;
		case 'alter':
			url.searchParams.set(name, `${value.slice(0, -1)}${MARK}`);
			break;
		case 'encode':
			url.searchParams.set(name, encodeURIComponent(encodeURIComponent(`${value}<`)));
			break;
		case 'long':
			url.searchParams.set(name, value.repeat(2_000));
			break;
		case 'nest':
			url.searchParams.delete(name);
			url.searchParams.set(`${name}[a]`, value);
			break;
		case 'empty':
			url.searchParams.set(name, '');
			break;
	}
	return url.href;
}

it(`gives no answer to ${REQUESTS} requests that no person made`, async () => {
	let index = 0;
	const tally: Record<string, number> = {};
	let answers = 0;
	for (const [form, parameters] of Object.entries(FORMS)) {
		await bench.client.clear();
		const all = {
			...{ operation: 'sendAndWait', title: `T ${MARK}`, message: `M ${MARK}`, msgType: 'link' },
			...{ sendTo: 'recipients', recipients: 'P1001, P1002', ...parameters },
		};
		const ask = async () => {
			await bench.client.clear();
			const { run } = await bench.send(all);
			const { messages } = await bench.client.messages();
			const links = messages.map((one) => (one.msgType === 'link' ? one.message.link.pcUrl : ''));
			return { run, links };
		};
		let asked = await ask();
		const file = workflowOf('tzeSendMessage', all);
		for (let count = 0; count < REQUESTS / 3; count++) {
			const made = caseOf(requests, FIXED_SEED, index++);
			const { change, method } = made;
			const link = asked.links[made.link];
			const request: WaitingRequest = {
				method,
				url: change === undefined ? link : changedLink(link, change),
				body: made.body,
				headers: { 'content-type': made.type, 'accept-language': made.language },
			};
			const answer: WaitingAnswer = await bench.engine.request(file, asked.run, request, {
				credentials: bench.credentials(),
			});
			const { response, run } = answer;
			const what = JSON.stringify({ form, count, request }).slice(0, 500);
			const { statusCode, text } = response;
			tally[`${form} ${statusCode}`] = (tally[`${form} ${statusCode}`] ?? 0) + 1;
			if (statusCode >= 500) throw new Error(`${statusCode}: ${what}`);
			if (/<script|<b>|tze"|alert\(1\)<\/s/.test(text)) throw new Error(`not escaped: ${what}`);
			if (run === undefined) continue;

			answers++;
			const mayAnswer = change === undefined && method === 'POST' && statusCode === 200;
			if (!mayAnswer) throw new Error(`an answer: ${what}`);
			const [item] = run.data.resultData.runData.Node.at(-1)?.data?.main[0] ?? [];
			const keys = Object.keys(item.json);
			expect(keys).toEqual(['data', 'respondedBy', 'respondedAt', 'sent']);
			const declared = form === 'approval' ? ['approved'] : form === 'freeText' ? ['text'] : 7;
			const given = Object.keys(item.json.data as IDataObject);
			expect(declared === 7 ? given.length : given).toEqual(declared);
			// The same once more: nobody answers twice
			const again = await bench.engine.request(file, asked.run, request, {
				credentials: bench.credentials(),
			});
			expect(again.run).toBeUndefined();
			expect(again.response.statusCode).toBe(410);
			asked = await ask();
		}
	}
	// It came through to every page and to answers
	expect(answers).toBeGreaterThan(20);
	for (const status of [200, 401, 413, 415, 422]) {
		expect(Object.keys(tally).some((key) => key.endsWith(String(status)))).toBe(true);
	}
}, 300_000);
