import type { WorkflowFile } from '../../../testbed/examples';
import type { CredentialReference } from '../../../testbed/n8n/client';
import { inLine, nodeOf, startNode } from '../handMade';
import { expectNarrow, expectReadable, somebody, waitForText, type Device } from '../person';
import { expectMatch, expectSame, type Step } from '../world';
import { storedCredential } from './credential';

const ENGLISH: Device = { locale: 'en-US', kind: 'phone' };
const CHINESE: Device = { locale: 'zh-CN', kind: 'phone', colorScheme: 'dark' };

/** Harm that a field's text and an answer could do, if a page took them for HTML. */
const HARM = `<img src=x onerror="document.title='harmed'">`;

/** A question with every kind of field. */
export const answerFormSteps: Step[] = [
	{
		title:
			'a form with every kind of field is answered on a phone, in the language of the browser; what is wrong is shown again with what was typed',
		async run(world) {
			const { n8n, editor, control, shoot } = world;
			const tze = await storedCredential(world);
			const { id } = await n8n.client.importWorkflow(formWorkflow(tze));
			await control.clearMessages();
			await editor.openWorkflow(id);
			await editor.executeWorkflow();

			const reader = await somebody(world, CHINESE);
			const inbox = reader.page;
			await inbox.goto(`${world.sandbox.inboxUrl}?recipient=P1001`);
			await inbox.locator('[data-test-id="inbox-asks"]').first().waitFor();
			const chinese = await reader.openCard('P1001', 'Excursion');
			expectSame('language', await chinese.locator('html').getAttribute('lang'), 'zh-CN');
			expectMatch('button', await chinese.getByRole('button').innerText(), '提交');
			await expectNarrow(chinese);
			await shoot('form-in-chinese', chinese);
			await reader.close();

			const person = await somebody(world, ENGLISH);
			const page = await person.openCard('P1001', 'Excursion');
			await expectReadable(page, ENGLISH);
			expectSame('title of the page', await page.title(), 'Excursion to the zoo');
			await shoot('form', page);
			await page.getByLabel('Reason').fill(HARM);
			await page.getByLabel('Note').fill('two\nlines');
			await page.getByLabel('Pupils').fill('28');
			await page.getByLabel('Day').fill('2026-12-01');
			await page.getByLabel('Way').selectOption({ label: 'Bus' });
			await page.getByLabel('Museum').check();
			await page.getByLabel('Zoo').check();
			// Required, and left out: n8n's own forms would ask the browser; this page says so itself
			await page.getByRole('button').click();
			await page.locator('.error').first().waitFor();
			expectSame('text that was typed', await page.getByLabel('Reason').inputValue(), HARM);
			expectSame('title after harm', await page.title(), 'Excursion to the zoo');
			await expectNarrow(page);
			await shoot('form-incomplete', page);

			await page.getByLabel('Yes').check();
			await page.getByRole('button').click();
			await page.waitForLoadState();
			await shoot('form-answered', page);
			const [text] = await waitForText(world, 'P1002', /Pupils/);
			expectSame('answer', JSON.parse(text), {
				Reason: HARM,
				Note: 'two\nlines',
				Pupils: 28,
				Day: '2026-12-01',
				Way: 'Bus',
				Stops: ['Museum', 'Zoo'],
				Lunch: true,
			});
			await person.close();
		},
	},
];

const options = (...values: string[]) => ({ values: values.map((option) => ({ option })) });

function formWorkflow(tzeApi: CredentialReference): WorkflowFile {
	return {
		name: 'TZE: a form on a card',
		nodes: [
			startNode,
			nodeOf(
				'Ask',
				'n8n-nodes-tze.tzeSendMessage',
				1,
				[220, 0],
				{
					operation: 'sendAndWait',
					recipients: 'P1001',
					title: 'Excursion to the zoo',
					message: 'Please tell us about the excursion of your class.',
					responseType: 'customForm',
					formFields: {
						values: [
							{ fieldLabel: 'Reason', fieldType: 'text', requiredField: true },
							{ fieldLabel: 'Note', fieldType: 'textarea' },
							{ fieldLabel: 'Pupils', fieldType: 'number', requiredField: true },
							{ fieldLabel: 'Day', fieldType: 'date' },
							{ fieldLabel: 'Way', fieldType: 'dropdown', fieldOptions: options('Foot', 'Bus') },
							{
								fieldLabel: 'Stops',
								fieldType: 'checkbox',
								fieldOptions: options('Museum', 'Park', 'Zoo'),
							},
							{ fieldLabel: 'Lunch', fieldType: 'boolean', requiredField: true },
						],
					},
					options: {},
				},
				{ id: '00000000-0000-4000-8000-000000000001', credentials: { tzeApi } },
			),
			nodeOf(
				'Tell',
				'n8n-nodes-tze.tzeSendMessage',
				1,
				[440, 0],
				{
					recipients: 'P1002',
					content: '={{ JSON.stringify($json.data) }}',
					options: {},
				},
				{ id: '00000000-0000-4000-8000-000000000002', credentials: { tzeApi } },
			),
		],
		connections: inLine('Ask', 'Tell'),
		settings: { executionOrder: 'v1' },
	};
}
