import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startSandbox, type Sandbox } from '../sandbox';
import { randomHex } from '../sandbox/store';
import { credentialsFor, type CredentialType } from '../testbed/credentials';
import {
	exampleNames,
	readExample,
	readExampleTexts,
	selectCredentials,
	useLoginPage,
	type ExampleLanguage,
} from '../testbed/examples';
import { cacheFolder, checkedVersion } from '../testbed/n8n/cache';
import type { CredentialReference, N8nClient } from '../testbed/n8n/client';
import { fetchSteps } from '../testbed/n8n/fetch';
import { packPackage } from '../testbed/n8n/pack';
import { newOwner, startN8n, type RunningN8n } from '../testbed/n8n/server';
import { Closers } from '../testbed/process/closers';
import { removeWithin, writePrivate } from '../testbed/process/files';
import { tryLock } from '../testbed/process/lock';
import { checkPort, freePort } from '../testbed/process/ports';
import { runSteps, type Step } from '../testbed/process/progress';
import { explain, lastLines, Trouble } from '../testbed/process/trouble';
import { readCommandLine } from './commandLine';
import { describePlayground } from './describePlayground';

/** The credentials of the playground, one of each type. */
const CREDENTIALS = [
	{ name: 'TZE Sandbox', type: 'tzeApi' },
	{ name: 'TZE Sandbox App', type: 'tzeAppApi' },
] as const satisfies Array<{ name: string; type: CredentialType }>;
const DEFAULT_PORT = 5678;
/** n8n's own default is New York: a schedule of 7:30 would begin at 20:30 in Beijing. */
const TIME_ZONE = process.env.GENERIC_TIMEZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
/** In the folder of n8n's data, so that both are forgotten together. */
const PASSWORD_FILE = 'password.txt';
/** What version 1.0.0 gave to every playground: a playground that still has it gets another one. */
const FORMER_PASSWORD = 'Playground-1';

interface Options {
	port: number | undefined;
	version: string;
	/** The folder of everything; n8n's data is in `n8nFolder` in it. */
	data: string;
	n8nFolder: string;
	fresh: boolean;
	/** Everything in Chinese: the edition of the package, the examples and the sandbox. */
	zh: boolean;
}

/** What is kept for the next start, so that addresses and credentials stay valid. */
interface Kept {
	sandboxPort?: number;
	accessToken?: string;
	appKey?: string;
}

/** What is running, in the order in which it was started. */
interface Running {
	sandbox: Sandbox;
	n8n: RunningN8n;
	/** Whether the owner's password was made just now. */
	isNew: boolean;
}

async function main(): Promise<void> {
	await play(readOptions());
	process.stdout.write('Everything has ended. The data is kept.\n');
}

/** Runs the playground until somebody ends it. */
async function play(options: Options): Promise<void> {
	const file = path.join(options.data, `playground${options.zh ? '-zh-CN' : ''}.json`);
	await prepareFolder(options);
	const end = endOnSignal();
	await using closers = new Closers();
	const running = await start(options, file, closers);
	process.stdout.write(describe(running, options));
	const ended = await Promise.race([end, running.n8n.exit.then(() => 'n8n' as const)]);
	if (ended === 'n8n') {
		throw new Trouble(`n8n has ended by itself:\n${lastLines(running.n8n.log())}`);
	}
	process.stdout.write('\nEnding …\n');
}

