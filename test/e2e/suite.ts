import path from 'node:path';

import { startSandbox } from '../../sandbox';
import { createSandboxClient } from '../../sandbox/client';
import { ROOT } from '../../testbed/root';
import { checkedVersion } from '../../testbed/n8n/cache';
import { startN8n } from '../../testbed/n8n/server';
import { Closers } from '../../testbed/process/closers';
import { removeWithin } from '../../testbed/process/files';
import { lastLines } from '../../testbed/process/trouble';
import { startBrowser } from '../../testbed/editor/browser';
import { Editor } from '../../testbed/editor/editor';
import type { Report } from './report';
import { screenshotTaker, type Edition, type Step, type World } from './world';

const SCREENSHOTS = path.join(ROOT, 'test', 'e2e', 'screenshots');

export interface Suite {
	version: string;
	edition: Edition;
	steps: Step[];
	/** Part of a step's title; steps that others need are done all the same. */
	only?: string;
}

/**
 * Does the steps with one n8n, one edition of the package and one browser, all of them new; ends at
 * the first step that fails, with a screenshot, a trace of the browser and the end of the log.
 */
export async function runSuite(
	report: Report,
	{ version, edition, steps, only }: Suite,
): Promise<void> {
	await using closers = new Closers();
	const folder = await closers.folder('e2e');
	const own = path.posix.join(checkedVersion(version), edition.name);
	const pictures = path.join(SCREENSHOTS, own);
	let world: World | undefined;
	const started = await report.step(`n8n ${version} and the sandbox start`, async () => {
		removeWithin(SCREENSHOTS, own);
		const sandbox = await startSandbox({ language: edition.language });
		closers.add(() => sandbox.close());
		const n8n = await startN8n({
			version,
			userFolder: path.join(folder, 'n8n'),
			packageTarball: edition.tarball,
		});
		closers.add(() => n8n.stop());
		await n8n.client.logIn(n8n.owner);
		const browser = await startBrowser();
		closers.add(() => browser.close());
		const context = await browser.newContext({
			viewport: { width: 1400, height: 900 },
			locale: 'en-US',
			colorScheme: 'light',
		});
		await context.tracing.start({ screenshots: true, snapshots: true });
		const page = await context.newPage();
		world = {
			version,
			edition,
			n8n,
			sandbox,
			control: createSandboxClient(sandbox.controlUrl),
			page,
			editor: new Editor(page, n8n.url),
			shoot: screenshotTaker(page, pictures),
			folder,
			imported: new Map(),
		};
	});
	if (!started || world === undefined) return;
	const { n8n, shoot, page } = world;
	const { tracing } = page.context();
	for (const { title, needed, run } of steps) {
		if (only !== undefined && needed !== true && !title.includes(only)) continue;
		const passed = await report.step(
			title,
			async () => {
				await tracing.startChunk();
				await run(world as World);
				await tracing.stopChunk();
			},
			async () => {
				await shoot('failed');
				const trace = path.join(pictures, 'failed.zip');
				await tracing.stopChunk({ path: trace });
				return [
					`      What the browser did: npx playwright-core show-trace ${path.relative(ROOT, trace)}`,
					`      (and a screenshot beside it). The log of n8n ends:\n${lastLines(n8n.log())}`,
				].join('\n');
			},
		);
		if (!passed) return;
	}
}
