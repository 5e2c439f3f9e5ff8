import { readExample } from '../../../testbed/examples';
import { expectMatch, expectSame, type Step, type World } from '../world';
import { BINDING, rowsOf } from './workflows';

interface Binding {
	personId: string;
	oauthToken: string;
	expiresAt: string;
}

/** From the platform's login to a row that binds two accounts. */
export const bindingSteps: Step[] = [
	{
		title:
			'a person is bound: login page, answer page, row in the table; a reload is welcome again, another code changes nothing, a wrong one binds nobody',
		async run(world) {
			const { editor, page, n8n, sandbox, imported, shoot } = world;
			const id = imported.get(BINDING);
			if (id === undefined) throw new Error(`${BINDING} was not imported`);
			await editor.openWorkflow(id);
			await editor.publish();
			await shoot('binding-published');

			const [webhook] = readExample(BINDING).nodes.filter(
				({ type }) => type === 'n8n-nodes-base.webhook',
			);
			const target = `${n8n.url}/webhook/${String(webhook.parameters.path)}`;
			const person = await page.context().newPage();
			await person.goto(`${sandbox.loginUrl}?redirect_uri=${encodeURIComponent(target)}`);
			await shoot('binding-login', person);
			await person.locator('[data-test-id="login-person"]').nth(1).click();
			await person.waitForURL((url) => url.href.startsWith(target));
			expectMatch('answer page', await person.locator('body').innerText(), 'You are bound');
			await shoot('binding-welcome', person);

			const personId = new URL(person.url()).searchParams.get('personId');
			const rows = await bindings(world);
			const row = rows.find((one) => one.personId === personId);
			if (row === undefined) throw new Error(`no row for ${personId}: ${JSON.stringify(rows)}`);
			expectMatch('token', row.oauthToken, /^[0-9a-f]{32}$/);
			expectMatch('expiry', new Date(row.expiresAt).toISOString(), /^20\d\d-/);

			const again = await person.reload();
			expectSame('status after a reload', again?.status(), 200);
			expectMatch('page after a reload', await person.locator('body').innerText(), 'You are bound');
			await shoot('binding-reloaded', person);
			const other = await person.goto(`${target}?personId=${personId}&oauthCode=guessed`);
			expectSame('status of another code', other?.status(), 409);
			expectMatch(
				'page of another code',
				await person.locator('body').innerText(),
				'Bound already',
			);
			await shoot('binding-bound-already', person);
			const wrong = await person.goto(`${target}?personId=P3001&oauthCode=guessed`);
			expectSame('status of a wrong code', wrong?.status(), 400);
			expectMatch('page of a wrong code', await person.locator('body').innerText(), 'Not bound');
			await shoot('binding-wrong-code', person);
			await person.close();

			await page.goto(`${n8n.url}/home/datatables`);
			const card = page.getByText('tze_bindings').first();
			await card.click();
			await page.getByText(row.personId).first().waitFor();
			await shoot('binding-table');
			expectSame('rows', (await bindings(world)).length, rows.length);
		},
	},
];

const bindings = async (world: World) => await rowsOf<Binding>(world, 'tze_bindings');
