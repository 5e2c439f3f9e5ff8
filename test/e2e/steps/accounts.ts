import type { Page } from 'playwright-core';

import { readExample } from '../../../testbed/examples';
import { until } from '../../../testbed/process/until';
import {
	expectNarrow,
	expectReadable,
	somebody,
	waitForText,
	type Device,
	type Person,
} from '../person';
import { expectMatch, expectSame, isOldest, type Step, type World } from '../world';
import { ACCOUNTS, importExample, rowsOf } from './workflows';

interface Account {
	ownUser: string;
	personId: string;
	oauthToken: string;
	expiresAt: string;
	boundAt: string;
}

interface Invitation {
	keyHash: string;
	ownUser: string;
	usedBy: string | null;
}

const TRIGGER = 'n8n-nodes-tze.tzeLoginTrigger';
const CHINESE_PHONE: Device = { locale: 'zh-CN', kind: 'phone' };
const ENGLISH_PHONE: Device = { locale: 'en-US', kind: 'phone', colorScheme: 'dark' };

/** From an invitation to a bound account, and to its end. */
export const accountSteps: Step[] = [
	{
		title:
			'accounts are bound: invitation, login on a phone, return page, row, welcome; a reload, a used and an unknown invitation bind nobody',
		async run(world) {
			const { shoot } = world;
			const links = await invite(world);
			const invitations = await rowsOf<Invitation>(world, 'tze_invitations');
			expectSame(
				'keys that can be read in the table',
				[...links.values()].filter((link) =>
					JSON.stringify(invitations).includes(link.split('ref=')[1]),
				),
				[],
			);
			await publishLogin(world);

			const chinese = await somebody(world, CHINESE_PHONE);
			const link = links.get('T-1001') ?? '';
			await chinese.page.goto(link);
			await shoot('accounts-login', chinese.page);
			await logIn(chinese, 'P1001');
			await expectReturned(world, chinese.page, CHINESE_PHONE);
			await shoot('accounts-returned', chinese.page);
			await waitForText(world, 'P1001', /T-1001/);
			const [bound] = await accounts(world);
			expectSame('who is bound', [bound.ownUser, bound.personId], ['T-1001', 'P1001']);
			expectMatch('token', bound.oauthToken, /^[0-9a-f]{32}$/);
			expectMatch('expiry', new Date(bound.expiresAt).toISOString(), /^20\d\d-/);
			expectSame('what the page shows of the token', await holds(chinese.page, bound), false);

			const runs = await world.control.stats();
			const again = await chinese.page.reload();
			expectSame('status after a reload', again?.status(), 200);
			await shoot('accounts-reloaded', chinese.page);
			expectSame('calls of a reload', (await world.control.stats()).requests, runs.requests);

			// Another person gets hold of the link
			const english = await somebody(world, ENGLISH_PHONE);
			await english.page.goto(link);
			await logIn(english, 'P2001');
			await expectReturned(world, english.page, ENGLISH_PHONE);
			await shoot('accounts-used-invitation', english.page);
			await english.page.goto(link.replace(/ref=.*/, 'ref=guessed'));
			await logIn(english, 'P2001');
			await settle(world);
			expectSame('accounts', await accounts(world), [bound]);

			// Their own invitation, with another browser language
			await english.page.goto(links.get('T-1002') ?? '');
			await logIn(english, 'P1002');
			await expectReturned(world, english.page, ENGLISH_PHONE);
			await shoot('accounts-returned-in-english', english.page);
			await waitForText(world, 'P1002', /T-1002/);

			// Without the state's cookie nobody comes back
			const returned = english.page.url();
			const stranger = await somebody(world, ENGLISH_PHONE);
			const refused = await stranger.page.goto(
				returned.replace(/oauthCode=[^&]+/, 'oauthCode=guessed'),
			);
			expectSame('status without a cookie', refused?.status(), 400);
			await expectReadable(stranger.page, ENGLISH_PHONE);
			await shoot('accounts-refused', stranger.page);
			await Promise.all([chinese, english, stranger].map((one) => one.close()));
			expectSame('accounts in the end', (await accounts(world)).length, 2);
		},
	},
	{
		title: 'accounts are renewed by a card with a link, and unbound',
		async run(world) {
			const { n8n, editor, edition, control, shoot } = world;
			const id = await importExample(world, ACCOUNTS.renew);
			await control.clearMessages();
			await runOpened(world);
			expectSame('cards before the last three days', (await control.messages()).messages, []);

			// The sandbox's tokens are good for 15 days
			const workflow = await n8n.client.workflow(id);
			const settings = edition.exampleText('Settings');
			for (const node of workflow.nodes.filter(({ name }) => name === settings)) {
				const { assignments } = node.parameters.assignments as {
					assignments: Array<{ name: string; value: unknown }>;
				};
				for (const one of assignments) if (one.name === 'daysBefore') one.value = 16;
			}
			await n8n.client.rest('PATCH', `/workflows/${id}`, workflow);
			await editor.openWorkflow(id);
			await runOpened(world);
			const before = await accounts(world);
			const { messages } = await control.messages();
			expectSame(
				'who is asked',
				messages.map(({ recipients }) => recipients.join()).sort(),
				before.map(({ personId }) => personId).sort(),
			);

			const person = await somebody(world, CHINESE_PHONE);
			await person.page.goto(`${world.sandbox.inboxUrl}?recipient=P1001`);
			await shoot('accounts-renewal-card', person.page);
			person.page = await person.openCard('P1001', edition.exampleText('Please log in again'));
			await logIn(person, 'P1001');
			await shoot('accounts-renewed', person.page);
			const old = before.find(({ ownUser }) => ownUser === 'T-1001');
			await until(
				'another token of T-1001',
				async () =>
					(await accounts(world)).some(
						({ ownUser, oauthToken }) => ownUser === 'T-1001' && oauthToken !== old?.oauthToken,
					),
				{ patienceMs: 20_000 },
			);
			await person.close();

			await importExample(world, ACCOUNTS.unbind);
			await runOpened(world);
			await shoot('accounts-unbound');
			await waitForText(world, 'P1001', /no longer bound|绑定已解除/);
			expectSame(
				'accounts after unbinding',
				(await accounts(world)).map(({ ownUser }) => ownUser),
				['T-1002'],
			);
		},
	},
];

