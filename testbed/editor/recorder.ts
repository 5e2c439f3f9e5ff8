import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';

import type { Hand } from './editor';

/** A picture of the page, and how long it is shown. */
export interface Frame {
	png: Buffer;
	ms: number;
}

/** Runs in the browser. */
const POINTER = path.join(__dirname, 'pointer.js');

/** How a hand moves that is watched, in milliseconds of the recording. */
const GLIDE = { steps: 7, stepMs: 50 };
const BEFORE_CLICK_MS = 200;
const PRESSED_MS = 200;
const AFTER_CLICK_MS = 600;
const LETTER_MS = 60;
const AFTER_TEXT_MS = 500;

/** Real time that the page has to become still after a click. */
const SETTLE_MS = 700;

/** Parts of a text that are typed one after the other. */
const LETTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Clicks and types so that somebody who watches can follow, and keeps a picture of each moment. Time in
 * the recording is not that of the machine: however slow it is, the recording is calm.
 */
export class Recorder implements Hand {
	readonly frames: Frame[] = [];
	private readonly at = { x: 0, y: 0 };

	private constructor(private readonly page: Page) {}

	/** A recorder of a page that has not been opened yet: it is given a pointer, since it shows none. */
	static async of(page: Page): Promise<Recorder> {
		await page.addInitScript({ path: POINTER });
		const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
		const recorder = new Recorder(page);
		Object.assign(recorder.at, { x: width * 0.6, y: height * 0.75 });
		return recorder;
	}

	/** Shows what the page is now for so long. */
	async hold(ms: number): Promise<void> {
		const png = await this.page.screenshot({ animations: 'disabled' });
		const last = this.frames.at(-1);
		if (last?.png.equals(png) === true) last.ms += ms;
		else this.frames.push({ png, ms });
	}

	/** The pointer appears where it was on the page before. */
	async appear(ms: number): Promise<void> {
		await this.page.mouse.move(this.at.x, this.at.y);
		await this.page.waitForTimeout(SETTLE_MS);
		await this.hold(ms);
	}

	async click(target: Locator): Promise<void> {
		await this.pointAt(target);
		await this.hold(BEFORE_CLICK_MS);
		await this.page.mouse.down();
		await this.hold(PRESSED_MS);
		await this.page.mouse.up();
		await this.page.waitForTimeout(SETTLE_MS);
		await this.hold(AFTER_CLICK_MS);
	}

	async fill(target: Locator, text: string): Promise<void> {
		await this.click(target);
		for (const { segment } of LETTERS.segment(text)) {
			await this.page.keyboard.insertText(segment);
			await this.hold(LETTER_MS);
		}
		await this.page.waitForTimeout(SETTLE_MS);
		await this.hold(AFTER_TEXT_MS);
	}

	/** Moves the pointer there. */
	async pointAt(target: Locator): Promise<void> {
		await target.scrollIntoViewIfNeeded();
		const box = await target.boundingBox();
		if (box === null) throw new Error(`nothing to click: ${String(target)}`);
		const from = { ...this.at };
		// Into what is wide, as a person does, not into its middle
		const to = { x: box.x + Math.min(box.width / 2, 90), y: box.y + box.height / 2 };
		for (let step = 1; step <= GLIDE.steps; step++) {
			const part = 1 - (1 - step / GLIDE.steps) ** 2;
			this.at.x = from.x + (to.x - from.x) * part;
			this.at.y = from.y + (to.y - from.y) * part;
			await this.page.mouse.move(this.at.x, this.at.y);
			await this.hold(GLIDE.stepMs);
		}
	}
}

/** An animated picture of frames of one size, which begins anew after the last. */
export async function encodeGif(frames: readonly Frame[]): Promise<Buffer> {
	const pictures = sharp(
		frames.map(({ png }) => png),
		{ join: { animated: true } },
	);
	// What is of few colors, such as a form, is spotted when it is dithered
	return await pictures.gif({ delay: frames.map(({ ms }) => ms), loop: 0, dither: 0 }).toBuffer();
}
