import axios from 'axios';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

import type { Sandbox } from '../../sandbox';
import type { SandboxClient } from '../../sandbox/client';
import { OLDEST_VERSION } from '../../testbed/n8n/cache';
import type { ReachableN8n, RunningN8n } from '../../testbed/n8n/server';
import type { Editor } from '../../testbed/editor/editor';
import type { ExampleLanguage } from '../../testbed/examples';

/** One edition of the package: its tarball, and what a text of the source reads in it. */
export interface Edition {
	/** Names its folder of screenshots, below that of the n8n version; '' for none of its own. */
	name: string;
	tarball: string;
	language: Sandbox['language'];
	text(english: string): string;
	/** The language of the examples that are imported with it; English when none is named. */
	examples?: ExampleLanguage;
	/** What a text of the examples reads in them. */
	exampleText(english: string): string;
}

/** What the steps of a run share. */
export interface World {
	version: string;
	edition: Edition;
	n8n: ReachableN8n;
	sandbox: Sandbox;
	control: SandboxClient;
	page: Page;
	editor: Editor;
	/** Saves what the browser shows, numbered in the order of the run. */
	shoot(name: string, page?: Page): Promise<void>;
	/** A scratch folder of the run. */
	folder: string;
	/** Ids of workflows by the name of the file they came from. */
	imported: Map<string, string>;
}

interface StepTitle {
	title: string;
	/** Other steps depend on it: it is done whatever `--only` says. */
	needed?: boolean;
}

/** A step of an n8n wherever it runs, or of one that was started here alone. */
export type Step = StepTitle &
	(
		| { ofOwnN8n?: undefined; run(world: World): Promise<void> }
		| {
				/** Why it is left out with an n8n that ran already. */
				ofOwnN8n: string;
				run(world: World & { n8n: RunningN8n }): Promise<void>;
		  }
	);

/** n8n 1 has no published versions, no "create table" in its Data Table node, and saves by a button. */
export function isOldest({ version }: World): boolean {
	return version.startsWith(`${OLDEST_VERSION.split('.')[0]}.`);
}

/** @throws Error with both values unless they are the same as JSON */
export function expectSame(what: string, found: unknown, expected: unknown): void {
	const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
	if (a !== b) throw new Error(`${what}:\n  found    ${a}\n  expected ${b}`);
}

/** @throws Error naming what was looked for and what was there */
export function expectMatch(what: string, found: string, expected: RegExp | string): void {
	const fits = typeof expected === 'string' ? found.includes(expected) : expected.test(found);
	if (!fits) throw new Error(`${what}: "${found}" does not hold ${String(expected)}`);
}

/** Calls an address from outside, as another system does; every status is an answer. */
export const outside = axios.create({ proxy: false, validateStatus: () => true });

/** A function that saves numbered pictures of a page into a folder. */
export function screenshotTaker(page: Page, folder: string): World['shoot'] {
	let number = 0;
	mkdirSync(folder, { recursive: true });
	return async (name, shown = page) => {
		number++;
		const file = `${String(number).padStart(2, '0')}-${name}.png`;
		await shown.screenshot({ path: path.join(folder, file), animations: 'disabled' });
	};
}
