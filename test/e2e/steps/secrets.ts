import { filesContaining } from '../search';
import { expectSame, type Step } from '../world';

/** After all other steps, the access token is stored in encrypted form only. */
export const secretSteps: Step[] = [
	{
		title:
			'the access token is in no file of n8n, no log line, no exported workflow, no stored execution',
		needed: true,
		ofOwnN8n: 'its folder and its log are not at hand',
		async run({ n8n, sandbox, page, shoot }) {
			const { client, userFolder } = n8n;
			const token = sandbox.accessToken;
			const found = await filesContaining(userFolder, 'n8n-nodes-tze.tzeSendMessage');
			if (found.length === 0) throw new Error('the search finds nothing: not even the workflows');
			expectSame('files with the token', await filesContaining(userFolder, token), []);
			expectSame(
				'log lines with the token',
				n8n
					.log()
					.split('\n')
					.filter((line) => line.includes(token)),
				[],
			);

			const workflows = await client.workflows();
			for (const { id, name } of workflows) {
				const exported = JSON.stringify(await client.workflow(id));
				expectSame(`the token in workflow ${name}`, exported.includes(token), false);
			}
			const executions = await client.executions();
			for (const { id } of executions) {
				const stored = JSON.stringify(await client.execution(id));
				expectSame(`the token in execution ${id}`, stored.includes(token), false);
			}
			if (executions.length === 0) throw new Error('no execution is stored: nothing was searched');

			// The search would find it: the credential itself is there, encrypted
			const credentials = await client.credentials();
			expectSame(
				'credentials',
				credentials.some(({ type }) => type === 'tzeApi'),
				true,
			);
			await page.goto(`${n8n.url}/home/executions`);
			await page.waitForLoadState('networkidle');
			await shoot('all-executions');
		},
	},
];
