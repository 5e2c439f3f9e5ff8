import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';

import { readCommandLine } from '../../scripts/commandLine';
import { startSandbox, type Sandbox } from '../../sandbox';
import { createSandboxClient } from '../../sandbox/client';
import { credentialsFor } from '../../testbed/credentials';
import { selectCredentials, type WorkflowFile } from '../../testbed/examples';
import { DEFAULT_VERSION, OLDEST_VERSION } from '../../testbed/n8n/cache';
import { fetchN8n } from '../../testbed/n8n/fetch';
import { packPackage } from '../../testbed/n8n/pack';
import { newOwner, startN8n, type RunningN8n } from '../../testbed/n8n/server';
import { Closers } from '../../testbed/process/closers';
import { explain } from '../../testbed/process/trouble';
import { until } from '../../testbed/process/until';
import { ROOT } from '../../testbed/root';
import { Report } from '../e2e/report';
import { expectSame, outside } from '../e2e/world';

/**
 * Nothing has been published yet: until there is a tag, the release before is the last commit whose
 * changelog had nothing but version 1.0.0.
 */
const FIRST_STATE = '670eac99b7537133219aee361dde240bfc5706f0';
/** A workflow as the release before had it. */
const EXAMPLE = path.join('workflows', 'one-notice-in-three-forms.json');
const PATIENCE_MS = 60_000;

async function main(report: Report): Promise<void> {
	const { values } = readCommandLine('test:upgrade');
	await using closers = new Closers();
	const before = releaseBefore();
	if (before === undefined) {
		process.stdout.write(
			`NOT TESTED: this clone has neither a tag of a release nor the commit ${FIRST_STATE}. A shallow clone gets them by "git fetch --unshallow --tags".\n`,
		);
		return report.close();
	}
	const folder = await closers.folder('upgrade');
	const source = buildOf(before, path.join(folder, 'source'));
	const older = await packPackage(path.join(folder, 'older'), source);
	const newer = await packPackage(path.join(folder, 'newer'));
	const example = JSON.parse(readFileSync(path.join(source, EXAMPLE), 'utf8')) as WorkflowFile;
	for (const version of values.n8n ?? [DEFAULT_VERSION, OLDEST_VERSION]) {
		await fetchN8n(version);
		report.heading(`n8n ${version}, from ${before} and back`);
		await using ending = new Closers();
		const sandbox = await startSandbox();
		ending.add(() => sandbox.close());
		const userFolder = path.join(folder, version);
		const stand = new Stand(version, userFolder, sandbox, example);
		ending.add(() => stand.stop());
		await stand.go(report, older, newer);
	}
	report.close();
}

/** The newest tag of a release before this commit, or {@link FIRST_STATE}; `undefined` when the clone has neither. */
function releaseBefore(): string | undefined {
	const tag = git(['describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^']).stdout.trim();
	if (tag !== '') return tag;
	return git(['cat-file', '-e', `${FIRST_STATE}^{commit}`]).status === 0 ? FIRST_STATE : undefined;
}

function git(args: string[]) {
	return spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
}

/** The sources of a commit, built with the packages of this checkout; answers their folder. */
function buildOf(commit: string, folder: string): string {
	mkdirSync(folder, { recursive: true });
	const tar = path.join(folder, 'source.tar');
	run(ROOT, ['git', 'archive', `--output=${tar}`, commit]);
	run(folder, ['tar', '-xf', tar]);
	symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
	run(folder, [process.execPath, 'node_modules/gulp/bin/gulp.js', '--silent', 'build']);
	return folder;
}

