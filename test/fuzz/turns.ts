/** A process has other work: so long at most nothing else may wait for its turn. */
export const MAX_BLOCK_MS = 200;

/**
 * Measures how long the event loop did nothing but one thing. A machine that is busy with other programs
 * lets it wait, too: so only as much of a gap counts as the process worked in it.
 */
export class Turns {
	/** The longest so far. */
	blockedMs = 0;
	private at = performance.now();
	private cpu = process.cpuUsage();
	private readonly timer = setInterval(() => this.tick(), 10);

	end(): void {
		this.tick();
		clearInterval(this.timer);
	}

	private tick(): void {
		const { user, system } = process.cpuUsage(this.cpu);
		const gapMs = performance.now() - this.at;
		this.blockedMs = Math.max(this.blockedMs, Math.min(gapMs, (user + system) / 1000));
		this.at = performance.now();
		this.cpu = process.cpuUsage();
	}
}
