import type { FastifyPluginAsync, FastifyReply } from 'fastify';

import { LOGIN_PATH } from '../constants';
import { answerNotFound, queryOf } from '../http';
import { findUsers, loginPersons, type User } from '../town';
import type { PluginOptions } from '../state';
import { markup, sendPage, type Html } from './html';

/**
 * A stand-in for the platform's login, whose address is not public. As the platform does (S), it sends
 * the person on to a given address with `personId` and `oauthCode`.
 */
export const loginPlugin: FastifyPluginAsync<PluginOptions> = async (app, { state: { codes } }) => {
	app.setNotFoundHandler(answerNotFound);

	app.get('', (request, reply) => {
		const login = readLogin(queryOf(request));
		if (typeof login === 'string') return sendRefusal(reply, login);
		const { target, state } = login;
		const who = queryOf(request).get('who')?.trim() ?? '';
		return sendLogin(reply, target ? renderPersons(target, state, who) : renderAddressForm(state));
	});

	app.get<{ Params: { personId: string } }>('/as/:personId', (request, reply) => {
		const { personId } = request.params;
		if (personId.trim() === '' || personId.length > MOST_ID_CHARACTERS) {
			return sendRefusal(reply, `An ID has 1 to ${MOST_ID_CHARACTERS} characters.`);
		}
		const login = readLogin(queryOf(request));
		if (typeof login === 'string') return sendRefusal(reply, login);
		const { target, state } = login;
		if (!target) return sendRefusal(reply, 'redirect_uri is missing.');
		return reply.redirect(
			withQuery(target, {
				personId,
				oauthCode: codes.issue(personId),
				...(state === '' ? {} : { state }),
			}),
		);
	});
};

/** A login address of every real system is far below these. */
const MOST_ADDRESS_CHARACTERS = 4_000;
const MOST_STATE_CHARACTERS = 1_000;
const MOST_ID_CHARACTERS = 200;

interface Login {
	/** Where to go on; absent when none was given. */
	target?: URL;
	/** Handed back unchanged; `''` for none. */
	state: string;
}

/** What a login page is called with, or what is wrong with it. */
function readLogin(query: URLSearchParams): Login | string {
	for (const name of ['redirect_uri', 'state']) {
		if (query.getAll(name).length > 1) return `${name} is there more than once.`;
	}
	const state = query.get('state') ?? '';
	if (state.length > MOST_STATE_CHARACTERS) {
		return `state may have at most ${MOST_STATE_CHARACTERS} characters, and has ${state.length}.`;
	}
	const given = query.get('redirect_uri') ?? '';
	if (given === '') return { state };
	const target = readTarget(given);
	return typeof target === 'string' ? target : { target, state };
}

/** The address to go on to, or what is wrong with it: codes are given to this computer only. */
function readTarget(text: string): URL | string {
	if (text.length > MOST_ADDRESS_CHARACTERS) {
		return `redirect_uri may have at most ${MOST_ADDRESS_CHARACTERS} characters, and has ${text.length}.`;
	}
	if (!URL.canParse(text)) {
		return `redirect_uri must be an absolute address such as http://localhost:5678/webhook/tze-login, not "${text}".`;
	}
	const target = new URL(text);
	if (target.protocol !== 'http:' && target.protocol !== 'https:') {
		return `redirect_uri must begin with http:// or https://, not "${target.protocol}".`;
	}
	if (!/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(target.hostname)) {
		return `redirect_uri must be on this computer (localhost, 127.0.0.1 or [::1]), not on "${target.hostname}".`;
	}
	return target;
}

/** Sets parameters in the query of an address; the rest of the query stays as it was written. */
function withQuery(target: URL, parameters: Record<string, string>): string {
	const url = new URL(target);
	for (const name of Object.keys(parameters)) {
		if (url.searchParams.has(name)) url.searchParams.delete(name);
	}
	const before = url.search.replace(/^\?/, '');
	const added = new URLSearchParams(parameters).toString();
	url.search = before === '' ? added : `${before}&${added}`;
	return url.href;
}

/** @param who an ID, or a part of one or of a name, of the persons to offer; `''` for the short list */
function renderPersons(target: URL, state: string, who: string): Html {
	const login = { redirect_uri: target.href, ...(state !== '' && { state }) };
	const query = new URLSearchParams(login).toString();
	const entry = ({ userId, name, role }: Pick<User, 'userId' | 'name' | 'role'>) =>
		markup`<li><a href="${LOGIN_PATH}/as/${encodeURIComponent(userId)}?${query}" data-test-id="login-person"><span class="face">${[...name][0]}</span><span><b>${name}</b><small>${role}</small></span><code>${userId}</code></a></li>`;
	const hidden = Object.entries(login).map(
		([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
	);
	return markup`<h1>Who is logging in?</h1>
<p>You will go on to <b>${target.host}</b> with a <code>personId</code> and a fresh <code>oauthCode</code>.</p>
<ul>${(who === '' ? loginPersons : personsFor(who)).map(entry)}</ul>
<form class="who" action="${LOGIN_PATH}">${hidden}<label>Somebody else<span><input type="search" name="who" value="${who}" required maxlength="${MOST_ID_CHARACTERS}" placeholder="Any ID, or a name of the town" data-test-id="login-who"><button>Show</button></span></label></form>`;
}

const MOST_PERSONS = 8;

/** Who of the town has this ID or name; an ID that nobody of the town has is a person, too. */
function personsFor(who: string): Array<Pick<User, 'userId' | 'name' | 'role'>> {
	const found = findUsers(who, MOST_PERSONS);
	if (
		who.length > MOST_ID_CHARACTERS ||
		found.some(({ userId, name }) => userId === who || name === who)
	)
		return found;
	return [...found, { userId: who, name: who, role: 'Nobody of the town has this ID' }];
}

function renderAddressForm(state: string): Html {
	return markup`<h1>Where to after the login?</h1>
<p>Give the address that takes the <code>personId</code> and the <code>oauthCode</code>, such as the webhook of an n8n workflow on this computer.</p>
<form action="${LOGIN_PATH}"><label>Address<input type="url" name="redirect_uri" required autofocus placeholder="http://localhost:5678/webhook/tze-login"></label>
<label>State <small>optional, handed back unchanged</small><input type="text" name="state" value="${state}"></label>
<button>Continue</button></form>`;
}

function sendRefusal(reply: FastifyReply, problem: string): FastifyReply {
	const body = markup`<h1>This login cannot go on</h1><p data-test-id="login-problem">${problem}</p><p><a href="${LOGIN_PATH}">Give another address</a></p>`;
	return sendLogin(reply, body, 400);
}

function sendLogin(reply: FastifyReply, content: Html, status = 200): FastifyReply {
	const body = markup`<body><main>${content}</main><footer>This is the sandbox's own page, and its persons are invented. The platform's real login looks otherwise.</footer></body>`;
	return sendPage(reply, { title: 'Sandbox login', style: 'login.css', body }, status);
}
