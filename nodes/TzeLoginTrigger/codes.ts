import { createHash } from 'node:crypto';

/** So long a code is remembered. */
const REMEMBERED_MS = 10 * 60_000;
/** So many are: the oldest give way. */
const MAX_CODES = 10_000;

/** Who came back from a login. */
interface Login {
	personId: string;
	/** Good for one exchange. */
	code: string;
}

interface Entry<Outcome> {
	outcome: Promise<Outcome>;
	/** Whom the code came with, as a hash. */
	person: string;
	until: number;
}

/**
 * The codes that came back lately and what became of them, so that a reload, or a second request at the
 * same moment, starts nothing again. Codes and persons are kept as hashes.
 *
 * The memory is that of one process: behind several webhook processes, another one would ask the platform
 * again, where a code works once; only what is not exchanged could start a second run there.
 */
export class Codes<Outcome> {
	private readonly entries = new Map<string, Entry<Outcome>>();

	/** @param ofAnother what becomes of a code that comes back with another person. */
	constructor(
		private readonly ofAnother: Outcome,
		private readonly now: () => number = Date.now,
	) {}

	/** What became of a login, or is about to; `undefined` for a code that is not known. */
	find({ code, personId }: Login): Promise<Outcome> | undefined {
		const entry = this.entries.get(hashOf(code));
		if (entry === undefined || this.now() >= entry.until) return undefined;
		return entry.person === hashOf(personId) ? entry.outcome : Promise.resolve(this.ofAnother);
	}

	/**
	 * Begins with a code that {@link find} does not know, in the same step.
	 *
	 * @param isFinal whether an outcome is remembered; after another, the code may come again.
	 */
	begin(
		{ code, personId }: Login,
		work: () => Promise<Outcome>,
		isFinal: (outcome: Outcome) => boolean,
	): Promise<Outcome> {
		const key = hashOf(code);
		const now = this.now();
		// In the order in which they came
		for (const [oldest, { until }] of this.entries) {
			if (now < until && this.entries.size < MAX_CODES) break;
			this.entries.delete(oldest);
		}
		const outcome = work();
		const entry = { outcome, person: hashOf(personId), until: now + REMEMBERED_MS };
		this.entries.delete(key);
		this.entries.set(key, entry);
		const forget = () => {
			if (this.entries.get(key) === entry) this.entries.delete(key);
		};
		void outcome.then((came) => {
			if (!isFinal(came)) forget();
		}, forget);
		return outcome;
	}
}

function hashOf(code: string): string {
	return createHash('sha256').update(code).digest('base64');
}
