import type { FastifyPluginAsync } from 'fastify';

import { INBOX_PATH, MESSAGE_PATH, RECIPIENT_FIELD } from '../constants';
import { answerNotFound, HTML, queryOf } from '../http';
import { findUser } from '../town';
import { msgTypes, type MsgType } from '../schemas';
import type { PluginOptions } from '../state';
import { randomHex, type DeliveredMessage, type MessageFilter, type MessageStore } from '../store';
import { markup, sendPage, type Html } from './html';
import {
	asksForAnswer,
	colorRule,
	inboxUrl,
	ONLY_QUESTIONS,
	PICTURES_SHOWN,
	renderMessage,
} from './message';
import { searchFor } from './search';

const PAGE_SIZE = 100;
const MOST_SUGGESTIONS = 200;

/** The inbox: delivered messages as a person would see them, newest first. */
export const inboxPlugin: FastifyPluginAsync<PluginOptions> = async (app, { state }) => {
	const { messages: store } = state;
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
		const title = `Inbox (${found.length})`;
		const colors = colorRules(shown);
		const pictures = {
			shown: view.pictures,
			toggle: address({ ...view, page, pictures: !view.pictures }),
		};
		const body = markup`<body data-etag="${etag}" data-title="${title}" data-colors="${colors}">
<div class="top"><header>
<div class="brand"><span class="logo">${LOGO}</span><div><h1>Inbox</h1><p id="summary">${summaryOf(isNarrowed(view) ? found.length : undefined, store.list().length)}</p></div><span id="live" class="live" title="This page refreshes itself">live</span></div>
<div class="filters">
<nav id="types">${renderTypes(view, ofAllTypes)}</nav>
<form id="search" action="${INBOX_PATH}">${Object.entries(queryOfView({ ...view, page: 1, search: '' })).map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`)}<input type="search" name="search" value="${view.search}" placeholder="Person, ID or text" aria-label="Search by person, ID or text" list="people" autocomplete="off" data-test-id="inbox-search"></form>
</div></header></div>
<datalist id="people">${store.recipients(MOST_SUGGESTIONS).map((id) => markup`<option value="${id}">${findUser(id)?.name}</option>`)}</datalist>
<main>
<div id="narrowed">${renderNarrowed(view)}${pictures.shown && renderLoading(pictures.toggle)}</div>
<div id="messages">${shown.map((one) => renderMessage(one, timesSent(store, one), pictures))}</div>
<div id="empty">${found.length === 0 && renderEmpty(view, `http://${request.host}`)}</div>
<nav id="pages">${renderPages(view, page, pages, found.length)}</nav>
</main>
</body>`;
		// The page's script asks for what can have changed: not for styles, whose nonce would be a new one.
		if (request.headers['x-refresh']) return reply.type(HTML).send(body.text);
		return sendPage(reply, {
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
function summaryOf(found: number | undefined, all: number): string {
	const count =
		all === 0 ? 'No message' : `${all.toLocaleString('en')} ${all === 1 ? 'message' : 'messages'}`;
	const delivered = `${count} delivered to the sandbox`;
	if (found === undefined || all === 0) return delivered;
	return `${found === 0 ? 'None' : found.toLocaleString('en')} ${found < 2 ? 'fits' : 'fit'} the filter, of ${delivered}`;
}

function renderTypes(view: View, ofAllTypes: readonly DeliveredMessage[]): Html {
	const tab = (label: string, msgType: MsgType | undefined, count: number) =>
		markup`<a href="${address({ ...view, page: 1, filter: { ...view.filter, msgType } })}"${view.filter.msgType === msgType && markup` aria-current="page"`}>${label} <span>${count.toLocaleString('en')}</span></a>`;
	const labels: Record<MsgType, string> = { text: 'Text', link: 'Link', oa: 'OA' };
	const counts = { text: 0, link: 0, oa: 0 };
	for (const { msgType } of ofAllTypes) counts[msgType] += 1;
	return markup`${tab('All', undefined, ofAllTypes.length)}${msgTypes.map((type) => tab(labels[type], type, counts[type]))}`;
}

/** Says which filter is set, with a link that removes it. */
function renderNarrowed({
	filter: { recipient, busiId },
	search,
	questions,
}: View): Html | undefined {
	if (recipient === undefined && busiId === undefined && search === '' && !questions) {
		return undefined;
	}
	const name = recipient === undefined ? undefined : findUser(recipient)?.name;
	return markup`<p>Only messages${recipient && markup` to <b>${name} ${recipient}</b>`}${busiId && markup` with busiId <b>${busiId}</b>`}${search !== '' && markup` with “<b>${search}</b>”`}${questions && ' that ask for an answer'} <a href="${INBOX_PATH}">Show all</a></p>`;
}

function renderLoading(toggle: string): Html {
	return markup`<p>Pictures are loaded from the addresses in the messages: whoever owns those sees that somebody looks. <a href="${toggle}">Do not load them</a></p>`;
}

function renderEmpty(view: View, url: string): Html {
	if (isNarrowed(view)) {
		return markup`<div class="empty"><h2>No message fits</h2><p><a href="${INBOX_PATH}">Show all messages</a></p></div>`;
	}
	const curl = `curl '${url}${MESSAGE_PATH}?accessToken=…' \\
  -H 'Content-Type: application/json' \\
  -d '{"msgType":"text","text":{"content":"Hello!"},"${RECIPIENT_FIELD}":["P1001"]}'`;
	return markup`<div class="empty"><span class="logo">${LOGO}</span><h2>No messages yet</h2>
<p>Send the first one from n8n with a <b>TZE Send Message</b> node. In the playground (<b>npm start</b>), open an example and press <b>Execute workflow</b>; in an n8n of your own, make a credential <b>TZE API</b> with the values that <b>npm run sandbox</b> printed. Or, without n8n:</p>
<pre>${curl}</pre><p class="hint">The sandbox prints its access token when it is started alone. This page refreshes itself.</p></div>`;
}

function renderPages(view: View, page: number, pages: number, found: number): Html {
	if (pages === 1) return markup``;
	const first = (page - 1) * PAGE_SIZE + 1;
	const last = Math.min(page * PAGE_SIZE, found);
	return markup`${page > 1 && markup`<a href="${address({ ...view, page: page - 1 })}">← Newer</a>`}<span>${first.toLocaleString('en')}–${last.toLocaleString('en')} of ${found.toLocaleString('en')}</span>${page < pages && markup`<a href="${address({ ...view, page: page + 1 })}">Older →</a>`}`;
}

const LOGO = markup`<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M8 10.5A2.5 2.5 0 0 1 10.5 8h11a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5H15l-5 4v-4a2.5 2.5 0 0 1-2-2.5z"/></svg>`;
