import { CONTROL_PATH, INBOX_PATH } from '../constants';
import { findUser } from '../town';
import type { LinkMessage, MsgType, OaMessage } from '../schemas';
import type { DeliveredMessage } from '../store';
import { isHttpUrl } from '../validation';
import { headColor } from './color';
import type { Language } from '../language';
import { markup, Html, trusted, type Write } from './html';
import { INBOX } from './texts';

const MOST_NAMES = 3;
const MOST_JSON_CHARACTERS = 20_000;

/** The address of the inbox, narrowed by what is given. */
export function inboxUrl(query: Record<string, string>): string {
	const given = new URLSearchParams(query);
	return given.size > 0 ? `${INBOX_PATH}?${given.toString()}` : INBOX_PATH;
}

/** The value of `pictures` in the inbox's query that has pictures of other hosts loaded. */
export const PICTURES_SHOWN = 'shown';

/** Whether pictures of other hosts are loaded, and the address that changes it. */
export interface Pictures {
	shown: boolean;
	toggle: string;
}

/** The value of `asks` in the inbox's query that leaves only messages that ask for an answer. */
export const ONLY_QUESTIONS = 'answer';

/**
 * Whether a card leads to an address by which n8n resumes an execution that waits, which is all that can be
 * seen of a question: n8n calls these addresses `/webhook-waiting/` unless it is set up otherwise.
 */
