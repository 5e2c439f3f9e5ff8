import { createHmac } from 'node:crypto';

import {
	ACCESS_TOKEN_PATH,
	CHILD_LIST_PATH,
	DEPARTMENTS_PATH,
	MEMBERS_PATH,
	MESSAGE_PATH,
	OAUTH_TOKEN_LIFETIME_MS,
	OAUTH_TOKEN_PATH,
	ORG_INFO_PATH,
	RECIPIENT_FIELD,
	SUCCESS_CODE,
	USER_INFO_PATH,
} from './constants';
import { envelopeB, type Directory } from './directory';
import { JSON_CONTENT_TYPE, jsonAnswer, type Answer } from './http';
import {
	checkAccessTokenRequest,
	checkForm,
	checkMessage,
	checkOauthTokenRequest,
	checkRecipients,
} from './schemas';
import { say, type Sentence } from './language';
import { Refusal } from './refusal';
import type { SandboxState } from './state';
import { randomHex, type TokenStore } from './store';
import { REFUSALS } from './texts';

/** One call of the platform, as its handlers see it. */
export interface PlatformCall {
	query: URLSearchParams;
	contentType: string | undefined;
	/** The parsed body; `undefined` when it is not JSON. */
	body: unknown;
	/** How many characters it had. */
	length: number;
}

/** A call that the sandbox knows. */
interface KnownCall {
	method: 'GET' | 'POST';
	handle: (state: SandboxState, call: PlatformCall) => Answer;
	/** A refusal with a code and a text of somebody's own, in the envelope of this call. */
	refusal: (code: string, text: string, status?: number) => Answer;
}

/** The calls that the sandbox knows. */
export const platformCalls: Readonly<Record<string, KnownCall>> = {
	[OAUTH_TOKEN_PATH]: posted(exchangeCode),
	[ACCESS_TOKEN_PATH]: posted(issueAccessToken),
	[MESSAGE_PATH]: posted(deliverMessage),
	[USER_INFO_PATH]: asked(({ userInfo }) => userInfo),
	[ORG_INFO_PATH]: asked(({ orgInfo }) => orgInfo),
	[DEPARTMENTS_PATH]: asked(({ departments }) => departments),
	[CHILD_LIST_PATH]: asked(({ children }) => children),
	[MEMBERS_PATH]: asked(({ members }) => members),
};

/** A call as its handler sees it; what it refuses gets its language from the sandbox. */
type Handler = (state: SandboxState, call: PlatformCall) => Answer | Refusal;

function known(handler: Handler, call: Omit<KnownCall, 'handle'>): KnownCall {
	return {
		...call,
		handle(state, details) {
			const result = handler(state, details);
			return result instanceof Refusal ? result.in(state.language) : result;
		},
	};
}

function posted(handler: Handler): KnownCall {
	return known(handler, { method: 'POST', refusal });
}

/**
 * A call of the directory. Its own answers are in envelope B. A wrong token is refused in envelope A, as the
 * gateway does that stands before all services (D): a caller has to understand both.
 */
function asked(
	callOf: (directory: Directory) => (query: URLSearchParams) => Answer | Refusal,
): KnownCall {
	return known(
		({ tokens, directory }, { query }) =>
			checkAccessToken(tokens, query) ?? callOf(directory)(query),
		{ method: 'GET', refusal: (code, text, status) => envelopeB(code, text, null, status) },
	);
}

/**
 * The sandbox's own codes: the platform publishes no table of its codes, so none is imitated. Each
 * begins with SBX, and its text as `ownWords` does.
 */
const retCodes = {
	notJson: 'SBX001',
	contentType: 'SBX002',
	tokenMissing: 'SBX101',
	tokenUnknown: 'SBX102',
	tokenExpired: 'SBX103',
	oauthTokenBody: 'SBX201',
	codeUnknown: 'SBX202',
	codeUsed: 'SBX203',
	codeExpired: 'SBX204',
	messageBody: 'SBX301',
	recipients: 'SBX302',
	accessTokenBody: 'SBX401',
	appUnknown: 'SBX402',
	signature: 'SBX403',
} as const;

function refuse(retCode: string, problem: Sentence): Refusal {
	return new Refusal(problem, (text) => refusal(retCode, text));
}

