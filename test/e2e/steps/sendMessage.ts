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

/** What else a body with title and rows may have, and all options, in the order of their lists. */
const REST_OF_BODY = ['Author', 'Content', 'File Count', 'Image URL'];
const OPTIONS = [
	'Dry Run',
	'Extra Body Fields',
	'Include Message',
	'Max Retries',
	'Messages at Once',
	'Messages per Minute',
	'Recipients per Call',
	'Timeout',
	'Type Key',
];

/** A body as a node before would bring it. */
const BODY_JSON = {
	title: '李老师的请假申请',
	form: [
		{ key: '类型', value: '病假' },
		{ key: '天数', value: '2' },
		{ key: '代课', value: '王老师' },
	],
};

const TEXT = '明天停课一天。';

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
				'first nodes found',
				found.slice(0, 4).sort(),
				['TZE Directory', 'TZE Login Trigger', 'TZE OAuth Exchange', 'TZE Send Message']
					.map((label) => edition.text(label))
					.sort(),
			);
			await shoot('nodes-panel');
			await editor.pickNode(name, edition.text('Send message'));
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
		title: 'whom a message is for: nobody by mistake is told in red, nobody by choice is sent',
		async run({ editor, edition, control, shoot }) {
			await control.clear();
			await editor.choose('msgType', edition.text('Text'));
			await editor.fill('content', TEXT);
			expectSame('red marks with one field empty', await editor.executeInVain(), 1);
			await shoot('recipients-empty');
			await editor.dismissToasts();

			await editor.fill('recipients', '={{ $json.nobody }}');
			await editor.executeNode();
			const { message, description } = await editor.error();
			expectMatch('error', message, edition.text('Recipients'));
			expectMatch('error says what to do', description, edition.text('Message Alone'));
			await shoot('error-no-recipients');
			expectSame('messages sent by mistake', (await control.messages()).total, 0);

			await editor.choose('sendTo', edition.text('Message Alone'));
			const labels = await editor.labels();
			expectSame('shows Recipients', labels.includes(edition.text('Recipients')), false);
			expectMatch('output', await editor.executeNode(), '000000');
			await shoot('message-alone-sent');
			const { messages } = await control.messages();
			expectSame(
				'what arrived',
				messages.map(({ recipients }) => recipients),
				[[]],
			);
			await editor.choose('sendTo', edition.text('Recipients'));
		},
	},
	{
		title: 'test recipients of the credential get a text in place of its own; the output says so',
		async run({ editor, control, shoot }) {
			await control.clear();
			await editor.fill('recipients', 'P1001');
			await editor.editCredential();
			await editor.fillCredential('testRecipients', 'P2001');
			await shoot('credential-test-recipients');
			await editor.saveCredential();
			await editor.closeCredential();
			const output = await editor.executeNode();
			expectMatch('output', output, 'redirectedFrom');
			expectMatch('output', output, 'P1001');
			await shoot('redirected');
			expectSame('messages to P1001', (await control.messages({ recipient: 'P1001' })).total, 0);
			expectSame('messages to P2001', (await control.messages({ recipient: 'P2001' })).total, 1);

			await editor.editCredential();
			await editor.fillCredential('testRecipients', '');
			await editor.saveCredential();
			await editor.closeCredential();
		},
	},
	{
		title: 'an oa message with two form rows is filled in and sent; its card is in the inbox',
		async run({ editor, edition, page, sandbox, control, shoot }) {
			await fillOaMessage(editor, edition.text);
			const rest = await editor.addToCollection(edition.text('Add Field'), edition.text('Author'));
			expectSame(
				'what else a body may have',
				rest,
				REST_OF_BODY.map((label) => edition.text(label)),
			);
			await editor.fill('author', '教务处');
			await editor.show('title');
			await shoot('oa-filled-in');
			const output = await editor.executeNode();
			expectMatch('output', output, '000000');
			expectMatch('output', output, 'success');
			await shoot('oa-sent');

			const { messages } = await control.messages({ recipient: 'P1001' });
			const last = messages.at(-1);
			if (last?.msgType !== 'oa') throw new Error(`no oa message arrived: ${JSON.stringify(last)}`);
			expectSame('head', last.message.oa.head.text, 'Leave request');
			expectSame('form', last.message.oa.body?.form, [
				{ key: 'Type', value: 'Personal' },
				{ key: 'Days', value: '3' },
			]);

			const inbox = await page.context().newPage();
			await inbox.goto(sandbox.inboxUrl);
			const card = inbox.locator('[data-test-id="inbox-oa"]').first();
			expectMatch(
				'card',
				await card.innerText(),
				/Leave request[\s\S]*Type[\s\S]*Personal[\s\S]*Days[\s\S]*3/,
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
		title: 'a card with its body by JSON; a dry run of it shows the message and sends nothing',
		async run({ editor, edition, page, sandbox, control, shoot }) {
			await control.clear();
			await editor.choose('specifyBody', edition.text('Using JSON'));
			const labels = await editor.labels();
			expectSame('shows Body (JSON)', labels.includes(edition.text('Body (JSON)')), true);
			expectSame('shows Body', labels.includes(edition.text('Body')), false);
			await shoot('body-json-empty');
			await editor.fill('bodyJson', JSON.stringify(BODY_JSON, null, 2));
			expectMatch('output', await editor.executeNode(), '000000');
			await editor.show('bodyJson');
			await shoot('body-json-sent');
			const { messages } = await control.messages();
			expectSame(
				'bodies that arrived',
				messages.map((one) => one.msgType === 'oa' && one.message.oa.body?.form),
				[BODY_JSON.form],
			);

			await control.clear();
			const options = await editor.addToCollection(
				edition.text('Add Option'),
				edition.text('Dry Run'),
			);
			expectSame(
				'options',
				options,
				OPTIONS.map((option) => edition.text(option)),
			);
			const output = await editor.executeNode();
			for (const part of ['dryRun', 'true', 'message', '王老师']) {
				expectMatch('output of a dry run', output, part);
			}
			await editor.show('dryRun');
			await shoot('dry-run');
			expectSame('calls of a dry run', (await control.stats()).requests, 0);
			const inbox = await page.context().newPage();
			await inbox.goto(sandbox.inboxUrl);
			expectSame(
				'messages in the inbox',
				await inbox.locator('[data-test-id="inbox-message"]').count(),
				0,
			);
			await shoot('dry-run-inbox', inbox);
			await inbox.close();
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
