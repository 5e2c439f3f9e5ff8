import type { Envelope } from '../../platform/envelopes';
import { AccessTokenError } from '../../transport/errors';
import {
	didNothing,
	mayBeRepeated,
	pauseMs,
	type Again,
	type CallPolicy,
	type Outcome,
} from '../../transport/repeat';

const base = { maxReplacements: 1, mayReplaceFreshToken: false };
const POLICIES: Record<string, CallPolicy> = {
	'works once': { ...base, onlyReads: false, busyDidNothing: false },
	'is not done by a busy platform': { ...base, onlyReads: false, busyDidNothing: true },
	'only reads': { ...base, onlyReads: true, busyDidNothing: false },
	'only reads, and is not done by a busy platform': {
		...base,
		onlyReads: true,
		busyDidNothing: true,
	},
};

const envelope: Envelope = { retCode: '1', retDesc: '', answer: {} };
const answer = { status: 200, text: '', isCut: false };
const noToken = (isFinal: boolean) =>
	new AccessTokenError({ kind: 'notKept', reason: '' }, isFinal);

/** For each policy, in their order. */
interface Expected {
	outcome: Outcome;
	nothing: [boolean, boolean, boolean, boolean];
	again: [Again, Again, Again, Again];
}
const NEVER = [false, false, false, false] as Expected['nothing'];
const ALWAYS = [true, true, true, true] as Expected['nothing'];
const each = (again: Again) => [again, again, again, again] as Expected['again'];
const IF_IT_READS: Expected['again'] = ['no', 'no', 'afterPause', 'afterPause'];

/** A kind without a row does not compile. */
const OUTCOMES: Record<Outcome['kind'], Expected[]> = {
	success: [{ outcome: { kind: 'success', envelope, answer }, nothing: NEVER, again: each('no') }],
	refused: [
		{
			outcome: { kind: 'refused', envelope, answer },
			nothing: ALWAYS,
			again: each('withAnotherToken'),
		},
		{
			outcome: { kind: 'refused', envelope, answer: { status: 404, text: '', isCut: false } },
			nothing: ALWAYS,
			again: each('withAnotherToken'),
		},
	],
	busy: [
		{
			outcome: { kind: 'busy', answer: { status: 429, text: '', isCut: false } },
			nothing: [false, true, false, true],
			again: ['no', 'afterPause', 'afterPause', 'afterPause'],
		},
	],
	serverError: [
		{
			outcome: { kind: 'serverError', answer: { status: 500, text: '', isCut: false } },
			nothing: NEVER,
			again: IF_IT_READS,
		},
		{
			outcome: { kind: 'serverError', envelope, answer: { status: 502, text: '', isCut: false } },
			nothing: NEVER,
			again: IF_IT_READS,
		},
	],
	foreign: [
		...[200, 202, 302, 408, 409, 412, 418, 422, 423, 425, 451].map((status) => ({
			outcome: {
				kind: 'foreign',
				problem: 'notJson',
				answer: { status, text: '', isCut: false },
			} as const,
			nothing: NEVER,
			again: each('no'),
		})),
		...[400, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 421, 426, 431].map((status) => ({
			outcome: {
				kind: 'foreign',
				problem: 'empty',
				answer: { status, text: '', isCut: false },
			} as const,
			nothing: ALWAYS,
			again: each('no'),
		})),
		{
			outcome: {
				kind: 'foreign',
				problem: 'notJson',
				answer: { status: 401, text: '', isCut: false },
			},
			nothing: ALWAYS,
			again: each('withAnotherToken'),
		},
	],
	notSent: [
		{ outcome: { kind: 'notSent', reason: '' }, nothing: ALWAYS, again: each('afterPause') },
	],
	notMade: [{ outcome: { kind: 'notMade', reason: '' }, nothing: ALWAYS, again: each('no') }],
	timedOut: [{ outcome: { kind: 'timedOut' }, nothing: NEVER, again: IF_IT_READS }],
	lost: [{ outcome: { kind: 'lost', reason: '' }, nothing: NEVER, again: IF_IT_READS }],
	unclear: [{ outcome: { kind: 'unclear', reason: '' }, nothing: NEVER, again: IF_IT_READS }],
	noAccessToken: [
		{
			outcome: { kind: 'noAccessToken', error: noToken(false) },
			nothing: ALWAYS,
			again: each('afterPause'),
		},
		{
			outcome: { kind: 'noAccessToken', error: noToken(true) },
			nothing: ALWAYS,
			again: each('no'),
		},
	],
	stopped: [
		{ outcome: { kind: 'stopped', wasMade: false }, nothing: ALWAYS, again: each('no') },
		{ outcome: { kind: 'stopped', wasMade: true }, nothing: NEVER, again: each('no') },
	],
};

const rows = Object.values(OUTCOMES).flatMap((expected) =>
	expected.flatMap(({ outcome, nothing, again }) =>
		Object.entries(POLICIES).map(([policy, value], index) => {
			const { reason: _reason, text: _text, envelope: _envelope, ...telling } = flat(outcome);
			const name = Object.values(telling).join(' ');
			return [name, policy, outcome, value, nothing[index], again[index]] as const;
		}),
	),
);

/** What tells an outcome from others of its kind. */
function flat(outcome: Outcome): Record<string, unknown> {
	if ('error' in outcome) return { kind: outcome.kind, isFinal: outcome.error.isFinal };
	return 'answer' in outcome ? { ...outcome, answer: outcome.answer.status } : { ...outcome };
}

describe('a call that', () => {
	it.each(rows)('came out as "%s" and %s', (_name, _policy, outcome, policy, nothing, again) => {
		expect({
			didNothing: didNothing(outcome, policy),
			again: mayBeRepeated(outcome, policy),
		}).toEqual({ didNothing: nothing, again });
	});

	it('is repeated after a pause has done nothing, unless it only reads', () => {
		for (const [, , outcome, policy] of rows) {
			if (policy.onlyReads || mayBeRepeated(outcome, policy) !== 'afterPause') continue;
			expect([outcome, didNothing(outcome, policy)]).toEqual([outcome, true]);
		}
	});
});

describe('the pause before a repeat', () => {
	it.each([
		[0, 500],
		[1, 1000],
		[2, 2000],
		[3, 4000],
		[4, 8000],
		[5, 16_000],
		[6, 30_000],
		[7, 30_000],
		[2000, 30_000],
	])('is after %d repeats between half of %d ms and the whole', (repeats, whole) => {
		expect([0, 0.5, 1].map((random) => pauseMs(repeats, random))).toEqual([
			whole / 2,
			(whole * 3) / 4,
			whole,
		]);
	});
});
