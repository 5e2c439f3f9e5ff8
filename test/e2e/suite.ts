import path from 'node:path';

import { startSandbox } from '../../sandbox';
import { createSandboxClient } from '../../sandbox/client';
import { ROOT } from '../../testbed/root';
import { checkedVersion } from '../../testbed/n8n/cache';
import { startN8n, type ReachableN8n, type RunningN8n } from '../../testbed/n8n/server';
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
	/** One that runs already, with the package in it; otherwise a new one is started. */
	running?: ReachableN8n;
	edition: Edition;
	steps: Step[];
	/** Part of a step's title; steps that others need are done all the same. */
	only?: string;
}

/**
 * Does the steps with one n8n, one edition of the package and one browser, all of them new. Of an n8n that
 * runs already, the steps that need its process or folder are left out. Ends at the first step that fails, with a screenshot, a trace of the browser and the end of the log.
 */
export async function runSuite(
	report: Report,
	{ version, running, edition, steps, only }: Suite,
): Promise<void> {
	await using closers = new Closers();
	const folder = await closers.folder('e2e');
	// One that runs already may be a candidate for a release, such as 3.0.0-rc.1
	const own = path.posix.join(checkedVersion(version.split('-', 1)[0]), edition.name);
	const pictures = path.join(SCREENSHOTS, own);
	let world: World | undefined;
	let startedHere: RunningN8n | undefined;
	const what =
		running === undefined ? `n8n ${version} and the sandbox start` : 'the sandbox starts';
	const started = await report.step(what, async () => {
		removeWithin(SCREENSHOTS, own);
		const sandbox = await startSandbox({ language: edition.language });
		closers.add(() => sandbox.close());
		const startOwn = async () => {
			const started = await startN8n({
				version,
				userFolder: path.join(folder, 'n8n'),
				packageTarball: edition.tarball,
			});
			closers.add(() => started.stop());
			await started.client.logIn(started.owner);
			return (startedHere = started);
		};
		const n8n = running ?? (await startOwn());
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
	const { shoot, page } = world;
	const { tracing } = page.context();
	for (const step of steps) {
		const { title, needed } = step;
		if (only !== undefined && needed !== true && !title.includes(only)) continue;
		const run = runOf(step, world, startedHere);
		if (typeof run === 'string') {
			report.leaveOut(title, run);
			continue;
		}
		const passed = await report.step(
			title,
			async () => {
				await tracing.startChunk();
				await run();
				await tracing.stopChunk();
			},
			async () => {
				await shoot('failed');
				const trace = path.join(pictures, 'failed.zip');
				await tracing.stopChunk({ path: trace });
				return [
					`      What the browser did: npx playwright-core show-trace ${path.relative(ROOT, trace)}`,
					startedHere === undefined
						? '      (and a screenshot beside it). It may hold the session and the password of the owner.'
						: `      (and a screenshot beside it). The log of n8n ends:\n${lastLines(startedHere.log())}`,
				].join('\n');
			},
		);
		if (!passed) return;
	}
}

/** A step with the n8n that it may have; or why there is none for it. */
function runOf(
	step: Step,
	world: World,
	startedHere: RunningN8n | undefined,
): string | (() => Promise<void>) {
	if (step.ofOwnN8n === undefined) return () => step.run(world);
	if (startedHere === undefined) return step.ofOwnN8n;
	return () => step.run({ ...world, n8n: startedHere });
}
