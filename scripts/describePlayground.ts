import type { Sandbox } from '../sandbox';
import { say, word, type Sentence, type Text } from '../sandbox/language';
import { describeCredential, rows } from './describeSandbox';

/** What is said of a running playground. */
export const PLAYGROUND = {
	ready: 'The playground is ready.',
	editor: 'Editor',
	logIn: 'Log in as',
	password: 'Password',
	kept: '{password}, kept in {file} (for you alone)',
	keptAlone: 'in {file} (for you alone)',
	inbox: 'Inbox',
	login: 'Login',
	zone: 'Time zone',
	zoneHelp: "{zone} (another one: GENERIC_TIMEZONE, or a workflow's own settings)",
	next: 'What to do next',
	open: '1. Open the editor, log in, and open "{example}".',
	run: '2. Press "Execute workflow", then look at the inbox: three messages.',
	bind: '3. Open "{example}" and make it live (Publish, or the switch in n8n 1).\n   Then log in as somebody:',
	leave:
		'4. Open "{example}" and make it live. Fill in the form, click the card in the inbox,\n   and answer on its page:',
	credentials:
		'The credentials "TZE Sandbox" and "TZE Sandbox App" are set up. To make one of type TZE API yourself:',
	outbox: 'The outbox examples want a PostgreSQL database of your own. Data: {data}',
	end: 'Ctrl+C ends everything.',
} as const satisfies Record<string, Text>;

/** A playground that runs. */
export interface Playground {
	sandbox: Sandbox;
	editorUrl: string;
	email: string;
	/** The owner's password, when it may be shown, and the file that it is kept in. */
	password?: string;
	passwordFile: string;
	timeZone: string;
	data: string;
	/** The name of an example, as it was imported. */
	named(example: string): string;
}

/** Its addresses, and what to do first, in the language of its sandbox. */
export function describePlayground(playground: Playground): string {
	const { sandbox, editorUrl, password, passwordFile: file, named } = playground;
	const text = (sentence: Sentence) => word(sentence, sandbox.language);
	const kept =
		password === undefined
			? say(PLAYGROUND.keptAlone, { file })
			: say(PLAYGROUND.kept, { password, file });
	const line = '─'.repeat(78);
	const returning = encodeURIComponent(`${editorUrl}/webhook/tze-login`);
	return [
		'',
		line,
		text(say(PLAYGROUND.ready)),
		'',
		rows([
			[text(say(PLAYGROUND.editor)), `${editorUrl}/home/workflows`],
			[text(say(PLAYGROUND.logIn)), playground.email],
			[text(say(PLAYGROUND.password)), text(kept)],
			[text(say(PLAYGROUND.inbox)), sandbox.inboxUrl],
			[text(say(PLAYGROUND.login)), sandbox.loginUrl],
			[text(say(PLAYGROUND.zone)), text(say(PLAYGROUND.zoneHelp, { zone: playground.timeZone }))],
		]),
		'',
		text(say(PLAYGROUND.next)),
		text(say(PLAYGROUND.open, { example: named('TZE: one notice in three forms') })),
		text(say(PLAYGROUND.run)),
		text(say(PLAYGROUND.bind, { example: named('TZE: bind a person after login') })),
		`   ${sandbox.loginUrl}?redirect_uri=${returning}`,
		text(say(PLAYGROUND.leave, { example: named('TZE: leave approval') })),
		`   ${editorUrl}/form/tze-leave`,
		'',
		text(say(PLAYGROUND.credentials)),
		describeCredential(sandbox),
		'',
		text(say(PLAYGROUND.outbox, { data: playground.data })),
		text(say(PLAYGROUND.end)),
		line,
		'',
	].join('\n');
}
