import type { IDataObject } from 'n8n-workflow';

import { EXCHANGE_PATH, resolveCall } from '../../platform/addresses';
import { MAX_TOKEN_LENGTH } from '../../platform/appKey';
import { readOauthToken, type OauthToken } from '../../platform/envelopes';
import { DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT_MS } from '../../transport/call';
import { PlatformError } from '../../transport/errors';
import type { Turn } from '../../transport/pace';
import type { CallPolicy } from '../../transport/repeat';
import { concealer } from '../../transport/secrets';
import type { Connection } from './connection';

/** A code works once: only what was never sent, or was refused, leaves it good (D). */
const POLICY: CallPolicy = {
	onlyReads: false,
	busyDidNothing: false,
	maxReplacements: 1,
	mayReplaceFreshToken: false,
};

/** How long an exchange may take; the defaults of every call where nothing is said. */
interface ExchangeBounds {
	timeoutMs?: number;
	maxRetries?: number;
}

/**
 * A function that exchanges the code of a login for an OAuth token (platform.md 1, S):
 * `{ oauthToken, expiry, expiresAt }`.
 *
 * @param secrets of the run, none of which is taken for the token or its expiry.
 * @throws InvalidFieldError; the function throws a PlatformError.
 */
export function codeExchange({ call, baseUrl }: Connection, secrets: ReadonlySet<string>) {
	const url = resolveCall(baseUrl, EXCHANGE_PATH, 'baseUrl');
	const hide = concealer(secrets);
	const hideWhole = concealer(secrets, (length) => length);
	const isOwn = ({ oauthToken }: OauthToken) => {
		// Tokens of one platform may begin alike, but what holds the access token is another person's.
		// The search for the whole takes time for each of its characters: not in what is no token any more
		const search = oauthToken.length > MAX_TOKEN_LENGTH ? hide : hideWhole;
		return search(oauthToken) === oauthToken;
	};

	return async (
		oauthCode: string,
		turn?: Turn,
		{ timeoutMs = DEFAULT_TIMEOUT_MS, maxRetries = DEFAULT_MAX_RETRIES }: ExchangeBounds = {},
	): Promise<IDataObject> => {
		const exchanging = {
			policy: POLICY,
			url,
			body: { oauthCode },
			secrets: [oauthCode],
			timeoutMs,
			maxRetries,
		};
		const { envelope, status } = await call(exchanging, turn);
		const token = readOauthToken(envelope);
		if (token === undefined || !isOwn(token)) {
			throw new PlatformError('incomplete', 'unknown', { host: baseUrl.host, status });
		}
		const expiry = String(token.expiry);
		const isHidden = hide(expiry) !== expiry;
		return { ...token, ...(isHidden ? { expiry: null, expiresAt: null } : {}) };
	};
}
