import {
	isSafeTransport,
	parseAccessToken,
	parseAppCode,
	parseBaseUrl,
	resolveCall,
} from '../../platform/addresses';
import { InvalidFieldError } from '../../platform/checks';
import { parseRecipientField } from '../../platform/requestBody';

/** The rule that a reading breaks, and what its sentence is filled in with. */
function broken(read: () => unknown) {
	try {
		return { read: read() };
	} catch (error) {
		if (!(error instanceof InvalidFieldError)) throw error;
		return { rule: error.rule, details: error.details };
	}
}

const base = parseBaseUrl('https://api.tze.cn');
const asPath = (value: unknown) => resolveCall(base, value, 'messagePath');
const READERS = [
	['Base URL', parseBaseUrl],
	['Message Path', asPath],
	['Access Token', parseAccessToken],
	['App Key', (value: unknown) => parseAppCode(value, 'appKey')],
	['Recipient Field', parseRecipientField],
] as const;

describe('Base URL', () => {
	it.each([
		['https://api.tze.cn', 'https://api.tze.cn/x'],
		['https://api.tze.cn/', 'https://api.tze.cn/x'],
		[' https://api.tze.cn// ', 'https://api.tze.cn/x'],
		['https://gateway.example/open/', 'https://gateway.example/open/x'],
		['http://localhost:4100', 'http://localhost:4100/x'],
		['http://127.8.0.1', 'http://127.8.0.1/x'],
		['http://[::1]:80', 'http://[::1]/x'],
		// A host alone is meant with https
		['api.tze.cn', 'https://api.tze.cn/x'],
		['//api.tze.cn/', 'https://api.tze.cn/x'],
		['API.tze.cn:8443/open', 'https://api.tze.cn:8443/open/x'],
		['10.0.0.5:8443', 'https://10.0.0.5:8443/x'],
		['平台.example', 'https://xn--kpr97v.example/x'],
		// The address of a known call, and its token
		['https://api.tze.cn/oauth/getOauthToken', 'https://api.tze.cn/x'],
		['POST https://a.example/open/apigateway/getAccessToken/', 'https://a.example/open/x'],
		['https://api.tze.cn/oauth/getOauthToken?accessToken=abc', 'https://api.tze.cn/x'],
		['https://api.tze.cn?', 'https://api.tze.cn/x'],
		['https://api.tze.cn/#', 'https://api.tze.cn/x'],
		['https://api.tze.cn/open?', 'https://api.tze.cn/open/x'],
		['https://api.tze.cn/open/?#', 'https://api.tze.cn/open/x'],
		// Never another origin
		['https://api.tze.cn//evil.example', 'https://api.tze.cn//evil.example/x'],
		// As a Chinese keyboard types it
		['ｈｔｔｐｓ：／／ａｐｉ．ｔｚｅ．ｃｎ', 'https://api.tze.cn/x'],
		['https：//api。tze。cn', 'https://api.tze.cn/x'],
	])('%s is the base of %s', (baseUrl, expected) => {
		expect(resolveCall(parseBaseUrl(baseUrl), '/x', 'messagePath')).toBe(expected);
	});

	it.each([
		['', 'required'],
		['platform', 'notUrl'],
		['https://', 'notUrl'],
		['https:///api.tze.cn', 'notUrl'],
		['https//api.tze.cn', 'notUrl'],
		['/oauth', 'notUrl'],
		['https://api.tze.cn is it', 'notUrl'],
		['ftp://api.tze.cn', 'notUrl'],
		['blob:https://api.tze.cn', 'notUrl'],
		['filesystem:https://api.tze.cn/x', 'notUrl'],
		['data:text/plain,x', 'notUrl'],
		['user:secret@api.tze.cn', 'notUrl'],
		['http://api.tze.cn', 'insecureUrl'],
		['http://localhost.evil.example', 'insecureUrl'],
		['http://127.0.0.1.evil.example', 'insecureUrl'],
		['https://user:secret@api.tze.cn', 'urlWithExtras'],
		['https://api.tze.cn?x=1', 'urlWithExtras'],
		['https://api.tze.cn/#/login', 'urlWithExtras'],
		['https://api.tze.cn/accessToken=abc', 'containsAccessToken'],
		['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n', 'notUrl'],
	])('%s is refused: %s', (baseUrl, rule) => {
		expect(broken(() => parseBaseUrl(baseUrl))).toMatchObject({ rule });
	});

	it.each(['127.0.0.1:4100', 'localhost:4100', 'localhost', '[::1]:80/', '127.0.0.1:4100/x'])(
		'%s lacks its scheme, which is not guessed for this machine',
		(baseUrl) => {
			const host = baseUrl.replace(/\/.*/, '');
			expect(broken(() => parseBaseUrl(baseUrl))).toEqual({ rule: 'noScheme', details: { host } });
		},
	);

	it.each(['htp://user:secret@api.tze.cn', 'http://user:secret@api.tze.cn', 'https://u:secret@[x'])(
		'is quoted in errors without a password: %s',
		(baseUrl) => {
			expect(JSON.stringify(broken(() => parseBaseUrl(baseUrl)))).not.toContain('secret');
		},
	);
});

