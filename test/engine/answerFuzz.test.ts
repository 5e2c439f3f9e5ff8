import type { IDataObject } from 'n8n-workflow';

import type { WaitingAnswer, WaitingRequest } from '../../testbed/engine/engine';
import type { WorkflowFile } from '../../testbed/examples';
import { openBench, type Bench } from './harness';

/** One seed for all machines: what fails once fails again. */
const SEED = 13;
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

/** Chance that comes out the same for the same seed (mulberry32). */
class Random {
	constructor(private state: number) {}

	private next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	chance(share: number): boolean {
		return this.next() < share;
	}

	integer(min: number, max: number): number {
		return min + Math.floor(this.next() * (max - min + 1));
	}

	pick<Entry>(entries: readonly Entry[]): Entry {
		return entries[this.integer(0, entries.length - 1)];
	}
}

/** A link as it was sent, or changed in a way in which links get changed. */
function changedLink(random: Random, link: string): string {
	const url = new URL(link);
	const name = random.pick(['question', 'recipient', 'signature', 'approved', MARK]);
	const value = url.searchParams.get(name) ?? MARK;
	switch (random.pick(['delete', 'double', 'alter', 'encode', 'long', 'nest', 'empty'] as const)) {
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
	const random = new Random(SEED);
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
		const file: WorkflowFile = {
			name: 'fuzz',
			nodes: ['Trigger', 'Node'].map((name) => ({
				...{ id: name, name, typeVersion: 1, position: [0, 0] as [number, number] },
				type: name === 'Trigger' ? 'n8n-nodes-base.manualTrigger' : 'n8n-nodes-tze.tzeSendMessage',
				parameters:
					name === 'Trigger' ? {} : (all as unknown as WorkflowFile['nodes'][0]['parameters']),
			})),
			connections: { Trigger: { main: [[{ node: 'Node', type: 'main', index: 0 }]] } },
			settings: {},
		};
		for (let count = 0; count < REQUESTS / 3; count++) {
			const link = random.pick(asked.links);
			const isWhole = random.chance(0.75);
			const url = isWhole ? link : changedLink(random, link);
			const method = random.pick(['GET', 'POST', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE']);
			const body = random.chance(0.05)
				? random.pick<unknown>([undefined, null, 'text', 7, [], Buffer.from('x')])
				: Object.fromEntries(
						Array.from({ length: random.integer(0, 8) }, () => [
							random.pick(NAMES),
							random.pick(VALUES),
						]),
					);
			const request: WaitingRequest = {
				...{ method, url, body },
				headers: {
					'content-type': random.chance(0.7) ? TYPES[0] : random.pick(TYPES),
					'accept-language': random.pick(['en', 'zh-CN', MARK, '', 'x'.repeat(5_000)]),
				},
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
			const mayAnswer = isWhole && method === 'POST' && statusCode === 200;
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