function succeed(payload: object): Answer {
	return envelope(SUCCESS_CODE, 'success', payload);
}

/** A refusal in envelope A. */
export function refusal(retCode: string, retDesc: string, status?: number): Answer {
	return envelope(retCode, retDesc, { data: null }, status);
}

/** Envelope A, always with HTTP status 200: failures have it too (V). */
function envelope(retCode: string, retDesc: string, payload: object, status = 200): Answer {
	return jsonAnswer({ retCode, retDesc, ...payload }, status, retCode);
}

/** `POST /oauth/getOauthToken` (S); a code is good for one exchange (D). */
function exchangeCode({ tokens, codes }: SandboxState, call: PlatformCall): Answer | Refusal {
	const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);
	if (unfit) return unfit;
	const request = checkOauthTokenRequest(call.body);
	if (!request.ok) return refuse(retCodes.oauthTokenBody, request.problem);
	switch (codes.redeem(request.value.oauthCode)) {
		case 'unknown':
			return refuse(retCodes.codeUnknown, say(REFUSALS.codeUnknown));
		case 'used':
			return refuse(retCodes.codeUsed, say(REFUSALS.codeUsed));
		case 'expired':
			return refuse(retCodes.codeExpired, say(REFUSALS.codeExpired));
		case 'redeemed':
			return succeed({
				data: { expiry: Date.now() + OAUTH_TOKEN_LIFETIME_MS, oauthToken: randomHex() },
			});
	}
}

/** The message call: the three types of the seed (S), at the sandbox's own address. */
function deliverMessage(
	{ tokens, messages, messageForm }: SandboxState,
	call: PlatformCall,
): Answer | Refusal {
	const unfit = checkAccessToken(tokens, call.query) ?? checkJson(call);
	if (unfit) return unfit;
	const form = checkForm(call.body, messageForm, RECIPIENT_FIELD);
	if (!form.ok) return refuse(retCodes.messageBody, form.problem);
	const message = checkMessage(call.body);
	if (!message.ok) return refuse(retCodes.messageBody, message.problem);
	const recipients = checkRecipients(call.body, RECIPIENT_FIELD);
	if (!recipients.ok) return refuse(retCodes.recipients, recipients.problem);
	const { id } = messages.add(message.value, recipients.value, call.length);
	return succeed({ data: { msgId: id } });
}

/** `POST /apigateway/getAccessToken` (platform.md section 3, V). */
function issueAccessToken(
	{ tokens, log, appId, appKey }: SandboxState,
	call: PlatformCall,
): Answer | Refusal {
	const unfit = checkJson(call);
	if (unfit) return unfit;
	const request = checkAccessTokenRequest(call.body);
	if (!request.ok) return refuse(retCodes.accessTokenBody, request.problem);
	const { timeStamp, keyInfo } = request.value;
	if (request.value.appId !== appId) {
		return refuse(retCodes.appUnknown, say(REFUSALS.appUnknown));
	}
	if (keyInfo !== signatureOf(appId, appKey, timeStamp)) {
		return refuse(retCodes.signature, say(REFUSALS.signature));
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
function checkAccessToken(tokens: TokenStore, query: URLSearchParams): Refusal | undefined {
	const [accessToken, ...others] = query.getAll('accessToken');
	if (others.length > 0) {
		return refuse(retCodes.tokenUnknown, say(REFUSALS.twice, { name: 'accessToken' }));
	}
	if (!accessToken) {
		return refuse(retCodes.tokenMissing, say(REFUSALS.tokenMissing));
	}
	switch (tokens.check(accessToken)) {
		case 'valid':
			return undefined;
		case 'expired':
			return refuse(retCodes.tokenExpired, say(REFUSALS.tokenExpired));
		case 'unknown':
			return refuse(retCodes.tokenUnknown, say(REFUSALS.tokenUnknown));
	}
}

/** Requests are JSON (S). */
function checkJson({ contentType, body }: PlatformCall): Refusal | undefined {
	if (!JSON_CONTENT_TYPE.test(contentType ?? '')) {
		return refuse(
			retCodes.contentType,
			contentType
				? say(REFUSALS.contentType, { found: contentType })
				: say(REFUSALS.contentTypeMissing),
		);
	}
	return body === undefined ? refuse(retCodes.notJson, say(REFUSALS.notJson)) : undefined;
}
