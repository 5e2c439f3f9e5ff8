import fastify from 'fastify';

import {
	ASSETS_PATH,
	CONTROL_PATH,
	INBOX_PATH,
	LOGIN_PATH,
	MESSAGE_PATH,
	RECIPIENT_FIELD,
} from './constants';
import { controlPlugin } from './control';
import { fence } from './fence';
import { answerNotFound, gatewayPage, sendAnswer } from './http';
import type { Language } from './language';
import { assetsPlugin } from './pages/assets';
import { inboxPlugin } from './pages/inbox';
import { loginPlugin } from './pages/login';
import { platformPlugin } from './platformServer';
import { ROOT_ORG_ID } from './town';
import { createState, type StateOptions } from './state';

export interface SandboxOptions extends StateOptions {
	/** 0, the default, takes a free one. */
	port?: number;
	/** Loopback only: anybody who can reach the sandbox can read every message in it. */
	host?: '127.0.0.1';
	/** More names to answer to, as calls have them in Host: `127.0.0.1:8080` for a forwarded port. */
	hosts?: readonly string[];
}

export interface Sandbox {
	language: Language;
	/** Goes into the credential as Base URL; no slash at the end. */
	url: string;
	accessToken: string;
	appId: string;
	appKey: string;
	messagePath: typeof MESSAGE_PATH;
	recipientField: typeof RECIPIENT_FIELD;
	/** The organization that everything of the directory is below. */
	rootOrgId: typeof ROOT_ORG_ID;
	inboxUrl: string;
	loginUrl: string;
	controlUrl: string;
	/** Ends at once, calls that are under way included. */
	close(): Promise<void>;
}

/** Of a part of a path: an ID at the login, as an address has it. */
const MOST_PARAMETER_CHARACTERS = 2_000;

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts a stand-in for the TZE open platform on loopback. Everything it holds is in memory.
 *
 * @throws the system's error (`code: 'EADDRINUSE'`) when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { port = 0, host = '127.0.0.1', hosts = [], ...stateOptions } = options;
	const state = createState(stateOptions);

	const app = fastify({
		bodyLimit: BODY_LIMIT_BYTES,
		forceCloseConnections: true,
		routerOptions: { maxParamLength: MOST_PARAMETER_CHARACTERS },
	});
	// Bodies are kept as raw text, whatever their Content-Type is: faults search the raw text, and a wrong
	// Content-Type is refused in the platform's own envelope.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
	// What Fastify itself refuses, such as a body over the limit.
	app.setErrorHandler((error, _request, reply) => {
		const status = statusOf(error);
		return sendAnswer(reply, gatewayPage(status, status < 500 ? 'Bad Request' : 'Server Error'));
	});

	fence(app, hosts, state.language);
	await app.register(controlPlugin, { prefix: CONTROL_PATH, state });
	await app.register(assetsPlugin, { prefix: ASSETS_PATH });
	await app.register(inboxPlugin, { prefix: INBOX_PATH, state });
	await app.register(loginPlugin, { prefix: LOGIN_PATH, state });
	app.get('/', (_request, reply) => reply.redirect(INBOX_PATH));
	app.get('/favicon.ico', answerNotFound); // browsers ask by themselves
	// Everything else belongs to the platform, addresses that it does not know included.
	await app.register(platformPlugin, { state });

	const url = await app.listen({ port, host });
	const { accessToken, appId, appKey } = state;
	return {
		language: state.language,
		url,
		accessToken,
		appId,
		appKey,
		messagePath: MESSAGE_PATH,
		recipientField: RECIPIENT_FIELD,
		rootOrgId: ROOT_ORG_ID,
		inboxUrl: `${url}${INBOX_PATH}`,
		loginUrl: `${url}${LOGIN_PATH}`,
		controlUrl: `${url}${CONTROL_PATH}`,
		close: () => app.close(),
	};
}

function statusOf(error: unknown): number {
	const status =
		typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
	return typeof status === 'number' ? status : 500;
}
