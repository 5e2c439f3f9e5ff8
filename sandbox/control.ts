import { Type, type Static } from '@sinclair/typebox';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

import { KEPT_CALLS } from './callLog';
import { CONTROL_PATH } from './constants';
import { checkFault } from './faults';
import {
	answerNotFound,
	JSON_CONTENT_TYPE,
	jsonAnswer,
	parseJson,
	queryOf,
	rawBodyOf,
	sendAnswer,
} from './http';
import { word } from './language';
import { loginPersons } from './town';
import type { PluginOptions } from './state';
import { compile, strictObject } from './validation';

const listing = {
	[`GET ${CONTROL_PATH}`]: 'this list',
	[`GET ${CONTROL_PATH}/messages?recipient=&busiId=&limit=&offset=`]:
		'delivered messages, oldest first',
	[`DELETE ${CONTROL_PATH}/messages`]: 'forget them',
	[`POST ${CONTROL_PATH}/codes {personId?, count?}`]: 'make OAuth codes without the login page',
	[`GET ${CONTROL_PATH}/tokens`]: 'how many access tokens are valid (never which)',
	[`POST ${CONTROL_PATH}/tokens`]: 'issue another access token',
	[`DELETE ${CONTROL_PATH}/tokens {accessToken?}`]: 'revoke that one, or all',
	[`GET ${CONTROL_PATH}/stats`]: 'counts of the calls of the platform',
	[`DELETE ${CONTROL_PATH}/stats`]: 'count anew',
	[`GET ${CONTROL_PATH}/requests`]: `the last ${KEPT_CALLS} calls of the platform (fewer, when they are long), without secrets`,
	[`GET ${CONTROL_PATH}/faults`]: 'faults that are queued',
	[`POST ${CONTROL_PATH}/faults {kind, times?, path?, match?, after?, …}`]: 'queue a fault',
	[`DELETE ${CONTROL_PATH}/faults`]: 'forget them',
	[`GET ${CONTROL_PATH}/directory`]: 'how the directory answers',
	[`POST ${CONTROL_PATH}/directory {spelling?, crowd?}`]:
		'let it spell ids and codes as "text" or "number", and have an organization of that many people',
	[`DELETE ${CONTROL_PATH}/directory`]: 'as it was at the start',
};

/** Enough for the longest fault; what is queued stays in memory. */
const BODY_LIMIT_BYTES = 512 * 1024;

const codesRequest = strictObject({
	personId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
	count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
});
export type CodesRequest = Static<typeof codesRequest>;

const checkCodesRequest = compile(codesRequest);

const checkRevokeRequest = compile(
	strictObject({ accessToken: Type.Optional(Type.String({ minLength: 1 })) }),
);

/** As many as take no page more than a directory of a whole province would. */
const MOST_CROWD = 1_000_000;

const checkDirectoryRequest = compile(
	strictObject({
		spelling: Type.Optional(Type.Union([Type.Literal('text'), Type.Literal('number')])),
		crowd: Type.Optional(Type.Integer({ minimum: 0, maximum: MOST_CROWD })),
	}),
);

