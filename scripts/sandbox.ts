import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox';
import { readCommandLine } from './commandLine';

const DEFAULT_PORT = 4100;

/** The addresses and values of a running sandbox, ready to paste into n8n's credentials. */
function describe(sandbox: Sandbox): string {
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

async function main(): Promise<void> {
	const { values } = readCommandLine('sandbox');
	const sandbox = await start(values.port === undefined ? undefined : Number(values.port), {
		hosts: values.host,
		accessToken: values.token,
		appId: values['app-id'],
		appKey: values['app-key'],
	});
	// Before the text is printed: a program that waits for it may end this one at once
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			void sandbox.close();
		});
	}
	process.stdout.write(`${describe(sandbox)}\n`);
}

/** At the usual port, unless it was given one: then at any that is free. */
async function start(port: number | undefined, options: SandboxOptions): Promise<Sandbox> {
	if (port !== undefined) return await startSandbox({ ...options, port });
	try {
		return await startSandbox({ ...options, port: DEFAULT_PORT });
	} catch (error) {
		if (codeOf(error) !== 'EADDRINUSE') throw error;
		return await startSandbox({ ...options, port: 0 });
	}
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : undefined;
}

function explain(error: unknown): string {
	const code = codeOf(error);
	if (code === 'EADDRINUSE') {
		return 'The port is in use by another program. Choose another with --port, or --port 0 for a free one.';
	}
	if (code === 'EACCES')
		return 'This port may not be used here. Choose one above 1023 with --port.';
	return `The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`;
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