async function start(
	{ port: wantedPort, version, data, n8nFolder, fresh, zh }: Options,
	file: string,
	closers: Closers,
): Promise<Running> {
	let tarball = '';
	let sandbox: Sandbox | undefined;
	let n8n: RunningN8n | undefined;
	let isNew = false;
	await runSteps([
		...fetchSteps(version),
		...(fresh ? [forgetting(data, [n8nFolder, path.basename(file)])] : []),
		{
			title: 'Pack the package',
			async run() {
				const source = zh ? path.join('editions', 'zh-CN') : '.';
				tarball = await packPackage(await closers.folder('playground'), source);
			},
		},
		{
			title: 'Start the sandbox',
			async run() {
				const kept = read(file);
				const { accessToken = randomHex(), appKey = randomHex() } = kept;
				const port = await usablePort(kept.sandboxPort);
				const started = await startSandbox({
					language: zh ? 'zh-CN' : 'en',
					port,
					accessToken,
					appKey,
				});
				sandbox = started;
				closers.add(() => started.close());
				const sandboxPort = Number(new URL(started.url).port);
				const keep: Kept = { sandboxPort, accessToken, appKey };
				writePrivate(file, `${JSON.stringify(keep, null, 2)}\n`);
			},
		},
		{
			title: `Start n8n ${version} with the package`,
			async run({ note }) {
				const userFolder = path.join(data, n8nFolder);
				const started = await startN8n({
					version,
					userFolder,
					owner: newOwner(readPassword(userFolder)),
					port: wantedPort ?? (await usablePort(DEFAULT_PORT)),
					env: { GENERIC_TIMEZONE: TIME_ZONE },
					portOption: '--port',
					packageTarball: tarball,
					onProgress: note,
				});
				n8n = started;
				closers.add(() => started.stop());
			},
		},
		{
			title: 'Owner, credential and example workflows',
			async run({ retitle }) {
				if (n8n === undefined || sandbox === undefined) return;
				isNew = await logIn(n8n);
				const credentials = await provideCredentials(n8n.client, sandbox);
				const added = await provideWorkflows(
					n8n.client,
					credentials,
					sandbox,
					zh ? 'zh-CN' : undefined,
				);
				retitle(`Owner, credential and example workflows (${added} new)`);
			},
		},
	]);
	if (n8n === undefined || sandbox === undefined) throw new Error('a step was left out');
	return { n8n, sandbox, isNew };
}

/** What `--fresh` deletes; not before everything that could be refused was accepted. */
function forgetting(data: string, names: string[]): Step {
	return {
		title: 'Forget what was kept',
		async run() {
			for (const name of names) removeWithin(data, name);
		},
	};
}

/** Logs in with the password that is kept, or keeps a new one; answers whether it is new. */
async function logIn({ client, owner, userFolder }: RunningN8n): Promise<boolean> {
	const isNew = readPassword(userFolder) === undefined;
	if (isNew) writePrivate(path.join(userFolder, PASSWORD_FILE), `${owner.password}\n`);
	try {
		await client.logIn(owner).catch(async (error: unknown) => {
			await client.logIn(newOwner(FORMER_PASSWORD)).catch(() => {
				throw error;
			});
			await client.rest('PATCH', '/me/password', {
				currentPassword: FORMER_PASSWORD,
				newPassword: owner.password,
			});
			await client.logIn(owner);
		});
	} catch (error) {
		throw new Trouble(
			`The owner's account of the playground has another e-mail or password now (${explainBriefly(error)}). Begin anew with --fresh, or use another folder with --data.`,
		);
	}
	return isNew;
}

function readPassword(userFolder: string): string | undefined {
	const file = path.join(userFolder, PASSWORD_FILE);
	const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
	return password === '' ? undefined : password;
}

/** The credentials for the sandbox that runs now. */
async function provideCredentials(
	client: N8nClient,
	sandbox: Sandbox,
): Promise<Record<CredentialType, CredentialReference>> {
	const data = credentialsFor(sandbox);
	const stored = await client.credentials();
	const provided: Partial<Record<CredentialType, CredentialReference>> = {};
	for (const { name, type } of CREDENTIALS) {
		const known = stored.find((one) => one.name === name && one.type === type);
		if (known !== undefined) await client.updateCredential(known.id, name, type, data[type]);
		provided[type] = known ?? (await client.createCredential(name, type, data[type]));
	}
	return provided as Record<CredentialType, CredentialReference>;
}

