import { inFile } from '../mutant';

export const transport = [
	...inFile(
		'transport/http.ts',
		[
			'ignoreHttpStatusErrors: true',
			'ignoreHttpStatusErrors: false',
			'a refusal with 4xx is a failure nobody knows',
		],
		[
			'disableFollowRedirect: true',
			'disableFollowRedirect: false',
			'the token goes along with a redirect',
		],
		["method = 'POST'", "method = 'GET'", 'calls by GET'],
		['timeout: timeoutMs,', '', 'a call is waited for without end'],
		['{ qs: { ...query } }', '{ qs: query }', 'the query of a call is changed for its repeats'],
		['new URL(location).origin', 'location', 'the token in where a redirect leads'],
		['Number(value) * 1000', 'Number(value)', 'Retry-After in milliseconds'],
		['Math.min(waitMs, MAX_RETRY_AFTER_MS)', 'waitMs', 'an hour is waited'],
		['waitMs > 0 ?', 'true ?', 'a date in the past is a time to wait'],
		['Date.parse(value) - nowMs', 'MAX_RETRY_AFTER_MS', 'a date always waits a minute'],
		['^(?:ECONNREFUSED|', '^(?:ECONNREFUSED|ETIMEDOUT|', 'what may have arrived is sent again'],
		['|HOSTNAME_MISMATCH)$', '|HOSTNAME_MISMATCH|EPIPE)$', 'what may have arrived is sent again'],
		['|ENOTFOUND|', '|', 'no such host is told as lost'],
		[
			" || code === 'ETIMEDOUT') return { kind: 'timedOut' }",
			") return { kind: 'timedOut' }",
			'a time-out of the system is told as lost',
		],
		[
			'const words = hide(wordsOf(causes));',
			'const words = wordsOf(causes);',
			'secrets in the words of a failure',
		],
		[
			"if (code === 'ERR_CANCELED') return { kind: 'stopped', wasMade: true };",
			'',
			'a stopped call is told as lost',
		],
		['.slice(0, 120)', '.slice(0, 12_000)', 'a whole page is quoted'],
		[
			'parts.length > 0 && parts.every',
			'parts.some',
			'one address that failed proves that none was reached',
		],
	),
	...inFile(
		'transport/repeat.ts',
		[
			"case 'refused':\n\t\t\treturn true;",
			"case 'refused':\n\t\t\treturn false;",
			'a refusal is told as unknown',
		],
		['return policy.busyDidNothing;', 'return true;', 'a code is sent again to a busy platform'],
		[
			'return !outcome.wasMade;',
			'return true;',
			'what was under way at a stop says "not delivered"',
		],
		[
			"outcome.error.isFinal ? 'no' : 'afterPause'",
			"'afterPause'",
			'a wrong key is asked with again and again',
		],
		[
			"outcome.answer.status === 401 ? 'withAnotherToken' : 'no'",
			"'no'",
			'401 with a page does not renew',
		],
		[
			'policy.onlyReads || didNothing(outcome, policy)',
			"outcome.kind === 'lost' || didNothing(outcome, policy)",
			'what may have arrived is sent again',
		],
		['BASE_PAUSE_MS = 500', 'BASE_PAUSE_MS = 5', 'no back-off'],
		['2 ** repeats', '1', 'a back-off that does not grow'],
		['* (0.5 + random / 2)', '', 'no jitter'],
		['MAX_PAUSE_MS = 30_000', 'MAX_PAUSE_MS = 30_000_000', 'a back-off without bound'],
	),
	...inFile(
		'transport/call.ts',
		[
			'envelope?.retCode === SUCCESS_CODE',
			"/^0+$/.test(envelope?.retCode ?? '')",
			'`0` and `00` are success',
		],
		['status === 429 || status === 503', 'status === 503', 'HTTP 429 is final'],
		['if (status >= 500)', 'if (status > 500)', 'HTTP 500 is a refusal: not delivered'],
		['repeats < call.maxRetries', 'repeats <= call.maxRetries', 'one repeat more than asked for'],
		[
			'replacements++ < policy.maxReplacements',
			'replacements++ < 1',
			'the second of two workers loses messages',
		],
		[
			"|| error.delivered !== 'no') throw error",
			') throw error',
			'a repeat without an answer is told as the refusal: not delivered',
		],
		[
			'call.keepsAnswer ? envelope : conceal(envelope, tokens, call)',
			'envelope',
			'a secret in what a success says',
		],
		['[...seen, ...secrets, ...others]', '[...secrets, ...others]', 'tokens in errors'],
		['[...seen, ...secrets, ...others]', '[...seen, ...others]', 'the code in errors'],
		['DEFAULT_TIMEOUT_MS = 30_000', 'DEFAULT_TIMEOUT_MS = 300', 'a third of a second to answer'],
		['DEFAULT_MAX_RETRIES = 3', 'DEFAULT_MAX_RETRIES = 0', 'nothing is repeated by default'],
		["outcome.problem === 'notJson'", 'true', 'a token in broken JSON is quoted'],
	),
	...inFile(
		'transport/secrets.ts',
		[
			"concealed.replaceAll(form, '***')",
			"concealed.replace(form, '***')",
			'only the first occurrence of a secret is hidden',
		],
		['forms.sort((a, b) => b.length - a.length);', '', 'the end of a secret is left behind'],
		[".filter((secret) => secret !== '')", '', 'stars between all letters'],
	),
	...inFile(
		'transport/tokens.ts',
		['FRESH_MS = 60_000', 'FRESH_MS = 600_000', '"fresh" is ten minutes'],
		[
			'FINAL_HOLD_OFF_MS = 60_000',
			'FINAL_HOLD_OFF_MS = 600',
			'the platform is flooded after a final word',
		],
		['EXPIRY_MARGIN_MS = 60_000', 'EXPIRY_MARGIN_MS = 0', 'a token runs out on its way'],
		[
			'error.retryAfterMs ?? HOLD_OFF_MS',
			'HOLD_OFF_MS',
			'the waiting time of the gateway is ignored',
		],
		[
			'isNew ? 0 : EXPIRY_MARGIN_MS',
			'EXPIRY_MARGIN_MS',
			'a token that lives under a minute is renewed for every call',
		],
		[
			"{ ...stored, accessToken: '' }",
			"{ ...this.data, accessToken: '' }",
			'a renewal uses the key read at the start',
		],
		[
			'if (stored.baseUrl === this.data.baseUrl) return stored;',
			'if (stored !== undefined) return stored;',
			'the token of another platform',
		],
		[
			'if (this.hasReplacedFresh) return false;',
			'',
			'a fresh token is renewed for every bad message',
		],
		[
			'await this.look.join(async () => await this.replaceFresh(token))',
			'await this.replaceFresh(token)',
			'each item doubts a fresh token for itself',
		],
		[
			'this.seen.add(tokenOf(data));\n\t\t}\n\t}',
			'}\n\t}',
			'a token that was just fetched is not hidden',
		],
		[
			'this.data = data;\n\t\tthis.seen.add(tokenOf(data));',
			'this.data = data;',
			'a token of another worker is not hidden',
		],
	),
	...inFile(
		'transport/fetchToken.ts',
		[
			'concealer([appKey])',
			'concealer([])',
			'the app key is not hidden when the platform repeats it',
		],
		['status !== 429 && status < 500', 'status < 500', '429 of the gateway is final'],
		[
			'new AccessTokenError(problem, isFinal, retryAfterMs)',
			'new AccessTokenError(problem, isFinal)',
			'the waiting time of the gateway is ignored',
		],
		[
			'String(now),\n\t\taccessTokenExpiresAt',
			"'0',\n\t\taccessTokenExpiresAt",
			'a fresh token is old',
		],
		[
			"parseAppCode(appKey, 'appKey')",
			'String(appKey)',
			'white space around a pasted key makes a wrong signature',
		],
		[
			"parseAppCode(appId, 'appId')",
			'String(appId)',
			'white space around a pasted ID makes a wrong signature',
		],
	),
	...inFile(
		'transport/progress.ts',
		[
			'if (!isUsedUp(data)) progress.set(data, step);',
			'progress.set(data, step);',
			'a later word replaces that a call was made',
		],
		['forOneCall.has(data) && ', '', 'a stored credential is used up after one call'],
	),
	...inFile(
		'transport/errors.ts',
		[
			"typeof value === 'string' ? hide(value) : value",
			'value',
			'an older token in the reason of the gateway',
		],
		['MAX_REASON_LENGTH = 200', 'MAX_REASON_LENGTH = 20_000', 'a whole page as a reason'],
	),
];
