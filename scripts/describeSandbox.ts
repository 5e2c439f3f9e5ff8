import type { Sandbox } from '../sandbox';

/** The addresses and values of a running sandbox, ready to paste into n8n's credentials. */
export function describeSandbox(sandbox: Sandbox): string {
	const row = ([label, value]: [string, string]) => `  ${label.padEnd(22)}${value}`;
	const credential: Array<[string, string]> = [
		['Base URL', sandbox.url],
		['Access Token', sandbox.accessToken],
		['Message Path', sandbox.messagePath],
		['Recipient Field', sandbox.recipientField],
		['Root Organization ID', sandbox.rootOrgId],
		['Recipient Format', 'List (Comma-Separated Text works, too)'],
	];
	const app: Array<[string, string]> = [
		['App ID', sandbox.appId],
		['App Key', sandbox.appKey],
	];
	const pages: Array<[string, string]> = [
		['Inbox', sandbox.inboxUrl],
		['Login', sandbox.loginUrl],
		['Control calls', sandbox.controlUrl],
	];
	return [
		'',
		'The sandbox is up. It stands in for the TZE open platform; nothing leaves this computer, unless you',
		'have its inbox load the pictures that messages name.',
		'',
		'For the credential "TZE API" in n8n:',
		...credential.map(row),
		'',
		'For the credential "TZE App API", instead of the Access Token:',
		...app.map(row),
		'',
		'To look at:',
		...pages.map(row),
		'',
		'Ctrl+C ends it.',
		'',
	].join('\n');
}
