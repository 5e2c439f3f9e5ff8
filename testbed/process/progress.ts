import { Listr, PRESET_TIMER } from 'listr2';

/** One thing to do, shown as one line with the time it took. */
export interface Step {
	title: string;
	/** `note` shows below the title what is going on, `retitle` says how it came out. */
	run(show: { note(text: string): void; retitle(title: string): void }): Promise<void>;
	/** A step that has nothing to do says so and takes no time. */
	skip?: () => string | false;
}

/** How often a step that takes long says so where there is no terminal. */
const SAY_EVERY_MS = 15_000;

/**
 * Does the steps one after the other; the first that throws ends it with its error.
 * On a terminal each line tells what is going on; elsewhere a line is printed when a step begins, every
 * 15 seconds, and when it is done.
 */
export async function runSteps(steps: Step[]): Promise<void> {
	const isTerminal = process.stdout.isTTY;
	let failure: unknown;
	const list = new Listr(
		steps.map(({ title, run, skip }) => ({
			title,
			skip: () => skip?.() ?? false,
			async task(_context, task) {
				const start = Date.now();
				let latest = '';
				const say = setInterval(() => {
					const seconds = Math.round((Date.now() - start) / 1000);
					process.stdout.write(`  ${title} … ${seconds} s${latest === '' ? '' : ` (${latest})`}\n`);
				}, SAY_EVERY_MS);
				if (isTerminal) clearInterval(say);
				try {
					await run({
						note: (text) => {
							if (isTerminal) task.output = text;
							else latest = text.slice(0, 100);
						},
						retitle: (text) => {
							task.title = text;
						},
					});
				} catch (error) {
					failure = error;
					// The caller prints the error, so the line of the step does not repeat it
					throw new Error('see below');
				} finally {
					clearInterval(say);
				}
			},
		})),
		{
			concurrent: false,
			exitOnError: true,
			rendererOptions: {
				timer: PRESET_TIMER,
				formatOutput: 'truncate',
				showErrorMessage: false,
				collapseErrors: false,
			},
			fallbackRendererOptions: { timer: PRESET_TIMER },
		},
	);
	await list.run().catch((error: unknown) => {
		throw failure ?? error;
	});
}
