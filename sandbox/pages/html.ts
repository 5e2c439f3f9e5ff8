import { randomBytes } from 'node:crypto';

import type { FastifyReply } from 'fastify';

import { HTML } from '../http';
import { fill, wordingOf, type Language, type Needs, type Text } from '../language';
import { assetUrl, type Asset } from './assets';

/** HTML that is safe to send: only `markup`, `trusted` and a `Write` make it. */
export class Html {
	constructor(readonly text: string) {}
	toString(): string {
		return this.text;
	}
}

type Value = Html | string | number | undefined | false | readonly Html[];

/** A template whose values are escaped, unless they are Html themselves. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Html {
	return new Html(parts.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

/** Text that is written here, and not by a sender. */
export function trusted(text: string): Html {
	return new Html(text);
}

function render(value: Value): string {
	if (value === undefined || value === false) return '';
	if (value instanceof Html) return value.text;
	if (typeof value === 'object') return value.map((part) => part.text).join('');
	return escapeHtml(String(value));
}

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Writes a text in the language of a page; what its places hold is escaped, unless it is Html. */
export interface Write {
	<T extends Text>(text: T, ...needs: Needs<T, Value>): Html;
	readonly language: Language;
}

/** The writer of a page in a language. */
export function writerOf(language: Language): Write {
	const write = (text: Text, values: Readonly<Record<string, Value>> = {}) =>
		new Html(fill(escapeHtml(wordingOf(text, language)), (place) => render(values[place])));
	return Object.assign(write, { language });
}

export interface Page {
	language: Language;
	title: Html;
	/** Beside the theme, which every page has. */
	style: Asset;
	script?: Asset;
	/** Rules that change with the page's content: the script replaces them at a refresh. */
	colors?: string;
	/** Pictures of other hosts are loaded: messages name them by address. */
	pictures?: boolean;
	body: Html;
}

/**
 * Sends a page that may run nothing but its own script, and load nothing but its own files and
 * pictures. The policy names no address but a nonce: what a message could smuggle into the page has none.
 */
export function sendPage(reply: FastifyReply, page: Page, status = 200): FastifyReply {
	const nonce = randomBytes(16).toString('base64');
	const { language, title, style, script, colors, pictures, body } = page;
	const policy = [
		"default-src 'none'",
		`style-src 'nonce-${nonce}'`,
		script && `script-src 'nonce-${nonce}'`,
		script && "connect-src 'self'",
		`img-src 'self' data:${pictures ? ' http: https:' : ''}`,
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	];
	const stylesheet = (name: Asset) =>
		markup`<link rel="stylesheet" href="${assetUrl(name)}" nonce="${nonce}">`;
	const text = markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${assetUrl('icon.svg')}">
${stylesheet('theme.css')}
${stylesheet(style)}
${colors !== undefined && markup`<style nonce="${nonce}" id="colors">${trusted(colors)}</style>`}
${script && markup`<script nonce="${nonce}" src="${assetUrl(script)}"></script>`}
</head>
${body}
</html>
`;
	return reply
		.code(status)
		.header('content-security-policy', policy.filter(Boolean).join('; '))
		.type(HTML)
		.send(text.text);
}
