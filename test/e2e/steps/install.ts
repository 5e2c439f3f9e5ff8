import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { list } from 'tar';

import { cacheFolder } from '../../../testbed/n8n/cache';
import { expectMatch, expectSame, outside, type Step, type World } from '../world';

interface NodeTypeFile {
	name: string;
	iconUrl?: string | { light: string; dark: string };
}

/** The package is installed, n8n is up: what it says, and what it serves. */
export const installSteps: Step[] = [
	{
		title: 'n8n starts without a word of warning about the package',
		ofOwnN8n: 'its log is not at hand',
		async run({ n8n, page, editor, shoot }) {
			const mentions = n8n
				.log()
				.split('\n')
				// Its own name is in the path of the cache folder, which stack traces show
				.map((line) => line.replaceAll(cacheFolder(), ''))
				.filter((line) => /tze|community package|unrecognized node|failed to load/i.test(line))
				.filter((line) => !line.includes('N8N_'));
			expectSame('lines of the log about the package', mentions, []);
			await editor.open('/signin', 'signin-form');
			await shoot('sign-in', page);
		},
	},
	{
		title: 'the owner logs in',
		needed: true,
		async run({ n8n, editor, shoot }) {
			await editor.logIn(n8n.owner);
			await shoot('logged-in');
		},
	},
	{
		title: 'another page of this machine gets nowhere, nor does another user of it',
		ofOwnN8n: 'it is about how n8n is started here',
		async run({ n8n, page }) {
			const server = createServer((_request, response) => {
				response.setHeader('content-type', 'text/html').end('<!doctype html><title>Other</title>');
			});
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
			try {
				// The same session, apart: n8n ends it at the form, which is the most that the page gets
				const storageState = await page.context().storageState();
				const context = await page.context().browser()?.newContext({ storageState });
				if (context === undefined) throw new Error('the browser is gone');
				const other = await context.newPage();
				await other.goto(origin);
				const { email, password } = n8n.owner;
				expectSame(
					'what it could do',
					await other.evaluate(tryAll, { url: n8n.url, email, password }),
					{
						'log in': 'refused',
						read: 'refused',
						write: 'refused',
						'send a form': 'opaque',
					},
				);
				await context.close();
			} finally {
				server.close();
			}
			expectSame('workflows', await n8n.client.workflows(), []);

			const credentials = { emailOrLdapLoginId: n8n.owner.email, email: n8n.owner.email };
			const answer = await outside.post<object>(
				`${n8n.url}/rest/login`,
				{ ...credentials, password: n8n.owner.password },
				{ headers: { origin } },
			);
			const granted = Object.keys(answer.headers).filter((name) =>
				name.startsWith('access-control'),
			);
			expectSame('what another origin is granted', granted, []);
			expectMatch('cookie', String(answer.headers['set-cookie']), /HttpOnly; SameSite=Strict/);
			const { data } = await outside.post<object>(`${n8n.url}/rest/login`, credentials);
			expectSame('stack in an error', 'stacktrace' in data, false);
			expectSame(
				'mode of the data',
				((await stat(n8n.userFolder)).mode & 0o777).toString(8),
				'700',
			);
		},
	},
	{
		title: 'every node, credential and icon of the package is served',
		async run(world) {
			const { n8n, page, shoot, edition } = world;
			const { nodes, credentials } = await namesInTarball(edition.tarball);
			const servedNodes = await types(world, 'nodes');
			const servedCredentials = await types(world, 'credentials');
			expectSame(
				'nodes that n8n serves',
				servedNodes.map(({ name }) => name).filter((name) => !name.endsWith('Tool')),
				nodes.map((name) => `n8n-nodes-tze.${name}`),
			);
			expectSame(
				'credentials that n8n serves',
				servedCredentials.map(({ name }) => name),
				credentials,
			);

			// The editor asks for details of the nodes that a workflow holds
			const nodeInfos = nodes.map((name) => ({ name: `n8n-nodes-tze.${name}`, version: 1 }));
			const details = await n8n.client.rest<NodeTypeFile[]>('POST', '/node-types', { nodeInfos });
			expectSame('nodes of /rest/node-types', details.length, nodes.length);

			for (const { name, iconUrl } of [...servedNodes, ...servedCredentials]) {
				const icons = typeof iconUrl === 'object' ? Object.values(iconUrl) : [iconUrl];
				expectSame(`icons of ${name}`, icons.length, 2);
				for (const icon of icons) {
					const { status, headers } = await outside.get(`${n8n.url}/${icon}`, {
						headers: { cookie: cookieHeader(world) },
					});
					expectSame(
						`${icon}`,
						[status, String(headers['content-type']).split(';')[0]],
						[200, 'image/svg+xml'],
					);
				}
			}
			await page.goto(`${n8n.url}/settings/community-nodes`);
			await page.waitForLoadState('networkidle');
			await shoot('community-nodes');
		},
	},
];

/** What a page does that wants to work with the session of whoever looks at it; runs in the browser. */
async function tryAll({ url, email, password }: { url: string; email: string; password: string }) {
	const json = { 'content-type': 'application/json' };
	const logIn = JSON.stringify({ emailOrLdapLoginId: email, email, password });
	const workflow = JSON.stringify({ name: 'Not mine', nodes: [], connections: {}, settings: {} });
	const form = new URLSearchParams({ name: 'Not mine', nodes: '[]', connections: '{}' });
	const tries: Array<[string, string, RequestInit]> = [
		['log in', '/rest/login', { method: 'POST', headers: json, body: logIn }],
		['read', '/rest/workflows', {}],
		['write', '/rest/workflows', { method: 'POST', headers: json, body: workflow }],
		// A form needs nobody's permission to be sent, but its answer cannot be read
		['send a form', '/rest/workflows', { method: 'POST', body: form, mode: 'no-cors' }],
	];
	const seen: Record<string, string> = {};
	for (const [what, path, init] of tries) {
		seen[what] = await fetch(url + path, { credentials: 'include', ...init }).then(
			({ type }) => type,
			() => 'refused',
		);
	}
	return seen;
}

async function types(world: World, kind: 'nodes' | 'credentials'): Promise<NodeTypeFile[]> {
	const { data } = await outside.get<NodeTypeFile[]>(`${world.n8n.url}/types/${kind}.json`, {
		headers: { cookie: cookieHeader(world) },
	});
	return data
		.filter(({ name }) =>
			kind === 'nodes' ? name.startsWith('n8n-nodes-tze.') : name.startsWith('tze'),
		)
		.sort((a, b) => a.name.localeCompare(b.name));
}

function cookieHeader({ n8n }: World): string {
	const { name, value } = n8n.client.cookie();
	return `${name}=${value}`;
}

/** The names that the files of the tarball stand for: `TzeSendMessage.node.js` is `tzeSendMessage`. */
async function namesInTarball(file: string): Promise<{ nodes: string[]; credentials: string[] }> {
	const paths: string[] = [];
	await list({ file, onReadEntry: (entry) => paths.push(entry.path) });
	const names = (pattern: RegExp) =>
		paths
			.flatMap((path) => pattern.exec(path)?.slice(1) ?? [])
			.map((name) => name[0].toLowerCase() + name.slice(1))
			.sort((a, b) => a.localeCompare(b));
	return {
		nodes: names(/\/(\w+)\.node\.js$/),
		credentials: names(/\/(\w+)\.credentials\.js$/),
	};
}
