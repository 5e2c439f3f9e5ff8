import { createHmac } from 'node:crypto';

import type { CallLog } from './callLog';
import { jsonAnswer, type Answer } from './http';
import { checkGatewayRequest, checkMessage, checkOauthRequest, checkRecipients } from './schemas';
import type { CodeStore, MessageStore, TokenStore } from './store';
import { randomHex } from './store';
import { describeErrors } from './validation';

/** The sandbox's own: the platform's sending address and recipient field are not public. */
export const MESSAGE_PATH = '/sandbox/message/send';
export const RECIPIENT_FIELD = 'personIds';

/** An OAuth token is valid for 15 days (S). */
const OAUTH_TOKEN_LIFETIME_MS = 15 * 24 * 60 * 60 * 1000;

/** One call of the platform, as its handlers see it. */
export interface PlatformCall {
	query: URLSearchParams;
	contentType: string | undefined;
	/** The parsed body; `undefined` when it is not JSON. */
	body: unknown;
}

export interface Platform {
	messages: MessageStore;
	codes: CodeStore;
	tokens: TokenStore;
	log: CallLog;
	appId: string;
	appKey: string;
}

type Handler = (platform: Platform, call: PlatformCall) => Answer;

/** The calls that the sandbox knows, all by POST. */
export const platformCalls: Readonly<Record<string, Handler>> = {
	'/oauth/getOauthToken': exchangeCode,
	'/apigateway/getAccessToken': issueAccessToken,
	[MESSAGE_PATH]: deliverMessage,
};

/**
 * The sandbox's own codes: the platform publishes no table of its codes, so none is imitated. Each
 * begins with SBX, and its text with `[sandbox]`.
 */
const code = {
	notJson: 'SBX001',
	contentType: 'SBX002',
	tokenMissing: 'SBX101',
	tokenUnknown: 'SBX102',
	tokenExpired: 'SBX103',
	exchangeBody: 'SBX201',
	codeUnknown: 'SBX202',
	codeUsed: 'SBX203',
	codeExpired: 'SBX204',
	messageBody: 'SBX301',
	recipients: 'SBX302',
	gatewayBody: 'SBX401',
	appUnknown: 'SBX402',
	signature: 'SBX403',
} as const;

function refuse(retCode: string, problem: string): Answer {
	return envelope(retCode, `[sandbox] ${problem}`, { data: null });
}

function succeed(payload: object): Answer {
	return envelope('000000', 'success', payload);
}

/** Envelope A, always with HTTP status 200: failures have it too (V). */
export function envelope(retCode: string, retDesc: string, payload: object, status = 200): Answer {
	return jsonAnswer({ retCode, retDesc, ...payload }, status, retCode);
}

/** `POST /oauth/getOauthToken` (S); a code is good for one exchange (D). */
function exchangeCode({ tokens, codes }: Platform, call: PlatformCall): Answer {
	const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);
	if (unfit) return unfit;
	const { body } = call;
	if (!checkOauthRequest(body)) {
		return refuse(code.exchangeBody, describeErrors(checkOauthRequest.errors));
	}
	switch (codes.redeem(body.oauthCode)) {
		case 'unknown':
			return refuse(code.codeUnknown, 'oauthCode is not a code that this sandbox has issued');
		case 'used':
			return refuse(code.codeUsed, 'oauthCode was used before: a code is good for one exchange');
		case 'expired':
			return refuse(code.codeExpired, 'oauthCode has expired: log in again for a new one');
		case 'redeemed':
			return succeed({
				data: { expiry: Date.now() + OAUTH_TOKEN_LIFETIME_MS, oauthToken: randomHex() },
			});
	}
}

/** The message call: the three types of the seed (S), at the sandbox's own address. */
function deliverMessage({ tokens, messages }: Platform, call: PlatformCall): Answer {
	const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);
	if (unfit) return unfit;
	const message = checkMessage(call.body);
	if (!message.ok) return refuse(code.messageBody, message.problem);
	const recipients = checkRecipients(call.body, RECIPIENT_FIELD);
	if (!recipients.ok) return refuse(code.recipients, recipients.problem);
	const { id } = messages.add(message.value, recipients.value);
	return succeed({ data: { msgId: id } });
}

/** `POST /apigateway/getAccessToken` (platform.md section 3, V). */
function issueAccessToken({ tokens, log, appId, appKey }: Platform, call: PlatformCall): Answer {
	const unfit = checkJson(call);
	if (unfit) return unfit;
	const { body } = call;
	if (!checkGatewayRequest(body)) {
		return refuse(code.gatewayBody, describeErrors(checkGatewayRequest.errors));
	}
	if (body.appId !== appId) return refuse(code.appUnknown, 'appId is not the one of this sandbox');
	if (body.keyInfo !== signatureOf(appId, appKey, body.timeStamp)) {
		return refuse(
			code.signature,
			'keyInfo is not the upper-case hex HMAC-SHA1 of appId + appKey + timeStamp, keyed with appKey',
		);
	}
	log.renewed();
	const token = tokens.issueForApp();
	return succeed({ tokenInfo: { ...token, appId, appName: 'Sandbox application' } });
}

function signatureOf(appId: string, appKey: string, timeStamp: string): string {
	const hmac = createHmac('sha1', appKey);
	return hmac.update(`${appId}${appKey}${timeStamp}`, 'utf8').digest('hex').toUpperCase();
}

/** The token travels as the query parameter `accessToken` (S). The text never repeats it. */
function checkAccessToken(tokens: TokenStore, query: URLSearchParams): Answer | undefined {
	const [accessToken, ...others] = query.getAll('accessToken');
	if (!accessToken) {
		return refuse(code.tokenMissing, 'the query parameter accessToken is missing');
	}
	if (others.length > 0) {
		return refuse(code.tokenUnknown, 'the query parameter accessToken was given more than once');
	}
	switch (tokens.check(accessToken)) {
		case 'valid':
			return undefined;
		case 'expired':
			return refuse(code.tokenExpired, 'the accessToken has expired: get a new one');
		case 'unknown':
			return refuse(code.tokenUnknown, 'the accessToken is unknown, or was revoked');
	}
}

/** Requests are JSON (S). */
function checkJson({ contentType, body }: PlatformCall): Answer | undefined {
	if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) {
		return refuse(
			code.contentType,
			`the Content-Type must be application/json, and is ${contentType ? `"${contentType}"` : 'missing'}`,
		);
	}
	return body === undefined ? refuse(code.notJson, 'the body is not JSON') : undefined;
}
