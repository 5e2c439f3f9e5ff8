import type { NodeApiError } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { inspect } from 'node:util';

import { toFailure, UnreadableCredentialError, type Place } from '../../nodes/run/failures';
import { TzeSendMessage } from '../../nodes/TzeSendMessage/TzeSendMessage.node';
import { InvalidFieldError, parameter, setting, type FieldRule } from '../../platform/checks';
import { AccessTokenError, PlatformError, type Facts, type Problem } from '../../transport/errors';
import { concealer } from '../../transport/secrets';
import { fakeContext } from './fakeContext';

const place: Place = {
	node: fakeContext().node,
	itemIndex: 3,
	properties: new TzeSendMessage().description.properties,
	hide: (text) => text,
	sentences: {
		refused: 'REFUSED {code}.',
		mayBeDone: 'LOOK.',
		busy: 'BUSY {attempts}.',
		notSent: 'STILL GOOD.',
		notDone: 'NOT DONE.',
		noSuchCall: 'WHICH CALL?',
		incomplete: '{host} sent nothing.',
	},
};
const FACTS: Facts = { host: 'a.example', status: 502, attempts: 2, timeoutMs: 2500 };
const fail = (problem: Problem, delivered: 'no' | 'unknown', facts: Partial<Facts> = {}) =>
	toFailure(new PlatformError(problem, delivered, { ...FACTS, ...facts }), place) as NodeApiError;

describe('a call that came to nothing', () => {
	it.each<[Problem, 'no' | 'unknown', Partial<Facts>, RegExp, RegExp]>([
		['refused', 'no', { retCode: 'X1', retDesc: '无权限' }, /^无权限$/, /^REFUSED X1\.$/],
		['refused', 'no', { retCode: 'X1', retDesc: '' }, /gave no reason \(code X1\)$/, /^REFUSED/],
		['busy', 'no', { retDesc: '忙' }, /^a\.example is too busy.*502.*: 忙$/, /^BUSY 2\.$/],
		['serverError', 'unknown', {}, /^a\.example failed.*502$/, /^LOOK\.$/],
		['timedOut', 'unknown', {}, /^a\.example .* 2\.5 seconds$/, /^LOOK\.$/],
		['lost', 'unknown', { reason: 'EPIPE' }, /a\.example was lost.*\(EPIPE\)$/, /^LOOK\.$/],
		['notSent', 'no', { reason: 'ENOTFOUND' }, /a\.example \(ENOTFOUND\)$/, /2.* STILL GOOD\.$/],
		['notMade', 'no', { reason: 'blocked' }, /a\.example$/, /blocked.* STILL GOOD\.$/],
		['unclear', 'unknown', { reason: 'odd' }, /a\.example/, /odd\. LOOK\.$/],
		['unclear', 'unknown', {}, /a\.example/, /^LOOK\.$/],
		['incomplete', 'unknown', {}, /^a\.example sent nothing\.$/, /^HTTP status 502\. .*LOOK\.$/],
		['empty', 'unknown', {}, /nothing/, /^HTTP status 502\. Check .* LOOK\.$/],
		['notJson', 'unknown', { excerpt: 'Sign in' }, /JSON/, /begins: "Sign in"\. .* LOOK\.$/],
		['notJson', 'unknown', { redirect: 'https://b.example' }, /JSON/, /https:\/\/b\.example/],
		['brokenJson', 'unknown', {}, /cut off/, /^HTTP status 502\. Check .* LOOK\.$/],
	])('%s (%s) %j', (problem, delivered, facts, message, description) => {
		const failure = fail(problem, delivered, facts);
		expect(failure.name).toBe('NodeApiError');
		expect(failure.message).toMatch(message);
		expect(failure.description).toMatch(description);
		expect(failure.context).toMatchObject({ itemIndex: 3, delivered });
	});

	it('has the code of the platform, and the HTTP status', () => {
		const failure = fail('refused', 'no', { retCode: 'X1', retDesc: 'no', status: 200 });
		expect(failure.context.retCode).toBe('X1');
		expect(failure.httpCode).toBe('200');
		expect(fail('lost', 'unknown', { status: undefined }).httpCode).toBeNull();
	});

	it('is told in the words of the platform, whatever they hold', () => {
		const retDesc = 'no sendMessagePermission ENOENT {host} 404';
		expect(fail('refused', 'no', { retDesc }).message).toBe(retDesc);
	});

	it('says why its repeat failed, too', () => {
		const repeat = new PlatformError('lost', 'no', { host: 'a.example', reason: 'EPIPE' });
		const { message, description } = fail('refused', 'no', { retDesc: 'no', repeat });
		expect(message).toBe('no');
		expect(description).toMatch(/^REFUSED .*a\.example was lost.*\(EPIPE\)$/);
	});

	it('says why there was no token', () => {
		const token = new AccessTokenError({ kind: 'refused', retCode: 'Q', retDesc: '无' }, true);
		const { message, description } = fail('noAccessToken', 'no', { token });
		expect(message).toMatch(/无 \(code Q\)$/);
		expect(description).toContain('App Key');
	});

	it('because of a stop is no failure of the platform', () => {
		const failure = fail('stopped', 'unknown');
		expect(failure.name).toBe('NodeOperationError');
		expect(failure).toMatchObject({ description: 'LOOK.', context: { delivered: 'unknown' } });
		expect(fail('stopped', 'no').description).not.toContain('LOOK.');
	});
});

