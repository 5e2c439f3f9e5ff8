import { Type, type Static, type TProperties } from '@sinclair/typebox';

import { SUCCESS_CODE } from './constants';
import { word } from './language';
import { compile, strictObject, type Check } from './validation';

const MOST_CALLS = 1_000_000;
const LONGEST_MS = 600_000;
/** A day: Retry-After is in seconds. */
const LONGEST_RETRY_AFTER = 86_400;
/** How many faults may be queued at the same time. */
export const MOST_FAULTS = 100;

/** The calls that a fault applies to. */
const scope = {
	/** How many calls it applies to; 1 by default. */
	times: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_CALLS })),
	/** Only calls whose path begins so; any call of the platform by default. */
	path: Type.Optional(
		Type.String({
			pattern: '^/[\\x21-\\x7e]*$',
			description: 'a path that begins with /, of printable ASCII characters without blanks',
		}),
	),
	/** How many of these calls it lets through first; 0 by default. */
	after: Type.Optional(Type.Integer({ minimum: 0, maximum: MOST_CALLS })),
};
/** Only calls whose raw body contains this; of a call without a body, its query without the token. */
const match = Type.Optional(Type.String({ minLength: 1 }));

/**
 * What goes wrong, by kind, with the details of each. Where it says "carried out", the message is
 * stored anyway. What a kind does is in `platformServer.ts`.
 */
const faultSchemas = {
	/** Carried out at once, answered after `ms`. */
	delay: faultSchema('delay', { ms: Type.Integer({ minimum: 0, maximum: LONGEST_MS }) }),
	/** The platform's envelope with a code and a text of your own. */
	refuse: faultSchema('refuse', {
		retCode: Type.String({
			pattern: `^(?!${SUCCESS_CODE}$)[^\\p{Cc}\\p{Zl}\\p{Zp}]+$`,
			description: `a code other than ${SUCCESS_CODE}, which means success, on one line`,
		}),
		retDesc: Type.String(),
		httpStatus: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
	}),
	/** An HTTP status, as a gateway answers it; `retryAfter` becomes its header. */
	status: faultSchema('status', {
		httpStatus: Type.Integer({ minimum: 200, maximum: 599 }),
		retryAfter: Type.Optional(
			Type.Union([
				Type.Integer({ minimum: 0, maximum: LONGEST_RETRY_AFTER }),
				// A header ends at a line break, and what follows would be another one (RFC 9110, 5.5)
				Type.String({
					pattern: '^[\\x21-\\x7e](?:[\\x20-\\x7e]{0,98}[\\x21-\\x7e])?$',
					description: 'one line of at most 100 printable ASCII characters',
				}),
			]),
		),
		body: Type.Optional(Type.String()),
	}),
	/** HTTP 200 with an HTML page. */
	html: faultSchema('html', {}),
	/** HTTP 200 without a body. */
	empty: faultSchema('empty', {}),
	/** Carried out; the first half of the real answer, as if that were all. */
	truncatedJson: faultSchema('truncatedJson', {}),
	/** Carried out; the answer comes byte by byte, and has no end. */
	dribble: faultSchema('dribble', {}),
	/** HTTP 200 with JSON that is not the platform's envelope. */
	noCode: faultSchema('noCode', {}),
	/** The connection is cut before the body was read: there is no text that could match. */
	cutBefore: strictObject({ kind: Type.Literal('cutBefore'), ...scope }),
	/** Carried out; the connection is cut instead of an answer. */
	cutAfter: faultSchema('cutAfter', {}),
	/** Carried out; the connection is cut in the middle of the answer. */
	cutMidAnswer: faultSchema('cutMidAnswer', {}),
};

function faultSchema<K extends string, T extends TProperties>(kind: K, details: T) {
	return strictObject({ kind: Type.Literal(kind), ...scope, match, ...details });
}

export type FaultKind = keyof typeof faultSchemas;

/** A fault of one kind. */
export type Fault<K extends FaultKind> = Static<(typeof faultSchemas)[K]>;

/** A fault to queue, and the calls that it applies to. */
export type FaultRequest = { [K in FaultKind]: Fault<K> }[FaultKind];

/** A fault in the queue. */
export type QueuedFault = FaultRequest & { id: string; remaining: number };

const faultChecks = new Map<string, Check<FaultRequest>>(
	Object.entries(faultSchemas).map(([kind, schema]) => [kind, compile(schema)]),
);

/** Checks the body of a control call that queues a fault; what is wrong with it is told in English. */
export function checkFault(
	body: unknown,
): { ok: true; value: FaultRequest } | { ok: false; problem: string } {
	const kind = typeof body === 'object' && body !== null && 'kind' in body ? body.kind : undefined;
	const check = typeof kind === 'string' ? faultChecks.get(kind) : undefined;
	if (!check) {
		return { ok: false, problem: `kind must be one of ${[...faultChecks.keys()].join(', ')}` };
	}
	const checked = check(body);
	if (checked.ok) return checked;
	return { ok: false, problem: `${String(kind)}: ${word(checked.problem, 'en')}` };
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

	/** Queues a fault; `undefined` when there are too many already. */
	add(request: FaultRequest): QueuedFault | undefined {
		if (this.queue.length >= MOST_FAULTS) return undefined;
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
			if (!isForPath(fault, path)) continue;
			if (fault.kind !== 'cutBefore' && fault.match !== undefined) continue;
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
