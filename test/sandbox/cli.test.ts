import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');

/** Runs `scripts/sandbox.ts`; `onOutput` sees everything printed so far. */
async function run(args: string[], onOutput?: (text: string, stop: () => void) => void) {
	const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/sandbox.ts', ...args], {
		cwd: root,
	});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		onOutput?.(stdout, () => child.kill('SIGTERM'));
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
	const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
	return { exitCode, signal, stdout, stderr };
}

const untilReady = (text: string, stop: () => void) => {
	if (/Ctrl\+C (?:ends it\.|结束。)/.test(text)) stop();
};

test('prints what goes into the credential, and ends cleanly when told to', async () => {
	const args = ['--port', '0', '--token', 'tok-1', '--app-id', 'app-1', '--app-key', 'key-1'];
	const { exitCode, signal, stdout, stderr } = await run(args, untilReady);
	expect(stdout).toMatch(/Base URL +http:\/\/127\.0\.0\.1:\d+\n/);
	expect(stdout).toMatch(/Access Token +tok-1\n/);
	expect(stdout).toMatch(/Message Path +\/sandbox\/message\/send\n/);
	expect(stdout).toMatch(/Recipient Field +personIds\n/);
	expect(stdout).toMatch(/Root Organization ID +3200001\n/);
	expect(stdout).toMatch(/Recipient Format +List/);
	expect(stdout).toMatch(/App ID +app-1\n/);
	expect(stdout).toMatch(/App Key +key-1\n/);
	expect(stdout).toMatch(/Inbox +http:\/\/127\.0\.0\.1:\d+\/inbox\n/);
	expect(stdout).toMatch(/Login +http:\/\/127\.0\.0\.1:\d+\/login\n/);
	expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: '' });
});

test('--zh starts it in Chinese', async () => {
	let page: Promise<string> | undefined;
	const { exitCode, stdout } = await run(['--port', '0', '--zh'], (text, stop) => {
		const url = /收件箱 +(http:\S+)\n/.exec(text)?.[1];
		if (url === undefined || page !== undefined) return;
		page = fetch(url).then((answer) => answer.text());
		void page.finally(stop);
	});
	expect(stdout).toMatch(/访问令牌（accessToken） +[0-9a-f]{32}\n/);
	expect(await page).toContain('<html lang="zh-CN">');
	expect(exitCode).toBe(0);
});

test('says so when the port is in use', async () => {
	let second: ReturnType<typeof run> | undefined;
	await run(['--port', '0'], (text, stop) => {
		const port = /127\.0\.0\.1:(\d+)\/inbox/.exec(text)?.[1];
		if (port && !second) {
			second = run(['--port', port]);
			void second.finally(stop);
		}
	});
	const { exitCode, stderr } = (await second) ?? {};
	expect(stderr).toMatch(/^The port is in use by another program\. Choose another with --port/);
	expect(exitCode).toBe(1);
});

test.each([
	[['--port', 'http'], '--port must be a number from 0 to 65535, not "http".'],
	[['--port', '70000'], '--port must be a number from 0 to 65535, not "70000".'],
	[['--prot', '1'], "Unknown option '--prot'"],
	[['--token', ''], '--token must not be empty.'],
])('a wrong option is explained: %j', async (args, sentence) => {
	const { exitCode, stdout, stderr } = await run(args);
	expect(stderr).toContain(sentence);
	expect(stderr.trim().split('\n')).toHaveLength(1);
	expect(stdout).toBe('');
	expect(exitCode).toBe(2);
});

test('--help explains the options', async () => {
	const { exitCode, stdout } = await run(['--help']);
	expect(stdout).toContain('--app-key');
	expect(exitCode).toBe(0);
});
