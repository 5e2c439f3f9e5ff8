import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { ROOT } from '../../testbed/root';

/** What the registry answers to the question for vulnerabilities; to any other one, 404. */
let answer = { status: 200, body: '{}' };
let registry: Server;

beforeAll(async () => {
	registry = createServer((request, response) => {
		const isAsked = request.url === '/-/npm/v1/security/advisories/bulk';
		request.resume().on('end', () => {
			response.writeHead(isAsked ? answer.status : 404, { 'Content-Type': 'application/json' });
			response.end(isAsked ? answer.body : '{}');
		});
	});
	await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
	registry.closeAllConnections();
	await new Promise((resolve) => registry.close(resolve));
});

/** `npm run audit` with this registry. */
async function audit(...args: string[]): Promise<{ code: unknown; said: string }> {
	const line = ['--import', 'tsx', path.join('scripts', 'audit.ts'), ...args];
	const { port } = registry.address() as AddressInfo;
	const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}` };
	return await new Promise((resolve) => {
		execFile(process.execPath, line, { cwd: ROOT, env }, (error, stdout, stderr) => {
			resolve({ code: error?.code ?? 0, said: stdout + stderr });
		});
	});
}

const advisory = {
	id: 1,
	url: 'https://example.com/1',
	title: 'Something',
	severity: 'high',
	vulnerable_versions: '*',
};

it.each([
	['finds nothing', { status: 200, body: '{}' }, 0, /^Audited: nothing found/],
	[
		'finds something',
		{ status: 200, body: JSON.stringify({ tar: [advisory] }) },
		1,
		/^Audited: \d+ high found/,
	],
	['gets no answer', { status: 405, body: '' }, 1, /^NOT AUDITED: 405 Method Not Allowed/],
])('a required audit that %s says so', async (_, given, code, said) => {
	answer = given;
	expect(await audit('--required')).toEqual({ code, said: expect.stringMatching(said) as string });
});

it('an audit that gets no answer says so, and hinders nobody who does not require it', async () => {
	answer = { status: 405, body: '' };
	const said = expect.stringMatching(/^NOT AUDITED: 405 Method Not Allowed/) as string;
	expect(await audit()).toEqual({ code: 0, said });
});
