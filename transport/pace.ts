import { pauseMs } from './repeat';

/** What a run's pace is made of: time, chance, and n8n's "stop". */
export interface PaceSurroundings {
	/** Milliseconds since the epoch. */
	now(): number;
	sleep(ms: number): Promise<void>;
	/** From 0 to 1. */
	random(): number;
	signal?: AbortSignal;
}

export interface PaceLimits {
	/** How many calls may be under way at once; left out: it grows while that goes well. */
	concurrency?: number;
	/** How many may start in a minute; 0: no bound. */
	callsPerMinute?: number;
}

/** How an attempt came out, as far as the pace of the run is concerned. */
export type PaceOutcome =
	/** There was an answer: the platform keeps up. */
	| { kind: 'answered' }
	/** It was too busy, and may have said for how long. */
	| { kind: 'busy'; retryAfterMs?: number; repeats: number }
	/** There was no proper answer. */
	| { kind: 'trouble' }
	/** The platform was not asked, or something else answered: it says nothing about the pace. */
	| { kind: 'other' };

/** Where the number under way begins when the user sets none, and where it ends. */
const FIRST_WIDTH = 10;
const MAX_WIDTH = 50;
/** Until the first trouble it grows by this with every round of answers, after that by one. */
const GROWTH = 1.25;
/** Answers that take so much longer than they did once mean that more at once are of no use. */
const SLOWER = 1.5;
/** A limit is taken to be one per second, as the last second before it showed it, less a little. */
const WINDOW_MS = 1000;
const MARGIN = 1.05;
/** After so many good answers it is tried whether the platform takes a little more. */
const PROBE_AFTER = 20;
const PROBE = 0.97;
/**
 * Requests that start in the same millisecond delay each other, since their answers come together
 * (bench/README.md): starts are a millisecond apart, unless answers are quicker than this.
 */
const QUICK_ANSWER_MS = 5;
/** How often a pause looks whether the execution was stopped. */
const PAUSE_STEP_MS = 200;

/**
 * When the calls of a run start, and how many are under way.
 *
 * A limit of the platform is met by the run as a whole: when one call is turned away as too many,
 * nothing starts until the time that the platform asks for, or a growing pause, has passed; then
 * fewer are under way, further apart, and more again while it goes well.
 */
export class Pace {
	private readonly maxWidth: number;
	/** How many may be under way now. */
	private width: number;
	private readonly grows: boolean;
	private readonly minGapMs: number;

	private underWay = 0;
	private repeatsWaiting = 0;
	private lastStart = -Infinity;
	private lastDurationMs = 0;
	private pausedUntil = -Infinity;
	/** The gap between starts that a limit has taught. */
	private gapMs = 0;
	private lastSlowdown = -Infinity;
	/** When the call started that met a limit from which nothing was learned yet. */
	private limitMetAt: number | undefined;
	private busyInARow = 0;
	private hadTrouble = false;
	/** When the calls that were answered lately had started. */
	private recentStarts: number[] = [];
	private goodSinceProbe = 0;
	/** Of the answers of this round. */
	private roundCount = 0;
	private roundMs = 0;
	private bestRoundMs = Infinity;
	/** How many calls the platform has answered so far. */
	answered = 0;

	private wakeUp: () => void = () => undefined;
	private changed = this.nextChange();

	constructor(
		{ concurrency, callsPerMinute = 0 }: PaceLimits,
		private readonly around: PaceSurroundings,
	) {
		this.grows = concurrency === undefined;
		this.maxWidth = concurrency ?? MAX_WIDTH;
		this.width = concurrency ?? FIRST_WIDTH;
		this.minGapMs = callsPerMinute === 0 ? 0 : 60_000 / callsPerMinute;
	}

	/**
	 * Waits until a new call may start, and takes its turn. One new call waits at a time, so that calls
	 * start in their order.
	 *
	 * @param isOver true when it is not wanted any more.
	 * @returns nothing in that case.
	 */
	async enter(isOver: () => boolean = () => false): Promise<Turn | undefined> {
		const startedAt = await this.start(isOver, false);
		return startedAt === undefined ? undefined : new Turn(this, startedAt);
	}

	/** @internal Waits for a turn that was given back; repeats come before new calls. */
	async enterAgain(): Promise<number | undefined> {
		this.repeatsWaiting++;
		return await this.start(() => this.around.signal?.aborted === true, true).finally(() => {
			this.repeatsWaiting--;
			this.wake();
		});
	}

	private async start(isOver: () => boolean, isRepeat: boolean): Promise<number | undefined> {
		const { now, sleep } = this.around;
		while (!isOver()) {
			const waitMs = this.nextStart() - now();
			if (this.underWay >= this.width || (!isRepeat && this.repeatsWaiting > 0)) {
				await this.changed;
			} else if (waitMs > 0) {
				await sleep(Math.min(waitMs, PAUSE_STEP_MS));
			} else {
				this.learnFromLimit();
				this.underWay++;
				this.lastStart = now();
				return this.lastStart;
			}
		}
		return undefined;
	}

