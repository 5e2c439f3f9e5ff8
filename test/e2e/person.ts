import type { Browser, BrowserContext, Page } from 'playwright-core';

import { until } from '../../testbed/process/until';
import { expectSame, type World } from './world';

/** A person with a browser of their own, who has no account in n8n. */
export interface Person {
	page: Page;
	/** Opens the newest card of somebody in the sandbox's inbox that fits, by its button for phones. */
	openCard(recipient: string, text: string): Promise<Page>;
	close(): Promise<void>;
}

export interface Device {
	/** What the browser asks for in Accept-Language. */
	locale: 'en-US' | 'zh-CN';
	kind: 'phone' | 'computer';
	colorScheme?: 'light' | 'dark';
}

const CHINESE = /\p{Script=Han}/u;

/** Somebody at another computer or phone. */
export async function somebody(
	{ page: editor, sandbox }: World,
	{ locale, kind, colorScheme = 'light' }: Device,
): Promise<Person> {
	const browser = editor.context().browser() as Browser;
	const context: BrowserContext = await browser.newContext({
		locale,
		colorScheme,
		...(kind === 'phone'
			? {
					viewport: { width: 390, height: 844 },
					isMobile: true,
					hasTouch: true,
					deviceScaleFactor: 2,
				}
			: { viewport: { width: 1280, height: 800 } }),
	});
	return {
		page: await context.newPage(),
		async openCard(recipient, text) {
			const inbox = await context.newPage();
			await inbox.goto(`${sandbox.inboxUrl}?recipient=${encodeURIComponent(recipient)}`);
			const card = inbox
				.locator('[data-test-id="inbox-message"]')
				.filter({ hasText: text })
				.first();
			const [opened] = await Promise.all([
				context.waitForEvent('page'),
				card.locator('[data-test-id="inbox-open-phone"]').click(),
			]);
			await opened.waitForLoadState();
			await inbox.close();
			return opened;
		},
		close: () => context.close(),
	};
}

/** A page that a person sees: in their language, and no wider than their screen. */
export async function expectReadable(page: Page, { locale }: Device): Promise<string> {
	const text = await page.locator('body').innerText();
	const language = await page.locator('html').getAttribute('lang');
	const seen = { language, isChinese: CHINESE.test(text) };
	const isChinese = locale === 'zh-CN';
	expectSame(`language of "${text.slice(0, 80)}"`, seen, {
		language: isChinese ? 'zh-CN' : 'en',
		isChinese,
	});
	await expectNarrow(page);
	return text;
}

/** Nothing of the page is wider than the screen. */
export async function expectNarrow(page: Page): Promise<void> {
	const content = await page.evaluate<number>('document.documentElement.scrollWidth');
	const screen = page.viewportSize()?.width ?? 0;
	expectSame('what is wider than the screen', Math.max(0, content - screen), 0);
}

/** The texts that somebody has got, once one of them fits. */
export async function waitForText(
	{ control }: World,
	recipient: string,
	wanted: RegExp,
	patienceMs = 20_000,
): Promise<string[]> {
	const texts = async () => {
		const { messages } = await control.messages({ recipient });
		return messages.flatMap((one) => (one.msgType === 'text' ? [one.message.text.content] : []));
	};
	return await until(
		`a text to ${recipient} with ${String(wanted)}`,
		async () => {
			const found = await texts();
			return found.some((text) => wanted.test(text)) && found;
		},
		{ patienceMs, instead: async () => (await texts()).join('\n') },
	);
}
