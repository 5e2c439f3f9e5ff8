import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { parseAppCode, parseBaseUrl, resolveCall } from '../platform/addresses';
import { accessTokenRequest, readAccessToken } from '../platform/appKey';
import { InvalidFieldError, shorten } from '../platform/checks';
import { readEnvelope, readForeignReason, SUCCESS_CODE } from '../platform/envelopes';
import { MIN_SECRET_LENGTH } from '../platform/pasted';
import { DEFAULT_TIMEOUT_MS, type Surroundings } from './call';
import {
	AccessTokenError,
	MAX_EXPLANATION_LENGTH,
	MAX_REASON_LENGTH,
	type TokenProblem,
} from './errors';
import { failureOf, requestOptions, toAnswer } from './http';
import { concealer } from './secrets';
import { within } from './within';

/**
 * What the credential keeps of a token. Instants are milliseconds since the epoch, in digits, `''`
 * when unknown: n8n 1 cannot open a credential again that keeps a number in a hidden secret (n8n.md,
 * trap 28).
 */
export interface StoredAccessToken {
	accessToken: string;
	accessTokenIssuedAt: string;
	accessTokenExpiresAt: string;
}

/**
 * Exchanges an application's key for an access token (platform.md 3, V).
 *
 * @throws AccessTokenError
 */
export async function fetchAccessToken(
	{ helpers }: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
	time: Pick<Surroundings, 'now' | 'sleep'> = { now: Date.now, sleep },
): Promise<StoredAccessToken> {
	const now = time.now();
	const { url, host, appId, appKey } = await readApp(credentials).catch((error: unknown) => {
		if (!(error instanceof InvalidFieldError)) throw error;
		throw new AccessTokenError({ kind: 'invalidSetting', error }, true);
	});
	const body = accessTokenRequest(appId, appKey, now);
	const secrets = [appKey, body.keyInfo];
	const conceal = concealer(secrets);

	const ask = async (abort: AbortSignal) => {
		const options = requestOptions({ url, body }, DEFAULT_TIMEOUT_MS, abort);
		return await toAnswer(await helpers.httpRequest(options), url, time.now);
	};
	const answer = await within(time, DEFAULT_TIMEOUT_MS, ask).catch((error: unknown) => {
		const failure = failureOf(error, undefined, conceal);
		const reason = ('reason' in failure && failure.reason) || failure.kind;
		throw new AccessTokenError({ kind: 'unanswered', host, reason }, false);
	});

	const { status, text, isCut, retryAfterMs } = answer;
	const isFinal = status !== 429 && status < 500;
	const no = (problem: TokenProblem) => new AccessTokenError(problem, isFinal, retryAfterMs);
	const envelope = readEnvelope(text, isCut);
	if (typeof envelope === 'string') {
		const reason = shorten(conceal(readForeignReason(text)), MAX_REASON_LENGTH);
		throw no({ kind: 'notThePlatform', host, status, reason });
	}
	const token = readAccessToken(envelope, now);
	if (envelope.retCode !== SUCCESS_CODE) {
		if (token !== undefined) secrets.push(token.accessToken);
		const retCode = shorten(conceal(envelope.retCode));
		const retDesc = shorten(conceal(envelope.retDesc).trim(), MAX_EXPLANATION_LENGTH);
		throw no({ kind: 'refused', retCode, retDesc });
	}
	if (token === undefined) throw new AccessTokenError({ kind: 'missing', host }, true);
	if (token.accessToken.trim().length < MIN_SECRET_LENGTH) {
		throw new AccessTokenError({ kind: 'tooShort', host, min: MIN_SECRET_LENGTH }, true);
	}
	return {
		accessToken: token.accessToken,
		accessTokenIssuedAt: String(now),
		accessTokenExpiresAt: String(token.expiresAt ?? ''),
	};
}

/** @throws InvalidFieldError */
async function readApp({ baseUrl, tokenPath, appId, appKey }: ICredentialDataDecryptedObject) {
	const base = parseBaseUrl(baseUrl);
	return {
		url: resolveCall(base, tokenPath, 'tokenPath'),
		host: base.host,
		appId: parseAppCode(appId, 'appId'),
		appKey: parseAppCode(appKey, 'appKey'),
	};
}
