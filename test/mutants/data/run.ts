import { inFile } from '../mutant';

export const run = [
	...inFile(
		'nodes/run/items.ts',
		['firstFailure ??= failure;', 'firstFailure = failure;', 'the tally names the last failure'],
		[
			'itemIndex < total && !isOver(); itemIndex++) fail(cause, itemIndex)',
			'itemIndex < 1; itemIndex++) fail(cause, itemIndex)',
			'items vanish when the credential is wrong',
		],
		[
			'if (itemIndex % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);',
			'',
			'a stop is not heard while parameters are read',
		],
		['{ json, pairedItem: { item: itemIndex } };', '{ json };', 'later nodes do not find the item'],
		[
			'firstFailure !== undefined && !continueOnFail',
			'firstFailure !== undefined',
			'a run that shall continue fails',
		],
		[
			"tally.failed(itemIndex, part, failure.context.delivered === 'unknown');",
			'tally.failed(itemIndex, part, false);',
			'nobody says what may have been delivered',
		],
		['signal?.aborted === true || (first', '(first', 'a stopped execution goes on'],
		[
			'(firstFailure !== undefined && !continueOnFail)',
			'firstFailure !== undefined',
			'one failure ends a run that shall continue',
		],
		['work.prepare(itemIndex);', 'work.prepare(0);', 'the message of item 0 for all'],
		[
			'outputs[itemIndex][part] = { json, pairedItem: { item: itemIndex } };',
			'outputs[itemIndex].push({ json, pairedItem: { item: itemIndex } });',
			'the parts of an item in the order of their answers',
		],
		['{ json, pairedItem: { item: itemIndex } };', '{ json };', 'later nodes do not find the item'],
		['tally.done(itemIndex, part);', '', 'nobody says what was delivered'],
		[
			'fail(cause, itemIndex, part, work, work.about?.(call));',
			'fail(cause, itemIndex, part, undefined, work.about?.(call));',
			'an error nobody foresaw while sending is "not delivered"',
		],
		[
			'fail(cause, itemIndex, part, work, work.about?.(call));',
			'fail(cause, itemIndex, part, work);',
			'an error does not say whom it was for',
		],
		[
			'fail(cause, itemIndex, part, work, work.about?.(call));',
			'fail(cause, itemIndex, 0, work, work.about?.(call));',
			'the failure of a part takes the place of another',
		],
		[
			'if (firstFailure === undefined || signal?.aborted) return output;',
			'if (signal?.aborted) return [];\n\tif (firstFailure === undefined) return output;',
			'a stopped run stores nothing of what was delivered',
		],
		[
			'firstFailure === undefined || signal?.aborted',
			'firstFailure === undefined',
			'a stopped execution is told as a failed one',
		],
		['if (!continueOnFail) throw', 'throw', 'a run that shall continue fails'],
		[
			'context.addExecutionHints(hintOf(tally));',
			'',
			'nothing above the output says that some failed',
		],
		['tally.started();', '', 'nothing was sent, says a run that sent'],
		['tally.prepared(itemIndex, calls.length);', '', 'the tally counts items in place of calls'],
	),
	...inFile(
		'nodes/run/outcome.ts',
		[
			"context.delivered ?? 'no'",
			"context.delivered ?? 'unknown'",
			'a mistake in an expression may have been delivered',
		],
		["context.delivered ?? 'no'", "'no'", 'everything is safe to send again'],
		['sort((a, b) => a - b)', 'sort()', 'ranges are sorted as texts'],
		['number === current[1] + 1', 'number === current[1] + 2', 'ranges with holes'],
		['current[1] = number;', 'current[0] = number;', 'ranges lose their beginning'],
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
		[
			'if (context.retCode !== undefined) error.retCode = context.retCode;',
			'',
			'a workflow cannot tell refusals apart',
		],
		['{ ...error, ...about }', 'error', 'an error does not say whom it was for'],
		[
			'tally.hasStarted && total > 1) {',
			'tally.hasStarted && total > 2) {',
			'two items are not told of',
		],
		['!tally.hasStarted && total > 1', 'false', 'nobody says that nothing was sent'],
		['if (done > 0) {', 'if (done > 1) {', 'none is said where one was delivered'],
		[
			"if (tally.count('unknown') > 0) {",
			"if (tally.count('unknown') > 1) {",
			'the one that may have been delivered is not named',
		],
		[
			"{ ranges: tally.list('unknown') }",
			"{ ranges: tally.list('failed') }",
			'too many may have been delivered',
		],
		[
			'isCertain ? RUN_TEXTS.noneDone : RUN_TEXTS.noneKnown',
			'RUN_TEXTS.noneDone',
			'what nobody knows is told as not done',
		],
		[
			'if (isUnknown) this.all.unknown.push([item, part]);',
			'',
			'nobody says what may have been delivered',
		],
		[
			'let total = this.items - this.parts.size;',
			'let total = 0;',
			'items with a mistake are not counted',
		],
		['part + 1]', 'part]', 'parts are counted from 0'],
		['.sort((a, b) => a.first - b.first)', '', 'a list out of order'],
		["tally.count('failed') - unknown", "tally.count('failed')", 'the unknown are counted twice'],
		[
			'unknown > 0 ? RUN_TEXTS.hintUnknown : RUN_TEXTS.hint',
			'RUN_TEXTS.hint',
			'the hint says nothing of what may have been delivered',
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
		[
			'level = isNamed(entry) ? (entry.options ?? entry.values ?? []) : [];',
			'level = [];',
			'a nested field is called by its inner name',
		],
		[
			'labels.push(isNamed(entry) ? entry.displayName : name);',
			'labels.push(name);',
			'a field is called by its inner name',
		],
		[
			"delivered === 'no' ? notDone : mayBeDone",
			'mayBeDone',
			'what was turned away may have been delivered',
		],
		[
			'facts.status === 404 || facts.status === 405',
			'facts.status === 405',
			'nobody says which path is wrong',
		],
	),
	...inFile(
		'nodes/run/connection.ts',
		["type === 'tzeAppApi'\n", "type === 'tzeApi'\n", 'a pasted token is renewed'],
		['signal: context.getExecutionCancelSignal(),', '', 'a stop is not heard'],
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
		[
			'testRecipients: data.testRecipients,',
			'testRecipients: undefined,',
			'messages of a test reach everybody',
		],
		[
			'recipientField: data.recipientField,',
			'recipientField: undefined,',
			'Recipient Field is not read',
		],
		['parseRecipientFormat(data.recipientFormat)', "'array'", 'Recipient Format is not read'],
		[
			'stoppedBy(context, options.abortSignal),',
			'context,',
			'a request that was given up keeps its connection',
		],
	),
	...inFile(
		'nodes/run/authentication.ts',
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
		[
			"choice === 'appKey' ? 'tzeAppApi'",
			"choice !== 'appKey' ? 'tzeAppApi'",
			'the other credential is used',
		],
	),
	...inFile(
		'nodes/run/rawParameters.ts',
		[
			'if (failure instanceof RangeError) {',
			'if (false) {',
			'a field that is too deep is not named',
		],
		[
			"isText || (typeof length === 'number' && length > 0)",
			'false',
			'what one expression gives for a whole group is lost',
		],
		[
			"typeof length === 'number' && length > 0",
			'false',
			'what one expression gives for a whole collection is lost',
		],
		[
			'isRecord(value) ? value[name] : undefined',
			'(value as Record<string, unknown>)[name]',
			'a group that is not there ends the run',
		],
	),
	...inFile(
		'nodes/run/performAtPace.ts',
		[
			'if (index % UNITS_BETWEEN_PAUSES === UNITS_BETWEEN_PAUSES - 1) await sleep(0);',
			'',
			'no breath between items that fail at once: a stop is not heard',
		],
		[
			'if (turn === undefined) break;',
			'if (turn === undefined) continue;',
			'nothing: it is over for the others, too',
			'Whoever is over stays over: the next ones get no turn, either.',
		],
		['turn.end();', '', 'the run waits for ever for a place'],
		['await Promise.all(underWay);', '', 'what is under way is not awaited'],
	),
];
