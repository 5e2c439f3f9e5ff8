import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

import { installDebianPackages } from '../process/debianPackages';
import { lastLines, Trouble } from '../process/trouble';

const CHROMIUM = '/usr/bin/chromium';
/** Without a font of its characters, Chinese text is a row of boxes. */
const CJK_FONT = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/**
 * Makes sure that Chromium and a font for Chinese are there: as root on Debian they are installed.
 *
 * @throws Trouble saying what to install
 */
export async function ensureBrowser(): Promise<void> {
	const missing = [
		...(existsSync(CHROMIUM) ? [] : ['chromium']),
		...(existsSync(CJK_FONT) ? [] : ['fonts-noto-cjk']),
	];
	await installDebianPackages(
		missing,
		`put Chromium at ${CHROMIUM} and a font for Chinese at ${CJK_FONT}`,
	);
}

/** A headless browser; close it at the end. @throws Trouble when it does not start */
export async function startBrowser(): Promise<Browser> {
	try {
		return await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
	} catch (error) {
		const said = error instanceof Error ? error.message : String(error);
		throw new Trouble(`${CHROMIUM} does not start:\n${lastLines(said)}`);
	}
}
