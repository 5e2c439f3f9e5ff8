import type { ICredentialDataDecryptedObject, IHttpRequestHelper } from 'n8n-workflow';

import { accessTokenRequest, readAccessToken } from '../../platform/accessToken';
import { parseBaseUrl, resolveCall } from '../../platform/addresses';
import { readEnvelope, SUCCESS_CODE } from '../../platform/envelopes';
import { InvalidFieldError, requiredText } from '../../platform/fields';
import { invalidSetting } from './errors';
import { concealer } from './secrets';
import { ACCESS_TOKEN_TEXTS, fill } from './texts';
import { AccessTokenError } from './tokens';
import { failureOf, postOptions, toAnswer } from './transport';

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

/** Milliseconds until the platform must have answered. */
const TIMEOUT = 30_000;

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
		throw new AccessTokenError(invalidSetting(error).message, true);
	});
	const conceal = concealer([appKey]);

	const response: unknown = await helpers
		.httpRequest(postOptions(url, accessTokenRequest(appId, appKey, now), TIMEOUT))
		.catch((error: unknown) => {
			const failure = failureOf(error);
			const reason = 'code' in failure ? failure.code : failure.kind;
			throw new AccessTokenError(fill(ACCESS_TOKEN_TEXTS.unanswered, { host, reason }), false);
		});

	const { status, text, retryAfter } = toAnswer(response);
	const isBusy = status === 429 || status >= 500;
	const envelope = readEnvelope(text);
	if (typeof envelope === 'string') {
		const message = fill(ACCESS_TOKEN_TEXTS.notThePlatform, { host, status });
		throw new AccessTokenError(message, !isBusy, retryAfter);
	}
	if (envelope.retCode !== SUCCESS_CODE) {
		const reason = conceal(envelope.retDesc).trim() || ACCESS_TOKEN_TEXTS.noReason;
		const values = { reason, code: conceal(envelope.retCode) };
		throw new AccessTokenError(fill(ACCESS_TOKEN_TEXTS.refused, values), !isBusy, retryAfter);
	}
	const token = readAccessToken(envelope, now);
	if (token === undefined) {
		throw new AccessTokenError(fill(ACCESS_TOKEN_TEXTS.missing, { host }), true);
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
		appId: requiredText(appId, ['appId']).trim(),
		appKey: requiredText(appKey, ['appKey']).trim(),
	};
}
