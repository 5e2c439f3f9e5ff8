import { InvalidFieldError, setting, shorten, type Field } from './checks';
import { decoded, isCode, longEnough, pastedAddress, pastedCode } from './pasted';

/** The documents' host (S); other cities run the same software on theirs, so it is a setting. */
export const DEFAULT_BASE_URL = 'https://api.tze.cn';
/** Exchanges an `oauthCode` (S). */
export const EXCHANGE_PATH = '/oauth/getOauthToken';
/** Exchanges an application's key (V: seen at other cities of the same software). */
export const GATEWAY_PATH = '/apigateway/getAccessToken';
/** The calls of the directory, all `GET` with envelope B (platform.md 4); not every deployment has `members`. */
export const DIRECTORY_PATHS = {
	user: '/user/openapi/user/get-user-info', // T
	organization: '/user/openapi/org/get-org-info', // T
	departments: '/user/openapi/org/get-org-child-list', // T
	children: '/user/openapi/org-tree/get-child-list', // T
	members: '/user/openapi/user/get-org-member-simple-list', // V
} as const;
/** The query parameter that carries the access token on every call (S, T). */
export const ACCESS_TOKEN_PARAMETER = 'accessToken';

/**
 * True when an address may carry a token: `https`, or plain `http` to this machine itself (D).
 */
export function isSafeTransport(url: URL): boolean {
	if (url.protocol === 'https:') return true;
	return url.protocol === 'http:' && isThisMachine(url.hostname);
}

/** True for the names and addresses by which a machine calls itself. */
export function isThisMachine(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * The Base URL of a credential, checked. A path is kept as a prefix, but for one of a known call;
 * trailing slashes are dropped. A host alone is meant with `https://`, unless it is this machine,
 * where that is seldom so.
 *
 * @throws InvalidFieldError `required`, `notUrl`, `noScheme`, `insecureUrl` or `urlWithExtras`.
 */
export function parseBaseUrl(value: unknown): URL {
	const field = setting('baseUrl');
	const url = parseFullAddress(pastedAddress(value, field), field);
	if (!isSafeTransport(url)) {
		throw new InvalidFieldError(field, 'insecureUrl', { host: shorten(url.host) });
	}
	if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
		throw new InvalidFieldError(field, 'urlWithExtras');
	}
	const path = withoutSlashes(url.pathname);
	const call = KNOWN_PATHS.find((known) => path.endsWith(known)) ?? '';
	url.pathname = withoutSlashes(path.slice(0, path.length - call.length));
	// Drops a lone ? or #, too
	url.search = '';
	url.hash = '';
	return url;
}

const KNOWN_PATHS = [EXCHANGE_PATH, GATEWAY_PATH, ...Object.values(DIRECTORY_PATHS)];

/** A host name, or an address, with or without a port, a path and so on. */
const HOST_FIRST =
	/^(?:\/\/)?((?:localhost|[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,9}\.(?:\p{L}{2,24}|\d{1,3})|\[[\da-f:.]+\])(?::\d{1,5})?)(?:[/?#]|$)/iu;

function parseFullAddress(text: string, field: Field): URL {
	const host = HOST_FIRST.exec(text)?.[1];
	const full = host === undefined ? text : `https://${text.replace(/^\/\//, '')}`;
	if (!/^https?:\/\/[^/\s]\S*$/i.test(full) || !URL.canParse(full)) {
		throw new InvalidFieldError(field, 'notUrl');
	}
	const url = new URL(full);
	if (host !== undefined && isSafeTransport(new URL(`http://${url.host}`))) {
		throw new InvalidFieldError(field, 'noScheme', { host });
	}
	return url;
}

function withoutSlashes(path: string): string {
	return path.replace(/(?<!\/)\/+$/, '');
}

/**
 * A call's full address: a path below the Base URL, or a full URL on the same origin. One with
 * `http://` is taken for the same host's https.
 *
 * @param name the setting that the path comes from, for errors.
 * @throws InvalidFieldError `required`, `notPath`, `placeholder`, `otherOrigin`, `urlWithExtras` or
 * `containsAccessToken`.
 */
export function resolveCall(baseUrl: URL, value: unknown, name: string): string {
	const field = setting(name);
	const text = pastedAddress(value, field);
	const path = text.replace(/^https?:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
	if (/[{}<>]/.test(path)) throw new InvalidFieldError(field, 'placeholder');
	const full = toFullAddress(baseUrl, text);
	if (/[^!-~]/.test(path) || /\s/.test(text) || full === undefined || !URL.canParse(full)) {
		throw new InvalidFieldError(field, 'notPath');
	}

	const url = new URL(full);
	if (url.host === baseUrl.host && url.protocol === 'http:') url.protocol = baseUrl.protocol;
	if (url.origin !== baseUrl.origin) {
		const hosts = { host: shorten(url.host), baseHost: shorten(baseUrl.host) };
		throw new InvalidFieldError(field, 'otherOrigin', hosts);
	}
	if (url.username !== '' || url.password !== '')
		throw new InvalidFieldError(field, 'urlWithExtras');
	if (withoutSlashes(url.pathname) === withoutSlashes(baseUrl.pathname)) {
		throw new InvalidFieldError(field, 'notPath');
	}
	url.hash = '';
	return url.href;
}

/** `undefined` for an address that is not one of the web. */
function toFullAddress({ protocol, host, href }: URL, text: string): string | undefined {
	if (/^https?:\/\//i.test(text)) return text;
	if (text.startsWith('//')) return protocol + text;
	if (text.toLowerCase().startsWith(`${host}/`)) return `${protocol}//${text}`;
	if (/^[a-z][a-z\d+.-]*:/i.test(text)) return undefined;
	return `${withoutSlashes(href)}/${text.replace(/^\/+/, '')}`;
}

/** How often a token may have been encoded. */
const MAX_ENCODINGS = 3;

/**
 * An access token as it is: the query that it is put into encodes it once, so it is decoded before.
 *
 * @throws InvalidFieldError `required`, `notCode`, `placeholder` or `tooShort`.
 */
export function parseAccessToken(value: unknown): string {
	const field = setting('accessToken');
	let token = pastedCode(value, field);
	for (let i = 0; i < MAX_ENCODINGS && isEncoded(token); i++) token = decoded(token);
	if (isEncoded(token) || !isCode(token)) throw new InvalidFieldError(field, 'notCode');
	return longEnough(token, field);
}

function isEncoded(text: string): boolean {
	return decoded(text) !== text;
}

/**
 * An application's ID or key.
 *
 * @throws InvalidFieldError `required`, `notCode` or `placeholder`; `tooShort` for a key.
 */
export function parseAppCode(value: unknown, name: 'appId' | 'appKey'): string {
	const field = setting(name);
	const code = pastedCode(value, field);
	return name === 'appKey' ? longEnough(code, field) : code;
}
