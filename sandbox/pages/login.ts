import type { FastifyPluginAsync, FastifyReply } from 'fastify';

import { LOGIN_PATH } from '../constants';
import { answerNotFound, queryOf } from '../http';
import { findUsers, loginPersons, type User } from '../town';
import type { PluginOptions } from '../state';
import { say, word, type Sentence } from '../language';
import { ROLES } from '../texts';
import { markup, sendPage, writerOf, type Html, type Write } from './html';
import { LOGIN } from './texts';

/**
 * A stand-in for the platform's login, whose address is not public. As the platform does (S), it sends
 * the person on to a given address with `personId` and `oauthCode`.
 */
export const loginPlugin: FastifyPluginAsync<PluginOptions> = async (app, { state }) => {
	const { codes, language } = state;
	const write = writerOf(language);
	app.setNotFoundHandler(answerNotFound);

	app.get('', (request, reply) => {
		const login = readLogin(queryOf(request));
		if ('text' in login) return sendRefusal(write, reply, login);
		const { target, state } = login;
		const who = queryOf(request).get('who')?.trim() ?? '';
		const content = target
			? renderPersons(write, target, state, who)
			: renderAddressForm(write, state);
		return sendLogin(write, reply, content);
	});

	app.get<{ Params: { personId: string } }>('/as/:personId', (request, reply) => {
		const { personId } = request.params;
		if (personId.trim() === '' || personId.length > MOST_ID_CHARACTERS) {
			return sendRefusal(write, reply, say(LOGIN.idLength, { limit: MOST_ID_CHARACTERS }));
		}
		const login = readLogin(queryOf(request));
		if ('text' in login) return sendRefusal(write, reply, login);
		const { target, state } = login;
		if (!target) return sendRefusal(write, reply, say(LOGIN.noAddress));
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
function readLogin(query: URLSearchParams): Login | Sentence {
	for (const name of ['redirect_uri', 'state']) {
		if (query.getAll(name).length > 1) return say(LOGIN.twice, { name });
	}
	const state = query.get('state') ?? '';
	if (state.length > MOST_STATE_CHARACTERS) {
		const values = { name: 'state', limit: MOST_STATE_CHARACTERS, length: state.length };
		return say(LOGIN.tooLong, values);
	}
	const given = query.get('redirect_uri') ?? '';
	if (given === '') return { state };
	const target = readTarget(given);
	return target instanceof URL ? { target, state } : target;
}

/** The address to go on to, or what is wrong with it: codes are given to this computer only. */
function readTarget(text: string): URL | Sentence {
	if (text.length > MOST_ADDRESS_CHARACTERS) {
		const values = { name: 'redirect_uri', limit: MOST_ADDRESS_CHARACTERS, length: text.length };
		return say(LOGIN.tooLong, values);
	}
	if (!URL.canParse(text)) {
		return say(LOGIN.notAbsolute, { example: EXAMPLE, found: text });
	}
	const target = new URL(text);
	if (target.protocol !== 'http:' && target.protocol !== 'https:') {
		return say(LOGIN.notHttp, { found: target.protocol });
	}
	if (!/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(target.hostname)) {
		return say(LOGIN.notHere, { found: target.hostname });
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
function renderPersons(write: Write, target: URL, state: string, who: string): Html {
	const login = { redirect_uri: target.href, ...(state !== '' && { state }) };
	const query = new URLSearchParams(login).toString();
	const entry = ({ userId, name, role }: Pick<User, 'userId' | 'name' | 'role'>) =>
		markup`<li><a href="${LOGIN_PATH}/as/${encodeURIComponent(userId)}?${query}" data-test-id="login-person"><span class="face">${[...name][0]}</span><span><b>${name}</b><small>${word(role, write.language)}</small></span><code>${userId}</code></a></li>`;
	const hidden = Object.entries(login).map(
		([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
	);
	const goesOn = write(LOGIN.goesOn, { host: markup`<b>${target.host}</b>`, ...PARAMETERS });
	return markup`<h1>${write(LOGIN.who)}</h1>
<p>${goesOn}</p>
<ul>${(who === '' ? loginPersons : personsFor(who)).map(entry)}</ul>
<form class="who" action="${LOGIN_PATH}">${hidden}<label>${write(LOGIN.somebodyElse)}<span><input type="search" name="who" value="${who}" required maxlength="${MOST_ID_CHARACTERS}" placeholder="${write(LOGIN.anyId)}" data-test-id="login-who"><button>${write(LOGIN.show)}</button></span></label></form>`;
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
	return [...found, { userId: who, name: who, role: say(ROLES.nobody) }];
}

function renderAddressForm(write: Write, state: string): Html {
	return markup`<h1>${write(LOGIN.whereTo)}</h1>
<p>${write(LOGIN.giveAddress, PARAMETERS)}</p>
<form action="${LOGIN_PATH}"><label>${write(LOGIN.address)}<input type="url" name="redirect_uri" required autofocus placeholder="${EXAMPLE}"></label>
<label>${write(LOGIN.state)} <small>${write(LOGIN.stateHint)}</small><input type="text" name="state" value="${state}"></label>
<button>${write(LOGIN.goOn)}</button></form>`;
}

const EXAMPLE = 'http://localhost:5678/webhook/tze-login';
const PARAMETERS = {
	personId: markup`<code>personId</code>`,
	oauthCode: markup`<code>oauthCode</code>`,
};

function sendRefusal(write: Write, reply: FastifyReply, problem: Sentence): FastifyReply {
	const body = markup`<h1>${write(LOGIN.refused)}</h1><p data-test-id="login-problem">${word(problem, write.language)}</p><p><a href="${LOGIN_PATH}">${write(LOGIN.otherAddress)}</a></p>`;
	return sendLogin(write, reply, body, 400);
}

function sendLogin(write: Write, reply: FastifyReply, content: Html, status = 200): FastifyReply {
	const body = markup`<body><main>${content}</main><footer>${write(LOGIN.footer)}</footer></body>`;
	const { language } = write;
	return sendPage(reply, { language, title: write(LOGIN.title), style: 'login.css', body }, status);
}
