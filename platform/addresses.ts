import { InvalidFieldError, requiredText, setting, shorten } from './checks';

/** The documents' host (S); other cities run the same software on theirs, so it is a setting. */
export const DEFAULT_BASE_URL = 'https://api.tze.cn';
/** Exchanges an `oauthCode` (S). */
export const EXCHANGE_PATH = '/oauth/getOauthToken';
/** Exchanges an application's key (V: seen at other cities of the same software). */
export const GATEWAY_PATH = '/apigateway/getAccessToken';
/** The query parameter that carries the access token on every call (S, T). */
export const ACCESS_TOKEN_PARAMETER = 'accessToken';

/**
 * True when an address may carry a token: `https`, or plain `http` to this machine itself (D).
 */
export function isSafeTransport(url: URL): boolean {
	if (url.protocol === 'https:') return true;
	return (
		url.protocol === 'http:' &&
		(url.hostname === 'localhost' ||
			url.hostname === '[::1]' ||
			/^127\.\d+\.\d+\.\d+$/.test(url.hostname))
	);
}

/**
 * The Base URL of a credential, checked. A path is kept as a prefix, trailing slashes are dropped.
 *
 * @throws InvalidFieldError `required`, `notUrl`, `insecureUrl` or `urlWithExtras`.
 */
export function parseBaseUrl(value: unknown): URL {
	const field = setting('baseUrl');
	const text = requiredText(value, field).trim();
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
		throw new InvalidFieldError(field, 'notUrl', { value: withoutUserInfo(text) });
	}
	const url = new URL(text);
	if (!isSafeTransport(url)) throw new InvalidFieldError(field, 'insecureUrl', { host: url.host });
	if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
		throw new InvalidFieldError(field, 'urlWithExtras');
	}
	url.pathname = url.pathname.replace(/\/+$/, '');
	return url;
}

/**
 * A call's full address: a path below the Base URL, or a full URL on the same origin.
 *
 * @param name the setting that the path comes from, for errors.
 * @throws InvalidFieldError `required`, `notUrl`, `otherOrigin` or `containsAccessToken`.
 */
export function resolveCall(baseUrl: URL, value: unknown, name: string): string {
	const field = setting(name);
	const text = requiredText(value, field).trim();
	const isFull = /^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith('//');
	const full = isFull ? text : `${baseUrl.href.replace(/\/+$/, '')}/${text.replace(/^\/+/, '')}`;
	if (!URL.canParse(full)) throw new InvalidFieldError(field, 'notUrl', { value: shorten(text) });

	const url = new URL(full);
	if (url.origin !== baseUrl.origin) {
		throw new InvalidFieldError(field, 'otherOrigin', { host: url.host, baseHost: baseUrl.host });
	}
	if (url.username !== '' || url.password !== '')
		throw new InvalidFieldError(field, 'urlWithExtras');
	if (url.searchParams.has(ACCESS_TOKEN_PARAMETER)) {
		throw new InvalidFieldError(field, 'containsAccessToken');
	}
	url.hash = '';
	return url.href;
}

/** An access token as it is put into a query, white space around it (a paste's) dropped. */
export function parseAccessToken(value: unknown): string {
	return requiredText(value, setting('accessToken')).trim();
}

/** An address to be quoted: whatever stands before an @ may be a password. */
function withoutUserInfo(text: string): string {
	return shorten(text.replace(/^(\w+:\/\/)?.*@/s, '$1'));
}
