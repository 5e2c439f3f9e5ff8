import { createHmac } from 'node:crypto';

import { instantOf, type Envelope } from './envelopes';
import { isRecord } from './json';

/** A token that the platform issued to an application. */
export interface AccessToken {
	accessToken: string;
	/** Milliseconds since the epoch, or `undefined` when the answer does not say so credibly. */
	expiresAt: number | undefined;
}

/** What is sent to be issued one. */
export type AccessTokenRequest = Readonly<Record<'appId' | 'timeStamp' | 'keyInfo', string>>;

/**
 * The body of the call that exchanges an application's key for a token: `keyInfo` is the HMAC-SHA1
 * of `appId + appKey + timeStamp`, keyed with `appKey`, in upper-case hex (platform.md 3, V).
 *
 * @param now milliseconds since the epoch.
 */
export function accessTokenRequest(appId: string, appKey: string, now: number): AccessTokenRequest {
	const timeStamp = String(now);
	const keyInfo = createHmac('sha1', appKey)
		.update(appId + appKey + timeStamp, 'utf8')
		.digest('hex')
		.toUpperCase();
	return { appId, timeStamp, keyInfo };
}

/** A longer one has no place in the query of a call. */
export const MAX_TOKEN_LENGTH = 8192;

/**
 * The token in a successful answer: in `tokenInfo`, or in `data` at one gateway of the family (V).
 * `validTime` counts only when it is an instant in the future (D).
 *
 * @param now milliseconds since the epoch.
 */
export function readAccessToken({ answer }: Envelope, now: number): AccessToken | undefined {
	for (const holder of [answer.tokenInfo, answer.data]) {
		if (!isRecord(holder)) continue;
		const { accessToken, validTime } = holder;
		if (typeof accessToken !== 'string' || accessToken === '') continue;
		if (accessToken.length > MAX_TOKEN_LENGTH) continue;
		const instant = instantOf(validTime);
		const isAhead = instant !== undefined && instant > now;
		return { accessToken, expiresAt: isAhead ? instant : undefined };
	}
	return undefined;
}
