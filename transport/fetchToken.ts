import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';

import { parseAppCode, parseBaseUrl, resolveCall } from '../platform/addresses';
import { accessTokenRequest, readAccessToken } from '../platform/appKey';
import { InvalidFieldError, shorten } from '../platform/checks';
import { readEnvelope, SUCCESS_CODE } from '../platform/envelopes';
import { DEFAULT_TIMEOUT_MS } from './call';
import { AccessTokenError, MAX_REASON_LENGTH, type TokenProblem } from './errors';
import { failureOf, requestOptions, toAnswer } from './http';
import { concealer } from './secrets';

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
): Promise<StoredAccessToken> {
	const now = Date.now();
	const { url, host, appId, appKey } = await readApp(credentials).catch((error: unknown) => {
		if (!(error instanceof InvalidFieldError)) throw error;
		throw new AccessTokenError({ kind: 'invalidSetting', error }, true);
	});
	const conceal = concealer([appKey]);
	const body = accessTokenRequest(appId, appKey, now);

	const response: unknown = await helpers
		.httpRequest(requestOptions({ url, body }, DEFAULT_TIMEOUT_MS))
		.catch((error: unknown) => {
			const failure = failureOf(error, undefined, conceal);
			const words = 'reason' in failure ? shorten(failure.reason, MAX_REASON_LENGTH) : '';
			const reason = words || failure.kind;
			throw new AccessTokenError({ kind: 'unanswered', host, reason }, false);
		});

	const { status, text, retryAfterMs } = toAnswer(response, Date.now());
	const isFinal = status !== 429 && status < 500;
	const no = (problem: TokenProblem) => new AccessTokenError(problem, isFinal, retryAfterMs);
	const envelope = readEnvelope(text);
	if (typeof envelope === 'string') throw no({ kind: 'notThePlatform', host, status });
	if (envelope.retCode !== SUCCESS_CODE) {
		const retCode = conceal(envelope.retCode);
		throw no({ kind: 'refused', retCode, retDesc: conceal(envelope.retDesc).trim() });
	}
	const token = readAccessToken(envelope, now);
	if (token === undefined) throw new AccessTokenError({ kind: 'missing', host }, true);
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
