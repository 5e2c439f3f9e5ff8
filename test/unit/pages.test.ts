import { createHash } from 'node:crypto';

import { html, type Value } from '../../nodes/pages/html';
import { languageOf } from '../../nodes/pages/language';
import { redirectTo, showPage, type PageResponse } from '../../nodes/pages/page';
import { STYLE } from '../../nodes/pages/style';

/** What was answered. */
function answered(answer: (response: PageResponse) => void) {
	const sent = { status: 0, headers: {} as Record<string, string>, text: '' };
	answer({
		status: (code) => (sent.status = code),
		setHeader: (name, value) => (sent.headers[name.toLowerCase()] = value),
		end: (text = '') => (sent.text = text),
	});
	return sent;
}

describe('a template', () => {
	it.each([
		['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
		['"quoted" and \'so\'', '&quot;quoted&quot; and &#39;so&#39;'],
		['`tick`', '&#96;tick&#96;'],
		['&amp;', '&amp;amp;'],
		['a\0b', 'a\uFFFDb'],
		[12, '12'],
		['', ''],
		[undefined, ''],
		[false, ''],
	] as Array<[Value, string]>)('escapes %j', (value, escaped) => {
		expect(html`<p title="${value}">${value}</p>`.toString()).toBe(
			`<p title="${escaped}">${escaped}</p>`,
		);
	});

	it('takes HTML of its own as it is, in lists and lists of them, and escapes texts among it', () => {
		const rows = ['<a>', '<b>'].map((text) => html`<li>${text}</li>`);
		expect(html`<ul>${[rows, [['<c>']]]}</ul>`.toString()).toBe(
			'<ul><li>&lt;a&gt;</li><li>&lt;b&gt;</li>&lt;c&gt;</ul>',
		);
	});

	it('takes nothing for HTML that only looks like it', () => {
		const forged = { markup: '<b>', toString: () => '<b>', map: () => ['<b>'] };
		expect(html`${forged as unknown as Value}`.toString()).not.toContain('<b>');
	});
});

describe('the language', () => {
	it.each([
		['zh', 'zh-CN'],
		['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
		['ZH-Hant-TW', 'zh-CN'],
		['en-US,en;q=0.9,zh;q=0.8', 'en'],
		['en;q=0.2, zh;q=0.3', 'zh-CN'],
		['en;q=0.3, zh;q=0.3', 'en'],
		['fr-FR, zh-CN;q=0.1', 'zh-CN'],
		['zh;q=0, en;q=0.1', 'en'],
		['zh;q=0.000', 'en'],
		['zh;q=high, en;q=0.1', 'en'],
		['zh;level=1;q=0.5, en;q=0.4', 'zh-CN'],
		['fr', 'en'],
		['zhongwen', 'en'],
		['constructor, __proto__', 'en'],
		[' , ;;;, =', 'en'],
		['*', 'en'],
		['', 'en'],
		[undefined, 'en'],
		[['zh'], 'en'],
	])('of a browser that names %j', (header, language) => {
		expect(languageOf(header)).toBe(language);
	});

	it('of a header of any length is found at once, in its beginning', () => {
		expect(languageOf(`${'xx,'.repeat(400)}zh`)).toBe('en');
		expect(languageOf(`zh${' ;q='.repeat(5_000_000)}`)).toBe('en');
	});
});

describe('a page', () => {
	const page = { title: '<Done>', body: html`<p>${'"Well"'}</p>`, tone: 'good' } as const;
	const shown = answered((response) =>
		showPage(response, { status: 201, page, language: 'zh-CN' }),
	);

	it('is a document in its language, for a phone as well', () => {
		expect(shown.status).toBe(201);
		expect(shown.headers['content-type']).toBe('text/html; charset=utf-8');
		expect(shown.text).toMatch(/^<!doctype html>\n<html lang="zh-CN">/);
		expect(shown.text).toContain('<meta name="viewport" content="width=device-width');
		expect(shown.text).toContain('prefers-color-scheme: dark');
		expect(shown.text).toContain('<title>&lt;Done&gt;</title>');
		expect(shown.text).toContain('<main class="good">\n<h1>&lt;Done&gt;</h1>');
		expect(shown.text).toContain('<p>&quot;Well&quot;</p>');
	});

	it('runs and fetches nothing, is not framed, kept or told to others', () => {
		expect(shown.text).not.toMatch(/<script|\son\w+=|src=|href=|style=/i);
		expect(shown.headers).toMatchObject({
			'cache-control': 'no-store',
			'referrer-policy': 'no-referrer',
			'x-content-type-options': 'nosniff',
			'x-robots-tag': 'noindex',
		});
		const policy = shown.headers['content-security-policy'].split('; ');
		expect(policy).toEqual([
			"default-src 'none'",
			expect.stringMatching(/^style-src 'sha256-/),
			"form-action 'self'",
			"frame-ancestors 'none'",
			"base-uri 'none'",
		]);
	});

	it('has the style that its policy allows', () => {
		const style = /<style>([^]*)<\/style>/.exec(shown.text)?.[1] ?? '';
		const hash = createHash('sha256').update(style).digest('base64');
		expect(shown.headers['content-security-policy']).toContain(`'sha256-${hash}'`);
	});
});

describe.each(['light', 'dark'])('the colors of %s pages', (scheme) => {
	const [, light, dark] = STYLE.toString().split(':root {');
	const colors = Object.fromEntries(
		[...(scheme === 'light' ? light : dark).matchAll(/--([\w-]+): (#\w+)/g)].map(
			([, name, color]) => [name, color],
		),
	);

	// The ratios that WCAG 2.1 asks for: of text 4.5 (1.4.3), of what a field is known by 3 (1.4.11)
	it.each([
		...['ink', 'soft', 'bad', 'accent'].map((name) => [name, 'card', 4.5] as const),
		...['ink', 'soft'].map((name) => [name, 'paper', 4.5] as const),
		['on-accent', 'accent', 4.5] as const,
		...['line', 'bad'].flatMap((name) => [[name, 'card', 3] as const, [name, 'paper', 3] as const]),
	])('%s is told from %s', (name, ground, least) => {
		expect(contrast(colors[name], colors[ground])).toBeGreaterThanOrEqual(least);
	});
});

/** The contrast of two colors as WCAG 2.1 defines it, from 1 to 21. */
function contrast(one: string, other: string): number {
	const luminance = (color: string) => {
		const hex = color.length === 4 ? color.replace(/\w/g, '$&$&') : color;
		const [red, green, blue] = [1, 3, 5]
			.map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
			.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

describe('a redirect', () => {
	it('has the same headers, and no page', () => {
		const { status, headers, text } = answered((response) =>
			redirectTo(response, 'https://school.example/泰州?a=1'),
		);
		expect([status, text]).toEqual([302, '']);
		expect(headers).toMatchObject({
			location: 'https://school.example/%E6%B3%B0%E5%B7%9E?a=1',
			'cache-control': 'no-store',
			'referrer-policy': 'no-referrer',
		});
	});
});
