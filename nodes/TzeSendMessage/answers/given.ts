/** How many answers a process remembers, and for how long: what is older, n8n itself refuses by then. */
const MAX_GIVEN = 1000;
const MAX_AGE_MS = 10 * 60_000;

/**
 * Which questions were answered at this process lately, so that a second click starts nothing while n8n
 * still sets out to continue the execution. After a while an answer is taken again: the execution that
 * still waits then has not got the first.
 */
export class GivenAnswers {
	private readonly given = new Map<string, number>();

	constructor(private readonly now: () => number) {}

	/** When a question was answered (ISO 8601), if it was. */
	find(question: string): string | undefined {
		const at = this.given.get(question);
		if (at === undefined || this.now() - at > MAX_AGE_MS) return undefined;
		return new Date(at).toISOString();
	}

	/** Remembers an answer that is given now; returns when that is (ISO 8601). */
	add(question: string): string {
		const at = this.now();
		this.given.delete(question);
		this.given.set(question, at);
		const [oldest] = this.given.keys();
		if (this.given.size > MAX_GIVEN) this.given.delete(oldest);
		return new Date(at).toISOString();
	}
}
