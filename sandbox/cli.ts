import { parseArgs } from 'node:util';

import { startSandbox, type Sandbox } from './index';

const HELP = `The sandbox: a stand-in for the TZE open platform on this computer.

  npm run sandbox -- [options]

  --port <number>    where to listen; 0 takes a free port (default 4100)
  --token <text>     the access token that is accepted (default: random)
  --app-id <text>    the application's id (default: sandbox-app)
  --app-key <text>   the application's key (default: random)
  --help             this text

It holds everything in memory and listens on 127.0.0.1 only. Ctrl+C ends it.
`;

/** The command line is wrong: the message is shown to the person who typed it. */
class UsageError extends Error {}

function readOptions(args: string[]) {
	const { values } = parse(args);
	const { port = '4100', token, help = false } = values;
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
		throw new UsageError(`--port must be a number from 0 to 65535, not "${port}".`);
	}
	for (const name of ['token', 'app-id', 'app-key'] as const) {
		if (values[name]?.trim() === '') throw new UsageError(`--${name} must not be empty.`);
	}
	return {
		help,
		port: Number(port),
		accessToken: token,
		appId: values['app-id'],
		appKey: values['app-key'],
	};
}

function parse(args: string[]) {
	try {
		return parseArgs({
			args,
			options: {
				port: { type: 'string' },
				token: { type: 'string' },
				'app-id': { type: 'string' },
				'app-key': { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		throw new UsageError(messageOf(error).split('. To specify')[0]);
	}
}

/** The addresses and values of a running sandbox, ready to paste into n8n's credentials. */
function describe(sandbox: Sandbox): string {
	const row = ([label, value]: [string, string]) => `  ${label.padEnd(18)}${value}`;
	const credential: Array<[string, string]> = [
		['Base URL', sandbox.url],
		['Access Token', sandbox.accessToken],
		['Message Path', sandbox.messagePath],
		['Recipient Field', sandbox.recipientField],
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
		'The sandbox is up. It stands in for the TZE open platform; nothing leaves this computer.',
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
	const { help, port, ...options } = readOptions(process.argv.slice(2));
	if (help) {
		process.stdout.write(HELP);
		return;
	}
	const sandbox = await startSandbox({ port, ...options });
	// Before the text is printed: a program that waits for it may end this one at once
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			void sandbox.close();
		});
	}
	process.stdout.write(`${describe(sandbox)}\n`);
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function explain(error: unknown): string {
	if (error instanceof UsageError) return `${error.message} See npm run sandbox -- --help.`;
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	if (code === 'EADDRINUSE') {
		return 'The port is in use by another program. Choose another with --port, or --port 0 for a free one.';
	}
	if (code === 'EACCES')
		return 'This port may not be used here. Choose one above 1023 with --port.';
	return `The sandbox could not start: ${messageOf(error)}`;
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
});