	/** @internal Gives a turn back. */
	end(): void {
		this.underWay--;
		this.wake();
	}

	private wake(): void {
		this.wakeUp();
		this.changed = this.nextChange();
	}

	/** The earliest time at which the next call may start. */
	private nextStart(): number {
		const apart = this.lastDurationMs > QUICK_ANSWER_MS ? 1 : 0;
		const gapMs = Math.max(this.minGapMs, this.gapMs, apart);
		return Math.max(this.pausedUntil, this.lastStart + gapMs);
	}

	/** @internal Learns from how an attempt came out. */
	take(outcome: PaceOutcome, startedAt: number): void {
		const now = this.around.now();
		this.lastDurationMs = now - startedAt;
		if (outcome.kind === 'answered') {
			this.answered++;
			this.busyInARow = 0;
			this.recentStarts.push(startedAt);
			this.widen(now - startedAt);
		} else if (outcome.kind === 'busy') {
			const pause = outcome.retryAfterMs;
			// Those that were under way together met the limit together
			const isNews = startedAt >= this.lastSlowdown;
			const step = Math.max(this.busyInARow, outcome.repeats);
			const waitMs = pause ?? (isNews ? pauseMs(step, this.around.random()) : 0);
			this.pausedUntil = Math.max(this.pausedUntil, now + waitMs);
			if (isNews) this.slowDown(now, startedAt);
		} else if (outcome.kind === 'trouble' && startedAt >= this.lastSlowdown) {
			this.lastSlowdown = now;
			this.narrow();
		}
	}

	private slowDown(now: number, startedAt: number): void {
		this.lastSlowdown = now;
		this.limitMetAt = startedAt;
		this.busyInARow++;
		this.narrow();
	}

	private narrow(): void {
		this.hadTrouble = true;
		this.width = Math.max(1, Math.floor(this.width / 2));
		this.goodSinceProbe = 0;
		this.beginRound();
	}

	/** After a pause, when all is answered: as many in a second as there were in the one before it. */
	private learnFromLimit(): void {
		const end = this.limitMetAt;
		if (end === undefined) return;
		this.limitMetAt = undefined;
		this.recentStarts = this.recentStarts.filter((start) => start > end - WINDOW_MS);
		const { length } = this.recentStarts;
		if (length > 0) this.gapMs = (WINDOW_MS / length) * MARGIN;
	}

	/** The platform keeps up: more may be under way, closer together. */
	private widen(durationMs: number): void {
		if (this.recentStarts.length > 2 * PROBE_AFTER && this.gapMs === 0) {
			const since = this.around.now() - WINDOW_MS - durationMs;
			this.recentStarts = this.recentStarts.filter((start) => start >= since);
		}
		if (++this.goodSinceProbe >= PROBE_AFTER) {
			this.goodSinceProbe = 0;
			this.gapMs = this.gapMs < 1 ? 0 : this.gapMs * PROBE;
		}
		this.roundCount++;
		this.roundMs += durationMs;
		if (this.roundCount < this.width) return;
		const meanMs = this.roundMs / this.roundCount;
		this.bestRoundMs = Math.min(this.bestRoundMs, meanMs);
		const keepsUp = meanMs <= this.bestRoundMs * SLOWER + 1;
		if (keepsUp && (this.grows || this.hadTrouble)) {
			const wider = this.hadTrouble ? this.width + 1 : Math.floor(this.width * GROWTH);
			this.width = Math.min(this.maxWidth, wider);
		}
		this.beginRound();
	}

	private beginRound(): void {
		this.roundCount = 0;
		this.roundMs = 0;
	}

	private async nextChange(): Promise<void> {
		await new Promise<void>((resolve) => (this.wakeUp = resolve));
	}
}

/** A call's place among those that are under way. */
export class Turn {
	constructor(
		private readonly pace: Pace,
		/** Nothing while it is given back. */
		private startedAt?: number,
	) {}

	/** True when an attempt was made in it. */
	private isUsed = false;

	/** How many calls of the run the platform has answered so far. */
	get answered(): number {
		return this.pace.answered;
	}

	/** How an attempt came out. The call keeps its place: whoever runs it decides what follows. */
	took(outcome: PaceOutcome): void {
		if (this.startedAt !== undefined) this.pace.take(outcome, this.startedAt);
		this.isUsed = true;
	}

	/** Waits until an attempt may be made: at once in a new turn; a stop ends the waiting. */
	async ready(): Promise<void> {
		if (this.isUsed) this.end();
		this.isUsed = false;
		this.startedAt ??= await this.pace.enterAgain();
	}

	/** Gives the place back. */
	end(): void {
		if (this.startedAt !== undefined) this.pace.end();
		this.startedAt = undefined;
	}
}
