import { readFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { startSandbox, type Sandbox } from '../sandbox';
import type { Language } from '../sandbox/language';
import { createSandboxClient } from '../sandbox/client';
import { credentialsFor } from '../testbed/credentials';
import { ensureBrowser, startBrowser } from '../testbed/editor/browser';
import { Editor } from '../testbed/editor/editor';
import { recordFirstMessage, type FirstMessage } from '../testbed/editor/firstMessage';
import { fillOaMessage } from '../testbed/editor/oaMessage';
import { encodeGif } from '../testbed/editor/recorder';
import { readExample, selectCredentials } from '../testbed/examples';
import { DEFAULT_VERSION } from '../testbed/n8n/cache';
import type { CredentialReference } from '../testbed/n8n/client';
import { fetchN8n } from '../testbed/n8n/fetch';
import { packPackage } from '../testbed/n8n/pack';
import { startN8n, type RunningN8n } from '../testbed/n8n/server';
import { Closers } from '../testbed/process/closers';
import { runSteps } from '../testbed/process/progress';
import { explain, Trouble } from '../testbed/process/trouble';
import { ROOT } from '../testbed/root';
import { readCommandLine } from './commandLine';

/** Pictures of the README are loaded over the web: they stay small. */
const MOST_BYTES = { png: 150_000, gif: 1_500_000 };
const IMAGES = path.join(ROOT, 'docs', 'images');
const TITLES = [
	'the first message',
	'the first message in Chinese',
	'the form of the node',
	'the canvas of an example',
	'the inbox',
];
const EXAMPLE = 'one-notice-in-three-forms.json';

/** Shown as the picture of the link card, since the host of its address does not exist. */
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320" width="640" height="320">
<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#8ec5fc"/><stop offset="1" stop-color="#eaf4ff"/></linearGradient></defs>
<rect width="640" height="320" fill="url(#sky)"/><circle cx="530" cy="80" r="34" fill="#ffd166"/>
<path d="M0 260h640v60H0z" fill="#7bb77b"/>
<path d="M170 140h300v120H170z" fill="#f7f3ea"/><path d="M150 140 320 76l170 64z" fill="#c8553d"/>
<path d="M300 200h40v60h-40z" fill="#8a5a44"/>
<g fill="#5b8fb9"><path d="M200 166h36v30h-36zM252 166h36v30h-36zM352 166h36v30h-36zM404 166h36v30h-36zM200 212h36v30h-36zM404 212h36v30h-36z"/></g>
<path d="M318 46h4v34h-4z" fill="#555"/><path d="M322 46h34l-8 9 8 9h-34z" fill="#d62828"/></svg>`;

/** An n8n with one edition of the package and a credential for a sandbox that has no message yet. */
interface Stage {
	n8n: RunningN8n;
	sandbox: Sandbox;
	tzeApi: CredentialReference;
}

/** @param source the edition's own folder, and its language */
async function startStage(
	closers: Closers,
	{ source, language }: { source: string; language: Language },
	note: (text: string) => void,
): Promise<Stage> {
	const folder = await closers.folder('screenshots');
	const sandbox = await startSandbox({ language });
	closers.add(() => sandbox.close());
	const n8n = await startN8n({
		userFolder: path.join(folder, 'n8n'),
		packageTarball: await packPackage(folder, source),
		onProgress: note,
	});
	closers.add(() => n8n.stop());
	await n8n.client.logIn(n8n.owner);
	const { tzeApi: data } = credentialsFor(sandbox);
	const tzeApi = await n8n.client.createCredential('TZE account', 'tzeApi', data);
	return { n8n, sandbox, tzeApi };
}

/** Takes the README's pictures again: the first message, the node's form, an example, the inbox. */
async function main(): Promise<void> {
	readCommandLine('screenshots');
	await using closers = new Closers();
	const take: Array<() => Promise<string>> = [];
	await fetchN8n(DEFAULT_VERSION);
	await runSteps([
		{
			title: 'Start n8n, the sandbox and a browser',
			async run({ note }) {
				await ensureBrowser();
				await mkdir(IMAGES, { recursive: true });
				const { n8n, sandbox, tzeApi } = await startStage(
					closers,
					{ source: '.', language: 'en' },
					note,
				);
				const { client } = n8n;
				const browser = await startBrowser();
				closers.add(() => browser.close());
				const page = await browser.newPage({
					viewport: { width: 1180, height: 1370 },
					locale: 'en-US',
					colorScheme: 'light',
				});
				const editor = new Editor(page, n8n.url);
				await editor.logIn(n8n.owner);

				take.push(
					() =>
						record('first-message', {
							...{ n8n, sandbox, locale: 'en-US', content: 'School is closed tomorrow.' },
							text: (english) => english,
						}),
					async () => {
						const chinese = await startStage(
							closers,
							{ source: path.join('editions', 'zh-CN'), language: 'zh-CN' },
							note,
						);
						const texts = JSON.parse(
							readFileSync(path.join(ROOT, 'locales', 'zh-CN.json'), 'utf8'),
						) as Record<string, string>;
						return await record('first-message.zh-CN', {
							...{ ...chinese, locale: 'zh-CN', content: '明天因大雪停课一天。' },
							text: (english) => texts[english] ?? english,
						});
					},
					async () => {
						await editor.newWorkflow();
						await editor.searchNodes('Manual Trigger', 'Manual Trigger');
						await editor.pickNode('Manual Trigger');
						await editor.searchNodes('TZE', 'TZE Send Message');
						await editor.pickNode('TZE Send Message', 'Send message');
						await fillOaMessage(editor, (text) => text);
						await editor.executeNode();
						await editor.showOutputAs('JSON');
						await editor.dismissToasts();
						// Up to the beginning of the form
						await page.mouse.move(590, 640);
						await page.mouse.wheel(0, -5_000);
						return await shoot('node-panel');
					},
					async () => {
						const workflow = readExample(EXAMPLE);
						selectCredentials(workflow, { tzeApi });
						const { id } = await client.importWorkflow(workflow);
						await createSandboxClient(sandbox.controlUrl).clearMessages();
						await page.setViewportSize({ width: 1280, height: 800 });
						await editor.closeNode();
						await editor.openWorkflow(id);
						await editor.executeWorkflow();
						await editor.waitForSuccess('Send OA Card');
						await editor.dismissToasts();
						return await shoot('canvas');
					},
					async () => {
						await page.setViewportSize({ width: 960, height: 1140 });
						await page.route(/school\.example/, (route) =>
							route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }),
						);
						await page.goto(`${sandbox.inboxUrl}?pictures=shown`);
						await page.locator('[data-test-id="inbox-message"]').nth(2).waitFor();
						return await shoot('inbox');
					},
				);

				async function record(name: string, story: FirstMessage): Promise<string> {
					const file = path.join(IMAGES, `${name}.gif`);
					await writeFile(file, await encodeGif(await recordFirstMessage(browser, story)));
					return await checkSize(file, MOST_BYTES.gif);
				}

				async function shoot(name: string): Promise<string> {
					const file = path.join(IMAGES, `${name}.png`);
					// Where nothing changes under it
					const { width = 0, height = 0 } = page.viewportSize() ?? {};
					await page.mouse.move(width - 2, height / 2);
					await page.waitForTimeout(800);
					await page.screenshot({ path: file, animations: 'disabled' });
					return await checkSize(file, MOST_BYTES.png);
				}
			},
		},
		...TITLES.map((title, index) => ({
			title: `Picture of ${title}`,
			async run({ retitle }: { retitle(title: string): void }) {
				retitle(await take[index]());
			},
		})),
	]);
}

/** @throws Trouble when a picture has become too large */
async function checkSize(file: string, mostBytes: number): Promise<string> {
	const { size } = await stat(file);
	const name = path.relative(ROOT, file);
	if (size > mostBytes) throw new Trouble(`${name} has ${size} bytes, more than ${mostBytes}.`);
	return `${name} (${Math.round(size / 1000)} kB)`;
}

main().catch((error: unknown) => {
	process.stderr.write(`${explain(error)}\n`);
	process.exitCode = 1;
});
