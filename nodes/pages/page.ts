import { createHash } from 'node:crypto';

import { html, type Html } from './html';
import type { Language } from './language';
import { STYLE } from './style';

/** A page, as its reader sees it. */
export interface Page {
	title: string;
	body: Html;
	/** How it went. */
	tone: 'good' | 'bad' | 'neutral';
}

/** What is needed of Express's response. */
export interface PageResponse {
	status(code: number): unknown;
	setHeader(name: string, value: string): unknown;
	end(text?: string): unknown;
}

// The style is the tag's whole content, to the letter
const STYLE_HASH = createHash('sha256').update(STYLE.toString()).digest('base64');

/**
 * Nothing may run, be fetched or frame the page. Its address may hold a code that works, so nobody keeps
 * the page and no other address is told it.
 */
const HEADERS: Readonly<Record<string, string>> = {
	'Content-Security-Policy': [
		"default-src 'none'",
		`style-src 'sha256-${STYLE_HASH}'`,
		"form-action 'self'",
		"frame-ancestors 'none'",
		"base-uri 'none'",
	].join('; '),
	'Cache-Control': 'no-store',
	'Referrer-Policy': 'no-referrer',
	'X-Content-Type-Options': 'nosniff',
	'X-Frame-Options': 'DENY',
	'X-Robots-Tag': 'noindex',
};

/** Answers with a page. */
export function showPage(
	response: PageResponse,
	{ status, page, language }: { status: number; page: Page; language: Language },
): void {
	response.status(status);
	response.end(preparePage(response, page, language));
}

/** Sets the headers of a page, and returns its document, for n8n to send. */
export function preparePage(
	response: Pick<PageResponse, 'setHeader'>,
	page: Page,
	language: Language,
): string {
	setHeaders(response);
	response.setHeader('Content-Type', 'text/html; charset=utf-8');
	response.setHeader('Vary', 'Accept-Language');
	return documentOf(page, language).toString();
}

/** Sends the browser on to an address, which the caller has checked. */
export function redirectTo(response: PageResponse, url: string): void {
	response.status(302);
	setHeaders(response);
	// Its spelling: no line break, and no letter that a header cannot carry
	response.setHeader('Location', new URL(url).href);
	response.end();
}

function setHeaders(response: Pick<PageResponse, 'setHeader'>): void {
	for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

function documentOf({ title, body, tone }: Page, language: Language): Html {
	return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main class="${tone}">
<h1>${title}</h1>
${body}
</main></body>
</html>
`;
}