describe('a path', () => {
	it.each([
		['msg/send', 'https://api.tze.cn/msg/send'],
		['/msg/send?appId=7', 'https://api.tze.cn/msg/send?appId=7'],
		['https://api.tze.cn/msg/send', 'https://api.tze.cn/msg/send'],
		['HTTPS://API.TZE.CN:443/msg/send', 'https://api.tze.cn/msg/send'],
		// http is never used where Base URL says https
		['http://api.tze.cn/msg', 'https://api.tze.cn/msg'],
		['api.tze.cn/msg', 'https://api.tze.cn/msg'],
		['//api.tze.cn/msg', 'https://api.tze.cn/msg'],
		// As documents write a call
		['POST /msg/send', 'https://api.tze.cn/msg/send'],
		['post\t/msg/send', 'https://api.tze.cn/msg/send'],
		['GET  https://api.tze.cn/msg/send', 'https://api.tze.cn/msg/send'],
		['POST：/msg/send', 'https://api.tze.cn/msg/send'],
		['POST /msg/send HTTP/1.1', 'https://api.tze.cn/msg/send'],
		// The access token, which the credential adds, is dropped; the rest stays
		['/msg?accessToken={{ACCESS_TOKEN}}', 'https://api.tze.cn/msg'],
		['POST /msg?accessToken={{ ACCESS_TOKEN }}', 'https://api.tze.cn/msg'],
		['/msg?accessToken=ACCESS_TOKEN', 'https://api.tze.cn/msg'],
		['/msg?accessToken=', 'https://api.tze.cn/msg'],
		['/msg?', 'https://api.tze.cn/msg'],
		['/msg#', 'https://api.tze.cn/msg'],
		['/msg?#', 'https://api.tze.cn/msg'],
		['https://api.tze.cn/msg/#?a=1', 'https://api.tze.cn/msg/'],
		['/msg?AccessToken=bec2f0%2B&appId=7', 'https://api.tze.cn/msg?appId=7'],
		['/msg?a=1&access_token=bec2&b=%20x', 'https://api.tze.cn/msg?a=1&b=%20x'],
		['/msg?a=1&amp;accessToken=bec2&amp;b=2#part', 'https://api.tze.cn/msg?a=1&b=2'],
		['https://api.tze.cn/msg?access%54oken=bec2', 'https://api.tze.cn/msg'],
		// White space, invisible signs and full-width signs, outside and inside
		['/msg/\n  send', 'https://api.tze.cn/msg/send'],
		['\u200b/msg\u00ad/\u2060se\ufeffnd\u202e', 'https://api.tze.cn/msg/send'],
		['／msg／send？appId＝7', 'https://api.tze.cn/msg/send?appId=7'],
		['`/msg/send`。', 'https://api.tze.cn/msg/send'],
		['/msg?name=通知', 'https://api.tze.cn/msg?name=%E9%80%9A%E7%9F%A5'],
		['/\\evil.example/msg', 'https://api.tze.cn//evil.example/msg'],
	])('%s leads to %s', (value, expected) => {
		expect(asPath(value)).toBe(expected);
	});

	it.each([
		['', 'required'],
		['\u200b', 'required'],
		['https://evil.example/msg', 'otherOrigin'],
		['//evil.example/msg', 'otherOrigin'],
		['https://api.tze.cn:8443/msg', 'otherOrigin'],
		['http://api.tze.cn:8080/msg', 'otherOrigin'],
		['javascript:alert(1)', 'notPath'],
		['blob:https://api.tze.cn/msg', 'notPath'],
		['wss://api.tze.cn/msg', 'notPath'],
		['evil.example:443/msg', 'notPath'],
		['/', 'notPath'],
		['https://api.tze.cn', 'notPath'],
		['?accessToken=abc', 'notPath'],
		['curl -X POST "https://api.tze.cn/msg"', 'notPath'],
		['/msg/send (发送消息)', 'notPath'],
		['接口地址：/msg/send', 'notPath'],
		['/msg/{{ACCESS_TOKEN}}', 'placeholder'],
		['/msg&accessToken=abc', 'containsAccessToken'],
		['https://u:secret@api.tze.cn/msg', 'urlWithExtras'],
		['https://:secret@api.tze.cn/msg', 'urlWithExtras'],
	])('%s is refused: %s', (value, rule) => {
		expect(broken(() => asPath(value))).toMatchObject({ rule });
	});

	it('of a Base URL with a prefix may be given whole', () => {
		const prefixed = parseBaseUrl('https://api.tze.cn/open');
		expect(resolveCall(prefixed, 'https://api.tze.cn/open/msg', 'messagePath')).toBe(
			'https://api.tze.cn/open/msg',
		);
		expect(broken(() => resolveCall(prefixed, 'https://api.tze.cn/open/', 'x'))).toMatchObject({
			rule: 'notPath',
		});
	});
});