/** Adds the examples that are not there by name; what a person has changed stays. */
async function provideWorkflows(
	client: N8nClient,
	credentials: Record<CredentialType, CredentialReference>,
	{ loginUrl }: Sandbox,
	language: ExampleLanguage | undefined,
): Promise<number> {
	const known = new Set((await client.workflows()).map((workflow) => workflow.name));
	let added = 0;
	for (const example of exampleNames()) {
		const workflow = readExample(example, language);
		if (known.has(workflow.name)) continue;
		selectCredentials(workflow, credentials);
		useLoginPage(workflow, loginUrl);
		await client.importWorkflow(workflow);
		added++;
	}
	return added;
}

function describe({ n8n, sandbox, isNew }: Running, { data, zh }: Options): string {
	const texts: Record<string, string> = zh ? readExampleTexts('zh-CN') : {};
	return describePlayground({
		sandbox,
		editorUrl: n8n.url,
		email: n8n.owner.email,
		// Once, and to a person: what a program records of this output may be read by others
		password: isNew && process.stdout.isTTY ? n8n.owner.password : undefined,
		passwordFile: path.join(n8n.userFolder, PASSWORD_FILE),
		timeZone: TIME_ZONE,
		data,
		named: (example) => texts[example] ?? example,
	});
}

// --- folder and options

function readOptions(): Options {
	const { port, n8n, data, fresh = false, zh = false } = readCommandLine('start').values;
	return {
		port: port === undefined ? undefined : Number(port),
		version: n8n,
		// The examples of both languages have the same addresses: they do not share an n8n
		n8nFolder: `n8n-${checkedVersion(n8n)}${zh ? '-zh-CN' : ''}`,
		data: path.resolve(data ?? defaultFolder()),
		fresh,
		zh,
	};
}

/** Reserves the folder for this playground, until this program ends; nothing in it is changed. */
async function prepareFolder({ data, n8nFolder, port }: Options): Promise<void> {
	if (port !== undefined) await checkPort(port, '--port');
	try {
		const made = await mkdir(data, { recursive: true, mode: 0o700 });
		// A folder of the person's own keeps its mode: what is secret in it is closed by itself
		if (made !== undefined || data === defaultFolder()) await chmod(data, 0o700);
	} catch (error) {
		throw new Trouble(
			`The folder ${data} cannot be made (${explainBriefly(error)}). Choose another with --data.`,
		);
	}
	const own = path.join(data, n8nFolder);
	if (existsSync(own) && readdirSync(own).length > 0 && !existsSync(path.join(own, '.n8n'))) {
		throw new Trouble(
			`${own} is there already, and is not the data of a playground. Use another folder with --data.`,
		);
	}
	if (tryLock(path.join(data, 'in-use')) === undefined) {
		throw new Trouble(
			'A playground with this data is running already. End it with Ctrl+C, or use another folder with --data.',
		);
	}
}

function defaultFolder(): string {
	return path.join(cacheFolder(), 'playground');
}

function read(file: string): Kept {
	if (!existsSync(file)) return {};
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as Kept;
	} catch {
		// It is incomplete, since writing it was interrupted: everything in it can be made again
		return {};
	}
}

/**
 * The wanted port, or a free one when another program uses it, or another playground is about to: n8n
 * listens only after a while.
 */
async function usablePort(wanted: number | undefined): Promise<number> {
	if (wanted === undefined) return await freePort();
	if (tryLock(path.join(tmpdir(), `n8n-nodes-tze-port-${wanted}`)) === undefined) {
		return await freePort();
	}
	try {
		await checkPort(wanted, '');
		return wanted;
	} catch {
		return await freePort();
	}
}

/** Settles at Ctrl+C. The terminal and npm may both send it: only one a second later ends at once. */
async function endOnSignal(): Promise<'signal'> {
	return await new Promise((resolve) => {
		let first = 0;
		const onSignal = () => {
			if (first === 0) first = Date.now();
			else if (Date.now() - first > 1_000) process.exit(130);
			resolve('signal');
		};
		process.on('SIGINT', onSignal);
		process.on('SIGTERM', onSignal);
	});
}

function explainBriefly(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

main()
	.then(() => process.exit(0))
	.catch((error: unknown) => {
		process.stderr.write(`\n${explain(error)}\n`);
		process.exit(1);
	});
