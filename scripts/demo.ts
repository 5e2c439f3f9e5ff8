import { styleText } from 'node:util';

import { Listr } from 'listr2';

import { startSandbox, type Sandbox } from '../sandbox';
import { createSandboxClient, type DeliveredMessage } from '../sandbox/client';
import { findUser } from '../sandbox/town';
import { credentialsFor } from '../testbed/credentials';
import { Engine, type RunOptions, type RunResult } from '../testbed/engine/engine';
import { readExample, type WorkflowFile } from '../testbed/examples';
import { ROOT } from '../testbed/root';
import { readCommandLine } from './commandLine';
import { describeSandbox } from './describeSandbox';

const PEOPLE = 200;

interface Demo {
	sandbox: Sandbox;
	engine: Engine;
	/** What each part prints at the end. */
	report: string[];
}

async function main(): Promise<void> {
	const { values } = readCommandLine('demo');
	const demo = await new Listr<Demo>(
		[
			{ title: 'Start the sandbox', task: startPlatform },
			{ title: 'Load the package as n8n does', task: loadPackage },
			{ title: 'Exchange the code of a login for a token', task: exchangeCode },
			{ title: 'Deliver a text, a link card and an OA card', task: sendThreeForms },
			{ title: `Notify a list of ${PEOPLE} people`, task: notifyList },
		],
		{ concurrent: false, rendererOptions: { collapseErrors: false }, fallbackRenderer: 'simple' },
	).run({ report: [] } as unknown as Demo);

	process.stdout.write(`\n${demo.report.join('\n\n')}\n\n`);
	if (!values.keep) {
		process.stdout.write('To click around in a real n8n, run: npm start\n');
		return await demo.sandbox.close();
	}

	process.stdout.write(`${describeSandbox(demo.sandbox)}\n`);
	process.once('SIGINT', () => void demo.sandbox.close());
}

async function startPlatform(demo: Demo): Promise<void> {
	demo.sandbox = await startSandbox();
}

async function loadPackage(demo: Demo): Promise<void> {
	demo.engine = await Engine.load(ROOT);
	const { known } = demo.engine.package;
	const names = [...Object.keys(known.nodes), ...Object.keys(known.credentials)];
	demo.report.push(`${bold('Loaded by n8n')}  ${names.join(', ')}`);
}

async function exchangeCode(demo: Demo): Promise<void> {
	const [login] = await createSandboxClient(demo.sandbox.controlUrl).codes();
	const node = { name: 'Exchange', type: 'n8n-nodes-tze.tzeOauthExchange' };
	const trigger = { name: 'Login', type: 'n8n-nodes-base.manualTrigger' };
	const { output } = await run(
		demo,
		{
			name: 'Exchange a code',
			nodes: [trigger, node].map((entry) => ({
				...entry,
				id: entry.name,
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			})),
			connections: { Login: { main: [[{ node: 'Exchange', type: 'main', index: 0 }]] } },
		},
		{ pinData: { Login: [{ json: { ...login } }] } },
	);
	const { personId, oauthToken, expiresAt } = output('Exchange')[0].json;
	demo.report.push(
		[
			bold('A code became a token'),
			`  person  ${String(personId)}`,
			`  code    ${login.oauthCode.slice(0, 6)}…`,
			`  token   ${String(oauthToken).slice(0, 6)}…, valid until ${String(expiresAt).slice(0, 10)}`,
		].join('\n'),
	);
}

async function sendThreeForms(demo: Demo): Promise<void> {
	const received = await watch(demo, async () => {
		await run(demo, readExample('one-notice-in-three-forms.json'));
	});
	demo.report.push([bold('One trigger became three messages'), ...received.map(draw)].join('\n'));
}

async function notifyList(demo: Demo): Promise<void> {
	const people = Array.from({ length: PEOPLE }, (_, n) => {
		const personId = `P${3001 + n}`;
		return { personId, name: findUser(personId)?.name };
	});
	const start = Date.now();
	const received = await watch(demo, async () => {
		await run(demo, readExample('notify-a-list-with-text.json'), {
			pinData: { People: [{ json: { people } }] },
		});
	});
	const seconds = ((Date.now() - start) / 1000).toFixed(1);
	const reached = new Set(received.flatMap(({ recipients }) => recipients));
	demo.report.push(
		[
			bold(`A list became ${received.length} messages in ${seconds} s`),
			`  reached ${reached.size} of ${PEOPLE} people, each once; the first and the last:`,
			...[received[0], received[received.length - 1]].map(draw),
		].join('\n'),
	);
	if (received.length !== PEOPLE || reached.size !== PEOPLE) {
		throw new Error(
			`${received.length} messages for ${reached.size} people arrived, not ${PEOPLE}`,
		);
	}
}

async function run(
	{ engine, sandbox }: Demo,
	workflow: WorkflowFile,
	options: Partial<RunOptions> = {},
): Promise<RunResult> {
	const result = await engine.run(workflow, { credentials: credentialsFor(sandbox), ...options });
	const { error } = result.run.data.resultData;
	if (error) throw new Error(`${workflow.name}: ${error.message}. ${error.description ?? ''}`);
	return result;
}

/** The messages that arrive while something is done. */
async function watch({ sandbox }: Demo, act: () => Promise<void>): Promise<DeliveredMessage[]> {
	const client = createSandboxClient(sandbox.controlUrl);
	const { total } = await client.messages({ limit: 1 });
	await act();
	return (await client.messages({ offset: total, limit: 10_000 })).messages;
}

/** A message as a person reads it. */
function draw({ msgType, recipients, message }: DeliveredMessage): string {
	const lines: string[] = [];
	if ('text' in message) {
		lines.push(message.text.content);
	} else if ('link' in message) {
		const { title, content, pcUrl } = message.link;
		lines.push(bold(title), content, dim(pcUrl));
	} else {
		const { head, body } = message.oa;
		lines.push(bold(head.text), dim('─'.repeat(30)));
		if (body?.title) lines.push(body.title);
		if (body?.content) lines.push(body.content);
		for (const { key, value } of body?.form ?? []) lines.push(`${dim(key)}  ${value}`);
		if (body?.author) lines.push(dim(`— ${body.author}`));
	}
	const to = dim(`${msgType} to ${recipients.join(', ')}`);
	return [to, ...lines].map((line) => `  │ ${line}`).join('\n') + '\n';
}

function bold(text: string): string {
	return styleText('bold', text);
}

function dim(text: string): string {
	return styleText('dim', text);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
});
