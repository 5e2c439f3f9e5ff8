import { inFile } from '../mutant';

export const credentials = [
	...inFile(
		'credentials/authenticate.ts',
		[
			'if (isUsedUp(credentials)) return new UserError(ACCESS_TOKEN_TEXTS.usedUp);',
			'',
			'n8n makes a call twice',
		],
		['if (!isSafeTransport(new URL(target))) {', 'if (false) {', 'the token travels in clear text'],
		['...requestOptions.qs,\n', '\n', 'other query parameters of the HTTP Request node are lost'],
		[
			"String(credentials.accessToken ?? '').trim()",
			"String(credentials.accessToken ?? '')",
			'a line break after a pasted token is sent',
		],
		[
			"String(credentials.accessToken ?? '').trim()",
			"encodeURIComponent(String(credentials.accessToken ?? '').trim())",
			'a token with + or / is encoded twice',
		],
		[
			'requestOptions.url ?? requestOptions.uri',
			'requestOptions.url',
			'the address of the HTTP Request node is not found',
		],
		["`${baseURL ?? ''}${address}`", 'address', 'a path with a base is no address'],
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
			"noteProgress(credentials, { step: 'refused', error: refusal });\n",
			'\n',
			'what was not sent is told as unknown',
		],
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
			'error instanceof AccessTokenError ? new UserError(wordsOfTokenError(error)) : error',
			'error',
			'the connection test shows no reason of the platform',
		],
		[
			"name: 'accessToken',\n\t\t\ttype: 'hidden',\n\t\t\ttypeOptions: { expirable: true, password: true }",
			"name: 'accessToken',\n\t\t\ttype: 'hidden',\n\t\t\ttypeOptions: { expirable: true }",
			'the stored token is shown',
		],
		['{ expirable: true, password: true }', '{ password: true }', 'n8n never fetches a token'],
		[
			'authenticate: IAuthenticate = authenticateWithAccessToken;',
			"authenticate: IAuthenticate = { type: 'generic', properties: {} };",
			'calls without a token',
		],
	),
	...inFile(
		'credentials/TzeApi.credentials.ts',
		["name = 'tzeApi'", "name = 'tzeTokenApi'", 'stored workflows lose their credential'],
		[
			'[baseUrlField, accessTokenField, ...messageFields]',
			'[baseUrlField, accessTokenField]',
			'nowhere to fill in Message Path',
		],
	),
	...inFile(
		'credentials/connectionTest.ts',
		[
			'={{$credentials.baseUrl.trim().replace(/\\\\/+$/, "")}}',
			'={{$credentials.baseUrl.trim()}}',
			'a doubled slash',
		],
		[
			'={{$credentials.baseUrl.trim().replace(/\\\\/+$/, "")}}',
			'={{$credentials.baseUrl.replace(/\\\\/+$/, "")}}',
			'a blank before Base URL fails',
		],
		['url: EXCHANGE_PATH,', "url: '/',", 'another address than that of the platform is tried'],
		["method: 'POST',", "method: 'GET',", 'the platform knows no such call'],
		['...ANY_ANSWER,', 'disableFollowRedirect: true,', 'a refusal with 4xx fails'],
		[
			'...ANY_ANSWER,',
			'ignoreHttpStatusErrors: true,',
			'the connection test follows redirects with the token',
		],
		["key: 'retCode', value: undefined", "key: 'retCode', value: '0'", 'any answer succeeds'],
		[
			'{ oauthCode: BOGUS_CODE }',
			'{}',
			'a call that the platform does not know',
			'The platform answers both with a refusal.',
		],
		["type: 'responseSuccessBody'", "type: 'responseCode'", 'any answer succeeds'],
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
	),
];
