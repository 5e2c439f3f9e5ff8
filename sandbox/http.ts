import type { FastifyReply, FastifyRequest } from 'fastify';

/** An answer before it is sent, so that a fault can still change it. */
export interface Answer {
	status: number;
	contentType: string;
	body: string;
	headers?: Record<string, string>;
	/** The code in the body, for the log. */
	retCode?: string;
}

export const HTML = 'text/html; charset=utf-8';

/** JSON is UTF-8, so no other charset may be named. */
export const JSON_CONTENT_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

export function jsonAnswer(body: object, status = 200, retCode?: string): Answer {
	const contentType = 'application/json; charset=utf-8';
	return { status, contentType, body: JSON.stringify(body), ...(retCode ? { retCode } : {}) };
}

/** A page as a gateway in front of the platform answers it. */
export function gatewayPage(status: number, title: string): Answer {
	const body = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>sandbox gateway</center>\r\n</body>\r\n</html>\r\n`;
	return { status, contentType: HTML, body };
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
	return reply
		.code(answer.status)
		.header('content-type', answer.contentType)
		.headers(answer.headers ?? {})
		.send(answer.body);
}

/** Answers an address that does not exist, as `gatewayPage` words it. */
export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
	return sendAnswer(reply, gatewayPage(404, 'Not Found'));
}

/** The query of a call. */
export function queryOf(request: FastifyRequest): URLSearchParams {
	const start = request.url.indexOf('?');
	return new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1));
}

/** The path of a call, without its query; a call may name its whole address (RFC 9112, 3.2.2). */
export function pathOf(request: FastifyRequest): string {
	return request.url.replace(/^https?:\/\/[^/?]*/i, '').replace(/\?.*$/s, '');
}

/** The body as text: the sandbox has every body read as such, and parses it itself. */
export function rawBodyOf(request: FastifyRequest): string {
	return typeof request.body === 'string' ? request.body : '';
}

/** Parses JSON; `undefined`, which is no JSON value, when the text is not JSON. */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return undefined;
	}
}