describe('a mistake in a field', () => {
	const wordsFor = (error: Error) => {
		const { message, context } = toFailure(error, { ...place, sentences: undefined });
		expect(context).toMatchObject({ itemIndex: 3, delivered: 'no' });
		return message;
	};
	const rule: FieldRule = 'required';

	it.each([
		[['content'], "'Content' is empty"],
		[['body', 'imageUrl'], "'Body > Image URL' is empty"],
		[['body', 'form', 'fields', 'key'], "'Body > Form > Row > Key' is empty"],
		[['options', 'timeout'], "'Options > Timeout' is empty"],
		[['nowhere'], "'nowhere' is empty"],
	])('is called as the form calls it: %j', (path, message) => {
		expect(wordsFor(new InvalidFieldError(parameter(...path), rule))).toBe(message);
	});

	it('of the credential is looked for there', () => {
		expect(wordsFor(new InvalidFieldError(setting('appKey'), rule))).toBe(
			"'App Key' is empty (in the credential)",
		);
	});

	it("that n8n found is told in n8n's words, before anything may have been sent", () => {
		expect(wordsFor(new Error(' invalid syntax '))).toBe('invalid syntax');
	});

	it('of a credential that cannot be read says what n8n says', () => {
		const failure = toFailure(new UnreadableCredentialError('not found'), place);
		expect(failure.message).toBe('The credential could not be read');
		expect(failure.description).toMatch(/^Open the node .*not found$/);
		expect(failure.context.delivered).toBe('no');
	});
});

it("n8n's own error is left as it is, and given its item", () => {
	const error = new NodeOperationError(place.node, 'n8n says', { itemIndex: 0 });
	expect(toFailure(error, place)).toBe(error);
	expect(error.context.itemIndex).toBe(3);
});

it.each<[unknown, string]>([
	[new RangeError('s3cret'), 'RangeError'],
	['s3cret', 'string'],
	[undefined, 'undefined'],
])('what nobody foresaw while sending may have been delivered: %p', (cause, kind) => {
	const failure = toFailure(cause, place);
	expect(failure.context.delivered).toBe('unknown');
	expect(failure.description).toContain(kind);
	expect(`${failure.message} ${failure.description}`).not.toContain('s3cret');
});

it.each(['message1', 'description', 'retCode1'])(
	'a secret such as %s hides no field of an error',
	(secret) => {
		const facts = { ...FACTS, retCode: 'X1', retDesc: '无权限' };
		const hide = concealer([secret]);
		const failure = toFailure(new PlatformError('refused', 'no', facts), { ...place, hide });
		expect(failure).toMatchObject({ message: '无权限', description: 'REFUSED X1.' });
	},
);

it.each([
	['whose words can only be read', new DOMException('s3cret-of-a-run', 'AbortError')],
	['that is frozen', Object.freeze(new Error('s3cret-of-a-run'))],
])("n8n's own error shows no secret of a cause %s", (_whose, cause) => {
	const error = new NodeOperationError(place.node, 'n8n says');
	Object.defineProperty(error, 'cause', { value: cause, configurable: true });
	const failure = toFailure(error, { ...place, hide: concealer(['s3cret-of-a-run']) });
	expect(failure).toBe(error);
	expect(inspect(failure, { depth: null, showHidden: true })).not.toContain('s3cret');
});
