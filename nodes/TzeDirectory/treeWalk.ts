import { isRecord, parseJson } from '../../platform/json';

/** An organization below another one. */
export interface Below {
	id: string;
	name: string;
	/** False when nothing is below it: then the platform is not asked. */
	hasChildren: boolean;
}

/**
 * A walk through an organization and everything below it, level by level. Each is met once, also where the
 * tree has loops. It can be put down as a text, and taken up again.
 */
export class TreeWalk {
	/** Those that are still to be visited, in order. */
	private readonly open: string[];
	/** Those that were found so far, with those below which there is nothing. */
	private readonly seen: Set<string>;
	private readonly leaves: Set<string>;

	constructor(root: string, { open = [root], seen = [root], leaves = [] }: Partial<State> = {}) {
		this.open = [...open];
		this.seen = new Set(seen);
		this.leaves = new Set(leaves);
	}

	/** The organization that the walk is at; `undefined` at its end. */
	get current(): string | undefined {
		return this.open[0];
	}

	/** How many organizations were found so far. */
	get count(): number {
		return this.seen.size;
	}

	/**
	 * Goes on to the next organization.
	 *
	 * @param below reads the next level below one.
	 * @returns those below the one that it leaves, which it has not met before.
	 */
	async advance(below: (id: string) => Promise<Below[]>): Promise<Below[]> {
		const [current] = this.open;
		const found = current === undefined || this.leaves.has(current) ? [] : await below(current);
		const fresh: Below[] = [];
		for (const child of found) {
			if (this.seen.has(child.id)) continue;
			this.seen.add(child.id);
			if (!child.hasChildren) this.leaves.add(child.id);
			this.open.push(child.id);
			fresh.push(child);
		}
		this.open.shift();
		return fresh;
	}

	/** Where the walk is, for {@link readState}. */
	get state(): State {
		return { open: this.open, seen: [...this.seen], leaves: [...this.leaves] };
	}
}

/** All that a walk needs to be taken up again. */
export interface State {
	open: readonly string[];
	seen: readonly string[];
	leaves: readonly string[];
}

/** A walk's state out of a text; `undefined` when it holds none. */
export function readState(
	text: string | undefined,
): (State & { page: number; first: string; offered: string[] }) | undefined {
	const state = parseJson(text ?? '');
	if (!isRecord(state)) return undefined;
	const { open, seen, leaves, page, first, offered } = state;
	const isWhole = isTexts(open) && isTexts(seen) && isTexts(leaves) && isTexts(offered);
	if (!isWhole || !Number.isInteger(page) || typeof first !== 'string') return undefined;
	return { open, seen, leaves, offered, page: Number(page), first };
}

function isTexts(value: unknown): value is string[] {
	return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
