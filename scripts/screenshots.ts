import { readFileSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import { startSandbox, type Sandbox } from '../sandbox';
import type { Language } from '../sandbox/language';
import { createSandboxClient } from '../sandbox/client';
import { credentialsFor } from '../testbed/credentials';
import { ensureBrowser, startBrowser } from '../testbed/editor/browser';
import { Editor } from '../testbed/editor/editor';
import { recordFirstMessage } from '../testbed/editor/firstMessage';
import { fillOaMessage } from '../testbed/editor/oaMessage';
import { encodeGif } from '../testbed/editor/recorder';
import {
	readExample,
	readExampleTexts,
	selectCredentials,
	type ExampleLanguage,
} from '../testbed/examples';
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

/** What the pictures of an edition need: its folder, its words, and those of its examples. */
interface PicturedEdition {
	source: string;
	language: Language;
	locale: 'en-US' | 'zh-CN';
	/** Behind the name of each picture. */
	suffix: string;
	/** The text of the first message. */
	content: string;
	text(english: string): string;
	examples?: ExampleLanguage;
	exampleText(english: string): string;
}

const chinese = JSON.parse(
	readFileSync(path.join(ROOT, 'locales', 'zh-CN.json'), 'utf8'),
) as Record<string, string>;
const chineseExamples = readExampleTexts('zh-CN');

const EDITIONS: readonly PicturedEdition[] = [
	{
		source: '.',
		language: 'en',
		locale: 'en-US',
		suffix: '',
		content: 'School is closed tomorrow.',
		text: (english) => english,
		exampleText: (english) => english,
	},
	{
		source: path.join('editions', 'zh-CN'),
		language: 'zh-CN',
		locale: 'zh-CN',
		suffix: '.zh-CN',
		content: '明天因大雪停课一天。',
		text: (english) => chinese[english] ?? english,
		examples: 'zh-CN',
		exampleText: (english) => chineseExamples[english] ?? english,
	},
];

/** An n8n with one edition of the package and a credential for a sandbox that has no message yet. */
interface Stage {
	n8n: RunningN8n;
	sandbox: Sandbox;
	tzeApi: CredentialReference;
}

async function startStage(
	closers: Closers,
	{ source, language }: PicturedEdition,
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

/** Takes the READMEs' pictures again: the first message, the node's form, an example, the inbox. */
async function main(): Promise<void> {
	readCommandLine('screenshots');
	await using closers = new Closers();
	let browser: Browser | undefined;
	await fetchN8n(DEFAULT_VERSION);
	await runSteps([
		{
			title: 'Start a browser',
			async run() {
				await ensureBrowser();
				await mkdir(IMAGES, { recursive: true });
				browser = await startBrowser();
				closers.add(() => browser?.close());
			},
		},
		...EDITIONS.map((edition) => ({
			title: `Pictures of the edition ${edition.language}`,
			async run({ note, retitle }: { note(text: string): void; retitle(title: string): void }) {
				if (browser === undefined) return;
				const stage = await startStage(closers, edition, note);
				const sizes: string[] = [];
				for await (const size of takePictures(browser, stage, edition)) {
					sizes.push(size);
					note(size);
				}
				retitle(sizes.join(', '));
			},
		})),
	]);
}

/** Takes the pictures of an edition, one after the other; what each has become. */
async function* takePictures(
	browser: Browser,
	{ n8n, sandbox, tzeApi }: Stage,
	{ locale, suffix, content, text, exampleText, examples }: PicturedEdition,
): AsyncGenerator<string> {
	const gif = path.join(IMAGES, `first-message${suffix}.gif`);
	const story = { n8n, sandbox, locale, content, text };
	await writeFile(gif, await encodeGif(await recordFirstMessage(browser, story)));
	yield await checkSize(gif, MOST_BYTES.gif);

	const page = await browser.newPage({
		viewport: { width: 1180, height: 1370 },
		locale,
		colorScheme: 'light',
	});
	const editor = new Editor(page, n8n.url);
	await editor.logIn(n8n.owner);
	await editor.newWorkflow();
	await editor.searchNodes('Manual Trigger', 'Manual Trigger');
	await editor.pickNode('Manual Trigger');
	await editor.searchNodes('TZE', text('TZE Send Message'));
	await editor.pickNode(text('TZE Send Message'), text('Send message'));
	await fillOaMessage(editor, text, exampleText);
	await editor.executeNode();
	await editor.showOutputAs('JSON');
	await editor.dismissToasts();
	// Up to the beginning of the form
	await page.mouse.move(590, 640);
	await page.mouse.wheel(0, -5_000);
	yield await shoot('node-panel');

	const workflow = readExample(EXAMPLE, examples);
	selectCredentials(workflow, { tzeApi });
	const { id } = await n8n.client.importWorkflow(workflow);
	await createSandboxClient(sandbox.controlUrl).clearMessages();
	await page.setViewportSize({ width: 1280, height: 800 });
	await editor.closeNode();
	await editor.openWorkflow(id);
	await editor.executeWorkflow();
	await editor.waitForSuccess(exampleText('Send OA Card'));
	await editor.dismissToasts();
	yield await shoot('canvas');

	await page.setViewportSize({ width: 960, height: 1140 });
	await page.route(/school\.example/, (route) =>
		route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }),
	);
	await page.goto(`${sandbox.inboxUrl}?pictures=shown`);
	await page.locator('[data-test-id="inbox-message"]').nth(2).waitFor();
	yield await shoot('inbox');
	await page.close();

	async function shoot(name: string): Promise<string> {
		const file = path.join(IMAGES, `${name}${suffix}.png`);
		// Where nothing changes under it
		const { width = 0, height = 0 } = page.viewportSize() ?? {};
		await page.mouse.move(width - 2, height / 2);
		await page.waitForTimeout(800);
		await page.screenshot({ path: file, animations: 'disabled' });
		return await checkSize(file, MOST_BYTES.png);
	}
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
