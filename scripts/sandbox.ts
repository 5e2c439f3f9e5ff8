import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox';
import { readCommandLine } from './commandLine';
import { describeSandbox } from './describeSandbox';

const DEFAULT_PORT = 4100;

async function main(): Promise<void> {
	const { values } = readCommandLine('sandbox');
	const sandbox = await start(values.port === undefined ? undefined : Number(values.port), {
		hosts: values.host,
		language: values.zh === true ? 'zh-CN' : 'en',
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
	process.stdout.write(`${describeSandbox(sandbox)}\n`);
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