function run(cwd: string, [command, ...args]: string[]): void {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
	if (status !== 0) throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`);
}

/** An n8n whose data stays while its package is exchanged. */
class Stand {
	private readonly owner = newOwner();
	private n8n: RunningN8n | undefined;
	/** The ids of stored workflows, by their names. */
	private readonly ids = new Map<string, string>();

	constructor(
		private readonly version: string,
		private readonly userFolder: string,
		private readonly sandbox: Sandbox,
		private readonly example: WorkflowFile,
	) {}

	async go(report: Report, older: string, newer: string): Promise<void> {
		let waiting = '';
		const steps: Array<[string, () => Promise<void>]> = [
			['the release before: credentials and workflows are stored', () => this.store(older)],
			['the release before: they run', () => this.runAll()],
			[
				'the release before: an execution waits before a message',
				async () => {
					waiting = await this.beginWaiting();
				},
			],
			['this package over it: the same workflows run', () => this.exchange(newer)],
			['this package over it: the execution goes on', () => this.resume(waiting)],
			[
				'this package: another execution waits before a message',
				async () => {
					waiting = await this.beginWaiting();
				},
			],
			['the release before over it: the same workflows run', () => this.exchange(older)],
			['the release before over it: the execution goes on', () => this.resume(waiting)],
		];
		for (const [title, step] of steps) if (!(await report.step(title, step))) return;
	}

	async stop(): Promise<void> {
		await this.n8n?.stop();
	}

	private async start(packageTarball: string): Promise<RunningN8n['client']> {
		await this.stop();
		const { version, userFolder, owner } = this;
		this.n8n = await startN8n({ version, userFolder, owner, packageTarball });
		await this.client.logIn(owner);
		return this.client;
	}

	private get client() {
		if (this.n8n === undefined) throw new Error('n8n was not started');
		return this.n8n.client;
	}

	private async store(tarball: string): Promise<void> {
		const client = await this.start(tarball);
		const data = credentialsFor(this.sandbox);
		const credentials = {
			tzeApi: await client.createCredential('Token', 'tzeApi', data.tzeApi),
			tzeAppApi: await client.createCredential('App', 'tzeAppApi', data.tzeAppApi),
		};
		const byKey = structuredClone(this.example);
		byKey.name = 'by app key';
		for (const { type, parameters } of byKey.nodes) {
			if (type === 'n8n-nodes-tze.tzeSendMessage') parameters.authentication = 'appKey';
		}
		for (const workflow of [this.example, byKey, waitingWorkflow()]) {
			selectCredentials(workflow, credentials);
			const { id } = await client.importWorkflow(workflow);
			this.ids.set(workflow.name, id);
		}
		await client.activate(this.idOf('waits'));
	}

	private idOf(name: string): string {
		return this.ids.get(name) ?? '';
	}

	/** Runs what was stored, and looks at what was delivered. */
	private async runAll(): Promise<void> {
		const control = createSandboxClient(this.sandbox.controlUrl);
		const trigger = this.example.nodes.find(({ type }) => type.endsWith('.manualTrigger'));
		for (const name of [this.example.name, 'by app key']) {
			await control.clearMessages();
			const { status } = await this.client.execute(this.idOf(name), trigger?.name ?? '');
			expectSame(`status of "${name}"`, status, 'success');
			const { messages } = await control.messages();
			const types = messages.map(({ msgType }) => msgType).sort();
			expectSame(`what "${name}" delivered`, types, ['link', 'oa', 'text']);
		}
	}

	private async exchange(tarball: string): Promise<void> {
		await this.start(tarball);
		await this.runAll();
	}

	/** Calls the workflow that waits; answers the address at which its execution goes on. */
	private async beginWaiting(): Promise<string> {
		await outside.get(`${this.n8n?.url ?? ''}/webhook/upgrade`);
		const found = await until(
			'an execution to wait',
			async () => {
				const all = await this.client.executions(this.idOf('waits'));
				return all.find(({ status }) => status === 'waiting');
			},
			{ patienceMs: PATIENCE_MS },
		);
		const { data } = await this.client.execution(found.id);
		const [address] = /http:[^"\s]*\/webhook-waiting\/[^"\s]*/.exec(data) ?? [];
		if (address === undefined) throw new Error('the execution holds no address to go on');
		return address;
	}

	/** n8n listens at another port after each start: only the rest of the address counts. */
	private async resume(address: string): Promise<void> {
		const control = createSandboxClient(this.sandbox.controlUrl);
		await control.clearMessages();
		const { pathname, search } = new URL(address);
		const { status } = await outside.get(`${this.n8n?.url ?? ''}${pathname}${search}`);
		expectSame('n8n answers', status, 200);
		const [message] = await until(
			'the message',
			async () => {
				const { messages } = await control.messages();
				return messages.length > 0 && messages;
			},
			{ patienceMs: PATIENCE_MS },
		);
		const said = message.msgType === 'text' ? message.message.text.content : message.msgType;
		expectSame('the message', said, 'after the wait');
	}
}

/** Waits for a call, and then sends a text. */
function waitingWorkflow(): WorkflowFile {
	const nodes = [
		{
			name: 'Called',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: 'upgrade',
			parameters: { path: 'upgrade' },
		},
		{
			name: 'Address',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: '={"address": "{{ $execution.resumeUrl }}"}' },
		},
		{
			name: 'Wait',
			type: 'n8n-nodes-base.wait',
			typeVersion: 1.1,
			webhookId: 'upgrade-wait',
			parameters: { resume: 'webhook' },
		},
		{
			name: 'Send',
			type: 'n8n-nodes-tze.tzeSendMessage',
			typeVersion: 1,
			parameters: { recipients: 'P1001', content: 'after the wait' },
		},
	];
	return {
		name: 'waits',
		settings: {},
		nodes: nodes.map((node, index) => ({ ...node, id: node.name, position: [index * 200, 0] })),
		connections: Object.fromEntries(
			nodes
				.slice(1)
				.map(({ name }, index) => [
					nodes[index].name,
					{ main: [[{ node: name, type: 'main' as const, index: 0 }]] },
				]),
		),
	};
}

const report = new Report();
main(report)
	.then(() => {
		process.exitCode = report.failed > 0 ? 1 : 0;
	})
	.catch((error: unknown) => {
		process.stderr.write(`${explain(error)}\n`);
		process.exitCode = 1;
	});
