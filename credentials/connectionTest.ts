import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	IHttpRequestHelper,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { sleep, UserError } from 'n8n-workflow';

import { EXCHANGE_PATH, parseBaseUrl, resolveCall } from '../platform/addresses';
import { isBlank, setting } from '../platform/checks';
import { readEnvelope } from '../platform/envelopes';
import { parseId, parseRecipients } from '../platform/recipients';
import { parseRecipientField, parseRecipientFormat } from '../platform/requestBody';
import { DEFAULT_TIMEOUT_MS } from '../transport/call';
import { ANY_ANSWER, failureOf, requestOptions, toAnswer } from '../transport/http';
import type { Hide } from '../transport/secrets';
import { within } from '../transport/within';
import { CREDENTIAL_TEXTS, fill } from './texts';
import { reasonInWords } from './words';

/** A code that nobody was given. */
const BOGUS_CODE = 'n8n-connection-test';
const BODY = { oauthCode: BOGUS_CODE };

/**
 * Tries to exchange the bogus code. Any answer in the platform's envelope shows that Base URL is
 * right, whatever its HTTP status; no published call would prove the token without side effects.
 *
 * n8n makes this request by itself, and asks the credential before: `authenticate` gives it its
 * address, when all settings are usable.
 */
export const connectionTest: ICredentialTestRequest = {
	request: { url: EXCHANGE_PATH, method: 'POST', body: BODY, ...ANY_ANSWER },
	rules: [
		{
			type: 'responseSuccessBody',
			// A text has a length; a number, and a code that is missing, have none
			properties: {
				key: 'retCode.length',
				value: undefined,
				message: CREDENTIAL_TEXTS.notThePlatform,
			},
		},
	],
};

/** True for the request of {@link connectionTest}, as long as it has no address: no other is made without. */
export function isConnectionTest({ url, baseURL = '' }: IHttpRequestOptions): boolean {
	return url === EXCHANGE_PATH && baseURL === '';
}

/**
 * The address of the connection test.
 *
 * @throws InvalidFieldError for any setting with which sending could not work. Those that
 * are about messages may be empty: not everybody sends any.
 */
export function testAddress(credentials: ICredentialDataDecryptedObject): string {
	const { baseUrl, messagePath, recipientField, recipientFormat, testRecipients, rootOrgId } =
		credentials;
	const base = parseBaseUrl(baseUrl);
	if (!isBlank(messagePath)) resolveCall(base, messagePath, 'messagePath');
	if (!isBlank(recipientField)) parseRecipientField(recipientField);
	parseRecipientFormat(recipientFormat);
	if (!isBlank(testRecipients)) parseRecipients(testRecipients, setting('testRecipients'));
	if (!isBlank(rootOrgId)) parseId(rootOrgId, setting('rootOrgId'));
	return resolveCall(base, EXCHANGE_PATH, 'baseUrl');
}

/** Data of credentials for which the platform was asked, or is to be asked next. */
const tried = new WeakSet<ICredentialDataDecryptedObject>();

/** Leaves word that the platform was asked for this data. */
export function noteTried(credentials: ICredentialDataDecryptedObject): void {
	tried.add(credentials);
}

/** True when `preAuthentication` is called for a connection test, not after a call that failed. */
export function isTrial(credentials: ICredentialDataDecryptedObject): boolean {
	return tried.has(credentials);
}

/**
 * Sees to it that n8n calls `preAuthentication` before it makes the request of the connection test:
 * it does so after this status, and otherwise for an empty token alone (n8n.md, trap 6). There the
 * platform is asked for a token, or for any answer.
 *
 * @throws UserError the first time
 */
export function demandTrial(credentials: ICredentialDataDecryptedObject): void {
	if (tried.has(credentials)) return;
	noteTried(credentials);
	throw Object.assign(new UserError(CREDENTIAL_TEXTS.untried), { response: { status: 401 } });
}

/**
 * Makes the request of the connection test before n8n does, which would tell a failed connection by
 * a bare code, and fails itself where the answer is a list.
 *
 * @param authorize puts the credential's token into a request.
 * @param hide takes the credential's secrets out of a text.
 * @throws UserError that says what is wrong, and what to do.
 */
export async function tryConnection(
	{ helpers }: IHttpRequestHelper,
	authorize: (options: IHttpRequestOptions) => Promise<IHttpRequestOptions>,
	hide: Hide,
): Promise<void> {
	let host = '';
	const ask = async (abort: AbortSignal) => {
		const request = { url: EXCHANGE_PATH, body: BODY };
		const authorized = await authorize(requestOptions(request, DEFAULT_TIMEOUT_MS, abort));
		// Not the signal that n8n's own request is given
		const options = { ...authorized, abortSignal: abort };
		({ host } = new URL(options.url));
		return await toAnswer(await helpers.httpRequest(options), options.url, Date.now);
	};
	const answer = await within({ sleep }, DEFAULT_TIMEOUT_MS, ask).catch((error: unknown) => {
		if (host === '') throw error;
		const failure = failureOf(error, undefined, (text) => text);
		const reason = reasonInWords('reason' in failure ? failure.reason : failure.kind);
		throw new UserError(fill(CREDENTIAL_TEXTS.unanswered, { host: hide(host), reason }));
	});
	const { text, isCut, redirect } = answer;
	if (typeof readEnvelope(text, isCut) !== 'string') return;
	throw new UserError(
		redirect === undefined
			? CREDENTIAL_TEXTS.notThePlatform
			: fill(CREDENTIAL_TEXTS.redirected, { redirect: hide(redirect) }),
	);
}
