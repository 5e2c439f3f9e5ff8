import { inFile } from '../mutant';

export const credentials = [
	...inFile(
		'credentials/authenticate.ts',
		[
			'requestOptions.abortSignal = AbortSignal.timeout(2 * DEFAULT_TIMEOUT_MS);',
			'',
			"n8n's own connection test has no end",
		],
		['if (!isSafeTransport(parsed)) {', 'if (false) {', 'the token travels in clear text'],
		['hide(parsed.host)', 'parsed.host', 'a token that was typed as a host is told'],
		[
			'(expiryOf(credentials) ?? Infinity) < Date.now()',
			'false',
			'a token that runs out between two calls is sent',
		],
		[
			'expiryOf(credentials) ?? Infinity',
			'expiryOf(credentials) ?? 0',
			'a pasted token has always run out',
		],
		['{ response: { status: 401 } }', '{}', 'n8n does not renew a token that has run out'],
		[
			"noteProgress(credentials, { step: 'authorized' });",
			'',
			'the HTTP Request node sends again what may have been delivered',
		],
		[
			"?.step === 'authorized' && credentials",
			"?.step !== 'authorized' && credentials",
			'no token is fetched for the HTTP Request node',
		],
		[" && credentials.accessToken !== ''", '', 'no token is fetched after the connection test'],
		[
			'/^https?:\\/\\//i.test(address) ?',
			'/^http:\\/\\//i.test(address) ?',
			'a base is put before a full address',
		],
		[
			'if (isUsedUp(credentials)) throw new UserError(ACCESS_TOKEN_TEXTS.usedUp);',
			'',
			'n8n makes a call twice',
		],
		[
			'{ ...requestOptions.qs, [ACCESS',
			'{ [ACCESS',
			'other query parameters of the HTTP Request node are lost',
		],
		[
			'[ACCESS_TOKEN_PARAMETER]: accessToken }',
			'[ACCESS_TOKEN_PARAMETER]: encodeURIComponent(accessToken) }',
			'a token with + or / is encoded twice',
		],
		[
			'(url as string | undefined) ?? uri',
			"(url as string | undefined) ?? ''",
			'the address of the HTTP Request node is not found',
		],
		['`${baseURL}${address}`', 'address', 'a path with a base is no address'],
		[
			"noteProgress(credentials, { step: 'refused', error });",
			'',
			'what was not sent is told as unknown',
		],
		[
			'isSetting ? new UserError(hide(sentencesOfSetting(cause))) : cause',
			'cause',
			'what is wrong with the token is not told',
		],
		[
			'demandTrial(credentials);',
			'',
			'the connection test of an app key proves the token at hand alone',
		],
	),
	...inFile(
		'credentials/TzeAppApi.credentials.ts',
		[
			'if (wasCalledWith(credentials)) return {};',
			'',
			'the HTTP Request node sends again what may have been delivered',
		],
		[
			"noteProgress(credentials, { step: 'fetchingToken' });",
			'',
			'a token that n8n could not keep is told as unknown',
		],
		[
			"noteProgress(credentials, { step: 'refused', error });",
			'',
			'why there is no token is not told',
		],
		[
			"name: 'accessToken',\n\t\t\ttype: 'hidden',\n\t\t\ttypeOptions: { expirable: true, password: true }",
			"name: 'accessToken',\n\t\t\ttype: 'hidden',\n\t\t\ttypeOptions: { expirable: true }",
			'the stored token is shown',
		],
		['{ expirable: true, password: true }', '{ password: true }', 'n8n never fetches a token'],
		[
			'if (!(error instanceof AccessTokenError)) throw error;',
			'throw error;',
			'the connection test shows no reason of the platform',
		],
		[
			"authenticateWith(({ accessToken }) => String(accessToken ?? ''))",
			"authenticateWith(() => '')",
			'calls without a token',
		],
		['noteTried(credentials);', '', 'n8n asks for two tokens in a connection test'],
	),
	...inFile(
		'credentials/TzeApi.credentials.ts',
		["name = 'tzeApi'", "name = 'tzeTokenApi'", 'stored workflows lose their credential'],
		[
			'\t\tbaseUrlField,\n\t\taccessTokenField,\n\t\t...messageFields,',
			'\t\tbaseUrlField,\n\t\taccessTokenField,',
			'nowhere to fill in Message Path',
		],
		[
			'if (isTrial(credentials)) {',
			'if (true) {',
			'a call that failed asks the platform once more',
		],
		['parseAccessToken(accessToken))', 'String(accessToken))', 'a pasted line break is sent'],
	),
	...inFile(
		'credentials/connectionTest.ts',
		["method: 'POST',", "method: 'GET',", 'the platform knows no such call'],
		[
			'{ oauthCode: BOGUS_CODE }',
			'{}',
			'a call that the platform does not know',
			'The platform answers both with a refusal.',
		],
		["type: 'responseSuccessBody'", "type: 'responseCode'", 'any answer succeeds'],
		[
			'url: EXCHANGE_PATH, method',
			"url: '/', method",
			'another address than that of the platform is tried',
		],
		[
			'body: BODY, ...ANY_ANSWER }',
			'body: BODY, disableFollowRedirect: true }',
			'a refusal with 4xx fails',
		],
		[
			'body: BODY, ...ANY_ANSWER }',
			'body: BODY, ignoreHttpStatusErrors: true }',
			'the connection test follows redirects with the token',
			'The same call was made just before, and what it meets is told then.',
		],
		["key: 'retCode.length',", "key: 'retCode',", 'a number as code succeeds'],
		[
			"if (!isBlank(messagePath)) resolveCall(base, messagePath, 'messagePath');",
			'',
			'a wrong Message Path is green',
		],
		[
			'if (!isBlank(recipientField)) parseRecipientField(recipientField);',
			'',
			'a wrong Recipient Field is green',
		],
		[
			"if (!isBlank(testRecipients)) parseRecipients(testRecipients, setting('testRecipients'));",
			'',
			'wrong Test Recipients are green',
		],
		['parseRecipientFormat(recipientFormat);', '', 'a wrong Recipient Format is green'],
		[
			"if (typeof readEnvelope(text, isCut) !== 'string') return;",
			'return;',
			'any answer succeeds with a pasted token',
		],
		['{ response: { status: 401 } }', '{}', 'n8n does not ask for a trial'],
		['if (tried.has(credentials)) return;', '', 'the test asks for ever'],
	),
	...inFile(
		'credentials/fields.ts',
		[
			'typeOptions: { password: true },\n\trequired: true,',
			'required: true,',
			'the token is shown',
		],
		[
			"name: 'appKey',\n\t\ttype: 'string',\n\t\ttypeOptions: { password: true },",
			"name: 'appKey',\n\t\ttype: 'string',",
			'the key is shown',
		],
		["default: 'personIds'", "default: ''", 'Recipient Field loses its default'],
		['default: GATEWAY_PATH', "default: ''", 'Token Path loses its default'],
		['default: DEFAULT_BASE_URL', "default: ''", 'Base URL loses its default'],
		["value: 'commaSeparated'", "value: 'comma'", 'the choice of a text with commas does nothing'],
		["default: 'array'", "default: 'commaSeparated'", 'recipients in the other form by default'],
		["name: 'messagePath'", "name: 'path'", 'Message Path is not read'],
	),
	...inFile(
		'credentials/texts.ts',
		['String(values[key] ?? name)', "String(values[key] ?? '')", 'braces of the platform vanish'],
		['/\\{(\\w+)\\}/g', '/\\{(\\w+)\\}/', 'only the first value is filled in'],
	),
	...inFile(
		'credentials/words.ts',
		[
			"rule === 'required' ? CREDENTIAL_TEXTS.missing[name] : undefined",
			'undefined',
			'nobody says where Message Path is found',
		],
		['problem.retDesc || ACCESS_TOKEN_TEXTS.noReason', 'problem.retDesc', 'an empty reason'],
		[
			"case 'refused': {\n\t\t\tconst reason",
			"case 'refused': {\n\t\t\tif (problem.retCode) return wordsOfTokenError({ problem: { kind: 'changed' } } as AccessTokenError);\n\t\t\tconst reason",
			'a refusal is told as a changed credential',
		],
		[
			'fill(CREDENTIAL_TEXTS.message, { problem })',
			'problem',
			'a mistake of the credential is looked for in the node',
		],
		[
			'?.displayName ?? name',
			' === undefined ? name : name',
			'a setting is called by its inner name',
		],
		[
			"if (reason === 'ECONNREFUSED') return REASON_TEXTS.refused;",
			'',
			'nobody says that nobody answers',
		],
		[
			'{ problem: said, help: ACCESS_TOKEN_HELP[problem.kind] }',
			"{ problem: said, help: '' }",
			'nobody says what to do about a missing token',
		],
	),
];