/** The control calls: what tests, the demo and curious people use to look inside. */
export const controlPlugin: FastifyPluginAsync<PluginOptions> = async (app, { state }) => {
	const { messages, codes, tokens, log, faults, directory } = state;
	app.setNotFoundHandler(answerNotFound);
	app.addHook('onRoute', (route) => {
		route.bodyLimit = BODY_LIMIT_BYTES;
	});
	// A form of another page can send every type but this one without being asked first (Fetch, CORS)
	app.addHook('onRequest', async (request, reply) => {
		const { method, headers } = request;
		if (method !== 'POST' || JSON_CONTENT_TYPE.test(headers['content-type'] ?? ''))
			return undefined;
		return wrong(reply, 'the Content-Type must be application/json', 415);
	});

	app.get('', (_request, reply) => ok(reply, { calls: listing }));

	app.get('/messages', (request, reply) => {
		const query = queryOf(request);
		const limit = readCount(query, 'limit');
		const offset = readCount(query, 'offset') ?? 0;
		for (const value of [limit, offset]) {
			if (typeof value === 'string') return wrong(reply, value);
		}
		const recipient = query.get('recipient') || undefined;
		const busiId = query.get('busiId') || undefined;
		const found = messages.list({ recipient, busiId });
		const end = limit === undefined ? undefined : Number(offset) + Number(limit);
		return ok(reply, { total: found.length, messages: found.slice(Number(offset), end) });
	});
	app.delete('/messages', (_request, reply) => ok(reply, { cleared: messages.clear() }));

	app.post('/codes', (request, reply) => {
		const asked = checkCodesRequest(bodyOf(request));
		if (!asked.ok) return wrong(reply, word(asked.problem, 'en'));
		const { personId = loginPersons[0].userId, count = 1 } = asked.value;
		return ok(reply, {
			codes: Array.from({ length: count }, () => ({ personId, oauthCode: codes.issue(personId) })),
		});
	});

	app.get('/tokens', (_request, reply) => ok(reply, tokens.counts()));
	app.post('/tokens', (_request, reply) => {
		const accessToken = tokens.issueStatic();
		return accessToken === undefined
			? wrong(reply, 'there are too many access tokens: revoke some first')
			: ok(reply, { accessToken });
	});
	app.delete('/tokens', (request, reply) => {
		const asked = checkRevokeRequest(bodyOf(request));
		if (!asked.ok) return wrong(reply, word(asked.problem, 'en'));
		return ok(reply, { revoked: tokens.revoke(asked.value.accessToken) });
	});

	app.get('/stats', (_request, reply) => ok(reply, log.stats()));
	app.delete('/stats', (_request, reply) => {
		log.reset();
		return ok(reply, log.stats());
	});
	app.get('/requests', (_request, reply) => ok(reply, { requests: log.list() }));

	app.get('/faults', (_request, reply) => ok(reply, { faults: faults.list() }));
	app.post('/faults', (request, reply) => {
		const fault = checkFault(bodyOf(request));
		if (!fault.ok) return wrong(reply, fault.problem);
		const queued = faults.add(fault.value);
		return queued === undefined
			? wrong(reply, 'there are too many faults in the queue: forget them first')
			: ok(reply, { id: queued.id });
	});
	app.delete('/faults', (_request, reply) => ok(reply, { cleared: faults.clear() }));

	app.get('/directory', (_request, reply) => ok(reply, directory.settings));
	app.post('/directory', (request, reply) => {
		const asked = checkDirectoryRequest(bodyOf(request));
		if (!asked.ok) return wrong(reply, word(asked.problem, 'en'));
		directory.change(asked.value);
		return ok(reply, directory.settings);
	});
	app.delete('/directory', (_request, reply) => {
		directory.reset();
		return ok(reply, directory.settings);
	});
};

function ok(reply: FastifyReply, body: object): FastifyReply {
	return sendAnswer(reply, jsonAnswer(body));
}

function wrong(reply: FastifyReply, problem: string, status = 400): FastifyReply {
	return sendAnswer(reply, jsonAnswer({ error: problem }, status));
}

/** The parsed body; no body is an empty object, what is not JSON fails the schema. */
function bodyOf(request: FastifyRequest): unknown {
	const rawBody = rawBodyOf(request);
	return rawBody === '' ? {} : parseJson(rawBody);
}

/** A whole number in the query, `undefined` when it is absent, or a sentence when it is no number. */
function readCount(query: URLSearchParams, name: string): number | string | undefined {
	const text = query.get(name);
	if (text === null || text === '') return undefined;
	return /^\d{1,9}$/.test(text) ? Number(text) : `${name} must be a whole number, not "${text}"`;
}
