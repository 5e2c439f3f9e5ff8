import { inFile } from '../mutant';

export const run = [
	...inFile(
		'nodes/run/items.ts',
		['firstFailure ??= failure;', 'firstFailure = failure;', 'the tally names the last failure'],
		[
			"if (failure.context.delivered === 'unknown') unknown.push(itemIndex);",
			'',
			'nobody says what may have been delivered',
		],
		['signal?.aborted === true || (failed', '(failed', 'a stopped execution goes on'],
		[
			'(failed.length > 0 && !continueOnFail)',
			'failed.length > 0',
			'one failure ends a run that shall continue',
		],
		[
			'failed.length > 0 && !continueOnFail);',
			'failed.length > 1 && !continueOnFail);',
			'messages are sent after a failure',
		],
		[
			'itemIndex < total && !isOver(); itemIndex++) fail(cause, itemIndex)',
			'itemIndex < 1; itemIndex++) fail(cause, itemIndex)',
			'items vanish when the credential is wrong',
		],
		[
			'prepared.push({ itemIndex, item: work.prepare(itemIndex) })',
			'prepared.push({ itemIndex, item: work.prepare(0) })',
			'the message of item 0 for all',
		],
		[
			'if (itemIndex % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);',
			'',
			'a stop is not heard while parameters are read',
		],
		[
			'outputs[itemIndex] = { json, pairedItem: { item: itemIndex } };',
			'outputs.push({ json, pairedItem: { item: itemIndex } });',
			'output in the order of the answers',
		],
		['{ json, pairedItem: { item: itemIndex } };', '{ json };', 'later nodes do not find the item'],
		['done.push(itemIndex);', '', 'nobody says what was delivered'],
		[
			'fail(cause, itemIndex, sentences);',
			'fail(cause, itemIndex);',
			'an error nobody foresaw while sending is "not delivered"',
		],
		[
			'if (signal?.aborted) return outputs.filter((output) => output !== undefined);',
			'if (signal?.aborted) return [];',
			'a stopped run stores nothing of what was delivered',
		],
		[
			'outputs.filter((output) => output !== undefined)',
			'outputs',
			'a stopped run lists items that were never started',
		],
		[
			'if (signal?.aborted) return outputs.filter',
			'if (false) return outputs.filter',
			'a stopped execution is told as a failed one',
		],
		[
			'firstFailure !== undefined && !continueOnFail',
			'firstFailure !== undefined',
			'a run that shall continue fails',
		],
	),
	...inFile(
		'nodes/run/lanes.ts',
		[
			'if (started % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);',
			'',
			'no breath between items that fail at once: a stop is not heard',
		],
		['Math.min(concurrency, units.length)', 'units.length', 'all messages at once'],
		['Math.min(concurrency, units.length)', '1', 'one message at a time'],
		[' || isOver()) return', ') return', 'messages are sent after a failure or a stop'],
		[
			'Date.now() === lastStart) await sleep(1)',
			'false) await sleep(1)',
			'requests start in the same millisecond and delay each other',
			'It costs speed alone, and is measured (npm run bench): a test of it would be a timed one.',
		],
	),
	...inFile(
		'nodes/run/outcome.ts',
		[
			"context.delivered ?? 'no'",
			"context.delivered ?? 'unknown'",
			'a mistake in an expression may have been delivered',
		],
		["context.delivered ?? 'no'", "'no'", 'everything is safe to send again'],
		[
			'if (context.retCode !== undefined) details.retCode = context.retCode;',
			'',
			'a workflow cannot tell refusals apart',
		],
		['sort((a, b) => a - b)', 'sort()', 'ranges are sorted as texts'],
		['number === current[1] + 1', 'number === current[1] + 2', 'ranges with holes'],
		['current[1] = number;', 'current[0] = number;', 'ranges lose their beginning'],
		['if (total > 1) {', 'if (total > 2) {', 'two items are not told of'],
		['done.length === 0\n', 'done.length === 1\n', 'none is said where one was delivered'],
		[
			'if (unknown.length > 0) {',
			'if (unknown.length > 1) {',
			'the one that may have been delivered is not named',
		],
		['ranges: toRanges(unknown)', 'ranges: toRanges(failed)', 'too many may have been delivered'],
		['done: done.length, total', 'done: failed.length, total', 'the tally counts wrong'],
		[
			'failure instanceof NodeApiError && failure.httpCode !== null',
			'false',
			'no HTTP status in the details',
		],
		[
			'pairedItem: { item: itemIndex } }',
			'pairedItem: { item: 0 } }',
			'every error belongs to item 0',
		],
	),
	...inFile(
		'nodes/run/failures.ts',
		[
			"delivered: 'unknown',\n\t};",
			"delivered: 'no',\n\t};",
			'an error nobody foresaw while sending is safe to send again',
		],
		[
			'const reason = cause instanceof Error ? cause.name : typeof cause;',
			'const reason = String(cause);',
			'the text of an error nobody foresaw, with its secrets',
		],
		[
			'if (place.sentences === undefined) {',
			'if (true) {',
			"an error nobody foresaw is told as an expression's mistake",
		],
		['cause.context.itemIndex ??= place.itemIndex;', '', "an expression's error names no item"],
		[
			"cause instanceof PlatformError && cause.problem !== 'stopped'",
			'cause instanceof PlatformError',
			'a stop is told as a failure of the platform',
		],
		[
			"shorten(facts.reason ?? '', MAX_REASON_LENGTH)",
			"facts.reason ?? ''",
			'a whole page as a reason',
		],
		['const seconds = timeoutMs / 1000;', 'const seconds = timeoutMs;', '30000 seconds'],
		[
			"delivered === 'no' ? HELP_TEXTS.stopped : mayBeDone",
			'HELP_TEXTS.stopped',
			'what was under way at a stop "was not made any more"',
		],
		[
			'if (retCode !== undefined) error.context.retCode = retCode;',
			'',
			'a workflow cannot tell refusals apart',
		],
		['error.message = message;', '', "n8n's own sentence in the place of the platform's"],
		['error.context.delivered = delivered;', '', 'everything is safe to send again'],
		[
			'error.messages = [];',
			'',
			'n8n shows the message twice',
			'n8n decides what it shows of them; none of the tested versions shows them for these errors.',
		],
		[
			'return finish(error, message, cause.delivered);',
			"return finish(error, message, 'no');",
			'everything is safe to send again',
		],
		["problem === 'notJson' ? excerpt : ''", 'excerpt', 'an empty quotation'],
		[
			'help.push(wordsOfProblem(facts.repeat, sentences).message);',
			'',
			'nobody says why the repeat failed',
		],
		[
			"problem === 'refused' ? retDesc || said :",
			"problem === 'refused' ? said :",
			"the platform's own reason is not told",
		],
		[
			'level = entry.options ?? entry.values ?? [];',
			'level = [];',
			'a nested field is called by its group alone',
		],
		[
			"case 'busy':\n\t\t\treturn [busy];",
			"case 'busy':\n\t\t\treturn [mayBeDone];",
			'a busy platform may have delivered',
		],
		[
			'if (cause instanceof UnreadableCredentialError) {',
			'if (false) {',
			"a missing credential is told as an expression's mistake",
		],
		[
			'cause.context.itemIndex = place.itemIndex;\n\t\treturn cause;',
			'return cause;',
			"n8n's own errors name no item",
		],
	),
	...inFile(
		'nodes/run/connection.ts',
		["type === 'tzeAppApi'\n", "type === 'tzeApi'\n", 'a pasted token is renewed'],
		['signal: context.getExecutionCancelSignal(),', '', 'a stop is not heard'],
		[
			"typeof data.recipientField === 'string' ? data.recipientField : ''",
			"''",
			'Recipient Field is not read',
		],
		[
			"data.recipientFormat === 'commaSeparated' ? 'commaSeparated' : 'array'",
			"'array'",
			'Recipient Format is not read',
		],
		[
			'if (error instanceof NodeOperationError) throw error;',
			'',
			"n8n's reason for a missing credential is wrapped",
		],
		[
			"context.getNodeParameter('authentication', 0, null)",
			"'accessToken'",
			'the app key is never used',
		],
		['parseAccessToken(data.accessToken)', 'String(data.accessToken)', 'an empty token is sent'],
		['data: credential }', 'data }', "the empty token of a renewal is not n8n's to fill"],
	),
	...inFile(
		'nodes/run/authentication.ts',
		[
			"authentication === 'appKey' ? 'tzeAppApi'",
			"authentication === 'app' ? 'tzeAppApi'",
			'the app key is never used',
		],
		["default: 'accessToken'", "default: 'appKey'", 'stored workflows change their credential'],
		[
			"name: 'tzeApi',\n\t\trequired: true",
			"name: 'tzeApi',\n\t\trequired: false",
			'a node without a credential runs',
		],
		[
			"show: { authentication: ['appKey'] }",
			"show: { authentication: ['accessToken'] }",
			'the credential of the app key cannot be chosen',
		],
	),
];
