import type { Browser } from 'playwright-core';

import type { Sandbox } from '../../sandbox';
import type { RunningN8n } from '../n8n/server';
import { Editor } from './editor';
import { Recorder, type Frame } from './recorder';

/** What is recorded, and in which language. */
export interface FirstMessage {
	n8n: RunningN8n;
	sandbox: Sandbox;
	/** What the browser asks for: n8n speaks English all the same, the sandbox may not. */
	locale: 'en-US' | 'zh-CN';
	content: string;
	/** What a text of the source reads in the edition that is installed. */
	text(english: string): string;
}

const VIEWPORT = { width: 1040, height: 650 };
/** READMEs are about 900 pixels wide, on screens with up to two dots for each. */
const DOTS_PER_PIXEL = 1.5;

const BEGIN_MS = 700;
const ANSWER_MS = 1_800;
const INBOX_MS = 1_000;
const END_MS = 3_500;

/** "Your first message" of the README, click by click; n8n has its owner and a credential by now. */
export async function recordFirstMessage(
	browser: Browser,
	{ n8n, sandbox, locale, content, text }: FirstMessage,
): Promise<Frame[]> {
	const page = await browser.newPage({
		viewport: VIEWPORT,
		deviceScaleFactor: DOTS_PER_PIXEL,
		locale,
		colorScheme: 'light',
	});
	const recorder = await Recorder.of(page);
	await new Editor(page, n8n.url).logIn(n8n.owner);
	const editor = new Editor(page, n8n.url, recorder);

	await editor.newWorkflow();
	await recorder.appear(BEGIN_MS);
	await editor.openNodesPanel();
	await editor.pickNode('Trigger manually');
	await editor.openNodesPanelBehind();
	await editor.searchNodes('TZE', text('TZE Send Message'));
	await editor.pickNode(text('TZE Send Message'), text('Send message'));
	await editor.fill('recipients', 'P1001');
	await editor.fill('content', content);
	await editor.executeNode();
	// As a list of fields: the table is wider than its panel
	await editor.showOutputAs('JSON');
	await recorder.hold(ANSWER_MS);

	await page.goto(sandbox.inboxUrl);
	const message = page.locator('[data-test-id="inbox-text"]').first();
	await message.waitFor();
	await recorder.appear(INBOX_MS);
	await recorder.pointAt(message);
	await recorder.hold(END_MS);
	await page.close();
	return recorder.frames;
}
