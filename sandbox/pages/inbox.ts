import type { FastifyPluginAsync } from 'fastify';

import { INBOX_PATH, MESSAGE_PATH, RECIPIENT_FIELD } from '../constants';
import { answerNotFound, HTML, queryOf } from '../http';
import { findUser } from '../town';
import { msgTypes, type MsgType } from '../schemas';
import type { PluginOptions } from '../state';
import { randomHex, type DeliveredMessage, type MessageFilter, type MessageStore } from '../store';
import { Html, markup, sendPage, writerOf, type Write } from './html';
import {
	asksForAnswer,
	colorRule,
	inboxUrl,
	ONLY_QUESTIONS,
	PICTURES_SHOWN,
	renderMessage,
} from './message';
import { searchFor } from './search';
import { INBOX } from './texts';

const PAGE_SIZE = 100;
const MOST_SUGGESTIONS = 200;

/** The inbox: delivered messages as a person would see them, newest first. */
export const inboxPlugin: FastifyPluginAsync<PluginOptions> = async (app, { state }) => {
	const { messages: store, language } = state;
	const write = writerOf(language);
	const run = randomHex(); // a restarted sandbox counts its revisions from 0 again

	app.setNotFoundHandler(answerNotFound);
	app.get('', (request, reply) => {
		const etag = `"${run}-${store.revision}"`;
		reply.header('etag', etag);
		if (request.headers['if-none-match'] === etag) return reply.code(304).send();

		const view = readView(queryOf(request));
		const { msgType, ...filter } = view.filter;
		const conditions = [searchFor(view.search), view.questions && asksForAnswer];
		const ofAllTypes = conditions.reduce(
			(left, condition) => (condition ? left.filter(condition) : left),
			store.list(filter),
		);
		const found = msgType ? ofAllTypes.filter((one) => one.msgType === msgType) : ofAllTypes;
		const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
		const page = Math.min(view.page, pages);
		const shown = newestFirst(found, page);
		const title = write(INBOX.titleWithCount, { count: found.length });
		const colors = colorRules(shown);
		const pictures = {
			shown: view.pictures,
			toggle: address({ ...view, page, pictures: !view.pictures }),
		};
		const summary = summaryOf(
			write,
			isNarrowed(view) ? found.length : undefined,
			store.list().length,
		);
		const body = markup`<body data-etag="${etag}" data-title="${title}" data-colors="${colors}">
<div class="top"><header>
<div class="brand"><span class="logo">${LOGO}</span><div><h1>${write(INBOX.title)}</h1><p id="summary">${summary}</p></div><span id="live" class="live" title="${write(INBOX.liveHint)}" data-reached="${write(INBOX.live)}" data-unreached="${write(INBOX.notReachable)}">${write(INBOX.live)}</span></div>
<div class="filters">
<nav id="types">${renderTypes(write, view, ofAllTypes)}</nav>
<form id="search" action="${INBOX_PATH}">${Object.entries(queryOfView({ ...view, page: 1, search: '' })).map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`)}<input type="search" name="search" value="${view.search}" placeholder="${write(INBOX.searchHint)}" aria-label="${write(INBOX.searchLabel)}" list="people" autocomplete="off" data-test-id="inbox-search"></form>
</div></header></div>
<datalist id="people">${store.recipients(MOST_SUGGESTIONS).map((id) => markup`<option value="${id}">${findUser(id)?.name}</option>`)}</datalist>
<main>
<div id="narrowed">${renderNarrowed(write, view)}${pictures.shown && renderLoading(write, pictures.toggle)}</div>
<div id="messages">${shown.map((one) => renderMessage(write, one, timesSent(store, one), pictures))}</div>
<div id="empty">${found.length === 0 && renderEmpty(write, view, `http://${request.host}`)}</div>
<nav id="pages">${renderPages(write, view, page, pages, found.length)}</nav>
</main>
</body>`;
		// The page's script asks for what can have changed: not for styles, whose nonce would be a new one.
		if (request.headers['x-refresh']) return reply.type(HTML).send(body.text);
		return sendPage(reply, {
			language,
			title,
			style: 'inbox.css',
			script: 'inbox.js',
			colors,
			pictures: pictures.shown,
			body,
		});
	});
};

interface View {
	filter: MessageFilter;
	/** Only messages that have this text somewhere; `''` for all. */
	search: string;
	/** Only messages that ask for an answer. */
	questions: boolean;
	page: number;
	/** Whether pictures of other hosts are loaded. */
	pictures: boolean;
}

function readView(query: URLSearchParams): View {
	const msgType = msgTypes.find((type) => type === query.get('type'));
	const page = Number(query.get('page'));
	return {
		filter: {
			...(msgType && { msgType }),
			...pick(query, 'recipient'),
			...pick(query, 'busiId'),
		},
		search: query.get('search')?.trim() ?? '',
		questions: query.get('asks') === ONLY_QUESTIONS,
		page: Number.isSafeInteger(page) && page > 0 ? page : 1,
		pictures: query.get('pictures') === PICTURES_SHOWN,
	};
}

function pick<K extends string>(query: URLSearchParams, key: K): Partial<Record<K, string>> {
	const value = query.get(key)?.trim();
	const picked: Partial<Record<K, string>> = {};
	if (value) picked[key] = value;
	return picked;
}

/** What the inbox's address says of a view, which is nothing where it is the usual one. */
function queryOfView({ filter, search, questions, page, pictures }: View): Record<string, string> {
	const { msgType, ...others } = filter;
	return {
		...(msgType && { type: msgType }),
		...others,
		...(search !== '' && { search }),
		...(questions && { asks: ONLY_QUESTIONS }),
		...(page > 1 && { page: String(page) }),
		...(pictures && { pictures: PICTURES_SHOWN }),
	};
}

function address(view: View): string {
	return inboxUrl(queryOfView(view));
}

function isNarrowed({ filter, search, questions }: View): boolean {
	return questions || search !== '' || Object.keys(filter).length > 0;
}

function newestFirst(found: readonly DeliveredMessage[], page: number): DeliveredMessage[] {
	const end = found.length - (page - 1) * PAGE_SIZE;
	return found.slice(Math.max(0, end - PAGE_SIZE), end).reverse();
}

function timesSent(store: MessageStore, { busiId }: DeliveredMessage): number {
	return busiId === undefined ? 1 : store.timesSent(busiId);
}

function colorRules(shown: readonly DeliveredMessage[]): string {
	const rules = shown.flatMap((one) =>
		one.msgType === 'oa' ? colorRule(one.message.oa.head) : [],
	);
	return [...new Set(rules)].join('\n');
}

/** @param found how many fit a filter; `undefined` when there is none */
function summaryOf(write: Write, found: number | undefined, all: number): Html {
	if (all === 0) return write(INBOX.noMessage);
	const delivered =
		all === 1 ? write(INBOX.oneMessage) : write(INBOX.messages, { count: counted(write, all) });
	if (found === undefined) return delivered;
	if (found === 0) return write(INBOX.noneFits, { delivered });
	if (found === 1) return write(INBOX.oneFits, { delivered });
	return write(INBOX.someFit, { count: counted(write, found), delivered });
}

function counted({ language }: Write, count: number): string {
	return count.toLocaleString(language);
}

function renderTypes(write: Write, view: View, ofAllTypes: readonly DeliveredMessage[]): Html {
	const tab = (label: Html, msgType: MsgType | undefined, count: number) =>
		markup`<a href="${address({ ...view, page: 1, filter: { ...view.filter, msgType } })}"${view.filter.msgType === msgType && markup` aria-current="page"`}>${label} <span>${counted(write, count)}</span></a>`;
	const counts = { text: 0, link: 0, oa: 0 };
	for (const { msgType } of ofAllTypes) counts[msgType] += 1;
	return markup`${tab(write(INBOX.all), undefined, ofAllTypes.length)}${msgTypes.map((type) => tab(write(INBOX[type]), type, counts[type]))}`;
}

/** Says which filter is set, with a link that removes it. */
function renderNarrowed(
	write: Write,
	{ filter: { recipient, busiId }, search, questions }: View,
): Html | undefined {
	const name = recipient === undefined ? undefined : findUser(recipient)?.name;
	const conditions = [
		recipient && write(INBOX.toRecipient, { recipient: markup`<b>${name} ${recipient}</b>` }),
		busiId && write(INBOX.withBusiId, { busiId: markup`<b>${busiId}</b>` }),
		search !== '' && write(INBOX.withText, { search: markup`<b>${search}</b>` }),
		questions && write(INBOX.thatAsk),
	].filter((condition) => condition instanceof Html);
	if (conditions.length === 0) return undefined;
	const all = conditions.reduce((first, then) => write(INBOX.conditions, { first, then }));
	return markup`<p>${write(INBOX.only, { conditions: all })} <a href="${INBOX_PATH}">${write(INBOX.showAll)}</a></p>`;
}

function renderLoading(write: Write, toggle: string): Html {
	return markup`<p>${write(INBOX.loading)} <a href="${toggle}">${write(INBOX.stopLoading)}</a></p>`;
}

function renderEmpty(write: Write, view: View, url: string): Html {
	if (isNarrowed(view)) {
		return markup`<div class="empty"><h2>${write(INBOX.noneFitsTitle)}</h2><p><a href="${INBOX_PATH}">${write(INBOX.showAllMessages)}</a></p></div>`;
	}
	const names = {
		node: markup`<b>${write(INBOX.node)}</b>`,
		start: markup`<b>npm start</b>`,
		execute: markup`<b>Execute workflow</b>`,
		credential: markup`<b>TZE API</b>`,
		sandbox: markup`<b>npm run sandbox</b>`,
	};
	const curl = markup`curl '${url}${MESSAGE_PATH}?accessToken=…' \\
  -H 'Content-Type: application/json' \\
  -d '{"msgType":"text","text":{"content":"${write(INBOX.hello)}"},"${RECIPIENT_FIELD}":["P1001"]}'`;
	return markup`<div class="empty"><span class="logo">${LOGO}</span><h2>${write(INBOX.emptyTitle)}</h2>
<p>${write(INBOX.empty, names)}</p>
<pre>${curl}</pre><p class="hint">${write(INBOX.emptyHint)}</p></div>`;
}

function renderPages(write: Write, view: View, page: number, pages: number, found: number): Html {
	if (pages === 1) return markup``;
	const range = {
		first: counted(write, (page - 1) * PAGE_SIZE + 1),
		last: counted(write, Math.min(page * PAGE_SIZE, found)),
		count: counted(write, found),
	};
	return markup`${page > 1 && markup`<a href="${address({ ...view, page: page - 1 })}">${write(INBOX.newer)}</a>`}<span>${write(INBOX.range, range)}</span>${page < pages && markup`<a href="${address({ ...view, page: page + 1 })}">${write(INBOX.older)}</a>`}`;
}

const LOGO = markup`<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M8 10.5A2.5 2.5 0 0 1 10.5 8h11a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5H15l-5 4v-4a2.5 2.5 0 0 1-2-2.5z"/></svg>`;
