import { table } from './statistics';

/** A target, and how it came out. */
export interface Check {
	what: string;
	limit: number;
	/** `undefined` when it was not measured. */
	value: number | undefined;
}

/** Whether no target was missed; what was not measured was not missed. */
export function areMet(checks: readonly Check[]): boolean {
	return checks.every(isMet);
}

export function checksTable(checks: readonly Check[]): string {
	const rows = checks.map((check) => {
		const { what, limit, value } = check;
		if (value === undefined) return [what, String(limit), '–', 'not measured'];
		const digits = value < 0.1 ? 4 : 2;
		return [what, String(limit), value.toFixed(digits), isMet(check) ? 'met' : '**missed**'];
	});
	return table(['ratio', 'at most', 'measured', ''], rows);
}

/** A measurement that is no number is a miss. */
function isMet({ value, limit }: Check): boolean {
	return value === undefined || value <= limit;
}
