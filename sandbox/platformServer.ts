import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { maskSecrets, type LoggedCall } from './callLog';
import type { Fault, FaultQueue } from './faults';
import { gatewayPage, jsonAnswer, parseJson, pathOf, queryOf, rawBodyOf, sendAnswer } from './http';
import type { Answer } from './http';
import { envelope, platformCalls, type Platform } from './platformCalls';

/** Everything that is not a page or a control call belongs to the platform. */
function isPlatformCall(path: string): boolean {
	return !/^\/(?:(?:_sandbox|inbox|login|favicon\.ico)(?:\/|$)|$)/.test(path);
}

/**
 * Lets the server answer as the platform: counts and logs its calls, applies queued faults, and
 * answers unknown addresses with HTTP 404 and an HTML page, as real gateways do.
 */
export function servePlatform(app: FastifyInstance, platform: Platform, faults: FaultQueue): void {
	const { log } = platform;
	const logged = new WeakMap<FastifyRequest, LoggedCall>();
	const closing = new AbortController();
	setMaxListeners(0, closing.signal); // any number of calls may be delayed at once
	app.addHook('preClose', async () => closing.abort());

	app.addHook('onRequest', async (request, reply) => {
		const path = pathOf(request);
		if (!isPlatformCall(path)) return;
		const call = log.arrive({ method: request.method, path, headers: headersOf(request) });
		logged.set(request, call);
		reply.raw.once('close', () => log.settled(call));
		if (faults.takeCutBefore(path)) {
			call.fault = 'cutBefore';
			cut(reply, call);
		}
	});

	// Settled before the answer is sent: a client that has its answer may send the next call at once, and
	// a client that keeps to n calls in flight must never be counted with n + 1.
	app.addHook('onSend', async (request, reply) => {
		const call = logged.get(request);
		if (!call) return;
		call.status = reply.statusCode;
		log.settled(call);
	});

	/** Answers a call, changed by the fault that applies to it, if any. */
	async function serve(
		request: FastifyRequest,
		reply: FastifyReply,
		carryOut: (body: unknown) => Answer,
	): Promise<FastifyReply> {
		const rawBody = rawBodyOf(request);
		const body = rawBody === '' ? undefined : parseJson(rawBody);
		const call = logged.get(request);
		const fault = faults.take(pathOf(request), rawBody);
		if (call) {
			call.body = body === undefined ? rawBody || null : maskSecrets(body);
			if (fault) call.fault = fault.kind;
		}

		function send(answer: Answer): FastifyReply {
			if (call && answer.retCode !== undefined) call.retCode = answer.retCode;
			if (answer.retCode !== undefined && answer.retCode !== '000000') log.refused();
			return sendAnswer(reply, answer);
		}

		if (!fault) return send(carryOut(body));
		switch (fault.kind) {
			case 'refuse':
				return send(envelope(fault.retCode, fault.retDesc, { data: null }, fault.httpStatus));
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

	for (const [path, handler] of Object.entries(platformCalls)) {
		app.post(path, (request, reply) =>
			serve(request, reply, (body) =>
				handler(platform, {
					query: queryOf(request),
					contentType: request.headers['content-type'],
					body,
				}),
			),
		);
	}
	app.setNotFoundHandler((request, reply) =>
		isPlatformCall(pathOf(request))
			? serve(request, reply, () => gatewayPage(404, 'Not Found'))
			: sendAnswer(reply, gatewayPage(404, 'Not Found')),
	);
	// What Fastify itself refuses, such as a body over the limit.
	app.setErrorHandler((error, _request, reply) => {
		const status = statusOf(error);
		return sendAnswer(reply, gatewayPage(status, status < 500 ? 'Bad Request' : 'Server Error'));
	});
}

function statusOf(error: unknown): number {
	const status =
		typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
	return typeof status === 'number' ? status : 500;
}

function statusAnswer({ httpStatus, retryAfter, body }: Fault<'status'>): Answer {
	const page = gatewayPage(httpStatus, 'Injected Fault');
	const headers: Record<string, string> =
		retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` };
	return { ...page, headers, body: body ?? page.body };
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

function cut(reply: FastifyReply, call: LoggedCall | undefined): FastifyReply {
	reply.hijack();
	if (call) call.status = null;
	reply.raw.destroy();
	return reply;
}

/** The header promises the whole answer, half of it is sent, and the connection ends. */
function cutInTheMiddle(
	reply: FastifyReply,
	answer: Answer,
	call: LoggedCall | undefined,
): FastifyReply {
	reply.hijack();
	if (call) call.status = answer.status;
	reply.raw.writeHead(answer.status, {
		'content-type': answer.contentType,
		'content-length': Buffer.byteLength(answer.body),
	});
	reply.raw.write(firstHalf(answer.body), () => reply.raw.destroy());
	return reply;
}