const accounts = async (world: World) => await rowsOf<Account>(world, 'tze_accounts');

/** Runs the workflow that is open, to its end. */
async function runOpened({ editor }: World): Promise<void> {
	await editor.executeWorkflow();
	await editor.waitForEnd();
	await editor.dismissToasts();
}

/** Runs part 1; the links that its output shows, by account. */
async function invite(world: World): Promise<Map<string, string>> {
	const { editor, edition, page, shoot } = world;
	await importExample(world, ACCOUNTS.invite);
	await runOpened(world);
	await editor.openNode(edition.exampleText('Links to Hand Out'));
	const output = page.locator('[data-test-id="output-panel"]');
	await output.getByText('T-1002').first().waitFor();
	const text = await output.innerText();
	await shoot('accounts-links');
	await editor.closeNode();
	const links = [...text.matchAll(/http\S+\/start\?ref=[0-9a-f]{32}/g)].map(([link]) => link);
	expectSame('links', links.length, 2);
	return new Map([
		['T-1001', links[0]],
		['T-1002', links[1]],
	]);
}

/** Imports part 2, gives it the sandbox's login, and makes it live. */
async function publishLogin(world: World): Promise<void> {
	const { editor, edition, sandbox, shoot } = world;
	await importExample(world, ACCOUNTS.login);
	const [trigger] = readExample(ACCOUNTS.login, edition.examples).nodes.filter(
		({ type }) => type === TRIGGER,
	);
	await editor.openNode(trigger.name);
	await editor.fill('loginUrl', `${sandbox.loginUrl}?redirect_uri={redirectUri}&state={state}`);
	await shoot('accounts-login-trigger');
	await editor.closeNode();
	await editor.save();
	await editor.publish();
	if (!isOldest(world)) await editor.dismissToasts();
	await shoot('accounts-published');
}

/** Picks a person on the sandbox's login page, and waits for the page that they come back to. */
async function logIn({ page }: Person, personId: string): Promise<void> {
	await page.locator('[data-test-id="login-person"]').filter({ hasText: personId }).click();
	await page.waitForURL((url) => url.searchParams.has('oauthCode'));
	await page.waitForLoadState();
}

/** The page after a login: the example's own words, and the browser's language. */
async function expectReturned({ edition }: World, page: Page, { locale }: Device): Promise<void> {
	const words = edition.examples === undefined ? 'welcome message' : '欢迎消息';
	expectMatch('page after the login', await page.locator('body').innerText(), words);
	expectSame(
		'language',
		await page.locator('html').getAttribute('lang'),
		locale === 'zh-CN' ? 'zh-CN' : 'en',
	);
	await expectNarrow(page);
}

/** Whether a page, its source included, holds something of an account's token. */
async function holds(page: Page, { oauthToken }: Account): Promise<boolean> {
	return (await page.content()).includes(oauthToken);
}

/** Until no execution is under way. */
async function settle({ n8n }: World): Promise<void> {
	await until(
		'all executions to end',
		async () =>
			(await n8n.client.executions()).every(({ status }) => !['new', 'running'].includes(status)),
		{ patienceMs: 20_000, everyMs: 500 },
	);
}
