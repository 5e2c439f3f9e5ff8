/** Middle, smallest and largest of some measurements. */
export interface Spread {
	median: number;
	min: number;
	max: number;
}

export function spreadOf(values: readonly number[]): Spread {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const median =
		sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** The same list beginning at another place, so that no contender always comes first. */
export function rotated<T>(list: readonly T[], by: number): T[] {
	const start = by % Math.max(list.length, 1);
	return [...list.slice(start), ...list.slice(0, start)];
}

/** Milliseconds as a person reads them: `340 ms`, `2.81 s`. */
export function duration(milliseconds: number): string {
	if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
	return `${(milliseconds / 1000).toFixed(milliseconds < 100_000 ? 2 : 0)} s`;
}

export function megabytes(bytes: number): string {
	return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
