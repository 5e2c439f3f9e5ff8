import { concealer } from '../../transport/secrets';

/** Each way of writing it is another text. */
const SECRET = "a+b/c=(d)!e'f*";
const FORMS = [
	['plain', SECRET],
	['encoded by JavaScript', "a%2Bb%2Fc%3D(d)!e'f*"],
	['encoded by RFC 3986', 'a%2Bb%2Fc%3D%28d%29%21e%27f%2A'],
	['encoded by JavaScript, in lower-case hex', "a%2bb%2fc%3d(d)!e'f*"],
	['encoded by RFC 3986, in lower-case hex', 'a%2bb%2fc%3d%28d%29%21e%27f%2a'],
] as const;

describe('a secret', () => {
	it.each(FORMS)('is hidden wherever it stands: %s', (_name, form) => {
		const hide = concealer([SECRET]);
		expect(hide(`${form} is not ${form}, but ${form}${form}.`)).toBe('*** is not ***, but ******.');
	});

	it('is hidden in all its forms at once', () => {
		expect(concealer([SECRET])(FORMS.map(([, form]) => form).join(' '))).toBe(
			'*** *** *** *** ***',
		);
	});

	it('keeps its own letters as they are in lower-case hex', () => {
		expect(concealer(['AB+CD'])('AB%2bCD ab%2bcd')).toBe('*** ab%2bcd');
	});

	it('is no pattern', () => {
		expect(concealer(['a.c', '$&'])('abc a.c $&')).toBe('abc *** ***');
	});

	it('of another alphabet is hidden', () => {
		expect(concealer(['密钥'])('密钥 %E5%AF%86%E9%92%A5 %e5%af%86%e9%92%a5')).toBe('*** *** ***');
	});
});

describe('several secrets', () => {
	it('are all hidden', () => {
		expect(concealer(['one', 'two+2', 'three'])('one, two%2B2, three, four')).toBe(
			'***, ***, ***, four',
		);
	});

	it.each([
		['one', 'one+two'],
		['one+two', 'one'],
	])('may be the beginning of one another: %s, %s', (...secrets) => {
		expect(concealer(secrets)('one+two one%2Btwo one')).toBe('*** *** ***');
	});

	it('may be empty, which hides nothing', () => {
		expect(concealer(['', 'one', ''])('one two')).toBe('*** two');
		expect(concealer([''])('one two')).toBe('one two');
		expect(concealer([])('one two')).toBe('one two');
	});
});
