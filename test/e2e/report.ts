/** Counts and prints the steps of a run: one line each, with the time it took. */
export class Report {
	passed = 0;
	failed = 0;
	private leftOut = 0;

	heading(text: string): void {
		process.stdout.write(`\n${text}\n`);
	}

	/** Does a step and prints its line; answers whether it passed. */
	async step(
		title: string,
		run: () => Promise<unknown>,
		onFailure?: () => Promise<string>,
	): Promise<boolean> {
		const start = Date.now();
		const line = (mark: string) =>
			process.stdout.write(`  ${mark} ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`);
		try {
			await run();
			this.passed++;
			line('✓');
			return true;
		} catch (error) {
			this.failed++;
			line('✗');
			const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
			process.stdout.write(`${text.replace(/^/gm, '      ')}\n`);
			if (onFailure !== undefined) {
				const more = await onFailure().catch((problem: unknown) => `(${String(problem)})`);
				process.stdout.write(`${more}\n`);
			}
			return false;
		}
	}

	/** Prints the line of a step that is not done. */
	leaveOut(title: string, why: string): void {
		this.leftOut++;
		process.stdout.write(`  - ${title}: left out, since ${why}\n`);
	}

	/** The closing line, as test runners have it. */
	close(): void {
		if (this.leftOut > 0) process.stdout.write(`\n${this.leftOut} left out\n`);
		process.stdout.write(`\n${this.passed} passed, ${this.failed} failed\n`);
	}
}
