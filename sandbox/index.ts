import fastify from 'fastify';

import { CallLog } from './callLog';
import { serveControl } from './control';
import { FaultQueue } from './faults';
import { serveInbox } from './pages/inbox';
import { serveLogin } from './pages/login';
import { MESSAGE_PATH, RECIPIENT_FIELD, type Platform } from './platformCalls';
import { servePlatform } from './platformServer';
import { CodeStore, MessageStore, randomHex, TokenStore } from './store';

export interface SandboxOptions {
	/** 0, the default, takes a free one. */
	port?: number;
	/** Loopback only: anybody who can reach the sandbox can read every message in it. */
	host?: '127.0.0.1';
	/** Random by default. */
	accessToken?: string;
	appId?: string;
	/** Random by default. */
	appKey?: string;
	/** How long a token fetched with the app key is valid; 2 hours by default (D). */
	tokenLifetimeMs?: number;
	/** Whether fetching a token voids those that the application fetched before; false by default. */
	voidOlderTokens?: boolean;
	/** How long the code of a login is valid; 10 minutes by default (D). */
	codeLifetimeMs?: number;
}

export interface Sandbox {
	/** Goes into the credential as Base URL; no slash at the end. */
	url: string;
	accessToken: string;
	appId: string;
	appKey: string;
	messagePath: typeof MESSAGE_PATH;
	recipientField: typeof RECIPIENT_FIELD;
	inboxUrl: string;
	loginUrl: string;
	controlUrl: string;
	/** Ends at once, calls that are under way included. */
	close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts a stand-in for the TZE open platform on loopback. Everything it holds is in memory.
 *
 * @throws the system's error (`code: 'EADDRINUSE'`) when the port is taken
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const {
		port = 0,
		host = '127.0.0.1',
		accessToken = randomHex(),
		appId = 'sandbox-app',
		appKey = randomHex(),
		tokenLifetimeMs = 2 * 60 * 60 * 1000,
		voidOlderTokens = false,
		codeLifetimeMs = 10 * 60 * 1000,
	} = options;
	const platform: Platform = {
		messages: new MessageStore(),
		codes: new CodeStore(codeLifetimeMs),
		tokens: new TokenStore(tokenLifetimeMs, voidOlderTokens),
		log: new CallLog(),
		appId,
		appKey,
	};
	platform.tokens.addStatic(accessToken);

	const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
	// Bodies are kept as raw text, whatever their Content-Type is: faults search the raw text, and a wrong
	// Content-Type is refused in the platform's own envelope.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
	const faults = new FaultQueue();
	servePlatform(app, platform, faults);
	serveControl(app, platform, faults);
	serveInbox(app, platform.messages);
	serveLogin(app, platform.codes);

	const url = await app.listen({ port, host });
	return {
		url,
		accessToken,
		appId,
		appKey,
		messagePath: MESSAGE_PATH,
		recipientField: RECIPIENT_FIELD,
		inboxUrl: `${url}/inbox`,
		loginUrl: `${url}/login`,
		controlUrl: `${url}/_sandbox`,
		close: () => app.close(),
	};
}
