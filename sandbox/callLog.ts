import type { FaultKind } from './faults';

/** One call of the platform as it was received, without its secrets. */
export interface LoggedCall {
	/** ISO 8601, UTC. */
	at: string;
	method: string;
	/** Without the query, which carries the access token. */
	path: string;
	/** The HTTP status that was answered; null while there is none, or when the connection was cut. */
	status: number | null;
	retCode?: string;
	fault?: FaultKind;
	headers: { 'content-type'?: string; 'user-agent'?: string; accept?: string };
	/** The parsed body (the text, when it is not JSON); null when it was not read. */
	body: unknown;
}

export interface Stats {
	requests: number;
	inFlight: number;
	maxInFlight: number;
	/** Tokens issued by `getAccessToken`. */
	renewals: number;
	byPath: Record<string, number>;
	/** Answers in the platform's envelope with another code than `000000`. */
	refused: number;
}

/** How many calls the log remembers. */
export const KEPT_CALLS = 1000;
const SECRET_KEYS = new Set(['oauthCode', 'accessToken', 'keyInfo', 'appKey']);

/** Counts the platform's calls and remembers the last of them. */
export class CallLog {
	private calls: LoggedCall[] = [];
	private readonly inFlight = new Set<LoggedCall>();
	private counts = emptyCounts();

	/** A call has arrived: it is in flight until it is `settled`. */
	arrive(call: Pick<LoggedCall, 'method' | 'path' | 'headers'>): LoggedCall {
		const logged: LoggedCall = { at: new Date().toISOString(), ...call, status: null, body: null };
		this.calls.push(logged);
		if (this.calls.length > KEPT_CALLS) this.calls.shift();
		this.inFlight.add(logged);
		this.counts.requests += 1;
		this.counts.byPath.set(call.path, (this.counts.byPath.get(call.path) ?? 0) + 1);
		this.counts.maxInFlight = Math.max(this.counts.maxInFlight, this.inFlight.size);
		return logged;
	}

	/** The call's answer is about to leave, or its connection is gone. May be called twice. */
	settled(call: LoggedCall): void {
		this.inFlight.delete(call);
	}

	renewed(): void {
		this.counts.renewals += 1;
	}

	refused(): void {
		this.counts.refused += 1;
	}

	list(): readonly LoggedCall[] {
		return this.calls;
	}

	stats(): Stats {
		const { byPath, ...counts } = this.counts;
		return { ...counts, inFlight: this.inFlight.size, byPath: Object.fromEntries(byPath) };
	}

	/** Resets the counts and the log. Calls in flight stay counted as in flight. */
	reset(): void {
		this.calls = [];
		this.counts = { ...emptyCounts(), maxInFlight: this.inFlight.size };
	}
}

function emptyCounts() {
	return {
		requests: 0,
		maxInFlight: 0,
		renewals: 0,
		refused: 0,
		byPath: new Map<string, number>(),
	};
}

/** A body with its secrets masked: anybody who reads a code in a log could use it. */
export function maskSecrets(body: unknown): unknown {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
	if (!Object.keys(body).some((key) => SECRET_KEYS.has(key))) return body;
	return Object.fromEntries(
		Object.entries(body).map(([key, value]) => [key, SECRET_KEYS.has(key) ? '***' : value]),
	);
}
