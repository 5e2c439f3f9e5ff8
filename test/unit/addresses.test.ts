import { isSafeTransport, parseBaseUrl, resolveCall } from '../../platform/addresses';

describe('Base URL', () => {
	it.each([
		['https://api.tze.cn', 'https://api.tze.cn/x'],
		['https://api.tze.cn/', 'https://api.tze.cn/x'],
		[' https://api.tze.cn// ', 'https://api.tze.cn/x'],
		['https://gateway.example/open/', 'https://gateway.example/open/x'],
		['http://localhost:4100', 'http://localhost:4100/x'],
		['http://127.8.0.1', 'http://127.8.0.1/x'],
		['http://[::1]:80', 'http://[::1]/x'],
	])('%s is the base of %s', (baseUrl, expected) => {
		expect(resolveCall(parseBaseUrl(baseUrl), '/x', 'messagePath')).toBe(expected);
	});

	it.each([
		['', 'required'],
		['api.tze.cn', 'notUrl'],
		['https://', 'notUrl'],
		['ftp://api.tze.cn', 'notUrl'],
		['http://api.tze.cn', 'insecureUrl'],
		['http://localhost.evil.example', 'insecureUrl'],
		['http://127.0.0.1.evil.example', 'insecureUrl'],
		['https://user:secret@api.tze.cn', 'urlWithExtras'],
		['https://api.tze.cn?x=1', 'urlWithExtras'],
	])('%s is refused: %s', (baseUrl, rule) => {
		expect(() => parseBaseUrl(baseUrl)).toThrow(rule);
	});

	it('is quoted in errors without a password', () => {
		expect(() => parseBaseUrl('htp://user:secret@api.tze.cn')).toThrow(
			expect.objectContaining({ details: { value: 'htp://api.tze.cn' } }),
		);
	});
});

describe('a path', () => {
	const base = parseBaseUrl('https://api.tze.cn');

	it.each([
		['msg/send', 'https://api.tze.cn/msg/send'],
		['/msg/send?appId=7', 'https://api.tze.cn/msg/send?appId=7'],
		['https://api.tze.cn/msg/send', 'https://api.tze.cn/msg/send'],
	])('%s leads to %s', (value, expected) => {
		expect(resolveCall(base, value, 'messagePath')).toBe(expected);
	});

	it.each([
		['', 'required'],
		['https://evil.example/msg', 'otherOrigin'],
		['//evil.example/msg', 'notUrl'],
		['http://api.tze.cn/msg', 'otherOrigin'],
		['javascript:alert(1)', 'otherOrigin'],
		['/msg?accessToken={{ACCESS_TOKEN}}', 'containsAccessToken'],
	])('%s is refused: %s', (value, rule) => {
		expect(() => resolveCall(base, value, 'messagePath')).toThrow(`messagePath: ${rule}`);
	});
});

it.each([
	['https://a.example', true],
	['http://localhost', true],
	['http://a.example', false],
])('%s may carry a token: %s', (url, expected) => {
	expect(isSafeTransport(new URL(url))).toBe(expected);
});