describe('Access Token', () => {
	it.each([
		['bec2f0a7', 'bec2f0a7'],
		[12345678, '12345678'],
		[' bec2\r\n f0a7\t', 'bec2f0a7'],
		['be\u200bc2\u00a0f0a7\u3000', 'bec2f0a7'],
		['accessToken=bec2f0a7', 'bec2f0a7'],
		['access_token: bec2f0a7', 'bec2f0a7'],
		['Access Token：bec2f0a7', 'bec2f0a7'],
		['?accessToken=bec2f0a7&appId=7', 'bec2f0a7'],
		['https://api.tze.cn/msg?appId=7&accessToken=bec2f0a7#x', 'bec2f0a7'],
		['"accessToken":"bec2f0a7",', 'bec2f0a7'],
		['“accessToken”：“bec2f0a7”', 'bec2f0a7'],
		['{"retCode":"000000","data":{"accessToken":"bec2f0a7","validTime":7200}}', 'bec2f0a7'],
		['{\n  "tokenInfo": {\n    "accessToken": "bec2f0a7",\n    "appId": "7" } }', 'bec2f0a7'],
		// It is put into a query once
		['a+b/c/d==', 'a+b/c/d=='],
		['a%2Bb%2Fc%2Fd%3D%3D', 'a+b/c/d=='],
		['accessToken=a%2Bb%2Fc%2Fd%3D%3D', 'a+b/c/d=='],
		['a%252Bb/c/d/', 'a+b/c/d/'],
		['1000000%', '1000000%'],
	])('%j is %s', (value, expected) => {
		expect(parseAccessToken(value)).toBe(expected);
		expect(parseAccessToken(expected)).toBe(expected);
	});

	it.each([
		['seven77', 'tooShort'],
		['accessToken=bec2f0%2B', 'tooShort'],
		['', 'required'],
		[undefined, 'required'],
		['"accessToken":""', 'required'],
		['accessToken=', 'required'],
		['Bearer bec2f0', 'notCode'],
		['bearer\tbec2f0', 'notCode'],
		['bec2 f0', 'notCode'],
		['bec2é', 'notCode'],
		['%E4%B8%AD', 'notCode'],
		['%25252525', 'notCode'],
		['凭证 bec2f0', 'notCode'],
		['curl "https://api.tze.cn/msg?accessToken=bec2f0"', 'notCode'],
		['https://api.tze.cn/msg', 'notCode'],
		['accessToken=bec2\nappId=7', 'notCode'],
		['accessToken: bec2\nvalidTime: 7200', 'notCode'],
		['{"retCode":"100001","retDesc":"no"}', 'notCode'],
		['{{ACCESS_TOKEN}}', 'placeholder'],
		['accessToken={{ACCESS_TOKEN}}', 'placeholder'],
		['ACCESS_TOKEN', 'placeholder'],
		['<your access token>', 'placeholder'],
		['[ACCESS_TOKEN]', 'placeholder'],
		[['bec2f0'], 'notText'],
	])('%j is refused: %s', (value, rule) => {
		const refused = broken(() => parseAccessToken(value));
		expect(refused).toMatchObject({ rule });
		expect(JSON.stringify(refused)).not.toContain('bec2');
	});
});

