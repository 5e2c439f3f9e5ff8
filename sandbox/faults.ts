import type { ValidateFunction } from 'ajv';

import type { Checked } from './schemas';
import { ajv, describeErrors } from './validation';

/** What goes wrong. Where it says "carried out", the message is stored anyway. */
export type FaultDetails =
	/** Carried out at once, answered after `ms`. */
	| { kind: 'delay'; ms: number }
	/** The platform's envelope with a code and a text of your own. */
	| { kind: 'refuse'; retCode: string; retDesc: string; httpStatus?: number }
	/** An HTTP status, as a gateway answers it; `retryAfter` becomes its header. */
	| { kind: 'status'; httpStatus: number; retryAfter?: number | string; body?: string }
	/** HTTP 200 with an HTML page. */
	| { kind: 'html' }
	/** HTTP 200 without a body. */
	| { kind: 'empty' }
	/** Carried out; the first half of the real answer, as if that were all. */
	| { kind: 'truncatedJson' }
	/** HTTP 200 with JSON that is not the platform's envelope. */
	| { kind: 'noCode' }
	/** The connection is cut before the body was read. */
	| { kind: 'cutBefore' }
	/** Carried out; the connection is cut instead of an answer. */
	| { kind: 'cutAfter' }
	/** Carried out; the connection is cut in the middle of the answer. */
	| { kind: 'cutMidAnswer' };

export type FaultKind = FaultDetails['kind'];

/** The details of one kind. */
export type Fault<K extends FaultKind> = Extract<FaultDetails, { kind: K }>;

/** A fault to queue, and the calls that it applies to. */
export type FaultRequest = FaultDetails & {
	/** How many calls it applies to; 1 by default. */
	times?: number;
	/** Only calls whose path begins so; any call of the platform by default. */
	path?: string;
	/** Only calls whose raw body contains this. */
	match?: string;
	/** How many of these calls it lets through first; 0 by default. */
	after?: number;
};

/** A fault in the queue. */
export type QueuedFault = FaultRequest & { id: string; remaining: number };

const anyCall = {
	times: { type: 'integer', minimum: 1 },
	path: { type: 'string', pattern: '^/', description: 'a path that begins with /' },
	after: { type: 'integer', minimum: 0 },
};
const withText = { match: { type: 'string', minLength: 1 } };

const kinds: Record<FaultKind, ValidateFunction<FaultRequest>> = {
	delay: compile({ ms: { type: 'integer', minimum: 0, maximum: 600_000 } }, ['ms']),
	refuse: compile(
		{
			retCode: {
				type: 'string',
				pattern: '^(?!000000$).',
				description: 'a code other than 000000, which means success',
			},
			retDesc: { type: 'string' },
			httpStatus: { type: 'integer', minimum: 200, maximum: 599 },
		},
		['retCode', 'retDesc'],
	),
	status: compile(
		{
			httpStatus: { type: 'integer', minimum: 400, maximum: 599 },
			retryAfter: {
				anyOf: [
					{ type: 'integer', minimum: 0 },
					{ type: 'string', minLength: 1 },
				],
			},
			body: { type: 'string' },
		},
		['httpStatus'],
	),
	html: compile({}),
	empty: compile({}),
	truncatedJson: compile({}),
	noCode: compile({}),
	// The body of its call is never read, so there is no text to match.
	cutBefore: compile({}, [], anyCall),
	cutAfter: compile({}),
	cutMidAnswer: compile({}),
};

function compile(
	own: Record<string, object>,
	required: string[] = [],
	scope: Record<string, object> = { ...anyCall, ...withText },
): ValidateFunction<FaultRequest> {
	return ajv.compile<FaultRequest>({
		type: 'object',
		properties: { kind: { type: 'string' }, ...scope, ...own },
		required: ['kind', ...required],
		additionalProperties: false,
	});
}

/** Checks the body of a control call that queues a fault. */
export function checkFault(body: unknown): Checked<FaultRequest> {
	const kind = typeof body === 'object' && body !== null && 'kind' in body ? body.kind : undefined;
	if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
		return { ok: false, problem: `kind must be one of ${Object.keys(kinds).join(', ')}` };
	}
	const check = kinds[kind as FaultKind];
	if (check(body)) return { ok: true, value: body };
	return { ok: false, problem: `${kind}: ${describeErrors(check.errors)}` };
}

/**
 * The queued faults. At most one applies to a call: the first in the queue whose conditions the call
 * meets and that has no calls left to let through (`after`). There is one exception: whether a
 * `cutBefore` applies is decided before the body is read, so it precedes faults with `match` even when
 * it was queued after them.
 */
export class FaultQueue {
	private queue: Array<{ fault: QueuedFault; toSkip: number }> = [];
	private lastId = 0;

	add(request: FaultRequest): QueuedFault {
		this.lastId += 1;
		const fault = { ...request, id: `fault-${this.lastId}`, remaining: request.times ?? 1 };
		this.queue.push({ fault, toSkip: request.after ?? 0 });
		return fault;
	}

	/** Whether this call is to be cut before its body is read. */
	takeCutBefore(path: string): boolean {
		if (this.queue.length === 0) return false;
		for (const entry of this.queue) {
			const { fault } = entry;
			if (!isForPath(fault, path) || fault.match !== undefined) continue;
			if (entry.toSkip > 0) {
				if (fault.kind === 'cutBefore') entry.toSkip -= 1;
				continue;
			}
			if (fault.kind !== 'cutBefore') return false;
			this.use(fault);
			return true;
		}
		return false;
	}

	/** The fault that applies to this call, whose body was read. */
	take(path: string, rawBody: string): QueuedFault | undefined {
		if (this.queue.length === 0) return undefined;
		for (const entry of this.queue) {
			const { fault } = entry;
			if (fault.kind === 'cutBefore' || !isForPath(fault, path)) continue;
			if (fault.match !== undefined && !rawBody.includes(fault.match)) continue;
			if (entry.toSkip > 0) {
				entry.toSkip -= 1;
				continue;
			}
			this.use(fault);
			return fault;
		}
		return undefined;
	}

	list(): QueuedFault[] {
		return this.queue.map(({ fault }) => fault);
	}

	clear(): number {
		return this.queue.splice(0).length;
	}

	/** Counts one use of a fault, and removes it after its last. */
	private use(fault: QueuedFault): void {
		fault.remaining -= 1;
		if (fault.remaining === 0) this.queue = this.queue.filter((entry) => entry.fault !== fault);
	}
}

function isForPath(fault: QueuedFault, path: string): boolean {
	return fault.path === undefined || path.startsWith(fault.path);
}
