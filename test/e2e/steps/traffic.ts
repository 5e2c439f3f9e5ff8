import { readExample } from '../../../testbed/examples';
import { expectSame, outside, type Step } from '../world';
import { BY_WEBHOOK, CALLERS_KEY } from './workflows';

const CALLS = 100;
const AT_ONCE = 10;

/** Calls from outside become messages. */
export const trafficSteps: Step[] = [
	{
		title: `${CALLS} calls of a published webhook become ${CALLS} delivered messages`,
		async run({ editor, n8n, control, imported, page, sandbox, shoot }) {
			const id = imported.get(BY_WEBHOOK);
			if (id === undefined) throw new Error(`${BY_WEBHOOK} was not imported`);
			await editor.openWorkflow(id);
			await editor.publish();
			await control.clearMessages();

			const [webhook] = readExample(BY_WEBHOOK).nodes.filter(
				({ type }) => type === 'n8n-nodes-base.webhook',
			);
			const url = `${n8n.url}/webhook/${String(webhook.parameters.path)}`;
			const wanted = Array.from({ length: CALLS }, (_, call) => `第 ${call + 1} 次调用`);
			const waiting = [...wanted];
			// Published, but closed to whoever does not know the key, and to forms of other pages
			const body = { recipients: 'P1002', content: '不该送达' };
			expectSame('without the key', (await outside.post(url, body)).status, 403);
			const form = new URLSearchParams(body);
			const byForm = await outside.post(url, form, { headers: CALLERS_KEY });
			expectSame('answer to a form', byForm.status, 415);
			const call = async () => {
				for (let content = waiting.shift(); content !== undefined; content = waiting.shift()) {
					const { status } = await outside.post(
						url,
						{ recipients: 'P1002', content },
						{ headers: CALLERS_KEY },
					);
					expectSame(`answer to "${content}"`, status, 200);
				}
			};
			await Promise.all(Array.from({ length: AT_ONCE }, call));

			const { messages } = await control.messages();
			const arrived = messages.map((one) =>
				one.msgType === 'text' ? one.message.text.content : '',
			);
			expectSame('delivered messages', [...arrived].sort(), [...wanted].sort());
			await page.goto(`${n8n.url}/workflow/${id}/executions`);
			await page.waitForLoadState('networkidle');
			await shoot('hundred-executions');
			const inbox = await page.context().newPage();
			await inbox.goto(sandbox.inboxUrl);
			await shoot('hundred-messages', inbox);
			await inbox.close();
		},
	},
];