export function asksForAnswer(delivered: DeliveredMessage): boolean {
	if (delivered.msgType === 'text') return false;
	const { pcUrl, appUrl } =
		delivered.msgType === 'link' ? delivered.message.link : delivered.message;
	return [pcUrl, appUrl].some((address) => /^[^?#]*\/webhook-waiting\/[^/?#]/.test(address));
}

/** One message of the inbox. `timesSent`: how many messages carried its busiId. */
export function renderMessage(
	write: Write,
	delivered: DeliveredMessage,
	timesSent: number,
	pictures: Pictures,
): Html {
	const { id, msgType, busiId, recipients, receivedAt } = delivered;
	return markup`<article class="message" data-test-id="inbox-message" data-id="${id}">
<span class="avatar ${msgType}">${AVATARS[msgType]}</span>
<header class="to"><span class="names" title="${recipients.slice(0, 100).join(', ')}">${renderRecipients(write, recipients)}</span><time datetime="${receivedAt}">${timeOf(receivedAt, write.language)}</time></header>
${renderContent(write, delivered, pictures)}
<footer class="about"><span class="badge ${msgType}">${write(INBOX[msgType])}</span>
${busiId !== undefined && markup`<a class="badge id" href="${inboxUrl({ busiId })}" title="${write(INBOX.busiIdHint)}"><span>busiId</span> ${busiId}</a>`}
${asksForAnswer(delivered) && markup`<a class="badge asks" data-test-id="inbox-asks" href="${inboxUrl({ asks: ONLY_QUESTIONS })}" title="${write(INBOX.asksHint)}">${write(INBOX.asks)}</a>`}
<span class="badge again" title="${write(INBOX.sentAgainHint)}">${timesSent > 1 && write(INBOX.sentAgain, { count: timesSent })}</span>
<details><summary>${write(INBOX.raw)}</summary><pre>${prettyJson(write, delivered.message)}</pre></details></footer>
</article>
`;
}

/** The rule that colors a message's head; the page's policy forbids a style at the element itself. */
export function colorRule({ bgColor }: { bgColor?: string }): string {
	const { background, text } = headColor(bgColor);
	return `.${colorClass(bgColor)}{background:linear-gradient(${background},${background}),#fff;color:${text}}`;
}

/** A class name made of hex digits only: the schema lets nothing else through. */
function colorClass(bgColor = 'default'): string {
	return `head-${bgColor.toLowerCase()}`;
}

function renderRecipients(write: Write, recipients: readonly string[]): Html {
	if (recipients.length === 0) return markup`<em>${write(INBOX.noRecipient)}</em>`;
	const names = recipients.slice(0, MOST_NAMES).map((recipient) => {
		const name = findUser(recipient)?.name;
		return markup`<a href="${inboxUrl({ recipient })}">${name && markup`<b>${name}</b> `}<span>${recipient}</span></a>`;
	});
	const more = recipients.length - names.length;
	return markup`${names}${more > 0 && markup` <span class="more">${write(INBOX.moreRecipients, { count: more })}</span>`}`;
}

function renderContent(write: Write, delivered: DeliveredMessage, pictures: Pictures): Html {
	switch (delivered.msgType) {
		case 'text':
			return markup`<div class="bubble" data-test-id="inbox-text">${delivered.message.text.content}</div>`;
		case 'link':
			return renderLink(write, delivered.message, pictures);
		case 'oa':
			return renderOa(write, delivered.message, pictures);
	}
}

function renderLink(write: Write, { link }: LinkMessage, pictures: Pictures): Html {
	return markup`<section class="card link" data-test-id="inbox-link">
${renderPicture(write, link.picUrl, pictures)}
<div class="inside"><h2>${link.title}</h2><p>${link.content}</p></div>
${renderAddresses(write, link)}
</section>`;
}

function renderOa(
	write: Write,
	{ oa: { head, body = {} }, ...addresses }: OaMessage,
	pictures: Pictures,
): Html {
	const { title, content, imageUrl, form = [], author, fileCount } = body;
	const rows = form.map(({ key, value }) => markup`<div><dt>${key}</dt><dd>${value}</dd></div>`);
	const files =
		fileCount &&
		markup`<span>${CLIP}${fileCount === '1' ? write(INBOX.oneFile) : write(INBOX.files, { count: fileCount })}</span>`;
	const inside = [
		title && markup`<h2>${title}</h2>`,
		rows.length > 0 && markup`<dl>${rows}</dl>`,
		content && markup`<p>${content}</p>`,
		imageUrl && renderPicture(write, imageUrl, pictures),
		(author || fileCount) &&
			markup`<div class="signed">${files}${author && markup`<span class="author">${author}</span>`}</div>`,
	].filter((part) => part instanceof Html);
	return markup`<section class="card oa" data-test-id="inbox-oa">
<div class="head ${colorClass(head.bgColor)}">${head.text}</div>
${inside.length > 0 && markup`<div class="inside">${inside}</div>`}
${renderAddresses(write, addresses)}
</section>`;
}

/**
 * Pictures come from http(s) and data: only; one that cannot be loaded says so (see the script). Those of
 * other hosts are loaded only when the person wants it: to load one tells its host.
 */
function renderPicture(
	write: Write,
	address: string,
	{ shown, toggle }: Pictures,
): Html | undefined {
	if (address === '') return undefined;
	const isRemote = isHttpUrl(address);
	if (isRemote && !shown) {
		return markup`<figure class="broken"><figcaption>${write(INBOX.picture, { address: shorten(address, 80) })} <a href="${toggle}" data-test-id="inbox-pictures">${write(INBOX.loadPictures)}</a></figcaption></figure>`;
	}
	if (!isRemote && !/^data:image\//i.test(address)) {
		return markup`<figure class="broken"><figcaption>${write(INBOX.noPicture, { address: shorten(address, 80) })}</figcaption></figure>`;
	}
	const origin = /^data:/i.test(address) ? write(INBOX.pictureInMessage) : shorten(address, 80);
	return markup`<figure><img src="${address}" alt="" loading="lazy" referrerpolicy="no-referrer"><figcaption>${write(INBOX.picture, { address: origin })}</figcaption></figure>`;
}

function renderAddresses(write: Write, { pcUrl, appUrl }: { pcUrl: string; appUrl: string }): Html {
	return markup`<nav class="open">${renderAddress(write, 'computer', pcUrl)}${renderAddress(write, 'phone', appUrl)}</nav>`;
}

function renderAddress(write: Write, device: 'computer' | 'phone', address: string): Html {
	const name = write(INBOX[device]);
	if (!isHttpUrl(address)) {
		return markup`<span>${write(INBOX.noAddress, { device: name, address: shorten(address, 40) })}</span>`;
	}
	return markup`<a href="${address}" target="_blank" rel="noopener noreferrer" data-test-id="inbox-open-${device}" title="${shorten(address, 300)}">${device === 'phone' ? PHONE : SCREEN}<b>${name}</b> <span>${new URL(address).host}</span></a>`;
}

/** The whole message is in the control call; a page with hundreds of them must stay light. */
function prettyJson(write: Write, message: object): Html {
	const text = JSON.stringify(message, null, 2);
	const more = text.length - MOST_JSON_CHARACTERS;
	if (more <= 0) return markup`${text}`;
	const end = write(INBOX.cut, { count: more, address: `${CONTROL_PATH}/messages` });
	return markup`${text.slice(0, MOST_JSON_CHARACTERS)}\n${end}`;
}

function shorten(text: string, length: number): string {
	return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A time of today, and one of another day; the English one as most of the world writes it. */
const clocks = { en: clocksOf('en-GB'), 'zh-CN': clocksOf('zh-CN') };

function clocksOf(locale: string) {
	return {
		time: new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }),
		dayAndTime: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
	};
}

function timeOf(receivedAt: string, language: Language): string {
	const at = new Date(receivedAt);
	const isToday = at.toDateString() === new Date().toDateString();
	return clocks[language][isToday ? 'time' : 'dayAndTime'].format(at);
}

const icon = (path: string) =>
	trusted(`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`);
const SCREEN = icon('M2 3h12v8H2zM6 14h4M8 11v3');
const PHONE = icon('M5 1.5h6v13H5zM7.5 12.5h1');
const CLIP = icon('M12.5 7.5 8 12a2.8 2.8 0 0 1-4-4l5-5a1.9 1.9 0 0 1 2.700 2.700l-5 5');
const AVATARS: Record<MsgType, Html> = {
	text: icon('M2.5 3.5h11v7.5H7L4 13.5V11H2.5zM5 6.2h6M5 8.4h4'),
	link: icon(
		'M6.8 9.2l2.4-2.4M7.2 4.8l1-1a2.8 2.8 0 0 1 4 4l-1 1M8.8 11.2l-1 1a2.8 2.8 0 0 1-4-4l1-1',
	),
	oa: icon('M3.5 2h9v12h-9zM3.5 5.2h9M6 8h4M6 10.5h4'),
};
