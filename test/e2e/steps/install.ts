import { list } from 'tar';

import { cacheFolder } from '../../../testbed/n8n/cache';
import { OWNER } from '../../../testbed/n8n/server';
import { expectSame, outside, type Step, type World } from '../world';

interface NodeTypeFile {
	name: string;
	iconUrl?: string | { light: string; dark: string };
}

/** The package is installed, n8n is up: what it says, and what it serves. */
export const installSteps: Step[] = [
	{
		title: 'n8n starts without a word of warning about the package',
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
		async run({ editor, shoot }) {
			await editor.logIn(OWNER);
			await shoot('logged-in');
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
