import type { FaultKind } from './faults';
import type { Masker } from './secrets';

/** One call of the platform as it was received, without its secrets. */
export interface LoggedCall {
	/** ISO 8601, UTC. */
	at: string;
	method: string;
	/** Without the query, which carries the access token. */
	path: string;
	/** What the query says beside the access token; absent when that is nothing. */
	query?: Record<string, string>;
	/** The HTTP status that was answered; null while there is none, or when the connection was cut. */
	status: number | null;
	retCode?: string;
	fault?: FaultKind;
	headers: { 'content-type'?: string; 'user-agent'?: string; accept?: string };
	/** The parsed body (the text, when it is not JSON; its length, when it is long); null when it was not read. */
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
/** Of what lengths, in characters: of one body, and of all bodies that are kept. */
const LONGEST_BODY = 256 * 1024;
const MOST_CHARACTERS = 8 * 1024 * 1024;
const LONGEST_PATH = 500;
const LONGEST_HEADER = 200;
/** How many paths are counted for themselves; the others are counted together. */
const MOST_PATHS = 1000;
const OTHER_PATHS = 'other paths';

/** Counts the platform's calls and remembers the last of them. */
export class CallLog {
	private calls: LoggedCall[] = [];
	private readonly lengths = new WeakMap<LoggedCall, number>();
	private characters = 0;
	private readonly inFlight = new Set<LoggedCall>();
	private counts = emptyCounts();

	constructor(private readonly masker: Masker) {}

	/** A call has arrived: it is in flight until it is `settled`. */
	arrive(call: Pick<LoggedCall, 'method' | 'path' | 'query' | 'headers'>): LoggedCall {
		const path = this.masker.path(call.path).slice(0, LONGEST_PATH);
		const headers = Object.fromEntries(
			Object.entries(call.headers).map(([name, value]) => [
				name,
				this.masker.path(value).slice(0, LONGEST_HEADER),
			]),
		);
		const at = new Date().toISOString();
		const query = call.query && this.masker.texts(call.query);
		const logged: LoggedCall = {
			at,
			method: call.method,
			path,
			...(query && { query }),
			status: null,
			headers,
			body: null,
		};
		this.calls.push(logged);
		this.forgetOldest();
		this.inFlight.add(logged);
		this.counts.requests += 1;
		this.count(path);
		this.counts.maxInFlight = Math.max(this.counts.maxInFlight, this.inFlight.size);
		return logged;
	}

	/** The call's body was read: `body` is what it says, `undefined` when it is not JSON. */
	read(call: LoggedCall, rawBody: string, body: unknown): void {
		const { length } = rawBody;
		if (length > LONGEST_BODY) {
			call.body = `${length} characters, too many for the log`;
			return;
		}
		call.body = body === undefined ? this.masker.text(rawBody) || null : this.masker.value(body);
		this.lengths.set(call, length);
		this.characters += length;
		this.forgetOldest();
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
		this.characters = 0;
		this.counts = { ...emptyCounts(), maxInFlight: this.inFlight.size };
	}

	private count(path: string): void {
		const { byPath } = this.counts;
		const counted = byPath.has(path) || byPath.size < MOST_PATHS ? path : OTHER_PATHS;
		byPath.set(counted, (byPath.get(counted) ?? 0) + 1);
	}

	private forgetOldest(): void {
		while (this.calls.length > KEPT_CALLS || this.characters > MOST_CHARACTERS) {
			const oldest = this.calls.shift();
			if (oldest === undefined) return;
			this.characters -= this.lengths.get(oldest) ?? 0;
			this.lengths.delete(oldest);
		}
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
