/** A platform's limit of messages: so many in each second of its clock, or in any second. */
export interface Limit {
	window: 'fixed' | 'sliding';
	perSecond: number;
}

/** Whether a message that comes at this time (milliseconds since the epoch) is within the limit. */
export type Limiter = (at: number) => boolean;

export function limiterOf({ window, perSecond }: Limit): Limiter {
	let taken: number[] = [];
	return (at) => {
		const since = window === 'fixed' ? at - (at % 1000) : at - 999;
		taken = taken.filter((time) => time >= since);
		if (taken.length >= perSecond) return false;
		taken.push(at);
		return true;
	};
}
