import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';

import type { LoggedCall } from './callLog';
import { SUCCESS_CODE } from './constants';
import type { Fault } from './faults';
import { gatewayPage, jsonAnswer, parseJson, pathOf, queryOf, rawBodyOf, sendAnswer } from './http';
import type { Answer } from './http';
import { platformCalls, refusal } from './platformCalls';
import type { PluginOptions } from './state';

/**
 * Lets the server answer as the platform: counts and logs its calls, applies queued faults, and
 * answers unknown addresses with HTTP 404 and an HTML page, as real gateways do.
 */
export const platformPlugin: FastifyPluginAsync<PluginOptions> = async (app, { state }) => {
	const { log, faults } = state;
	const closing = new AbortController();
	setMaxListeners(0, closing.signal); // any number of calls may be delayed at once
	app.addHook('preClose', async () => closing.abort());

	app.decorateRequest('loggedCall', null);
	const loggedCallOf = (request: FastifyRequest) => request.getDecorator<LoggedCall>('loggedCall');
	/** What the sandbox does not let in has none. */
	const isLogged = (request: FastifyRequest) =>
		request.getDecorator<LoggedCall | null>('loggedCall') !== null;

	app.addHook('onRequest', async (request, reply) => {
		const path = pathOf(request);
		const call = log.arrive({
			method: request.method,
			path,
			...parametersOf(request),
			headers: headersOf(request),
		});
		request.setDecorator<LoggedCall>('loggedCall', call);
		reply.raw.once('close', () => log.settled(call));
		if (faults.takeCutBefore(path)) {
			call.fault = 'cutBefore';
			cut(reply, call);
		}
	});

	// Settled before the answer is sent: a client that has its answer may send the next call at once, and
	// a client that keeps to n calls in flight must never be counted with n + 1.
	app.addHook('onSend', async (request, reply) => {
		if (!isLogged(request)) return;
		const call = loggedCallOf(request);
		call.status = reply.statusCode;
		log.settled(call);
	});

	/** Answers a call, changed by the fault that applies to it, if any. */
	async function serve(
		request: FastifyRequest,
		reply: FastifyReply,
		carryOut: (body: unknown) => Answer,
		refuse: typeof refusal = refusal,
	): Promise<FastifyReply> {
		const rawBody = rawBodyOf(request);
		const body = rawBody === '' ? undefined : parseJson(rawBody);
		const call = loggedCallOf(request);
		log.read(call, rawBody, body);
		const fault = faults.take(pathOf(request), rawBody || queryTextOf(request));
		if (fault) call.fault = fault.kind;

		function send(answer: Answer): FastifyReply {
			if (answer.retCode !== undefined) {
				call.retCode = answer.retCode;
				if (answer.retCode !== SUCCESS_CODE) log.refused();
			}
			return sendAnswer(reply, answer);
		}

		if (!fault) return send(carryOut(body));
		switch (fault.kind) {
			case 'refuse':
				return send(refuse(fault.retCode, fault.retDesc, fault.httpStatus));
			case 'status':
				return send(statusAnswer(fault));
			case 'html':
				return send(gatewayPage(200, 'Injected Fault'));
			case 'empty':
				return send({ ...jsonAnswer({}), body: '' });
			case 'noCode':
				return send(jsonAnswer({ message: 'JSON, but not the envelope of the platform' }));
			case 'delay': {
				const answer = carryOut(body);
				await sleep(fault.ms, undefined, { signal: closing.signal }).catch(() => undefined);
				return send(answer);
			}
			case 'dribble':
				carryOut(body);
				return dribble(reply, call);
			case 'truncatedJson': {
				const answer = carryOut(body);
				return send({ ...answer, body: firstHalf(answer.body) });
			}
			case 'cutMidAnswer':
				return cutInTheMiddle(reply, carryOut(body), call);
			case 'cutAfter':
				carryOut(body);
				return cut(reply, call);
			case 'cutBefore': // applied before the body is read, and so never taken here
				return cut(reply, call);
		}
	}

	for (const [url, { method, handle, refusal: refuse }] of Object.entries(platformCalls)) {
		const handler = (request: FastifyRequest, reply: FastifyReply) => {
			const carryOut = (body: unknown) =>
				handle(state, {
					query: queryOf(request),
					contentType: request.headers['content-type'],
					body,
					length: rawBodyOf(request).length,
				});
			return serve(request, reply, carryOut, refuse);
		};
		app.route({ method, url, exposeHeadRoute: false, handler });
	}
	app.setNotFoundHandler((request, reply) =>
		serve(request, reply, () => gatewayPage(404, 'Not Found')),
	);
};

function statusAnswer({ httpStatus, retryAfter, body }: Fault<'status'>): Answer {
	const page = gatewayPage(httpStatus, 'Injected Fault');
	const headers: Record<string, string> =
		retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` };
	return { ...page, headers, body: body ?? page.body };
}

/** The query as text, without the token, for faults that look for a piece of it. */
function queryTextOf(request: FastifyRequest): string {
	const query = queryOf(request);
	query.delete('accessToken');
	return decodeURIComponent(query.toString().replaceAll('+', ' '));
}

/** What the query says beside the token, if anything. */
function parametersOf(request: FastifyRequest): Pick<LoggedCall, 'query'> {
	const query = queryOf(request);
	query.delete('accessToken');
	return query.size === 0 ? {} : { query: Object.fromEntries(query) };
}

function headersOf({ headers }: FastifyRequest): LoggedCall['headers'] {
	const kept: LoggedCall['headers'] = {};
	for (const name of ['content-type', 'user-agent', 'accept'] as const) {
		const value = headers[name];
		if (value !== undefined) kept[name] = value;
	}
	return kept;
}

function firstHalf(text: string): string {
	return text.slice(0, Math.floor(text.length / 2));
}

function cut(reply: FastifyReply, call: LoggedCall): FastifyReply {
	reply.hijack();
	call.status = null;
	reply.raw.destroy();
	return reply;
}

/** The header promises the whole answer, half of it is sent, and the connection ends. */
/** How often a byte comes. */
const DRIBBLE_MS = 100;

function dribble(reply: FastifyReply, call: LoggedCall): FastifyReply {
	reply.hijack();
	call.status = 200;
	reply.raw.writeHead(200, { 'content-type': 'application/json' });
	const timer = setInterval(() => reply.raw.write(' '), DRIBBLE_MS);
	reply.raw.once('close', () => clearInterval(timer));
	return reply;
}

function cutInTheMiddle(reply: FastifyReply, answer: Answer, call: LoggedCall): FastifyReply {
	reply.hijack();
	call.status = answer.status;
	reply.raw.writeHead(answer.status, {
		'content-type': answer.contentType,
		'content-length': Buffer.byteLength(answer.body),
	});
	reply.raw.write(firstHalf(answer.body), () => reply.raw.destroy());
	return reply;
}
