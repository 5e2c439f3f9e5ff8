import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { readCommandLine } from '../../scripts/commandLine';
import { COMMANDS } from '../../scripts/commands';
import { SCENARIOS, STATEMENTS } from '../queue/scenarios';

const root = path.join(__dirname, '..', '..');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	scripts: Record<string, string>;
};

/** What a command line needs of a clone in which nothing is installed. */
const clone = mkdtempSync(path.join(tmpdir(), 'clone-'));
const files = ['package.json', 'package-lock.json', 'scripts', 'testbed'];
beforeAll(() => {
	for (const file of files) {
		cpSync(path.join(root, file), path.join(clone, file), { recursive: true });
	}
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

interface Said {
	code: number;
	stdout: string;
	stderr: string;
}

/** What npm runs for an entry of package.json. */
async function run(command: string, ...args: string[]): Promise<Said> {
	const line = [path.join('scripts', 'bootstrap.mjs'), command, ...args];
	return await new Promise((resolve) => {
		execFile(process.execPath, line, { cwd: clone }, (error, stdout, stderr) => {
			resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
		});
	});
}

const call = (command: string) =>
	['test', 'start'].includes(command) ? `npm ${command}` : `npm run ${command}`;

const refusal = (command: string, sentence: string) =>
	`${sentence} See ${call(command)} -- --help.\n`;

it('knows every script of package.json', () => {
	expect(Object.keys(COMMANDS).sort()).toEqual(Object.keys(scripts).sort());
	for (const [name, script] of Object.entries(scripts)) {
		expect(script).toBe(`node scripts/bootstrap.mjs ${name}`);
	}
});

it.each(Object.keys(scripts))('%s explains itself, and refuses a wrong flag', async (command) => {
	const [help, wrong] = await Promise.all([run(command, '--help'), run(command, '--wrong')]);
	expect(help).toMatchObject({ code: 0, stderr: '' });
	expect(help.stdout).toContain(`  ${call(command)} -- `);
	expect(help.stdout).toContain('Examples:');
	for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThan(120);
	const stderr = refusal(command, "Unknown option '--wrong'.");
	expect(wrong).toEqual({ code: 2, stdout: '', stderr });
	expect(readdirSync(clone).sort()).toEqual([...files].sort());
});

it('knows the scenarios of test:queue', () => {
	const names = [STATEMENTS, ...SCENARIOS.map(({ name }) => name)].join(', ');
	expect(COMMANDS['test:queue'].options.only.is.what).toBe(`one of ${names}`);
});

it('explains a command with -h, too', async () => {
	expect(await run('demo', '-h')).toEqual(await run('demo', '--help'));
});

it('names all commands when it knows none by this name', async () => {
	const { code, stderr } = await run('tset');
	expect(code).toBe(2);
	expect(stderr).toMatch(/^There is no command "tset"; there are demo, test, .*\.\n$/);
});

it.each([
	['demo', ['--keep=1'], "Option '--keep' does not take an argument."],
	['demo', ['more'], "Unexpected argument 'more'."],
	['demo', ['--keep', '--keep'], '--keep is given twice.'],
	[
		'test',
		['--maxWorkers', 'many'],
		'--maxWorkers must be a number above 0, or a percentage, not "many".',
	],
	['start', ['--port', 'abc'], '--port must be a number from 1 to 65535, not "abc".'],
	['start', ['--port', '0'], '--port must be a number from 1 to 65535, not "0".'],
	['start', ['--port'], "Option '--port <value>' argument missing."],
	['start', ['--data', ''], '--data must not be empty.'],
	['start', ['--n8n', 'new'], '--n8n must be a version of n8n, such as 2.41.1, not "new".'],
	['sandbox', ['--port', '70000'], '--port must be a number from 0 to 65535, not "70000".'],
	['sandbox', ['--port', '1', '--port', '2'], '--port is given twice.'],
	['bench', ['--only', 'xyz'], '--only must be letters from a to f, not "xyz".'],
	['bench', ['--engine', '--only', 'c'], '--engine compares all but (c): --only c leaves nothing.'],
	[
		'bench',
		['--engine', '--real'],
		'--engine and --real leave each other out: give one, or none for both.',
	],
	['bench', ['--part', 'tls'], '--part needs --engine: a real n8n has no parts.'],
	[
		'bench',
		['--engine', '--long-rounds', '1'],
		'--engine has no long rounds: leave --long-rounds out.',
	],
	[
		'test:e2e',
		['--tarball', 'none.tgz'],
		'--tarball must be a file that is there, not "none.tgz".',
	],
	[
		'test:queue',
		['--only', 'none'],
		'--only must be one of statements, calls, kill, outage, token, answer, throughput, not "none".',
	],
	['fetch:n8n', ['new'], 'An argument must be a version of n8n, such as 2.41.1, not "new".'],
] as const)('%s refuses %j', (command, args, sentence) => {
	const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
		throw new Error(`exit ${code}`);
	});
	const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
	try {
		expect(() => readCommandLine(command, [...args])).toThrow('exit 2');
		expect(write.mock.calls).toEqual([[refusal(command, sentence)]]);
	} finally {
		exit.mockRestore();
		write.mockRestore();
	}
});
