import chineseLabels from '../locales/zh-CN.json';
import type { Sandbox } from '../sandbox';
import { say, word, type Language, type Sentence, type Text } from '../sandbox/language';

/** What is said of a running sandbox; the labels of credentials are theirs. */
export const DESCRIPTION = {
	up: 'The sandbox is up. It stands in for the TZE open platform; nothing leaves this computer, unless you\nhave its inbox load the pictures that messages name.',
	credential: 'For the credential "{credential}" in n8n:',
	app: 'For the credential "{credential}", instead of the {field}:',
	format: '{format} ({other} works, too)',
	pages: 'To look at:',
	inbox: 'Inbox',
	login: 'Login',
	control: 'Control calls',
	end: 'Ctrl+C ends it.',
} as const satisfies Record<string, Text>;

/** A field of a credential, an option or a credential, as its edition names it. */
const labelIn = (language: Language) => (label: keyof typeof chineseLabels) =>
	language === 'en' ? label : chineseLabels[label];

/** The values of a running sandbox for the credential TZE API, a row each, ready to paste. */
export function describeCredential(sandbox: Sandbox): string {
	const { language } = sandbox;
	const label = labelIn(language);
	const format = { format: label('List'), other: label('Comma-Separated Text') };
	return rows([
		[label('Base URL'), sandbox.url],
		[label('Access Token'), sandbox.accessToken],
		[label('Message Path'), sandbox.messagePath],
		[label('Recipient Field'), sandbox.recipientField],
		[label('Recipient Format'), word(say(DESCRIPTION.format, format), language)],
		[label('Root Organization ID'), sandbox.rootOrgId],
	]);
}

/** The addresses and values of a running sandbox, ready to paste into n8n's credentials, in its language. */
export function describeSandbox(sandbox: Sandbox): string {
	const { language } = sandbox;
	const label = labelIn(language);
	const text = (sentence: Sentence) => word(sentence, language);
	const appNames = { credential: label('TZE App API'), field: label('Access Token') };
	return [
		'',
		text(say(DESCRIPTION.up)),
		'',
		text(say(DESCRIPTION.credential, { credential: label('TZE API') })),
		describeCredential(sandbox),
		'',
		text(say(DESCRIPTION.app, appNames)),
		rows([
			[label('App ID'), sandbox.appId],
			[label('App Key'), sandbox.appKey],
		]),
		'',
		text(say(DESCRIPTION.pages)),
		rows([
			[text(say(DESCRIPTION.inbox)), sandbox.inboxUrl],
			[text(say(DESCRIPTION.login)), sandbox.loginUrl],
			[text(say(DESCRIPTION.control)), sandbox.controlUrl],
		]),
		'',
		text(say(DESCRIPTION.end)),
		'',
	].join('\n');
}

/** Names and values in two columns. */
export function rows(pairs: ReadonlyArray<readonly [name: string, value: string]>): string {
	return pairs
		.map(([name, value]) => `  ${name}${' '.repeat(Math.max(2, 24 - columnsOf(name)))}${value}`)
		.join('\n');
}

/** How many columns of a terminal a text takes: a Chinese character, and its brackets, take two. */
function columnsOf(text: string): number {
	return (
		[...text].length + (text.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/gu) ?? []).length
	);
}
