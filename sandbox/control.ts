import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { checkFault, type FaultQueue } from './faults';
import { jsonAnswer, parseJson, queryOf, rawBodyOf, sendAnswer } from './http';
import { persons } from './persons';
import type { Platform } from './platformCalls';
import { ajv, describeErrors } from './validation';

const listing = {
	'GET /_sandbox': 'this list',
	'GET /_sandbox/messages?recipient=&busiId=&limit=&offset=': 'delivered messages, oldest first',
	'DELETE /_sandbox/messages': 'forget them',
	'POST /_sandbox/codes {personId?, count?}': 'make OAuth codes without the login page',
	'GET /_sandbox/tokens': 'how many access tokens are valid (never which)',
	'POST /_sandbox/tokens': 'issue another access token',
	'DELETE /_sandbox/tokens {accessToken?}': 'revoke that one, or all',
	'GET /_sandbox/stats': 'counts of the calls of the platform',
	'DELETE /_sandbox/stats': 'count anew',
	'GET /_sandbox/requests': 'the last 1000 calls of the platform, without secrets',
	'GET /_sandbox/faults': 'faults that are queued',
	'POST /_sandbox/faults {kind, times?, path?, match?, after?, …}': 'queue a fault',
	'DELETE /_sandbox/faults': 'forget them',
};

const checkCodesRequest = ajv.compile<{ personId?: string; count?: number }>({
	type: 'object',
	properties: {
		personId: { type: 'string', minLength: 1 },
		count: { type: 'integer', minimum: 1, maximum: 100_000 },
	},
	additionalProperties: false,
});

const checkRevokeRequest = ajv.compile<{ accessToken?: string }>({
	type: 'object',
	properties: { accessToken: { type: 'string', minLength: 1 } },
	additionalProperties: false,
});

/** The control calls: what tests, the demo and curious people use to look inside. */
export function serveControl(app: FastifyInstance, platform: Platform, faults: FaultQueue): void {
	const { messages, codes, tokens, log } = platform;

	app.get('/_sandbox', (_request, reply) => ok(reply, { calls: listing }));

	app.get('/_sandbox/messages', (request, reply) => {
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
	app.delete('/_sandbox/messages', (_request, reply) => ok(reply, { cleared: messages.clear() }));

	app.post('/_sandbox/codes', (request, reply) => {
		const body = bodyOf(request);
		if (!checkCodesRequest(body)) return wrong(reply, describeErrors(checkCodesRequest.errors));
		const { personId = persons[0].personId, count = 1 } = body;
		return ok(reply, {
			codes: Array.from({ length: count }, () => ({ personId, oauthCode: codes.issue(personId) })),
		});
	});

	app.get('/_sandbox/tokens', (_request, reply) => ok(reply, tokens.counts()));
	app.post('/_sandbox/tokens', (_request, reply) =>
		ok(reply, { accessToken: tokens.issueStatic() }),
	);
	app.delete('/_sandbox/tokens', (request, reply) => {
		const body = bodyOf(request);
		if (!checkRevokeRequest(body)) return wrong(reply, describeErrors(checkRevokeRequest.errors));
		return ok(reply, { revoked: tokens.revoke(body.accessToken) });
	});

	app.get('/_sandbox/stats', (_request, reply) => ok(reply, log.stats()));
	app.delete('/_sandbox/stats', (_request, reply) => {
		log.reset();
		return ok(reply, log.stats());
	});
	app.get('/_sandbox/requests', (_request, reply) => ok(reply, { requests: log.list() }));

	app.get('/_sandbox/faults', (_request, reply) => ok(reply, { faults: faults.list() }));
	app.post('/_sandbox/faults', (request, reply) => {
		const fault = checkFault(bodyOf(request));
		return fault.ok ? ok(reply, { id: faults.add(fault.value).id }) : wrong(reply, fault.problem);
	});
	app.delete('/_sandbox/faults', (_request, reply) => ok(reply, { cleared: faults.clear() }));
}

function ok(reply: FastifyReply, body: object): FastifyReply {
	return sendAnswer(reply, jsonAnswer(body));
}

function wrong(reply: FastifyReply, problem: string): FastifyReply {
	return sendAnswer(reply, jsonAnswer({ error: problem }, 400));
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
