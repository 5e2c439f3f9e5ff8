import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import { isSafeTransport } from '../../platform/addresses';

/**
 * What a browser remembers between the two addresses. The `ref` in it is not signed: it is a secret key
 * that is good once, and whoever alters the cookie to bind another's account would have to know theirs.
 */
export interface Memory {
	/** Random: nobody else can know it. */
	state: string;
	/** Whose account of the user's own system is bound, as a key. */
	ref: string | undefined;
}

/** Time to log in, in seconds. */
const MAX_AGE_S = 15 * 60;
/** Of random bytes; its base64 has 43 letters. */
const STATE_BYTES = 32;
const STATE = /^[\w-]{43}$/;
const REF = /^[\w.~-]{1,128}$/;
/** No browser sends more to one host. */
const MAX_HEADER_LENGTH = 16_384;

/** True for a key that may be carried along: 1 to 128 letters, digits and `-_.~`. */
export function isRef(value: unknown): value is string {
	return typeof value === 'string' && REF.test(value);
}

export function newState(): string {
	return randomBytes(STATE_BYTES).toString('base64url');
}

/** The header that makes a browser remember. */
export function rememberingCookie(address: URL, { state, ref }: Memory): string {
	return cookie(address, ref === undefined ? state : `${state}.${ref}`, MAX_AGE_S);
}

/** The header that makes it forget. */
export function forgettingCookie(address: URL): string {
	return cookie(address, '', 0);
}

function cookie(address: URL, value: string, maxAge: number): string {
	const secure = isLoopbackHttp(address) ? [] : ['Secure'];
	return [
		`${nameOf(address)}=${value}`,
		`Max-Age=${maxAge}`,
		`Path=${address.pathname}`,
		'HttpOnly',
		'SameSite=Lax',
		...secure,
	].join('; ');
}

/**
 * A browser also sends the cookie of a path above, so each path has a name of its own. With the prefix, a
 * browser takes it from nobody but a page of https.
 */
function nameOf(address: URL): string {
	const path = createHash('sha256').update(address.pathname).digest('hex').slice(0, 8);
	return `${isLoopbackHttp(address) ? '' : '__Secure-'}tze-login-${path}`;
}

function isLoopbackHttp(address: URL): boolean {
	return address.protocol === 'http:' && isSafeTransport(address);
}

/** What the browser remembers; `undefined` for nothing, and for what was not made here. */
export function readCookie(header: unknown, address: URL): Memory | undefined {
	if (typeof header !== 'string' || header.length > MAX_HEADER_LENGTH) return undefined;
	const start = `${nameOf(address)}=`;
	const found = header
		.split(';')
		.map((part) => part.trim())
		.filter((part) => part.startsWith(start));
	// One of somebody else's making may come first: then nobody can tell
	if (found.length !== 1) return undefined;
	const value = found[0].slice(start.length);
	const dot = value.indexOf('.');
	const state = dot === -1 ? value : value.slice(0, dot);
	const ref = dot === -1 ? undefined : value.slice(dot + 1);
	if (!STATE.test(state) || (ref !== undefined && !isRef(ref))) return undefined;
	return { state, ref };
}

/** True for two equal states; how long it takes says nothing of where they differ. */
export function isSameState(given: unknown, remembered: string): boolean {
	if (typeof given !== 'string') return false;
	const hash = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(given), hash(remembered));
}
