import type { CredentialReference } from '../../../testbed/n8n/client';
import { freePort } from '../../../testbed/process/ports';
import { expectMatch, expectSame, type Step, type World } from '../world';

/** What the credential that the other steps use is called. */
export const CREDENTIAL_NAME = 'TZE Sandbox';

/** A credential that n8n has, as a node refers to it. */
export async function storedCredential(
	{ n8n }: Pick<World, 'n8n'>,
	wanted = CREDENTIAL_NAME,
): Promise<CredentialReference> {
	const found = (await n8n.client.credentials()).find(({ name }) => name === wanted);
	if (found === undefined) throw new Error(`no credential ${wanted}`);
	return { id: found.id, name: wanted };
}

const LABELS = [
	'Base URL',
	'Access Token',
	'Message Path',
	'Recipient Field',
	'Recipient Format',
	'Test Recipients',
	'Root Organization ID',
];

const NO_CONNECTION =
	"'Base URL': no connection to {host} ({reason}). Check the address, and that it can be reached from this n8n.";

const WRONG_ADDRESS =
	"'Base URL' answers, but not as the TZE open platform does. Check the address with your platform administrator.";

const NO_TOKEN = [
	"'{field}' is empty",
	'Open the credential and paste the accessToken that the platform issued to your application.',
];

/** Answers in the platform's envelope that are no success: Base URL is right all the same. */
const REFUSALS = [200, 401];

/** The credential, typed in the browser. */
export const credentialSteps: Step[] = [
	{
		title:
			'a credential is typed in; its test says in red what is wrong with it, and succeeds when nothing is',
		needed: true,
		async run({ editor, sandbox, edition, control, shoot }) {
			await editor.newCredential(edition.text('TZE API'));
			const labels = await editor.credentialLabels();
			expectSame(
				'labels of the credential',
				labels.slice(0, LABELS.length).map((label) => label.replace(/\s*\*$/, '')),
				LABELS.map((label) => edition.text(label)),
			);
			await shoot('credential-empty');

			await editor.fillCredential('accessToken', sandbox.accessToken);
			await editor.fillCredential('messagePath', sandbox.messagePath);
			const host = `127.0.0.1:${await freePort()}`;
			await editor.fillCredential('baseUrl', `http://${host}`);
			const unreachable = await editor.saveCredential();
			expectSame('test with nobody at Base URL', unreachable.ok, false);
			const reason = edition.text('nobody answers there');
			const words = edition.text(NO_CONNECTION).replace('{host}', host).replace('{reason}', reason);
			expectMatch('why nobody answers', unreachable.text, words);
			await shoot('credential-nobody-there');

			await editor.fillCredential('baseUrl', `${sandbox.url}/inbox`);
			const elsewhere = await editor.saveCredential();
			expectSame('test with a wrong path', elsewhere.ok, false);
			expectMatch('why a wrong path fails', elsewhere.text, edition.text(WRONG_ADDRESS));
			await shoot('credential-wrong-path');

			await editor.fillCredential('baseUrl', sandbox.url);
			await control.fault({
				kind: 'status',
				httpStatus: 200,
				body: '{"retCode":0,"retDesc":"ok"}',
				times: 2,
			});
			const numeric = await editor.saveCredential();
			expectSame('test with a retCode that is a number', numeric.ok, false);
			expectMatch('why such a code fails', numeric.text, edition.text(WRONG_ADDRESS));
			await shoot('credential-numeric-code');
			await control.clearFaults();

			// n8n tests nothing while a required field is empty: a blank is what is tested
			await editor.fillCredential('accessToken', ' ');
			const tokenless = await editor.saveCredential();
			expectSame('test without a token', tokenless.ok, false);
			for (const sentence of NO_TOKEN) {
				const words = edition.text(sentence).replace('{field}', edition.text('Access Token'));
				expectMatch('why no token fails', tokenless.text, words);
			}
			await shoot('credential-no-token');
			await editor.fillCredential('accessToken', sandbox.accessToken);

			await editor.fillCredential('baseUrl', 'http://school.example');
			const insecure = await editor.saveCredential();
			expectSame('test over plain http', insecure.ok, false);
			expectMatch('why plain http is refused', insecure.text, 'school.example');
			await shoot('credential-plain-http');

			await editor.fillCredential('baseUrl', sandbox.url);
			await editor.nameCredential(CREDENTIAL_NAME);
			const right = await editor.saveCredential();
			expectSame(`test with the sandbox (${right.text})`, right.ok, true);
			await shoot('credential-tested');
			for (const httpStatus of REFUSALS) {
				await control.fault({
					kind: 'refuse',
					retCode: 'X1',
					retDesc: '无权限',
					httpStatus,
					times: 2,
				});
				await editor.fillCredential('recipientField', `personIds${httpStatus}`);
				const refused = await editor.saveCredential();
				expectSame(
					`test with a refusal and HTTP ${httpStatus} (${refused.text})`,
					refused.ok,
					true,
				);
			}
			await editor.fillCredential('recipientField', sandbox.recipientField);
			await editor.saveCredential();
			await editor.closeCredential();
		},
	},
];
