import type { IDataObject } from 'n8n-workflow';

import { readExample } from '../../testbed/examples';
import { openBench, type Bench } from './harness';
import { Tables } from './tables';

// The form of the leave example brings a sanitizer that jest cannot load; no form is shown here
jest.mock('sanitize-html', () => (html: string) => html);

let bench: Bench;
beforeAll(async () => {
	bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => await bench.client.clear());

const run: Bench['runExample'] = async (...example) => await bench.runExample(...example);

/** `[recipient, what the message is about]` of what arrived, in order. */
async function arrived(): Promise<Array<[string, string]>> {
	const { messages } = await bench.client.messages();
	return messages.map((one) => [
		one.recipients.join(),
		one.msgType === 'text'
			? one.message.text.content
			: one.msgType === 'link'
				? one.message.link.title
				: String(one.message.oa.body?.title),
	]);
}

const HOUR_MS = 60 * 60 * 1000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

describe('bind accounts', () => {
	const login = { personId: 'P1001', oauthToken: 'a'.repeat(32), expiresAt: inHours(360) };

	/** The links that part 1 hands out, by account. */
	async function invite(tables: Tables): Promise<Map<string, string>> {
		const { output } = await run('bind-accounts-1-invite.json', { services: tables.services });
		return new Map(
			output('Links to Hand Out').map(({ json }) => [String(json.ownUser), String(json.link)]),
		);
	}

	/** Somebody comes back from the login that a link began. */
	async function comeBack(
		tables: Tables,
		link: string | undefined,
		executionId: string,
		more = {},
	) {
		const ref = link === undefined ? undefined : new URL(link).searchParams.get('ref');
		return await run('bind-accounts-2-login.json', {
			startNode: 'Login',
			pinData: { Login: [{ json: { ...login, ref, ...more } as IDataObject }] },
			services: { ...tables.services, executionId },
		});
	}

	it('hands out a link for each account, whose key the table does not hold', async () => {
		const tables = new Tables();
		const links = await invite(tables);
		expect([...links.keys()]).toEqual(['T-1001', 'T-1002']);
		for (const link of links.values()) {
			expect(link).toMatch(/^http:\/\/localhost:5678\/webhook\/tze-bind\/start\?ref=[0-9a-f]{32}$/);
			const [, key] = link.split('ref=');
			expect(JSON.stringify(tables.rowsOf('tze_invitations'))).not.toContain(key);
		}
		expect(tables.rowsOf('tze_invitations')).toHaveLength(2);
	});

	it('binds the account that the invitation was made for, and says welcome', async () => {
		const tables = new Tables();
		const link = (await invite(tables)).get('T-1002');
		await comeBack(tables, link, '7');
		expect(tables.rowsOf('tze_accounts')).toEqual([
			{
				...login,
				ownUser: 'T-1002',
				expiresAt: new Date(login.expiresAt),
				boundAt: expect.any(Date),
			},
		]);
		expect(await arrived()).toEqual([['P1001', expect.stringContaining('T-1002')]]);
	});

	it.each<[string, (tables: Tables, link: string) => Promise<string | undefined> | undefined]>([
		['without an invitation', () => undefined],
		['with an unknown one', async (_tables, link) => link.replace(/ref=.*/, 'ref=guessed')],
		[
			'with one that is older than a day',
			async (tables, link) => {
				for (const row of tables.rowsOf('tze_invitations')) row.validUntil = inHours(-0.01);
				return link;
			},
		],
		[
			'with one that was used',
			async (tables, link) => {
				await comeBack(tables, link, '6', { personId: 'P2001' });
				await bench.client.clear();
				return link;
			},
		],
	])('binds nobody %s, and tells nobody', async (_name, change) => {
		const tables = new Tables();
		const link = (await invite(tables)).get('T-1001') ?? '';
		const changed = await change(tables, link);
		const before = structuredClone(tables.rowsOf('tze_accounts'));
		const { output } = await comeBack(tables, changed, '7');
		expect(tables.rowsOf('tze_accounts')).toEqual(before);
		expect(output('Not Bound')).toHaveLength(1);
		expect(await arrived()).toEqual([]);
	});

	it('binds one of two that come back with one link at the same moment', async () => {
		const tables = new Tables();
		const link = (await invite(tables)).get('T-1001');
		await Promise.all([
			comeBack(tables, link, '7', { personId: 'P1001' }),
			comeBack(tables, link, '8', { personId: 'P2001' }),
		]);
		expect(tables.rowsOf('tze_accounts')).toHaveLength(1);
		expect(await arrived()).toHaveLength(1);
	});

	it('takes the row that another login has marked for no success of its own', async () => {
		// SQLite: n8n reads the rows first and updates then, so both may be told of the row
		const tables = new Tables();
		const link = (await invite(tables)).get('T-1001');
		for (const row of tables.rowsOf('tze_invitations')) row.usedBy = '8';
		const result = await run('bind-accounts-2-login.json', {
			startNode: 'Login',
			pinData: {
				Login: [{ json: { ...login, ref: link?.split('ref=')[1] } }],
				'Use Up the Invitation': [{ json: { ownUser: 'T-1001', usedBy: '8' } }],
			},
			services: { ...tables.services, executionId: '7' },
		});
		expect(result.output('Not Bound')).toHaveLength(1);
		expect(tables.rowsOf('tze_accounts')).toEqual([]);
	});

	it('keeps one row for an account that its person binds again', async () => {
		const tables = new Tables();
		await comeBack(tables, (await invite(tables)).get('T-1001'), '7');
		const later = { oauthToken: 'b'.repeat(32) };
		await comeBack(tables, (await invite(tables)).get('T-1001'), '8', later);
		expect(tables.rowsOf('tze_accounts')).toEqual([
			expect.objectContaining({ ...later, personId: 'P1001' }),
		]);
	});

	it.each([
		['an account that another person has', 'T-1001', 'P2001'],
		['a person who has another account', 'T-1002', 'P1001'],
	])('keeps a good binding: %s', async (_what, ownUser, personId) => {
		const tables = new Tables();
		await comeBack(tables, (await invite(tables)).get('T-1001'), '7');
		await bench.client.clear();
		const before = structuredClone(tables.rowsOf('tze_accounts'));
		const link = (await invite(tables)).get(ownUser);
		const { output } = await comeBack(tables, link, '8', { personId });
		expect(output('Not Bound')).toHaveLength(1);
		expect(tables.rowsOf('tze_accounts')).toEqual(before);
		expect(await arrived()).toEqual([]);

		// The link is still good for whom it was meant
		const right = ownUser === 'T-1001' ? 'P1001' : 'P1002';
		await comeBack(tables, link, '9', { personId: right });
		expect(await arrived()).toEqual([[right, expect.stringContaining(ownUser)]]);
	});

	it.each([
		['stored', 'upsertRow', undefined],
		['renewed', 'upsertRow', 'b'.repeat(32)],
		['looked up', 'getManyRowsAndCount', undefined],
	])(
		'an account that cannot be %s leaves the invitation good, and fails',
		async (_what, method, oauthToken) => {
			const tables = new Tables();
			const later = oauthToken === undefined ? {} : { oauthToken };
			if (oauthToken !== undefined) {
				await comeBack(tables, (await invite(tables)).get('T-1001'), '6');
				await bench.client.clear();
			}
			const before = structuredClone(tables.rowsOf('tze_accounts'));
			const link = (await invite(tables)).get('T-1001');
			tables.failing.add(`${method} tze_accounts`);
			await expect(comeBack(tables, link, '7', later)).rejects.toMatchObject({
				message: expect.stringContaining('"T-1001" could not be stored'),
			});
			expect(tables.rowsOf('tze_accounts')).toEqual(before);
			expect(await arrived()).toEqual([]);
			tables.failing.clear();
			await comeBack(tables, link, '8', later);
			expect(await arrived()).toEqual([['P1001', expect.stringContaining('T-1001')]]);
			expect(tables.rowsOf('tze_accounts')).toEqual([expect.objectContaining(later)]);
		},
	);

	it('makes one link for an account that stands twice in the list, and none for nobody', async () => {
		const tables = new Tables();
		const workflow = readExample('bind-accounts-1-invite.json');
		for (const { name, parameters } of workflow.nodes) {
			if (name !== 'Whom to Invite') continue;
			const accounts = [{ ownUser: 'T-1' }, { ownUser: 'T-1' }, { name: '王芳' }, { ownUser: ' ' }];
			parameters.jsonOutput = JSON.stringify({ accounts });
		}
		const { output } = await bench.engine.run(workflow, {
			credentials: bench.credentials(),
			services: tables.services,
		});
		const links = output('Links to Hand Out').map(({ json }) => json);
		expect(links).toEqual([expect.objectContaining({ ownUser: 'T-1' })]);
		await comeBack(tables, String(links[0].link), '7');
		expect(tables.rowsOf('tze_accounts')).toHaveLength(1);
	});

	it('a later invitation of an account voids the earlier', async () => {
		const tables = new Tables();
		const [earlier, later] = [await invite(tables), await invite(tables)];
		const { output } = await comeBack(tables, earlier.get('T-1001'), '7');
		expect(output('Not Bound')).toHaveLength(1);
		await comeBack(tables, later.get('T-1001'), '8');
		expect(tables.rowsOf('tze_accounts')).toHaveLength(1);
	});

	it('takes a token without a known end to be good for the usual 15 days', async () => {
		const tables = new Tables();
		const link = (await invite(tables)).get('T-1001');
		await comeBack(tables, link, '7', { expiresAt: null });
		const [{ expiresAt }] = tables.rowsOf('tze_accounts');
		const days = (Number(expiresAt) - Date.now()) / (24 * HOUR_MS);
		expect(Math.round(days)).toBe(15);
	});

	describe('renewal', () => {
		const renew = async (tables: Tables) =>
			await run('bind-accounts-3-renew.json', {
				startNode: 'Every Morning',
				services: tables.services,
			});

		it('asks whose token ends within three days, by a link that works once', async () => {
			const tables = new Tables();
			const account = { oauthToken: 'x', boundAt: inHours(-300) };
			tables
				.rowsOf('tze_accounts')
				.push(
					{ ...account, ownUser: 'T-1', personId: 'P1001', expiresAt: inHours(71) },
					{ ...account, ownUser: 'T-2', personId: 'P1002', expiresAt: inHours(73) },
					{ ...account, ownUser: 'T-3', personId: 'P2001', expiresAt: inHours(-1) },
					{ ...account, ownUser: 'T-4', personId: 'P2002', expiresAt: null },
				);
			await renew(tables);
			expect(await arrived()).toEqual([['P1001', 'Please log in again']]);
			const [{ message }] = (await bench.client.messages()).messages;
			const { pcUrl, appUrl, content } = (message as { link: Record<string, string> }).link;
			expect(pcUrl).toBe(appUrl);
			expect(content).toMatch(/T-1.* ends on \w+ \d+\./);

			const later = { oauthToken: 'new', expiresAt: inHours(360) };
			await comeBack(tables, pcUrl, '7', later);
			await comeBack(tables, pcUrl, '8', { ...later, personId: 'P9' });
			expect(tables.rowsOf('tze_accounts')[0]).toMatchObject({
				personId: 'P1001',
				oauthToken: 'new',
				expiresAt: new Date(later.expiresAt),
			});
		});

		it('asks everybody else when one is refused, and lists who was not asked', async () => {
			const tables = new Tables();
			const account = { oauthToken: 'x', boundAt: inHours(-300), expiresAt: inHours(71) };
			tables
				.rowsOf('tze_accounts')
				.push(
					{ ...account, ownUser: 'T-1', personId: '' },
					{ ...account, ownUser: 'T-2', personId: 'P1002' },
				);
			tables.rowsOf('tze_invitations').push(
				...['T-1', 'T-2'].map((ownUser) => ({
					...{ ownUser, keyHash: `of ${ownUser}` },
					validUntil: inHours(1),
				})),
			);
			const { output } = await renew(tables);
			expect(await arrived()).toEqual([['P1002', 'Please log in again']]);
			// The office may have handed out a link before
			const open = tables.rowsOf('tze_invitations').map(({ ownUser, usedBy }) => [ownUser, usedBy]);
			expect(open).toEqual([
				['T-1', undefined],
				['T-2', 'replaced'],
				['T-1', undefined],
				['T-2', undefined],
			]);
			const notAsked = output('Not Asked', 0).map(({ json }) => json);
			expect(notAsked).toEqual([
				expect.objectContaining({
					ownUser: 'T-1',
					error: expect.objectContaining({ delivered: 'no' }),
				}),
			]);
		});

		it('asks nobody when no token ends', async () => {
			const tables = new Tables();
			await renew(tables);
			expect(await arrived()).toEqual([]);
			expect(tables.rowsOf('tze_invitations')).toEqual([]);
		});
	});

	describe('unbinding', () => {
		const unbind = async (tables: Tables) =>
			await run('bind-accounts-4-unbind.json', { services: tables.services });

		it('deletes the account, tells its person, and voids its open invitations', async () => {
			const tables = new Tables();
			await comeBack(tables, (await invite(tables)).get('T-1002'), '6', { personId: 'P1002' });
			await comeBack(tables, (await invite(tables)).get('T-1001'), '7');
			const open = (await invite(tables)).get('T-1001');
			await bench.client.clear();
			await unbind(tables);
			expect(tables.rowsOf('tze_accounts').map(({ ownUser }) => ownUser)).toEqual(['T-1002']);
			expect(await arrived()).toEqual([['P1001', expect.stringContaining('T-1001')]]);
			await comeBack(tables, open, '8');
			expect(tables.rowsOf('tze_accounts').map(({ ownUser }) => ownUser)).toEqual(['T-1002']);
		});

		it('tells nobody when the account is not bound', async () => {
			await unbind(new Tables());
			expect(await arrived()).toEqual([]);
		});
	});
});

describe('leave approval', () => {
	const FORM = {
		'Name of the Pupil': '陈小雨',
		'Type of Leave': 'Sick',
		'First Day': '2026-11-30',
		'Last Day': '2026-12-01',
		'Reason for Leave': 'Fever',
		'ID of the Parent': 'P2001',
	};
	const answer = (approved: boolean) => ({ data: { approved }, respondedBy: 'P1001' });

	/** Whom the run asked, and what the parent was told; `answers`: of each question, in their order. */
	async function decide(...answers: Array<IDataObject | 'none'>) {
		const questions = [
			'Ask the Class Teacher',
			'Remind the Class Teacher',
			'Ask the Head of Grade',
		];
		const pinned = answers.map((one, index) => [
			questions[index],
			[{ json: one === 'none' ? { student: FORM['Name of the Pupil'] } : one }],
		]);
		const { run: finished } = await run('leave-approval.json', {
			startNode: 'Leave Form',
			pinData: { 'Leave Form': [{ json: FORM }], ...Object.fromEntries(pinned) },
		});
		const asked = questions.filter((name) => name in finished.data.resultData.runData);
		return { asked: asked.length, told: await arrived() };
	}

	it.each<[string, Array<IDataObject | 'none'>, number, RegExp]>([
		['approved at once', [answer(true)], 1, /陈小雨.*2026-11-30.*is approved/],
		['declined at once', [answer(false)], 1, /was not approved/],
		['approved after the reminder', ['none', answer(true)], 2, /is approved/],
		['declined by the head of grade', ['none', 'none', answer(false)], 3, /was not approved/],
		['answered by nobody', ['none', 'none', 'none'], 3, /has not been decided/],
	])('tells the parent what is %s', async (_name, answers, asked, told) => {
		expect(await decide(...answers)).toEqual({
			asked,
			told: [['P2001', expect.stringMatching(told)]],
		});
	});

	it('asks the class teacher on a card with the request, and waits four hours', async () => {
		const start = Date.now();
		const { run: waiting } = await run('leave-approval.json', {
			startNode: 'Leave Form',
			pinData: { 'Leave Form': [{ json: FORM }] },
		});
		expect(Number(waiting.waitTill) - start).toBeGreaterThanOrEqual(4 * HOUR_MS);
		expect(Number(waiting.waitTill) - start).toBeLessThan(4.1 * HOUR_MS);
		const { messages } = await bench.client.messages();
		expect(messages).toEqual([
			expect.objectContaining({
				msgType: 'oa',
				recipients: ['P1001'],
				message: expect.objectContaining({
					pcUrl: expect.stringContaining('/webhook-waiting/'),
					oa: {
						head: expect.objectContaining({ text: expect.stringContaining('陈小雨') }),
						body: expect.objectContaining({
							form: [
								{ key: 'Type', value: 'Sick' },
								{ key: 'From', value: '2026-11-30' },
								{ key: 'To', value: '2026-12-01' },
								{ key: 'Reason', value: 'Fever' },
							],
						}),
					},
				}),
			}),
		]);
	});

	it('bounds what a parent may send to the form', async () => {
		const long = '中奖 http://evil.example/ '.repeat(500);
		const { 'Name of the Pupil': _none, ...others } = FORM;
		const form = {
			...others,
			'First Day': long,
			'Last Day': long,
			'Type of Leave': long,
			'Reason for Leave': long,
		};
		await run('leave-approval.json', {
			startNode: 'Leave Form',
			pinData: {
				'Leave Form': [{ json: form }],
				'Ask the Class Teacher': [{ json: answer(true) }],
			},
		});
		expect(await arrived()).toEqual([
			['P2001', expect.stringMatching(/^: the request for leave \( to \) is approved/)],
		]);

		await bench.client.clear();
		await run('leave-approval.json', {
			startNode: 'Leave Form',
			pinData: { 'Leave Form': [{ json: { ...form, 'Name of the Pupil': '陈'.repeat(5000) } }] },
		});
		const [{ message }] = (await bench.client.messages()).messages;
		const { head, body } = (message as { oa: { head: IDataObject; body: IDataObject } }).oa;
		expect(head.text).toBe(`Request for leave: ${'陈'.repeat(50)}`);
		expect(JSON.stringify(body).length).toBeLessThan(1300);
	});

	it('asks the next when a question cannot be sent, and tells the parent when none can', async () => {
		await bench.client.fault({ kind: 'refuse', retCode: 'E1', retDesc: 'no', times: 3 });
		expect(await decide()).toEqual({
			asked: 3,
			told: [['P2001', expect.stringMatching(/has not been decided/)]],
		});
	});

	it('waits four hours, then until the eighth', () => {
		const { nodes } = readExample('leave-approval.json');
		const of = (name: string) => nodes.find((node) => node.name === name)?.parameters;
		const settings = of('Settings')?.assignments as {
			assignments: Array<{ name: string; value: unknown }>;
		};
		const values = Object.fromEntries(settings.assignments.map(({ name, value }) => [name, value]));
		expect(values).toMatchObject({ remindAfter: 4, escalateAfter: 8, unit: 'hours' });
	});
});
