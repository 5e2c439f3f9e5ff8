import type { Contender } from './workflows';

/** How the platform is spoken to. */
export type Scheme = 'http' | 'https';

/** What one run of a contender cost. */
export interface Measurement {
	contender: Contender;
	scheme: Scheme;
	count: number;
	/** How long the platform took to answer. */
	latencyMs: number;
	/** The node's own time. */
	timeMs: number;
	/** Time of a processor for the whole execution, or in axios's process. */
	cpuMs: number;
	/** How many messages arrived; fewer than were sent when the contender failed. */
	arrived: number;
	/** How many were under way at once, and on how many connections, at most. */
	inFlight: number;
	connections: number;
	/** Memory of the n8n process: before the run, and the most during it (bytes). */
	before: number;
	peak: number;
	credentialReads: number;
	/** The most that was alive on the heap during the run, less what was before it (bytes). */
	alive?: number;
	/** What went wrong, in n8n's words. */
	error?: string;
}

/** All that was measured. */
export interface Results {
	rounds: number;
	longRounds: number;
	/** How many messages a run of the side-by-side part has. */
	messages: Record<Scheme, number>;
	/** The version of Node that n8n ran under, and that of n8n. */
	versions: { n8n: string; node: string };
	sideBySide: Measurement[];
	longLists: Measurement[];
	/** How busy the machine was with other things before each round, 0 to 1. */
	busy: number[];
}