it.each([
	['appId', '“1001”', '1001'],
	['appId', 'appId=1001&appKey=k', '1001'],
	['appKey', 'appId=1001&appKey=k%2Bk%2Bk', 'k%2Bk%2Bk'],
	['appKey', 'App Key： 0f\u200b9c0f9c。', '0f9c0f9c'],
] as const)('%s pasted as %s is %s', (name, value, expected) => {
	expect(parseAppCode(value, name)).toBe(expected);
});

it('an application has a short ID, but no short key', () => {
	expect(parseAppCode('7', 'appId')).toBe('7');
	expect(broken(() => parseAppCode('seven77', 'appKey'))).toEqual({
		rule: 'tooShort',
		details: { min: 8 },
	});
});

it.each([
	['personIds', 'personIds'],
	['"personIds"', 'personIds'],
	['personIds:', 'personIds'],
	['"personIds":', 'personIds'],
	['「personIds」：', 'personIds'],
	['"personIds": ["1001"],', 'personIds'],
	['ｐersonIds，', 'personIds'],
	['person\u200bIds\n', 'personIds'],
])('Recipient Field pasted as %s is %s', (value, expected) => {
	expect(parseRecipientField(value)).toBe(expected);
});

it.each([
	['', 'required'],
	['personIds, deptIds', 'notName'],
	['person ids', 'notName'],
	['{"personIds":["1"]}', 'notName'],
	['"msgType":', 'reservedName'],
	['__proto__', 'unsafeName'],
	['"constructor":', 'unsafeName'],
	[['personIds'], 'notText'],
])('Recipient Field %j is refused: %s', (value, rule) => {
	expect(broken(() => parseRecipientField(value))).toMatchObject({ rule });
});

describe.each(READERS)('%s', (name, read) => {
	const good =
		{ 'Base URL': 'https://api.tze.cn', 'Message Path': '/msg' }[name as string] ?? 'the-code';
	const wanted = read(good);

	it.each([
		'""',
		"''",
		'“”',
		'‘’',
		'「」',
		'『』',
		'«»',
		'``',
		'  ',
		'\n\t',
		'\u00a0\u3000',
		'\u200b\u200f',
	])('is understood within %j', ([before, after]) => {
		expect(read(before + good + after)).toEqual(wanted);
		expect(read(`${before}\u2060 "${good}" \ufeff${after}\r\n`)).toEqual(wanted);
	});

	it.each([',', '.', '。', '，', ';', '；', '、'])('is understood with %s behind', (sign) => {
		expect(read(good + sign)).toEqual(wanted);
	});

	it.each(['/', '"', ' ', '\u200b', 'https://', '%25', 'accessToken', '?', '{', '.', 'a.', '='])(
		'refuses what is far too long, without looking into it: many %j',
		(part) => {
			const text = `https://x${part.repeat(1_000_000 / part.length)}x`;
			expect(broken(() => read(text))).toMatchObject({ rule: 'tooLong' });
		},
	);
});

it.each([
	['https://a.example', true],
	['http://localhost', true],
	['http://[::1]', true],
	['http://a.example', false],
	['http://localhost.evil.example', false],
	['http://127.0.0.1.evil.example', false],
	['ftp://localhost', false],
])('%s may carry a token: %s', (url, expected) => {
	expect(isSafeTransport(new URL(url))).toBe(expected);
});
