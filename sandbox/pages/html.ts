import { randomBytes } from 'node:crypto';

import type { FastifyReply } from 'fastify';

/** HTML that is safe to send: only `markup` and `trusted` make it. */
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

/** The page's own text (its style and script), written here and not by a sender. */
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

export interface Page {
	title: string;
	style: string;
	/** Rules that change with the page's content: kept apart, so that a refresh can replace them. */
	colors?: string;
	script?: string;
	/** Remote pictures are allowed: messages name them by address. */
	pictures?: boolean;
	body: Html;
}

/** Sends a page that may run nothing but its own script, and load nothing but pictures. */
export function sendPage(reply: FastifyReply, page: Page, status = 200): FastifyReply {
	const nonce = randomBytes(16).toString('base64');
	const policy = [
		"default-src 'none'",
		`style-src 'nonce-${nonce}'`,
		page.script && `script-src 'nonce-${nonce}'`,
		page.script && "connect-src 'self'",
		`img-src data:${page.pictures ? ' http: https:' : ''}`,
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	];
	const text = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="${ICON}">
<style nonce="${nonce}">${trusted(page.style)}</style>
${page.colors !== undefined && markup`<style nonce="${nonce}" id="colors">${trusted(page.colors)}</style>`}
${page.script && markup`<script nonce="${nonce}">${trusted(page.script)}</script>`}
</head>
${page.body}
</html>
`;
	return reply
		.code(status)
		.headers({
			'content-type': 'text/html; charset=utf-8',
			'content-security-policy': policy.filter(Boolean).join('; '),
			'cache-control': 'no-store',
			'referrer-policy': 'no-referrer',
			'x-content-type-options': 'nosniff',
		})
		.send(text.text);
}

const ICON =
	"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='9' fill='%232f6fed'/%3E%3Cpath d='M8 10.5a2.5 2.5 0 0 1 2.5-2.5h11a2.5 2.5 0 0 1 2.5 2.5v7a2.5 2.5 0 0 1-2.5 2.5H15l-5 4v-4a2.5 2.5 0 0 1-2-2.5z' fill='white'/%3E%3C/svg%3E";
