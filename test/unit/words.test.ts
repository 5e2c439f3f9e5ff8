import { fill } from '../../credentials/texts';
import { wordsOfSetting, wordsOfTokenError } from '../../credentials/words';
import { InvalidFieldError, setting } from '../../platform/checks';
import { AccessTokenError, type TokenProblem } from '../../transport/errors';

it('fills in every name that has a value, and leaves the others', () => {
	const values = { host: 'a.example', status: 0, empty: '' };
	expect(fill('{host}, {host}: {status}{empty}{other}{}', values)).toBe(
		'a.example, a.example: 0{other}{}',
	);
});

it('a setting is called as its form calls it, and looked for in the credential', () => {
	const error = new InvalidFieldError(setting('messagePath'), 'notUrl');
	expect(wordsOfSetting(error).message).toBe(
		"'Message Path' is not a valid address (in the credential)",
	);
});

it.each([
	'baseUrl',
	'accessToken',
	'appId',
	'appKey',
	'tokenPath',
	'messagePath',
	'recipientField',
])('a missing %s has help of its own', (name) => {
	const common = wordsOfSetting(new InvalidFieldError(setting('recipientFormat'), 'required'));
	const { description } = wordsOfSetting(new InvalidFieldError(setting(name), 'required'));
	expect(description).toMatch(/\w+ \w+/);
	expect(description).not.toMatch(/Fill in [^,]*, or check that its expression/);
	expect(common.description).toMatch(/Fill in 'Recipient Format', or check/);
});

it.each<[TokenProblem, RegExp]>([
	[{ kind: 'refused', retCode: 'Q9', retDesc: '无权限' }, /无权限 \(code Q9\)$/],
	[{ kind: 'refused', retCode: 'Q9', retDesc: '' }, /gave no reason \(code Q9\)$/],
	[{ kind: 'unanswered', host: 'h.example', reason: 'ECONNRESET' }, /h\.example .*ECONNRESET/],
	[
		{ kind: 'notThePlatform', host: 'h.example', status: 404, reason: 'Sign in' },
		/h\.example .*404.*Sign in/,
	],
	[{ kind: 'missing', host: 'h.example' }, /h\.example .*holds none/],
	[{ kind: 'notKept', reason: 'read-only' }, /could not .*read-only/],
	[{ kind: 'changed' }, /'Base URL' of the credential was changed/],
	[
		{ kind: 'invalidSetting', error: new InvalidFieldError(setting('appKey'), 'required') },
		/^'App Key' is empty/,
	],
])('says why there is no token: %j', (problem, expected) => {
	expect(wordsOfTokenError(new AccessTokenError(problem, true))).toMatch(expected);
});
