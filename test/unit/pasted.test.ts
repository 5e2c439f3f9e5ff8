import { InvalidFieldError, setting } from '../../platform/checks';
import { pastedAddress, pastedCode } from '../../platform/pasted';

/** What is understood of a setting, or the rule that it breaks. */
function understood(read: typeof pastedCode, value: unknown, name: string): string {
	try {
		return read(value, setting(name));
	} catch (error) {
		if (!(error instanceof InvalidFieldError)) throw error;
		return error.rule;
	}
}

it.each([
	['""', 'required'],
	[' “” ', 'required'],
	['\u200b', 'required'],
	['webappId=x', 'webappId=x'],
	['my appId=x', 'x'],
	['密钥', 'notCode'],
	['a"b', 'notCode'],
	['a b', 'notCode'],
	['your app id', 'placeholder'],
	['yourAppId', 'placeholder'],
	['appId', 'placeholder'],
])('an ID is understood of %j as: %s', (value, expected) => {
	expect(understood(pastedCode, value, 'appId')).toBe(expected);
});

it.each([
	['""', 'required'],
	['"/msg/send",', '/msg/send'],
	['/msg?a=1&amp;accessToken=x&b=2', '/msg?a=1&b=2'],
	['/msg/accessToken=x', 'containsAccessToken'],
])('an address is understood of %j as: %s', (value, expected) => {
	expect(understood(pastedAddress, value, 'messagePath')).toBe(expected);
});
