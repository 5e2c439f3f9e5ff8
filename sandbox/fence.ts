import type { FastifyInstance, FastifyRequest } from 'fastify';

import { sendAnswer } from './http';
import { say, type Language, type Sentence } from './language';
import { ownWords } from './refusal';
import { REFUSALS } from './texts';

/** The names by which programs of this computer reach the sandbox, each with its port behind it. */
const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * For every answer, what is not shown by a browser included: it keeps nothing, tells nobody where it was,
 * guesses no type, lends it to no other page, and runs and loads nothing. A page that needs more says so
 * (`sendPage`).
 */
const SAFE_HEADERS = {
	'cache-control': 'no-store',
	'content-security-policy':
		"default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
	'cross-origin-resource-policy': 'same-origin',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
};

/**
 * Keeps other pages out, which the browser of this computer may have open. Loopback alone does not: a page
 * can send to any port of the computer, and a name of its own may lead there (DNS rebinding). What comes
 * from no page, such as n8n's calls, has no Origin and passes.
 *
 * @param hosts more names to answer to, such as that of a forwarded port; one without a port has the
 * sandbox's own
 */
export function fence(app: FastifyInstance, hosts: readonly string[], language: Language): void {
	const names = [...OWN_NAMES, ...hosts.map((host) => host.toLowerCase())];
	app.addHook('onRequest', async (request, reply) => {
		reply.headers(SAFE_HEADERS);
		const refuse = (status: number, problem: Sentence) =>
			sendAnswer(reply, {
				status,
				contentType: 'text/plain; charset=utf-8',
				body: `${ownWords(problem, language)}\n`,
			});
		if (!isOwnHost(request, names)) {
			return refuse(421, say(REFUSALS.otherHost));
		}
		if (isFromElsewhere(request)) return refuse(403, say(REFUSALS.otherPage));
		return undefined;
	});
}

function isOwnHost({ headers, socket }: FastifyRequest, names: readonly string[]): boolean {
	const host = headers.host?.toLowerCase();
	if (host === undefined) return false;
	const port = socket.localPort;
	const isAlone = (name: string) => host === name && (port === 80 || !OWN_NAMES.includes(name));
	return names.some((name) => host === `${name}:${port}` || isAlone(name));
}

/**
 * Whether a browser sends it for another page. A link that leads here is none: whoever follows it sees the
 * sandbox's own page, and the other page sees nothing.
 */
function isFromElsewhere({ method, headers }: FastifyRequest): boolean {
	const { origin, host = '' } = headers;
	if (origin !== undefined) return origin.toLowerCase() !== `http://${host.toLowerCase()}`;
	const site = headers['sec-fetch-site'] ?? 'none';
	const isLink = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
	return site !== 'none' && site !== 'same-origin' && !isLink;
}
