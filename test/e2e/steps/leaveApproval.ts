import type { Page } from 'playwright-core';

import { until } from '../../../testbed/process/until';
import { expectNarrow, expectReadable, somebody, waitForText, type Device } from '../person';
import { expectMatch, expectSame, isOldest, outside, type Step, type World } from '../world';
import { importExample, LEAVE } from './workflows';

const PARENT: Device = { locale: 'zh-CN', kind: 'phone' };
const TEACHER: Device = { locale: 'zh-CN', kind: 'phone', colorScheme: 'dark' };
const HEAD: Device = { locale: 'en-US', kind: 'phone' };

/** n8n looks once a minute which executions have waited long enough. */
const LIMIT_PATIENCE_MS = 150_000;

/** A request, a question on a card, and its answer. */
export const leaveSteps: Step[] = [
	{
		title:
			'a leave request is approved: form, card, answer page on a phone, message to the parent; looking at the page answers nothing',
		async run(world) {
			const { editor, control, shoot } = world;
			await importExample(world, LEAVE);
			await editor.publish();
			await shoot('leave-published');
			await control.clearMessages();

			const parent = await somebody(world, PARENT);
			await request(world, parent.page, '陈小雨');
			await shoot('leave-requested', parent.page);
			const [link] = await questions(world, 'P1001');

			// What a scanner, a preview or the platform's own app does
			await outside.head(link);
			const looked = await outside.get<string>(link, { headers: { 'sec-purpose': 'prefetch' } });
			expectSame('status of a prefetch', looked.status < 500, true);

			const teacher = await somebody(world, TEACHER);
			await teacher.page.goto(`${world.sandbox.inboxUrl}?recipient=P1001`);
			await teacher.page.locator('[data-test-id="inbox-asks"]').first().waitFor();
			await expectNarrow(teacher.page);
			await shoot('leave-card', teacher.page);
			const answer = await teacher.openCard('P1001', '陈小雨');
			expectMatch('answer page', await expectReadable(answer, TEACHER), '陈小雨');
			await shoot('leave-answer-page', answer);
			await answer.reload();
			expectSame('texts to the parent before the answer', await texts(world, 'P2001'), []);

			await answer.getByRole('button', { name: 'Approve', exact: true }).click();
			await answer.waitForLoadState();
			await expectReadable(answer, TEACHER);
			await shoot('leave-answered', answer);
			expectMatch('text', (await waitForText(world, 'P2001', /陈小雨/)).join(), 'is approved');

			await answer.goto(link);
			await shoot('leave-answered-already', answer);
			expectSame('texts to the parent', (await texts(world, 'P2001')).length, 1);

			// The question never came to the browser of whoever asked
			expectMatch(
				'page of the parent',
				await parent.page.locator('body').innerText(),
				'was handed in',
			);
			expectSame('buttons there', await parent.page.getByText('Decline').count(), 0);
			await Promise.all([parent, teacher].map((one) => one.close()));
		},
	},
	{
		title:
			'a leave request that nobody answers: reminder with a new link, the old one is dead; then the head of grade declines',
		async run(world) {
			const { n8n, imported, editor, control, shoot } = world;
			const isLive = imported.has(LEAVE);
			const id = imported.get(LEAVE) ?? (await importExample(world, LEAVE));
			const workflow = await n8n.client.workflow(id);
			const short = { remindAfter: 0.02, escalateAfter: 0.04, giveUpAfter: 20, unit: 'minutes' };
			for (const node of workflow.nodes.filter(({ name }) => name === 'Settings')) {
				const { assignments } = node.parameters.assignments as {
					assignments: Array<{ name: string; value: unknown }>;
				};
				for (const one of assignments) {
					if (one.name in short) one.value = short[one.name as keyof typeof short];
				}
			}
			await n8n.client.rest('PATCH', `/workflows/${id}`, workflow);
			await editor.openWorkflow(id);
			// In n8n 1 a change is live at once, and the switch would end that
			if (!isLive || !isOldest(world)) await editor.publish();
			await control.clearMessages();

			const parent = await somebody(world, PARENT);
			await request(world, parent.page, '赵子轩');
			await parent.close();
			const [first] = await questions(world, 'P1001');
			const [, second] = await questions(world, 'P1001', 2);
			expectSame('a link of its own', first !== second, true);

			const teacher = await somebody(world, TEACHER);
			await teacher.page.goto(first);
			await shoot('leave-old-link', teacher.page);
			const dead = await outside.post<string>(first, 'approved=true', {
				headers: { 'content-type': 'application/x-www-form-urlencoded' },
			});
			expectSame('status of the old link is no error of the server', dead.status < 500, true);
			await teacher.close();

			await questions(world, 'P1002', 1);
			const head = await somebody(world, HEAD);
			const answer = await head.openCard('P1002', '赵子轩');
			await answer.locator('html[lang="en"]').waitFor();
			await expectNarrow(answer);
			await shoot('leave-head-of-grade', answer);
			await answer.getByRole('button', { name: 'Decline', exact: true }).click();
			await answer.waitForLoadState();
			await shoot('leave-declined', answer);
			expectMatch('text', (await waitForText(world, 'P2001', /赵子轩/)).join(), 'was not approved');
			await head.close();
		},
	},
];

/** The parent fills in the form, and sees that it was sent. */
async function request({ n8n }: World, page: Page, student: string): Promise<void> {
	await page.goto(`${n8n.url}/form/tze-leave`);
	await page.getByLabel('Name of the Pupil').fill(student);
	await page.getByLabel('Type of Leave').selectOption({ index: 2 });
	await page.getByLabel('First Day').fill('2026-11-30');
	await page.getByLabel('Last Day').fill('2026-12-01');
	await page.getByLabel('Reason for Leave').fill('Fever');
	await page.getByLabel('ID of the Parent').fill('P2001');
	await page.locator('#submit-btn').click();
	await page.getByText('was handed in').first().waitFor();
}

/** The addresses of somebody's questions, oldest first, once there are as many. */
async function questions(
	{ control }: World,
	recipient: string,
	count = 1,
): Promise<readonly string[]> {
	return await until(
		`${count} cards to ${recipient}`,
		async () => {
			const { messages } = await control.messages({ recipient });
			const links = messages.flatMap((one) => (one.msgType === 'oa' ? [one.message.pcUrl] : []));
			return links.length >= count && links;
		},
		{ patienceMs: LIMIT_PATIENCE_MS, everyMs: 1_000 },
	);
}

async function texts({ control }: World, recipient: string): Promise<string[]> {
	const { messages } = await control.messages({ recipient });
	return messages.flatMap((one) => (one.msgType === 'text' ? [one.message.text.content] : []));
}
