import { fillOaMessage } from '../../../testbed/editor/oaMessage';
import { expectMatch, expectSame, type Step } from '../world';

const COMMON = ['Operation', 'Message Type', 'Send To', 'Recipients'];
const TARGET = ['PC URL', 'App URL', 'Business ID'];

/** What each message type's form must show, from top to bottom; nothing else. */
const FIELDS = {
	Text: ['Content'],
	Link: ['Title', 'Content', 'Picture URL', ...TARGET],
	'OA Card': ['Head Text', ...TARGET, 'Head Background Color', 'Specify Body', 'Body'],
};

/** A workflow built by hand: nodes panel, form, run, mistakes. */
export const sendMessageSteps: Step[] = [
	{
		title: 'the nodes panel finds the nodes by "TZE"; a trigger and Send Message are added',
		needed: true,
		async run({ editor, edition, shoot }) {
			const name = edition.text('TZE Send Message');
			await editor.newWorkflow();
			await editor.searchNodes('Manual Trigger', 'Manual Trigger');
			await editor.pickNode('Manual Trigger');
			const found = await editor.searchNodes('TZE', name);
			expectSame(
				'first two nodes found',
				found.slice(0, 2).sort(),
				[name, edition.text('TZE OAuth Exchange')].sort(),
			);
			await shoot('nodes-panel');
			await editor.pickNode(name, edition.text('Send a message'));
			await editor.labels();
			await shoot('node-added');
		},
	},
	{
		title: 'each message type shows exactly its fields',
		async run({ editor, edition, shoot }) {
			for (const [type, fields] of Object.entries(FIELDS)) {
				await editor.choose('msgType', edition.text(type));
				const [credential, ...labels] = await editor.labels();
				expectMatch('first field', credential, 'Credential');
				expectSame(
					`fields of ${type}`,
					// n8n shows the choice of the credential's type as part of its selector
					labels.filter((label) => label !== edition.text('Authentication')),
					[...COMMON, ...fields, 'Options'].map((label) => edition.text(label)),
				);
				await shoot(`fields-${type.toLowerCase().replace(' ', '-')}`);
			}
		},
	},
	{
		title: 'an oa message with two form rows is filled in and sent; its card is in the inbox',
		async run({ editor, edition, page, sandbox, control, shoot }) {
			await fillOaMessage(editor, edition.text);
			await editor.show('title');
			await shoot('oa-filled-in');
			const output = await editor.executeNode();
			expectMatch('output', output, '000000');
			expectMatch('output', output, 'success');
			await shoot('oa-sent');

			const { messages } = await control.messages({ recipient: 'P1001' });
			const last = messages.at(-1);
			if (last?.msgType !== 'oa') throw new Error(`no oa message arrived: ${JSON.stringify(last)}`);
			expectSame('head', last.message.oa.head.text, '请假审批');
			expectSame('form', last.message.oa.body?.form, [
				{ key: '类型', value: '事假' },
				{ key: '天数', value: '3' },
			]);

			const inbox = await page.context().newPage();
			await inbox.goto(sandbox.inboxUrl);
			const card = inbox.locator('[data-test-id="inbox-oa"]').first();
			expectMatch(
				'card',
				await card.innerText(),
				/请假审批[\s\S]*类型[\s\S]*事假[\s\S]*天数[\s\S]*3/,
			);
			await shoot('inbox', inbox);
			await inbox.close();
		},
	},
	{
		title: 'mistakes are told with field, item and what to do: seven form rows, a relative URL',
		async run({ editor, edition, shoot, control }) {
			const { total } = await control.messages();
			for (let row = 2; row < 7; row++) {
				await editor.addRow('key');
				await editor.fill('key', `第 ${row + 1} 项`, row);
				await editor.fill('value', `${row + 1}`, row);
			}
			await editor.executeNode();
			const rows = await editor.error();
			expectMatch('error', rows.message, edition.text('Form'));
			expectMatch('error', rows.message, /7.*6/);
			expectMatch('error names the item', rows.description, '0');
			await editor.show('key', 6);
			await shoot('error-seven-rows');
			await editor.deleteLastRow('key');

			await editor.fill('pcUrl', '/notices/7');
			await editor.executeNode();
			const url = await editor.error();
			expectMatch('error', url.message, edition.text('PC URL'));
			expectMatch('error', url.message, '/notices/7');
			expectMatch('error says what to do', url.description, 'https://');
			await editor.show('pcUrl');
			await shoot('error-relative-url');
			expectSame('messages sent by mistake', (await control.messages()).total - total, 0);
			await editor.fill('pcUrl', 'https://school.example/approvals/7');
		},
	},
	{
		title: 'the node and its icon in the dark theme',
		async run({ editor, edition, page, shoot }) {
			await editor.closeNode();
			await editor.save();
			await page.emulateMedia({ colorScheme: 'dark' });
			await editor.openWorkflow(editor.workflowId());
			await editor.node(edition.text('TZE Send Message')).waitFor();
			await editor.searchNodes('TZE', edition.text('TZE Send Message'));
			await page.waitForTimeout(500);
			await shoot('dark-canvas');
			await page.keyboard.press('Escape');
			await editor.openNode(edition.text('TZE Send Message'));
			await shoot('dark-node');
			await editor.closeNode();
			await page.emulateMedia({ colorScheme: 'light' });
		},
	},
];
